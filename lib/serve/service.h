/* SPDX-License-Identifier: MIT */

/*
 * service.h - one service: its listeners, its limits, its pauses.
 *
 * A service is known by its name, and keeps its connections, counts and pauses when a
 * new configuration changes all the rest.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <systemd/sd-event.h>

#include "base/heap.h"
#include "serve/admit.h"
#include "serve/announce.h"
#include "serve/client.h"
#include "serve/load.h"

struct server;
struct connection;
struct command_log;
struct listener;
struct waiting;
struct watch;

struct service {
	struct server *server;
	char *name;
	struct service_plan
		*plan; /* for the next connection; those that live have theirs */
	int stderr_fd; /* of its commands: the stream or the pipe below, or -1 */
	struct listener **listeners;
	size_t n_listeners;
	struct watch *watch; /* of more than one of them */
	bool is_removed; /* from the configuration: its commands may finish */
	bool is_kept; /* by the configuration that is being taken over */

	struct connection *first; /* the live ones */
	unsigned live; /* changed by connection.c alone */
	struct heap deadlines;
	sd_event_source *deadline_timer;
	uint64_t deadline_armed; /* USEC_INFINITY: it is not */

	sd_event_source *pause_timer;
	bool is_paused;
	uint64_t paused_at;
	bool pauses_for_failure; /* of a start; else for want of something */
	bool is_proven; /* the last start that is settled went well */
	unsigned starting; /* starts in flight; changed by connection.c */
	unsigned odd_errors; /* of accept, in a row */
	uint64_t retry_delay; /* the last pause after a failed start; 0: none */
	uint64_t resource_delay; /* the last one for want of something; 0: none */

	struct client kept; /* accepted and not served yet */
	struct waiting *waiting; /* more of them: from listeners that were closed */

	struct source_group sources; /* its limits of them */
	struct bucket bucket; /* of its rate */
	sd_event_source *token_timer;

	struct announced announced[REFUSALS];
	struct announced rate_reached;
	int stream; /* to the journal, of stderr = log; or -1: */
	struct command_log *command_log; /* it is read here */
	bool has_leftovers; /* that may write there for as long as they like */

	uint64_t accepted;
	uint64_t refused[REFUSALS];
	uint64_t failed;
};

/* A service without a plan: nothing is opened yet.  Returns 0 or -errno. */
int service_new(struct server *server, const char *name, struct service **ret);
struct service *service_free(struct service *service);

/* What a plan was found to need. */
struct service_needs {
	struct listener **listeners; /* the array, too */
	size_t n_listeners;
	struct watch *watch; /* of the listeners; may be the one that it has */
	int stream; /* for stderr; 0: none is meant to be; or -errno: there is none ... */
	struct command_log *command_log; /* ... and then this, unless it has one */
};

/* Take over a plan, and all that it needs.  The listeners that it had must be gone. */
void service_take(struct service *service, struct service_plan *plan,
		  const struct service_needs *needs);

/* It is in the configuration no more: nobody new is served. */
void service_remove(struct service *service, bool terminate);
bool service_is_over(const struct service *service);
void service_stop_listening(struct service *service);

/* A slot came back: of this service, or of the whole server. */
void service_released(struct service *service);

/* For connections: a deadline was set. */
void service_arm(struct service *service);

/* End all commands: as a time-out would, or at once. */
void service_end_all(struct service *service, bool kill);
