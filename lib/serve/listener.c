/* SPDX-License-Identifier: MIT */

/* listener.c - opens listeners, also where one of ours still stands in the way. */

#include "serve/listener.h"

#include <errno.h>
#include <string.h>

#include "serve/accept.h"
#include "serve/server.h"
#include "serve/service.h"

static int cannot_listen(const struct server *server, const char *name,
			 const struct address *address, int r)
{
	static const char *const problems[] = {
		[LISTEN_NOT_A_SOCKET] = "something that is no socket stands there",
		[LISTEN_IN_USE] = "Address already in use",
		[LISTEN_BUSY] = "its directory is locked by another process",
	};
	auto_text struct text shown = { 0 };

	address_show(address, &shown);
	log_event(server->log, LOG_ERR,
		  &(struct log_event){ .service = name, .kind = EVENT_CANNOT_LISTEN },
		  "cannot listen on %s: %s", text_get(&shown),
		  r > 0 ? problems[r] : strerror(-r));
	return r > 0 ? -EADDRINUSE : r;
}

/* Those of ours that stand in the way and are about to go: the caller frees them. */
static int find_beside(const struct server *server, const struct address *address,
		       int **ret, size_t *ret_n)
{
	int *fds = NULL;
	size_t n = 0;

	for (size_t i = 0; i < server->n_services; i++) {
		const struct service *service = server->services[i];

		for (size_t j = 0; j < service->n_listeners; j++) {
			const struct listener *listener = service->listeners[j];
			int *more;

			if (listener->is_claimed ||
			    !addresses_overlap(&listener->socket.address, address))
				continue;
			more = reallocarray(fds, n + 1, sizeof(*fds));
			if (more == NULL) {
				free(fds);
				return -ENOMEM;
			}
			fds = more;
			fds[n++] = listener->socket.fd;
		}
	}
	*ret = fds;
	*ret_n = n;
	return 0;
}

int listener_new(struct server *server, const char *name, const struct address *address,
		 struct listener **ret)
{
	struct listener *listener = calloc(1, sizeof(*listener));
	auto_free int *beside = NULL;
	size_t n = 0;
	int r;

	if (listener == NULL)
		return cannot_listen(server, name, address, -ENOMEM);
	listener->wanted = *address;
	listener->is_claimed = listener->is_new = true;
	r = find_beside(server, address, &beside, &n);
	if (r == 0)
		r = listen_prepare(address, beside, n, &listener->socket);
	if (r != 0) {
		free(listener);
		return cannot_listen(server, name, address, r);
	}
	*ret = listener;
	return 0;
}

int listener_begin(struct server *server, const char *name, struct listener *listener)
{
	const struct address *address = &listener->socket.address;
	auto_free int *beside = NULL;
	size_t n = 0;
	int r = find_beside(server, address, &beside, &n);

	if (r == 0)
		r = listen_begin(&listener->socket, beside, n);
	if (r == 0)
		r = sd_event_add_io(server->event, &listener->source, listener->socket.fd,
				    EPOLLIN, service_on_client, listener);
	if (r == 0)
		r = sd_event_source_set_enabled(listener->source, SD_EVENT_OFF);
	return r == 0 ? 0 : cannot_listen(server, name, address, r);
}

struct listener *listener_close(struct listener *listener)
{
	if (listener == NULL)
		return NULL;
	sd_event_source_unref(listener->source);
	listen_close(&listener->socket);
	free(listener);
	return NULL;
}

bool listener_serves(const struct listener *listener, const struct address *address)
{
	return addresses_equal(&listener->wanted, address)
		       ? listen_is_intact(&listener->socket)
		       : listen_is_at(&listener->socket, address);
}

void listener_local(const struct listener *listener, int fd, struct address *ret)
{
	*ret = listener->socket.address;
	if (!address_is_wildcard(ret))
		return;
	ret->size = sizeof(ret->at);
	ret->both = false;
	if (getsockname(fd, &ret->at.any, &ret->size) < 0)
		*ret = listener->socket.address; /* of a client that is gone already */
}
