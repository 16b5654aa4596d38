/* SPDX-License-Identifier: MIT */

/*
 * claim.h - what of the configuration before the next one takes over.
 *
 * Services are known again by their names, listeners by their addresses.  Each service
 * claims its own listeners first, and then what it lacks from any other, which may be
 * the old one under a new name.
 */
#pragma once

#include <stddef.h>

struct listener;
struct server;
struct service;
struct service_plan;

/* The service of that name, which is likely to be the one with that number; or NULL. */
struct service *claim_service(const struct server *server, const char *name, size_t near);

/* One listener for each address of the plan, NULL where there is none yet. */
void claim_own(const struct service *service, const struct service_plan *plan,
	       struct listener **listeners);
void claim_others(const struct server *server, const struct service_plan *plan,
		  struct listener **listeners);

/* And from what was kept for the start. */
void claim_stored(const struct server *server, const struct service_plan *plan,
		  struct listener **listeners);
