/* SPDX-License-Identifier: MIT */

/*
 * status.c - the STATUS of sd_notify(3), and the report of USR1.
 *
 * A report of thousands of connections is written piece by piece, a piece a turn of
 * the loop and no more than the log has room for.  Meanwhile connections end and
 * begin: it goes through them by their ids.
 */

#include "serve/status.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>

#include "base/number.h"
#include "serve/connection.h"
#include "serve/listener.h"
#include "serve/log_flush.h"
#include "serve/quota.h"
#include "serve/reload.h"
#include "serve/server.h"
#include "serve/service.h"
#include "serve/store.h"
#include "serve/timer.h"

enum { LINES_A_TURN = 256, REPORT_LEVEL = LOG_NOTICE | LOG_ASKED };

#define STATUS_PERIOD (1 * USEC_PER_SEC)

/* What the status line says. */
struct told {
	size_t services;
	size_t paused;
	unsigned live;
};

struct status {
	struct server *server;
	struct told told;
	sd_event_source *timer; /* runs after something was told */
	bool timer_runs;

	bool reports;
	uint64_t changes; /* of the services, when the report began */
	size_t service; /* the next one to report ... */
	size_t line; /* ... its own line, then its listeners, then its connections ... */
	uint64_t below; /* ... below this id */
	sd_event_source *go_on; /* wakes the loop for the next piece */
};

static struct told look(const struct server *server)
{
	struct told now = { .live = server->live };

	for (size_t i = 0; i < server->n_services; i++) {
		const struct service *service = server->services[i];

		now.services += !service->is_removed;
		now.paused += service->is_paused && !service->is_removed;
	}
	return now;
}

static void tell(struct status *status, const char *before)
{
	struct told *told = &status->told;

	*told = look(status->server);
	notify_send(status->server->notify,
		    "%sSTATUS=Serving %zu services, %u commands, %zu paused%s", before,
		    told->services, told->live, told->paused,
		    status->server->reload_failed ? "; the last reload failed" : "");
	status->timer_runs = timer_run(status->timer, STATUS_PERIOD) >= 0;
}

static int on_timer(sd_event_source *source, uint64_t usec, void *data)
{
	struct status *status = data;

	(void)source;
	(void)usec;
	status->timer_runs = false; /* the end of this turn looks */
	return 0;
}

void status_ready(struct status *status)
{
	/* Whoever waits for it may look for our ports in the log then. */
	server_flush_log(status->server);
	tell(status, "READY=1\n");
}

static void tell_changes(struct status *status)
{
	struct told now;

	if (status->timer_runs || status->server->state != SERVER_SERVING ||
	    !notify_wanted(status->server->notify))
		return;
	now = look(status->server);
	if (now.services != status->told.services || now.paused != status->told.paused ||
	    now.live != status->told.live)
		tell(status, "");
}

/* The report */

static const char *state_of(const struct service *service)
{
	if (service->is_removed)
		return "removed";
	if (service->server->state != SERVER_SERVING)
		return "stopping";
	if (service->is_paused)
		return service->pauses_for_failure
			       ? "paused, its command cannot be started"
			       : "paused, something is missing";
	if (!quota_has_token(service))
		return "waiting for a token of its rate";
	return service_is_full(service) ? "full" : "serving";
}

/* "refused=0", "refused=3 (deny=2 max_connections=1)": how many, and why. */
static void show_refused(const struct service *service, struct text *text)
{
	uint64_t all = 0;
	bool any = false;

	for (int i = 0; i < REFUSALS; i++)
		all += service->refused[i];
	text_addf(text, "refused=%" PRIu64, all);
	for (int i = 0; i < REFUSALS; i++) {
		if (service->refused[i] == 0)
			continue;
		text_addf(text, "%s%s=%" PRIu64, any ? " " : " (", refusal_key(i),
			  service->refused[i]);
		any = true;
	}
	if (any)
		text_add(text, ")");
}

static void report_service(const struct server *server, const struct service *service)
{
	char since[SECONDS_ROOM], paused[SECONDS_ROOM + 16] = "";
	auto_text struct text refused = { 0 };

	if (service->is_paused)
		(void)snprintf(paused, sizeof(paused), " paused_for=%s", /* fits */
			       seconds_format(now_usec() - service->paused_at, since));
	show_refused(service, &refused);
	log_line(server->log, REPORT_LEVEL, service->name,
		 "state=\"%s\"%s live=%u accepted=%" PRIu64 " %s failed=%" PRIu64,
		 state_of(service), paused, service->live, service->accepted,
		 text_get(&refused), service->failed);
}

static void report_listener(const struct server *server, const struct service *service,
			    const struct listener *listener)
{
	auto_text struct text shown = { 0 };

	passed_show(server->request->passed, &listener->socket.address, &shown);
	log_line(server->log, REPORT_LEVEL, service->name, "listening on %s",
		 text_get(&shown));
}

