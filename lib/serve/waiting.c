/* SPDX-License-Identifier: MIT */

/* waiting.c - a list of accepted clients, of a bounded length. */

#include "serve/waiting.h"

#include <errno.h>
#include <sys/socket.h>

#include "serve/listener.h"
#include "serve/server.h"
#include "serve/service.h"

enum { WAITING_MAX = 256 }; /* of all services together */

/* A client of a listener that is no more. */
struct waiting {
	struct waiting *next;
	struct client client;
};

bool waiting_next(struct service *service)
{
	struct waiting *first = service->waiting;

	if (service->kept.fd < 0 && first != NULL) {
		service->kept = first->client;
		service->waiting = first->next;
		service->server->waiting--;
		free(first);
	}
	return service->kept.fd >= 0;
}

void waiting_drop(struct service *service)
{
	for (struct waiting *next; service->waiting != NULL; service->waiting = next) {
		next = service->waiting->next;
		close_fd(&service->waiting->client.fd);
		free(service->waiting);
		service->server->waiting--;
	}
}

/* How many more may wait: no more than a part of what the system carries, whoever fills
 * the backlogs. */
static unsigned waiting_room(const struct server *server)
{
	const unsigned most = MIN(WAITING_MAX, server->load->max_processes / 4);

	return most > server->waiting ? most - server->waiting : 0;
}

/* Nobody is left, or what it takes; all else is the trouble of one client. */
static bool is_over(int error)
{
	return error == EAGAIN || error == EINVAL || error == EMFILE || error == ENFILE ||
	       error == ENOBUFS || error == ENOMEM;
}

/* 0, 1 to try again, or -1. */
static int adopt_one(struct service *service, const struct listener *listener,
		     struct waiting ***end)
{
	struct waiting *waiting = calloc(1, sizeof(*waiting));
	struct client *client;

	if (waiting == NULL)
		return -1;
	client = &waiting->client;
	client->address.size = sizeof(client->address.at);
	client->fd = accept4(listener->socket.fd, &client->address.at.any,
			     &client->address.size, SOCK_CLOEXEC);
	if (client->fd < 0) {
		const int error = errno;

		free(waiting);
		return is_over(error) ? -1 : 1;
	}
	listener_local(listener, client->fd, &client->local);
	peer_from(&client->address, client->fd, &client->peer);
	service->accepted++;
	service->server->waiting++;
	**end = waiting;
	*end = &waiting->next;
	return 0;
}

void service_adopt_clients(struct service *service, const struct listener *listener)
{
	struct waiting **end = &service->waiting;
	int r = 0;

	while (*end != NULL)
		end = &(*end)->next;
	for (unsigned i = waiting_room(service->server); r >= 0 && i > 0; i--)
		r = adopt_one(service, listener, &end);
}
