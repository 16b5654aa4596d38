/* SPDX-License-Identifier: MIT */

/* server.c - the loop, and what keeps it turning. */

#include "serve/server.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>

#include "run/contain.h"
#include "run/pid_file.h"
#include "run/tree.h"
#include "serve/announce.h"
#include "serve/connection.h"
#include "serve/heartbeat.h"
#include "serve/listener.h"
#include "serve/log_flush.h"
#include "serve/orphans.h"
#include "serve/quota.h"
#include "serve/reload.h"
#include "serve/service.h"
#include "serve/status.h"
#include "serve/stop.h"
#include "serve/store.h"
#include "serve/swap.h"
#include "serve/timer.h"

enum { ENDED_A_TURN = 64 };

#define STARTS_PERIOD (5 * USEC_PER_MSEC)
#define LIMITS_PERIOD (10 * USEC_PER_SEC)

bool server_is_full(const struct server *server)
{
	return server->live >= server->load->max_processes;
}

bool server_can_start(const struct server *server)
{
	return server->n_pending < STARTS_MAX;
}

void server_end(struct server *server)
{
	/* Can fail only when the loop has ended already. */
	(void)sd_event_exit(server->event, 0);
}

void server_released(struct server *server, struct service *service, bool was_full)
{
	if (server->live == 0 && (server->single || server->state != SERVER_SERVING)) {
		server_end(server);
		return;
	}
	if (!was_full) {
		service_released(service);
		return;
	}
	for (size_t i = 0; i < server->n_services; i++)
		service_released(server->services[i]);
}

/* Timers that run only while they are needed */

void server_add_pending(struct server *server, struct connection *connection)
{
	/* There are as many places as starts. */
	server->pending[server->n_pending++] = connection;
	server->starts_ran_out |= !server_can_start(server);
	if (!server->starts_timer_runs)
		server->starts_timer_runs =
			timer_run(server->starts_timer, STARTS_PERIOD) >= 0;
}

void server_remove_pending(struct server *server, struct connection *connection)
{
	for (size_t i = 0; i < server->n_pending; i++) {
		if (server->pending[i] == connection) {
			server->pending[i] = server->pending[--server->n_pending];
			return;
		}
	}
}

static int on_starts(sd_event_source *source, uint64_t usec, void *data)
{
	struct server *server = data;

	(void)source;
	(void)usec;
	/* From the end: one that is settled gives its place to the last. */
	for (size_t i = server->n_pending; i > 0; i--)
		if (i <= server->n_pending)
			connection_look_at_start(server->pending[i - 1]);
	server->starts_timer_runs = server->n_pending > 0 &&
				    timer_run(server->starts_timer, STARTS_PERIOD) >= 0;
	return 0;
}

void server_watch_limits(struct server *server)
{
	int enabled = SD_EVENT_OFF;

	if (sd_event_source_get_enabled(server->limits_timer, &enabled) >= 0 &&
	    enabled == SD_EVENT_OFF)
		/* Or with the next limit. */
		(void)timer_run(server->limits_timer, LIMITS_PERIOD);
}

void server_abandon_leader(struct server *server)
{
	server->has_abandoned = true;
	server_watch_limits(server);
}

static int on_limits(sd_event_source *source, uint64_t usec, void *data)
{
	struct server *server = data;
	bool any = server->has_abandoned;

	(void)source;
	(void)usec;
	for (size_t i = 0; i < server->n_services; i++)
		any |= service_look_at_limits(server->services[i]);
	if (server->has_abandoned)
		orphans_reap(server);
	if (any) /* or with the next limit */
		(void)timer_run(server->limits_timer, LIMITS_PERIOD);
	return 0;
}

/* Commands that ended */

static int on_child(sd_event_source *source, const struct signalfd_siginfo *info,
		    void *data)
{
	(void)source;
	(void)info;
	orphans_reap(data);
	return 0;
}

static int on_ended(sd_event_source *source, int fd, uint32_t revents, void *data)
{
	const struct server *server = data;
	struct epoll_event events[ENDED_A_TURN];
	int n = epoll_wait(fd, events, ENDED_A_TURN, 0);

	(void)source;
	(void)revents;
	/* A connection is in there once, and only its own event ends it here. */
	for (int i = 0; i < n; i++) {
		struct connection *connection = events[i].data.ptr;

		connection->is_armed = false; /* once, see watch() */
		connection_on_end(connection);
	}
	if (server->is_init)
		orphans_reap(server); /* those behind a leader */
	return 0;
}

/* Coming and going */

static int make_loop(struct server *server)
{
	int r = sd_event_new(&server->event);

	if (r >= 0)
		r = stop_new(server);
	if (r >= 0 && server->is_init)
		r = sd_event_add_signal(server->event, NULL, SIGCHLD, on_child, server);
	if (r >= 0)
		r = timer_new(server->event, on_starts, server, &server->starts_timer);
	if (r >= 0)
		r = timer_new(server->event, on_limits, server, &server->limits_timer);
	if (r >= 0)
		r = server_watch_log(server);
	if (r < 0)
		return r;
	server->ended = epoll_create1(EPOLL_CLOEXEC);
	if (server->ended < 0)
		return -errno;
	r = sd_event_add_io(server->event, &server->ended_source, server->ended, EPOLLIN,
			    on_ended, server);
	if (r >= 0)
		r = notify_new(server->event, &server->notify);
	if (r >= 0)
		r = store_new(server, &server->store);
	if (r >= 0)
		r = heartbeat_new(server, &server->heartbeat);
	if (r >= 0)
		r = refusals_new(server->event, &server->refusals);
	if (r >= 0)
		r = reload_new(server, &server->reload);
	if (r >= 0)
		r = status_new(server, &server->status);
	return r;
}

