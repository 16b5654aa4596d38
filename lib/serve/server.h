/* SPDX-License-Identifier: MIT */

/*
 * server.h - the daemon at run time: its loop, its services, its end.
 *
 *     listener readable -> accept -> admit? -> spawn -> timed wait -> record
 *
 * server.c has the loop; stop.c ends it, reload.c and swap.c change what it serves;
 * accept.c takes clients and admit.c says who is served, connection.c follows one command
 * from its start to its record; status.c tells how all of them are.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <systemd/sd-event.h>

#include "report/log.h"
#include "run/spawn.h"
#include "serve/load.h"
#include "serve/notify.h"
#include "serve/refusal.h"

enum server_state {
	SERVER_SERVING,
	SERVER_DRAINING, /* accepts nothing; commands may finish */
	SERVER_ENDING, /* commands were told to end */
	SERVER_KILLING,
};

struct service;
struct connection;
struct heartbeat;
struct pid_file;
struct sources;
struct reload;
struct status;
struct store;

struct server {
	sd_event *event;
	struct log *log;
	struct notify *notify;
	struct heartbeat *heartbeat;
	struct spawner *spawner;
	struct load_request *request; /* to load again what was loaded */
	struct load *load; /* in force */
	enum server_state state;
	struct service **services; /* those removed too, until they are over */
	size_t n_services; /* each has a plan */
	struct service *stored; /* has none, but what was kept for us, see store.h; or
				 * NULL: from the first load on */
	bool is_to_sweep; /* a removed one is over */
	uint64_t changes; /* of the list of services */
	struct pid_file *pid_file; /* NULL: none */
	struct refusals *refusals;
	struct sources *sources; /* NULL: no service has limits of them */
	struct reload *reload;
	bool reload_failed; /* the last one */
	struct status *status;
	struct store *store; /* of the service manager */

	int ended; /* an epoll of the pidfds of all commands */
	sd_event_source *ended_source;
	sd_event_source *stop_timer; /* end of the draining */
	sd_event_source *starts_timer; /* runs while starts are pending */
	sd_event_source *limits_timer; /* runs while a limit was announced */
	sd_event_source *log_source; /* while the log waits for room: NULL else, ... */
	sd_event_source *log_timer; /* ... or where that cannot be watched */
	struct connection *pending[STARTS_MAX];
	size_t n_pending;
	unsigned starts_a_service; /* how many one service may have in flight */
	bool starts_timer_runs;
	bool has_abandoned;
	bool starts_ran_out; /* services wait for one */

	unsigned waiting; /* clients of listeners that are gone; see service.c */
	unsigned live; /* commands; changed by connection.c alone */
	uint64_t next_id;
	uint64_t began;
	bool group_by_pidfd; /* tree_outlives_leader() */
	bool is_init; /* pid 1, of a container */

	bool single; /* one connection, and its end is ours (-i) */
	int exit_status;
};

/* Exit statuses of spawnd, see spawnd(8). */
enum {
	EXIT_CONFIGURATION = 1,
	EXIT_USAGE = 2,
	EXIT_CANNOT_START = 3,
	EXIT_TIMED_OUT = 124, /* with -i, as timeout(1) */
	EXIT_NOT_STARTED = 125,
	EXIT_BY_SIGNAL = 128, /* plus the signal */
};

/* The server takes the load over, and borrows the others; the request is asked again
 * at each reload.  Logs what goes wrong; returns 0 or -errno. */
int server_new(struct load_request *request, struct load *load, struct spawner *spawner,
	       struct log *log, struct server **ret);
struct server *server_free(struct server *server);

/* Listen for all enabled services, and say so: 0, or -errno after all problems were
 * logged. */
int server_listen(struct server *server);

/* Serve until told to stop, then return the exit status. */
int server_run(struct server *server);

/* Let the loop turn until it ends: 0, or -errno after that was told. */
int server_loop(struct server *server);

/* End the loop: nothing is left to be done. */
void server_end(struct server *server);

bool server_is_full(const struct server *server);

/* Is a start left? */
bool server_can_start(const struct server *server);

/* For connections: one is gone, which gave a slot back; a start is pending, or no
 * longer. */
void server_released(struct server *server, struct service *service, bool was_full);
void server_add_pending(struct server *server, struct connection *connection);
void server_remove_pending(struct server *server, struct connection *connection);

/* Whatever held services up may be over. */
void server_resume_services(struct server *server);

/* A leader was given up that could not be reaped: that is tried now and then. */
void server_abandon_leader(struct server *server);

/* Look at the announced limits in a while. */
void server_watch_limits(struct server *server);
