/* SPDX-License-Identifier: MIT */

/* accept.c - accepts clients, asks whether they may be served, and has that done. */

#include "serve/accept.h"

#include <errno.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "serve/admit.h"
#include "serve/announce.h"
#include "serve/connection.h"
#include "serve/listener.h"
#include "serve/pause.h"
#include "serve/quota.h"
#include "serve/server.h"
#include "serve/service.h"
#include "serve/waiting.h"
#include "serve/watch.h"

enum {
	ACCEPTS_A_TURN = 16, /* then the other services have theirs */
	ODD_ERRORS_MAX = 16,
};

void service_refuse(struct service *service, struct client *client, enum refusal refusal)
{
	service->refused[refusal]++;
	service_announce_refusal(service, refusal, client);
	refusals_refuse(service->server->refusals, steal_fd(&client->fd),
			&service->plan->settings->refuse);
}

/* Start a command for a client, or keep the client until that is possible; or turn it
 * away. */
static void take(struct service *service, struct client *client)
{
	const enum refusal refusal =
		client->is_admitted ? ADMITTED : admit(service, client);
	int missing;

	if (refusal != ADMITTED) {
		service_refuse(service, client, refusal);
		return;
	}
	client->is_admitted = true;
	missing = connection_begin(service, client);
	if (missing == 0)
		return;
	service->kept = *client;
	service_lacks(service, "start a command", missing);
}

void service_serve_kept(struct service *service)
{
	while (waiting_next(service) && !service->is_paused &&
	       service->server->state == SERVER_SERVING &&
	       admit_can_serve_kept(service)) {
		struct client client = service->kept;

		service->kept.fd = -1;
		take(service, &client);
	}
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
	struct client client;

	client.address.size = sizeof(client.address.at);
	client.is_admitted = false;
	client.ticket.kind = TICKET_NONE;
	client.fd = accept4(listener->socket.fd, &client.address.at.any,
			    &client.address.size, SOCK_CLOEXEC);
	if (client.fd < 0)
		return accept_again(service, errno);
	client.address.both = false;
	service->odd_errors = 0;
	service->accepted++;
	listener_local(listener, client.fd, &client.local);
	peer_from(&client.address, client.fd, &client.peer);
	take(service, &client);
	return true;
}

/* Is there nobody and nothing else who goes first? */
static bool is_ready(const struct service *service)
{
	return service->server->state == SERVER_SERVING && !service->is_paused &&
	       service->kept.fd < 0 && service->waiting == NULL;
}

static bool service_accepts(const struct service *service)
{
	return is_ready(service) && admit_can_ask(service);
}

/* The first client who has to wait for a token is heard of, to tell that. */
static bool service_listens_for_first(const struct service *service)
{
	return is_ready(service) && !service->rate_reached.hit &&
	       !quota_has_token(service);
}

/* A socket that was passed is not ours alone: whoever else has it may have cleared
 * O_NONBLOCK, which is all holders', and accept() would wait. */
static bool can_accept(const struct listener *listener)
{
	struct pollfd at = { .fd = listener->socket.fd, .events = POLLIN };

	return listener->wanted.passed == 0 || poll(&at, 1, 0) == 1;
}

int service_on_client(sd_event_source *source, int fd, uint32_t events, void *data)
{
	struct listener *listener = data;

	(void)source;
	(void)fd;
	(void)events;
	if (!quota_has_token(listener->service))
		service_announce_rate(listener->service);
	for (int i = 0; i < ACCEPTS_A_TURN && service_accepts(listener->service); i++)
		if (!can_accept(listener) || !accept_one(listener))
			break;
	service_review(listener->service);
	return 0;
}

int service_on_clients(sd_event_source *source, int fd, uint32_t events, void *data)
{
	struct service *service = data;
	struct epoll_event event;

	(void)source;
	(void)events;
	if (!quota_has_token(service))
		service_announce_rate(service);
	/* One at a time: the kernel puts the one that it has told of behind the others,
	 * so that all have their turn, also where there is room for one client only. */
	for (int i = 0; i < ACCEPTS_A_TURN && service_accepts(service) &&
			epoll_wait(fd, &event, 1, 0) == 1;
	     i++)
		(void)accept_one(event.data.ptr); /* if not, the others are served */
	service_review(service);
	return 0;
}

void service_review(struct service *service)
{
	bool accepts;
	int r;

	quota_await_token(service); /* first: without a timer there is no waiting */
	accepts = service_accepts(service);
	if (service->server->state == SERVER_SERVING && service_is_full(service) &&
	    service->plan->settings->when_full == WHEN_FULL_WAIT &&
	    service->n_listeners > 0)
		service_announce_full(service);
	r = watch_switch(service, accepts || service_listens_for_first(service));
	/* What is not watched must be tried again. */
	if (r < 0 && accepts)
		service_lacks(service, "watch for clients", -r);
}
