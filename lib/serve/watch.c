/* SPDX-License-Identifier: MIT */

/* watch.c - an epoll within the epoll of the loop. */

#include "serve/watch.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <systemd/sd-event.h>

#include "serve/accept.h"
#include "serve/listener.h"
#include "serve/server.h"
#include "serve/service.h"

struct watch {
	int epoll;
	sd_event_source *source;
};

static int add_listeners(int epoll, struct listener **listeners, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct epoll_event event = { .events = EPOLLIN,
					     .data.ptr = listeners[i] };

		if (epoll_ctl(epoll, EPOLL_CTL_ADD, listeners[i]->socket.fd, &event) < 0)
			return -errno;
	}
	return 0;
}

/* A single one, which is not always in the loop. */
static int add_single(sd_event *event, struct listener *listener)
{
	sd_event_source *source = NULL;
	int r = sd_event_add_io(event, &source, listener->socket.fd, EPOLLIN,
				service_on_client, listener);

	if (r >= 0)
		r = sd_event_source_set_enabled(source, SD_EVENT_OFF);
	if (r < 0) {
		sd_event_source_unref(source);
		return r;
	}
	listener->source = source;
	return 0;
}

int watch_new(struct service *service, struct listener **listeners, size_t n,
	      struct watch **ret)
{
	sd_event *event = service->server->event;
	struct watch *watch;
	int r;

	*ret = NULL;
	if (n < 2)
		return n == 0 || listeners[0]->source != NULL
			       ? 0
			       : add_single(event, listeners[0]);
	watch = calloc(1, sizeof(*watch));
	if (watch == NULL)
		return -ENOMEM;
	watch->epoll = epoll_create1(EPOLL_CLOEXEC);
	r = watch->epoll < 0 ? -errno : add_listeners(watch->epoll, listeners, n);
	if (r == 0)
		r = sd_event_add_io(event, &watch->source, watch->epoll, 0,
				    service_on_clients, service);
	if (r < 0)
		watch_free(watch);
	else
		*ret = watch;
	return MIN(r, 0);
}

struct watch *watch_free(struct watch *watch)
{
	if (watch == NULL)
		return NULL;
	sd_event_source_unref(watch->source);
	close_fd(&watch->epoll);
	free(watch);
	return NULL;
}

int watch_switch(const struct service *service, bool on)
{
	int r = 0;

	/* This one stays in the loop, with nothing that it waits for: each time when an
	 * epoll is put into another, the kernel goes through all that is in it.  That is
	 * 40 us for 500 listeners. */
	if (service->watch != NULL)
		r = sd_event_source_set_io_events(service->watch->source,
						  on ? EPOLLIN : 0);
	else if (service->n_listeners > 0)
		r = sd_event_source_set_enabled(service->listeners[0]->source,
						on ? SD_EVENT_ON : SD_EVENT_OFF);
	return MIN(r, 0);
}
