/* SPDX-License-Identifier: MIT */

/*
 * admit.h - may this client be served?  One question with one answer.
 *
 * What is asked first is what costs nobody anything: a client that has no business
 * here takes neither a slot nor a token away from others.
 */
#pragma once

#include <stdbool.h>

struct client;
struct service;

/* Why a client is refused, in the order in which it is asked. */
enum refusal {
	REFUSED_ACCESS_TIMES, /* it is not the time */
	REFUSED_ALLOW, /* no rule lets it in */
	REFUSED_DENY, /* one keeps it out */
	REFUSED_MAX_CONNECTIONS,
	REFUSED_MAX_PROCESSES,
	REFUSED_MAX_PER_SOURCE,
	REFUSED_RATE_PER_SOURCE,
	REFUSALS,
	ADMITTED = REFUSALS,
};

/* What is needed for it is taken then, all or nothing. */
enum refusal admit(struct service *service, struct client *client);

/* Could one more client be taken, served or refused?  Else clients wait. */
bool admit_can_ask(const struct service *service);

/* Could the one who is kept: admitted before, or not asked yet? */
bool admit_can_serve_kept(const struct service *service);

/* Is there no room: of the service, or of all together?  Of its own? */
bool service_is_full(const struct service *service);
bool service_is_full_itself(const struct service *service);

/* The key that the refusal comes from. */
const char *refusal_key(enum refusal refusal);
