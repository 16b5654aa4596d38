/* SPDX-License-Identifier: MIT */

/*
 * announce.h - the limits of a service that hold, and the clients they cost: said when
 * it begins and summed up, not told for every client.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "serve/admit.h"

/* Of one limit or rule. */
struct announced {
	bool on; /* it was announced, and not said to be over */
	bool hit; /* since the last look */
	uint64_t since; /* when it was announced, or summed up */
	uint64_t refused; /* ... and how many since then */
};

/* A limit is reached; said, unless it was already. */
void service_announce_full(struct service *service);

/* Clients wait for a token of the rate; said, unless it was already. */
void service_announce_rate(struct service *service);

/* A client is refused for it. */
void service_announce_refusal(struct service *service, enum refusal refusal,
			      const struct client *client);

/* Say what is over, and sum up what goes on.  True while something is announced. */
bool service_look_at_limits(struct service *service);

/* The service ends while something is announced: say how many it cost. */
void service_sum_up(struct service *service);
