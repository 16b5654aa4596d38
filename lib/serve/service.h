/* SPDX-License-Identifier: MIT */

/*
 * service.h - one service: its listeners, its limits, its pauses.
 *
 * Whether it accepts clients is decided in service_review() alone, which may be
 * called at any time and must be after anything that could change the answer.  A
 * listener is only ever not watched, never closed, while the service is up: the
 * clients wait in the kernel's backlog.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <systemd/sd-event.h>

#include "base/heap.h"
#include "net/addr.h"
#include "net/listen.h"
#include "serve/load.h"

struct server;
struct connection;
struct command_log;

struct listener {
	struct service *service;
	struct listener_socket socket;
	sd_event_source *source;
};

/* A limit is announced when it begins to hold, and once more when it has not
 * held for a while; how often it was hit in between is summed up then. */
struct announced {
	bool on;
	bool hit; /* since the last look */
	uint64_t refused;
};

struct service {
	struct server *server;
	const struct service_plan *plan;
	int stderr_fd; /* of its commands: the pipe of the log, or -1 */
	struct listener *listeners;
	size_t n_listeners;

	struct connection *first; /* the live ones */
	unsigned live; /* changed by connection.c alone */
	struct heap deadlines;
	sd_event_source *deadline_timer;
	uint64_t deadline_armed; /* USEC_INFINITY: it is not */

	sd_event_source *pause_timer;
	bool is_paused;
	bool pauses_for_failure; /* of a start; else for want of something */
	bool is_proven; /* the last start that is settled went well */
	unsigned starting; /* starts in flight; changed by connection.c */
	unsigned odd_errors; /* of accept, in a row */
	uint64_t retry_delay; /* the last pause after a failed start; 0: none */
	uint64_t resource_delay; /* the last one for want of something; 0: none */

	int kept; /* a client accepted and not served yet, or -1 */
	struct address kept_peer;
	struct address kept_local;

	struct announced full;
	struct command_log *command_log; /* of stderr = log */

	uint64_t accepted;
	uint64_t refused;
	uint64_t failed;
};

/* Nothing is opened yet.  Returns 0 or -errno. */
int service_new(struct server *server, const struct service_plan *plan,
		struct service **ret);
struct service *service_free(struct service *service);

/* Open the listeners: 0, or -errno when one could not be (which is logged). */
int service_listen(struct service *service);
void service_stop_listening(struct service *service);

/* Decide whether clients are accepted now. */
void service_review(struct service *service);

/* A slot came back: of this service, or of the whole server. */
void service_released(struct service *service);

/* For connections: a deadline was set. */
void service_arm(struct service *service);

/* Does a limit hold, of the service or of all together? */
bool service_is_full(const struct service *service);

/* End all commands: as a time-out would, or at once. */
void service_end_all(struct service *service, bool kill);
