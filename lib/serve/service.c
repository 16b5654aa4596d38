/* SPDX-License-Identifier: MIT */

/*
 * service.c - listens, and accepts clients or leaves them waiting.
 */

#include "serve/service.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/socket.h>

#include "base/number.h"
#include "serve/command_log.h"
#include "serve/connection.h"
#include "serve/listener.h"
#include "serve/pause.h"
#include "serve/server.h"
#include "serve/timer.h"
#include "serve/waiting.h"

enum {
	ACCEPTS_A_TURN = 16, /* then the other services have theirs */
	ODD_ERRORS_MAX = 16,
};

bool service_is_full_itself(const struct service *service)
{
	return service->live >= service->plan->settings->max_connections;
}

bool service_is_full(const struct service *service)
{
	return service_is_full_itself(service) || server_is_full(service->server);
}

/* Clients */

/* May one more start be made?  Not too many may be in flight, so that no service
 * takes them all; and one alone as long as it is not known whether the command can
 * be started at all: no more clients than that are lost by it. */
static bool service_can_start(const struct service *service)
{
	return service->starting <
		       (service->is_proven ? service->server->starts_a_service : 1) &&
	       server_can_start(service->server);
}

/* Start a command for a client, or keep the client until that is possible. */
static void serve_client(struct service *service, int fd, const struct address *peer,
			 const struct address *local)
{
	int missing = connection_begin(service, fd, peer, local);

	if (missing == 0)
		return;
	service->kept = fd;
	service->kept_peer = *peer;
	service->kept_local = *local;
	service_lacks(service, "start a command", missing);
}

/* No room for it: count it, and turn it away. */
static void refuse_client(struct service *service, int fd)
{
	service->refused[service_is_full_itself(service) ? REFUSED_MAX_CONNECTIONS
							 : REFUSED_MAX_PROCESSES]++;
	service_announce_full(service);
	service->full.refused++;
	refusals_refuse(service->server->refusals, fd, &service->plan->settings->refuse);
}

static bool refuses(const struct service *service)
{
	return service_is_full(service) &&
	       service->plan->settings->when_full == WHEN_FULL_REFUSE;
}

static void serve_kept(struct service *service)
{
	while (waiting_next(service) && !service->is_paused &&
	       service->server->state == SERVER_SERVING) {
		struct address peer = service->kept_peer, local = service->kept_local;

		if (refuses(service))
			refuse_client(service, steal_fd(&service->kept));
		else if (!service_is_full(service) && service_can_start(service))
			serve_client(service, steal_fd(&service->kept), &peer, &local);
		else
			return;
	}
}

/* The pipe for stderr goes when nobody is left who might write to it. */
static void settle_stderr(struct service *service)
{
	if (service->plan->settings->stderr_to == STDERR_LOG || service->live > 0 ||
	    service->has_leftovers)
		return;
	service->command_log = command_log_free(service->command_log);
}

void service_released(struct service *service)
{
	serve_kept(service);
	service_review(service);
	if (service->live == 0)
		settle_stderr(service);
	service->server->is_to_sweep |= service_is_over(service);
}

static int on_pause_over(sd_event_source *source, uint64_t usec, void *data)
{
	struct service *service = data;

	(void)source;
	(void)usec;
	service->is_paused = false;
	service_released(service);
	return 0;
}

/* Is it worth to call accept() once more? */
static bool accept_again(struct service *service, int error)
{
	switch (error) {
	case EAGAIN:
		return false;
	case EINTR:
		return true;
	case EMFILE:
	case ENFILE:
	case ENOBUFS:
	case ENOMEM:
		service_lacks(service, "accept a client", error);
		return false;
	default:
		/* Errors of one client or of the network, see accept(2); but one
		 * that does not go away must not make us spin. */
		if (++service->odd_errors < ODD_ERRORS_MAX)
			return true;
		service->odd_errors = 0;
		service_lacks(service, "accept a client", error);
		return false;
	}
}

static bool accept_one(struct listener *listener)
{
	struct service *service = listener->service;
	struct address peer = { .size = sizeof(peer.at) }, local;
	int fd = accept4(listener->socket.fd, &peer.at.any, &peer.size, SOCK_CLOEXEC);

	if (fd < 0)
		return accept_again(service, errno);
	service->odd_errors = 0;
	service->accepted++;
	if (service_is_full(service)) {
		refuse_client(service, fd);
		return true;
	}
	listener_local(listener, fd, &local);
	serve_client(service, fd, &peer, &local);
	return true;
}

static bool service_accepts(const struct service *service)
{
	return service->server->state == SERVER_SERVING && !service->is_paused &&
	       service->kept < 0 && service->waiting == NULL &&
	       (service_is_full(service)
			? service->plan->settings->when_full == WHEN_FULL_REFUSE
			: service_can_start(service));
}

