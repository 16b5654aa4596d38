/* SPDX-License-Identifier: MIT */

/* claim.c - looks for services by their names, and for listeners by their addresses. */

#include "serve/claim.h"

#include <string.h>

#include "serve/listener.h"
#include "serve/server.h"
#include "serve/service.h"

/* Most services stand where they stood: look there first. */
struct service *claim_service(const struct server *server, const char *name, size_t near)
{
	for (size_t i = 0; i < server->n_services; i++) {
		struct service *service =
			server->services[(near + i) % server->n_services];

		if (strcmp(service->name, name) == 0)
			return service;
	}
	return NULL;
}

/* The listener of a service that can stand for the address and is not claimed. */
static struct listener *claim_from(const struct service *service,
				   const struct address *address,
				   const struct listen_settings *settings)
{
	for (size_t i = 0; i < service->n_listeners; i++) {
		struct listener *listener = service->listeners[i];

		if (!listener->is_claimed &&
		    listener_serves(listener, address, settings)) {
			listener->is_claimed = true;
			return listener;
		}
	}
	return NULL;
}

void claim_own(const struct service *service, const struct service_plan *plan,
	       struct listener **listeners)
{
	for (size_t i = 0; i < plan->n_addresses; i++)
		listeners[i] = claim_from(service, &plan->addresses[i], &plan->listening);
}

void claim_others(const struct server *server, const struct service_plan *plan,
		  struct listener **listeners)
{
	for (size_t i = 0; i < plan->n_addresses; i++)
		for (size_t j = 0; listeners[i] == NULL && j < server->n_services; j++)
			listeners[i] = claim_from(server->services[j],
						  &plan->addresses[i], &plan->listening);
}

void claim_stored(const struct server *server, const struct service_plan *plan,
		  struct listener **listeners)
{
	for (size_t i = 0; server->stored != NULL && i < plan->n_addresses; i++)
		if (listeners[i] == NULL)
			listeners[i] = claim_from(server->stored, &plan->addresses[i],
						  &plan->listening);
}
