/* SPDX-License-Identifier: MIT */

/*
 * connection.h - one client and its command, from the start to the record.
 *
 * A connection is the ticket for its slot: the live counts rise when it is made
 * and fall when it is gone, and nowhere else.  It takes over what the client has taken of
 * its source, and gives that back as well.  It is gone when all processes of
 * its command are (or, when even KILL does not help, a second after that).
 */
#pragma once

#include <stdint.h>

#include "base/heap.h"
#include "net/addr.h"
#include "net/sources.h"
#include "run/tree.h"

struct client;
struct service;
struct service_plan;
struct server;

enum connection_state {
	CONNECTION_RUNNING,
	CONNECTION_ENDING, /* told to end, the leader lives */
	CONNECTION_KILLED, /* killed, the leader lives */
	CONNECTION_LEFT, /* the leader is reaped, others live */
};

struct connection {
	struct service *service;
	struct service_plan *plan; /* as it was when the connection began */
	struct connection *previous, *next;
	struct heap_node deadline;
	struct process process;
	enum connection_state state;
	bool timed_out;
	bool is_armed; /* its end will be told of */
	bool is_stuck; /* should be reaped, and cannot be yet */
	uint64_t id;
	uint64_t began;
	uint64_t ended; /* when the leader was reaped */
	uint64_t kill_at; /* when KILL is due, once it was told to end */
	uint64_t probe; /* how long until the next look at them */
	struct ending ending;
	struct peer peer;
	struct source_ticket ticket; /* of its source, if these are counted */
	char *local; /* the address it came to, where the log takes fields; or NULL */
};

/*
 * Start the service's command for a client.  Returns 0 when the client is taken
 * care of, served or not, and then its socket was consumed; or the errno that tells
 * what is missing now (a process, memory), and then it was not.
 */
int connection_begin(struct service *service, struct client *client);

/* Its pidfd tells that the leader ended. */
void connection_on_end(struct connection *connection);

/* Its deadline is over. */
void connection_on_deadline(struct connection *connection, uint64_t now);

/* Its start was pending: look at it. */
void connection_look_at_start(struct connection *connection);

/* End it for another reason than its time. */
void connection_end(struct connection *connection, bool kill);
