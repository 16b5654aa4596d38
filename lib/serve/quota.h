/* SPDX-License-Identifier: MIT */

/*
 * quota.h - what a service may take of clients: at a rate, and from each source so many.
 *
 * A rate makes clients wait: without a token the listeners are not accepted from, until a
 * timer tells that there is one.  The limits of a source refuse.  What a source is
 * counted for is a ticket, which a client gets when it is admitted and its connection has
 * then.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "net/sources.h"
#include "serve/admit.h"

struct client;
struct load;
struct server;
struct service;
struct service_plan;

/* Is there a token of the service's own rate? */
bool quota_has_token(const struct service *service);

/* Could not even a client be accepted now?  Then wake the service when one can. */
void quota_await_token(struct service *service);

/* Ask for a client what was not asked yet; if it is admitted, take tokens and a ticket.
 */
enum refusal quota_take(struct service *service, struct client *client);
void quota_release(struct service *service, struct source_ticket *ticket);

/*
 * At a reload: have a table of the sources, if the load wants one (0; or -ENOMEM,
 * which is told); change
 * what is allowed, service by service; and then settle all of them.  The table goes when
 * nobody needs it any more.
 */
int quota_prepare(struct server *server, const struct load *load);
void quota_change(struct service *service, const struct service_plan *plan);
void quota_settle(struct server *server);

/* Forget the sources of the services that are over, before these go. */
void quota_sweep(struct server *server);