static void report_connection(const struct server *server,
			      const struct connection *connection)
{
	static const char *const states[] = {
		[CONNECTION_RUNNING] = "running",
		[CONNECTION_ENDING] = "ending",
		[CONNECTION_KILLED] = "killed",
		[CONNECTION_LEFT] = "left",
	};
	const uint64_t now = now_usec();
	const uint64_t limit = connection->plan->settings->time_limit;
	const uint64_t end = usec_after(connection->began, limit);
	char peer[PEER_ROOM], age[SECONDS_ROOM], left[SECONDS_ROOM] = "infinity";

	if (limit != USEC_INFINITY)
		(void)seconds_format(end > now ? end - now : 0, left);
	log_line(server->log, REPORT_LEVEL, connection->service->name,
		 "live id=%" PRIu64 " peer=%s pid=%d age=%s left=%s state=%s",
		 connection->id, peer_format(&connection->peer, peer),
		 (int)connection->process.pid,
		 seconds_format(now - connection->began, age), left,
		 states[connection->state]);
}

/* The connections of a service stand from the latest to the first. */
static const struct connection *next_of(const struct service *service, uint64_t below)
{
	const struct connection *connection = service->first;

	while (connection != NULL && connection->id >= below)
		connection = connection->next;
	return connection;
}

static void end_report(struct status *status, const char *how)
{
	status->reports = false;
	log_line(status->server->log, REPORT_LEVEL, NULL, "end of the report%s", how);
}

/* Write what comes next; false: that was all.  The connection is the next one of the
 * service, or NULL to look for it. */
static bool report_next(struct status *status, const struct connection **connection)
{
	const struct server *server = status->server;
	const struct service *service;

	if (status->service >= server->n_services)
		return false;
	service = server->services[status->service];
	if (status->line == 0) {
		report_service(server, service);
		status->line = 1;
		status->below = UINT64_MAX;
		*connection = NULL;
		return true;
	}
	if (status->line <= service->n_listeners) {
		report_listener(server, service, service->listeners[status->line++ - 1]);
		return true;
	}
	if (*connection == NULL)
		*connection = next_of(service, status->below);
	if (*connection == NULL) {
		status->line = 0;
		status->service++;
		return true;
	}
	report_connection(server, *connection);
	status->below = (*connection)->id;
	*connection = (*connection)->next;
	return true;
}

static void report_piece(struct status *status)
{
	const struct connection *connection = NULL;

	if (status->service == 0 && status->line == 0)
		status->changes = status->server->changes;
	if (status->changes != status->server->changes) {
		end_report(status, ": the services have changed; ask again");
		return;
	}
	for (int i = 0; i < LINES_A_TURN; i++) {
		if (!report_next(status, &connection)) {
			end_report(status, "");
			return;
		}
	}
}

static int on_usr1(sd_event_source *source, const struct signalfd_siginfo *info,
		   void *data)
{
	struct status *status = data;
	const struct server *server = status->server;
	const size_t n = store_count(server->store);
	char buf[SPAN_ROOM], stored[40] = "";

	(void)source;
	(void)info;
	if (n > 0)
		(void)snprintf(stored, sizeof(stored), ", stored=%zu", n); /* fits */
	log_line(server->log, REPORT_LEVEL, NULL,
		 "report: %zu services, %u commands of at most %u, up for %s%s",
		 look(server).services, server->live, server->load->max_processes,
		 span_format((now_usec() - server->began) / USEC_PER_SEC * USEC_PER_SEC,
			     buf),
		 stored);
	status->reports = true;
	status->service = 0;
	status->line = 0;
	return 0;
}

static int on_go_on(sd_event_source *source, uint64_t usec, void *data)
{
	(void)source;
	(void)usec;
	(void)data; /* the end of this turn does it */
	return 0;
}

void status_after_turn(struct status *status)
{
	tell_changes(status);
	if (status->reports && log_is_empty(status->server->log))
		report_piece(status);
}

void status_go_on(struct status *status)
{
	if (status->reports && log_is_empty(status->server->log))
		(void)timer_run(status->go_on, 0); /* or the next turn */
}

int status_new(struct server *server, struct status **ret)
{
	struct status *status = calloc(1, sizeof(*status));
	int r;

	if (status == NULL)
		return -ENOMEM;
	status->server = server;
	r = timer_new(server->event, on_timer, status, &status->timer);
	if (r >= 0)
		r = timer_new(server->event, on_go_on, status, &status->go_on);
	if (r >= 0)
		r = sd_event_add_signal(server->event, NULL, SIGUSR1, on_usr1, status);
	if (r < 0)
		status_free(status);
	else
		*ret = status;
	return r;
}

struct status *status_free(struct status *status)
{
	if (status == NULL)
		return NULL;
	sd_event_source_unref(status->timer);
	sd_event_source_unref(status->go_on);
	free(status);
	return NULL;
}