/* One more than there are processors.  Measured: with fewer they idle at times; with
 * more the clients that came first wait for those behind them, and the slowest of
 * 32 clients takes half as long again. */
static unsigned starts_a_service(void)
{
	const long processors = sysconf(_SC_NPROCESSORS_ONLN);

	return (unsigned)MAX(2, MIN(processors + 1, STARTS_MAX / 4));
}

int server_new(struct load_request *request, struct load *load, struct spawner *spawner,
	       struct log *log, struct server **ret)
{
	struct server *server = calloc(1, sizeof(*server));
	int r;

	if (server == NULL) {
		load_free(load);
		return -ENOMEM;
	}
	server->request = request;
	server->load = load;
	server->spawner = spawner;
	server->log = log;
	server->ended = -1;
	server->next_id = 1;
	server->group_by_pidfd = tree_outlives_leader();
	server->is_init = getpid() == 1;
	server->starts_a_service = starts_a_service();
	server->began = now_usec();
	r = make_loop(server);
	if (r < 0) {
		log_event(log, LOG_ERR, &(struct log_event){ .kind = EVENT_CANNOT_START },
			  "cannot start: %s", strerror(-r));
		server_free(server);
		return r;
	}
	*ret = server;
	return 0;
}

struct server *server_free(struct server *server)
{
	if (server == NULL)
		return NULL;
	for (size_t i = 0; i < server->n_services; i++)
		service_free(server->services[i]);
	free(server->services);
	service_free(server->stored);
	sources_free(server->sources);
	status_free(server->status);
	reload_free(server->reload);
	refusals_free(server->refusals);
	heartbeat_free(server->heartbeat);
	store_free(server->store);
	notify_free(server->notify);
	sd_event_source_unref(server->ended_source);
	sd_event_source_unref(server->stop_timer);
	sd_event_source_unref(server->starts_timer);
	sd_event_source_unref(server->limits_timer);
	sd_event_source_unref(server->log_source);
	sd_event_source_unref(server->log_timer);
	close_fd(&server->ended);
	sd_event_unref(server->event);
	load_free(server->load);
	contain_leave(server->request->contain);
	/* Last of all: whoever takes it next finds our listeners closed. */
	pid_file_drop(server->pid_file);
	free(server);
	return NULL;
}

static void tell_cgroups(const struct server *server)
{
	const struct contain *contain = server->request->contain;

	if (contain_cgroups(server->request->contain) == NULL)
		return;
	log_line(server->log, LOG_INFO, NULL,
		 "each connection has a cgroup of its own below %s",
		 contain_path(contain));
	if (contain_ended(contain) > 0)
		log_line(server->log, LOG_NOTICE, NULL,
			 "ended %u connections that a spawnd which was killed has left",
			 contain_ended(contain));
}

/* Whoever waits for us to be ready finds all of this in the log. */
static void tell_start(struct server *server, const struct load *load)
{
	log_event(server->log, LOG_INFO, &(struct log_event){ .kind = EVENT_STARTED },
		  "serves %zu services, at most %u commands", server->n_services,
		  load->max_processes);
	tell_cgroups(server);
	server_flush_log(server);
}

int server_listen(struct server *server)
{
	struct swap *swap = NULL;
	struct load *load;
	int r = store_take(server->store);

	if (r < 0)
		log_line(server->log, LOG_ERR, NULL, "%s", strerror(-r));
	load = steal_ptr(&server->load);
	if (r == 0)
		r = swap_prepare(server, load, &swap);
	if (r < 0) {
		notify_send(server->notify, "ERRNO=%d\nSTATUS=Cannot start: %s", -r,
			    strerror(-r));
		server->load = load;
	} else {
		swap_commit(swap);
		listener_close_unclaimed(server);
		tell_start(server, load);
	}
	return r;
}

void server_resume_services(struct server *server)
{
	for (size_t i = 0; i < server->n_services; i++)
		service_released(server->services[i]);
}

/* Let go of removed services whose last command has ended. */
static void sweep(struct server *server)
{
	size_t n = 0;

	server->is_to_sweep = false;
	server->changes++;
	quota_sweep(server);
	for (size_t i = 0; i < server->n_services; i++) {
		if (service_is_over(server->services[i]))
			service_free(server->services[i]);
		else
			server->services[n++] = server->services[i];
	}
	server->n_services = n;
}

/* What a turn of the loop leaves to be done. */
static void after_turn(struct server *server)
{
	if (server->starts_ran_out && server_can_start(server)) {
		server->starts_ran_out = false;
		server_resume_services(server);
	}
	if (server->is_to_sweep)
		sweep(server);
	status_after_turn(server->status);
	server_flush_log(server);
	status_go_on(server->status);
}

int server_loop(struct server *server)
{
	int r = 0;

	while (r >= 0 && sd_event_get_state(server->event) != SD_EVENT_FINISHED) {
		r = sd_event_run(server->event, UINT64_MAX);
		after_turn(server);
	}
	if (r < 0)
		log_line(server->log, LOG_ERR, NULL, "the loop failed: %s", strerror(-r));
	return r;
}

int server_run(struct server *server)
{
	int r;

	status_ready(server->status);
	r = server_loop(server);
	for (size_t i = 0; i < server->n_services; i++)
		service_sum_up(server->services[i]);
	log_event(server->log, LOG_INFO, &(struct log_event){ .kind = EVENT_STOPPED },
		  "stopped");
	return r < 0 ? EXIT_CANNOT_START : 0;
}
