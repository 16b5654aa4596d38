/* SPDX-License-Identifier: MIT */

/* listener.c - opens listeners, also where one of ours still stands in the way. */

#include "serve/listener.h"

#include <errno.h>
#include <string.h>

#include "serve/accept.h"
#include "serve/server.h"
#include "serve/service.h"

static int cannot(const struct server *server, const char *name, const char *what,
		  const struct address *address, int r)
{
	static const char *const problems[] = {
		[LISTEN_NOT_A_SOCKET] = "something that is no socket stands there",
		[LISTEN_IN_USE] = "Address already in use",
		[LISTEN_BUSY] = "its directory is locked by another process",
		[LISTEN_REPLACED] = "another process has put something else there",
	};
	auto_text struct text shown = { 0 };

	passed_show(server->request->passed, address, &shown);
	log_event(server->log, LOG_ERR,
		  &(struct log_event){ .service = name, .kind = EVENT_CANNOT_LISTEN },
		  "cannot %s %s: %s", what, text_get(&shown),
		  r > 0 ? problems[r] : strerror(-r));
	return r > 0 ? -EADDRINUSE : r;
}

static int cannot_listen(const struct server *server, const char *name,
			 const struct address *address, int r)
{
	return cannot(server, name, "listen on", address, r);
}

static int add_beside(const struct service *service, const struct address *address,
		      int **fds, size_t *n)
{
	for (size_t i = 0; i < service->n_listeners; i++) {
		const struct listener *listener = service->listeners[i];
		int *more;

		if (listener->is_claimed || listener->wanted.passed != 0 ||
		    !addresses_overlap(&listener->socket.address, address))
			continue;
		more = reallocarray(*fds, *n + 1, sizeof(**fds));
		if (more == NULL)
			return -ENOMEM;
		*fds = more;
		more[(*n)++] = listener->socket.fd;
	}
	return 0;
}

/* Those of ours that stand in the way and are about to go; the caller begins with none,
 * and frees them. */
static int find_beside(const struct server *server, const struct address *address,
		       int **ret, size_t *ret_n)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < server->n_services; i++)
		r = add_beside(server->services[i], address, ret, ret_n);
	if (r == 0 && server->stored != NULL)
		r = add_beside(server->stored, address, ret, ret_n);
	return r;
}

int listener_new(struct server *server, const char *name, const struct address *address,
		 const struct listen_settings *settings, struct listener **ret)
{
	struct listener *listener = calloc(1, sizeof(*listener));
	auto_free int *beside = NULL;
	size_t n = 0;
	int r;

	if (listener == NULL)
		return cannot_listen(server, name, address, -ENOMEM);
	listener->wanted = *address;
	listener->is_claimed = listener->is_new = listener->is_changed = true;
	if (address->passed != 0)
		r = passed_listen(server->request->passed, address, &listener->socket);
	else
		r = find_beside(server, address, &beside, &n);
	if (r == 0 && address->passed == 0)
		r = listen_prepare(address, settings, beside, n, &listener->socket);
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
	int r;

	if (address->passed != 0)
		return 0; /* it listens already */
	r = find_beside(server, address, &beside, &n);
	if (r == 0)
		r = listen_begin(&listener->socket, beside, n);
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

bool listener_serves(const struct listener *listener, const struct address *address,
		     const struct listen_settings *settings)
{
	if (listener->wanted.passed != 0 || address->passed != 0)
		return listener->wanted.passed == address->passed;
	/* The address first: there may be thousands. */
	if (addresses_equal(&listener->wanted, address)
		    ? !listen_is_intact(&listener->socket)
		    : !listen_is_at(&listener->socket, address))
		return false;
	return listen_can_change(&listener->socket, settings);
}

int listener_change(const struct server *server, const char *name,
		    struct listener *listener, const struct listen_settings *settings)
{
	int r;

	if (listener->wanted.passed != 0 ||
	    listen_settings_equal(&listener->socket.settings, settings))
		return 0;
	r = listen_change(&listener->socket, settings);
	if (r != 0)
		return cannot(server, name, "change the settings of",
			      &listener->socket.address, r);
	listener->is_changed = true;
	return 0;
}

bool listener_tell_cuts(const struct server *server, const char *name,
			const struct listener *listener)
{
	static const struct {
		enum socket_option option;
		const char *key, *limit;
	} buffers[] = {
		{ OPTION_RECEIVE_BUFFER, "receive_buffer", "rmem_max" },
		{ OPTION_SEND_BUFFER, "send_buffer", "wmem_max" },
	};
	const struct listener_socket *socket = &listener->socket;
	const struct socket_options *options = &socket->settings.options;
	bool any = false;

	if (listener->wanted.passed != 0)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(buffers); i++) {
		const int got = options_cut(socket->fd, &socket->address, options,
					    buffers[i].option);

		any |= got > 0;
		if (got > 0)
			log_line(server->log, LOG_WARNING, name,
				 "%s: the kernel gives %d bytes, not %d: see net.core.%s",
				 buffers[i].key, got,
				 options->at[buffers[i].option].value, buffers[i].limit);
	}
	return any;
}

static bool is_listened_on(const struct server *server, unsigned passed)
{
	for (size_t i = 0; i < server->n_services; i++) {
		const struct service *service = server->services[i];

		for (size_t j = 0; j < service->n_listeners; j++)
			if (service->listeners[j]->wanted.passed == passed)
				return true;
	}
	return false;
}

void listener_close_unclaimed(const struct server *server)
{
	struct passed *passed = server->request->passed;

	for (size_t i = 0; i < passed->n; i++) {
		struct passed_socket *socket = &passed->sockets[i];
		auto_text struct text shown = { 0 };

		if (is_listened_on(server, socket->address.passed))
			continue;
		passed_show(passed, &socket->address, &shown);
		log_line(server->log, LOG_WARNING, NULL,
			 "no service takes %s, which was passed as descriptor %d; closed",
			 text_get(&shown), socket->was);
		passed_close(socket);
	}
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
