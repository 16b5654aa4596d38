/* SPDX-License-Identifier: MIT */

/*
 * service.c - what a service has, from its coming to its going.
 */

#include "serve/service.h"

#include <errno.h>
#include <string.h>

#include "serve/accept.h"
#include "serve/announce.h"
#include "serve/command_log.h"
#include "serve/connection.h"
#include "serve/listener.h"
#include "serve/pause.h"
#include "serve/quota.h"
#include "serve/server.h"
#include "serve/timer.h"
#include "serve/waiting.h"
#include "serve/watch.h"

static bool needs_pipe(const struct service *service)
{
	return service->plan->settings->stderr_to == STDERR_LOG && service->stream < 0;
}

/* The pipe for stderr goes when nobody is left who might write to it. */
static void settle_stderr(struct service *service)
{
	if (needs_pipe(service) || service->live > 0 || service->has_leftovers)
		return;
	service->command_log = command_log_free(service->command_log);
}

void service_released(struct service *service)
{
	service_serve_kept(service);
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

static int on_token(sd_event_source *source, uint64_t usec, void *data)
{
	(void)source;
	(void)usec;
	service_released(data);
	return 0;
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
	service->stderr_fd = service->stream = -1;
	service->kept.fd = -1;
	service->deadline_armed = USEC_INFINITY;
	if (service->name == NULL)
		r = -ENOMEM;
	if (r >= 0)
		r = timer_new(server->event, on_deadline, service,
			      &service->deadline_timer);
	if (r >= 0)
		r = timer_new(server->event, on_pause_over, service,
			      &service->pause_timer);
	if (r >= 0)
		r = timer_new(server->event, on_token, service, &service->token_timer);
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
	close_fd(&service->stream);
	sd_event_source_unref(service->deadline_timer);
	sd_event_source_unref(service->pause_timer);
	sd_event_source_unref(service->token_timer);
	heap_done(&service->deadlines);
	plan_release(service->plan);
	free(service->name);
	free(service);
	return NULL;
}

/* The commands that run have theirs. */
static void take_stderr(struct service *service, const struct service_needs *needs)
{
	close_fd(&service->stream);
	service->stream = needs->stream > 0 ? needs->stream : -1;
	if (needs->stream < 0)
		log_line(service->server->log, LOG_NOTICE, service->name,
			 "no stream to the journal: %s; spawnd reads standard error "
			 "itself",
			 strerror(-needs->stream));
	if (needs->command_log != NULL)
		service->command_log = needs->command_log;
	settle_stderr(service);
	service->has_leftovers |= needs_pipe(service) &&
				  service->plan->settings->leftovers == LEFTOVERS_KEEP;
	service->stderr_fd = needs_pipe(service) ? command_log_fd(service->command_log)
						 : service->stream;
}

void service_take(struct service *service, struct service_plan *plan,
		  const struct service_needs *needs)
{
	service_end_pause(service, plan);
	quota_change(service, plan);
	plan_release(service->plan);
	service->plan = plan_hold(plan);
	service->is_removed = false;
	service->is_proven = false; /* it may be another command */
	service->listeners = needs->listeners;
	service->n_listeners = needs->n_listeners;
	for (size_t i = 0; i < needs->n_listeners; i++)
		needs->listeners[i]->service = service;
	if (service->watch != needs->watch)
		watch_free(service->watch);
	service->watch = needs->watch;
	take_stderr(service, needs);
}

/* Those who were accepted and not served. */
static void drop_kept(struct service *service)
{
	if (service->kept.fd >= 0)
		quota_release(service, &service->kept.ticket);
	close_fd(&service->kept.fd);
	waiting_drop(service);
}

void service_stop_listening(struct service *service)
{
	service->watch = watch_free(service->watch);
	for (size_t i = 0; i < service->n_listeners; i++)
		listener_close(service->listeners[i]);
	service->n_listeners = 0;
	free(service->listeners);
	service->listeners = NULL;
	drop_kept(service);
}

void service_remove(struct service *service, bool terminate)
{
	service->is_removed = true;
	service->watch = watch_free(service->watch);
	if (terminate) {
		drop_kept(service);
		service_end_all(service, false);
	}
}

bool service_is_over(const struct service *service)
{
	return service->is_removed && service->live == 0 && service->kept.fd < 0 &&
	       service->waiting == NULL;
}