int service_on_client(sd_event_source *source, int fd, uint32_t events, void *data)
{
	struct listener *listener = data;

	(void)source;
	(void)fd;
	(void)events;
	for (int i = 0; i < ACCEPTS_A_TURN && service_accepts(listener->service); i++)
		if (!accept_one(listener))
			break;
	service_review(listener->service);
	return 0;
}

void service_review(struct service *service)
{
	const bool accepts = service_accepts(service);
	int error = 0;

	if (service->server->state == SERVER_SERVING && service_is_full(service) &&
	    service->plan->settings->when_full == WHEN_FULL_WAIT &&
	    service->n_listeners > 0)
		service_announce_full(service);
	for (size_t i = 0; i < service->n_listeners; i++) {
		int r = sd_event_source_set_enabled(service->listeners[i]->source,
						    accepts ? SD_EVENT_ON : SD_EVENT_OFF);

		error = r < 0 ? -r : error;
	}
	/* What is not watched must be tried again. */
	if (error != 0 && accepts)
		service_lacks(service, "watch for clients", error);
}

/* Deadlines */

void service_arm(struct service *service)
{
	const struct heap_node *first = heap_first(&service->deadlines);

	/* A timer that is set too early does no harm: it is set anew then. */
	if (first == NULL || first->key >= service->deadline_armed)
		return;
	if (timer_set(service->deadline_timer, first->key) >= 0)
		service->deadline_armed = first->key;
}

static int on_deadline(sd_event_source *source, uint64_t usec, void *data)
{
	struct service *service = data;
	const uint64_t now = now_usec();
	struct heap_node *first;

	(void)source;
	(void)usec;
	service->deadline_armed = USEC_INFINITY;
	while ((first = heap_first(&service->deadlines)) != NULL && first->key <= now)
		connection_on_deadline(CONTAINER_OF(first, struct connection, deadline),
				       now);
	service_arm(service);
	return 0;
}

void service_end_all(struct service *service, bool kill)
{
	for (struct connection *connection = service->first; connection != NULL;) {
		struct connection *next = connection->next;

		connection_end(connection, kill);
		connection = next;
	}
}

/* Coming and going */

int service_new(struct server *server, const char *name, struct service **ret)
{
	struct service *service = calloc(1, sizeof(*service));
	int r = 0;

	if (service == NULL)
		return -ENOMEM;
	service->server = server;
	service->name = strdup(name);
	service->stderr_fd = -1;
	service->kept = -1;
	service->deadline_armed = USEC_INFINITY;
	if (service->name == NULL)
		r = -ENOMEM;
	if (r >= 0)
		r = timer_new(server->event, on_deadline, service,
			      &service->deadline_timer);
	if (r >= 0)
		r = timer_new(server->event, on_pause_over, service,
			      &service->pause_timer);
	if (r < 0) {
		service_free(service);
		return r;
	}
	*ret = service;
	return 0;
}

struct service *service_free(struct service *service)
{
	if (service == NULL)
		return NULL;
	service_sum_up(service);
	service_stop_listening(service);
	command_log_free(service->command_log);
	sd_event_source_unref(service->deadline_timer);
	sd_event_source_unref(service->pause_timer);
	heap_done(&service->deadlines);
	plan_release(service->plan);
	free(service->name);
	free(service);
	return NULL;
}

void service_take(struct service *service, struct service_plan *plan,
		  struct listener **listeners, size_t n_listeners,
		  struct command_log *command_log)
{
	service_end_pause(service, plan);
	plan_release(service->plan);
	service->plan = plan_hold(plan);
	service->is_removed = false;
	service->is_proven = false; /* it may be another command */
	service->listeners = listeners;
	service->n_listeners = n_listeners;
	for (size_t i = 0; i < n_listeners; i++)
		listeners[i]->service = service;
	if (command_log != NULL)
		service->command_log = command_log;
	settle_stderr(service);
	service->has_leftovers |= plan->settings->stderr_to == STDERR_LOG &&
				  plan->settings->leftovers == LEFTOVERS_KEEP;
	service->stderr_fd = plan->settings->stderr_to == STDERR_LOG
				     ? command_log_fd(service->command_log)
				     : -1;
}

void service_stop_listening(struct service *service)
{
	for (size_t i = 0; i < service->n_listeners; i++)
		listener_close(service->listeners[i]);
	service->n_listeners = 0;
	free(service->listeners);
	service->listeners = NULL;
	close_fd(&service->kept);
	waiting_drop(service);
}

void service_remove(struct service *service, bool terminate)
{
	service->is_removed = true;
	if (terminate) {
		close_fd(&service->kept);
		waiting_drop(service);
		service_end_all(service, false);
	}
}

bool service_is_over(const struct service *service)
{
	return service->is_removed && service->live == 0 && service->kept < 0 &&
	       service->waiting == NULL;
}
