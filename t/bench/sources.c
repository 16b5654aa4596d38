/* SPDX-License-Identifier: MIT */

/*
 * sources - what it costs to ask whether a client's source is at a limit, with 10, 10,000
 * and 1,000,000 sources seen: nanoseconds for a client who is admitted and gives its
 * ticket back, the longest that any client was held up while they all came for the first
 * time, which is when the table grows, and memory.
 *
 * links: net/sources base/rate base/number base/text
 */

#include "net/sources.h"

#include <stdio.h>
#include <string.h>

enum { DECISIONS = 2000000 };

/* Of our own time: what else the machine does is not measured. */
static uint64_t now_nsec(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now); /* cannot fail */
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static uint64_t random_number(void)
{
	static uint64_t state = 88172645463325252;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static struct peer peer_number(uint64_t number)
{
	struct peer peer = { .family = AF_INET6 };

	memcpy(peer.id.v6.s6_addr + 2, &number, 6);
	return peer;
}

static void decide(struct sources *sources, struct source_group *group, uint64_t number)
{
	const struct peer peer = peer_number(number);
	struct source_ticket ticket = { 0 };

	(void)sources_take(sources, group, &peer, now_usec(), &ticket);
	sources_release(sources, group, &ticket);
}

static void measure(uint64_t seen)
{
	static const uint64_t secret[2] = { 1, 2 };
	struct source_group group = {
		.limits = { .max = 100, .v4_bits = 32, .v6_bits = 64 },
	};
	struct sources *sources = NULL;
	uint64_t began, longest = 0, each;

	if (rate_parse("100/1h", &group.limits.rate) != 0 ||
	    sources_new(secret, &sources) != 0)
		return;
	for (uint64_t i = 0; i < seen; i++) {
		const uint64_t from = now_nsec();
		uint64_t took;

		decide(sources, &group, i);
		took = now_nsec() - from;
		longest = MAX(longest, took);
	}
	began = now_nsec();
	for (int i = 0; i < DECISIONS; i++)
		decide(sources, &group, random_number() % seen);
	each = (now_nsec() - began) / DECISIONS;
	printf("%8llu %12llu %14.3f %8zu\n", (unsigned long long)seen,
	       (unsigned long long)each, (double)longest / 1e6,
	       sources_bytes(sources) / 1024);
	sources_free(sources);
}

int main(void)
{
	printf(" sources  ns/decision  ms at longest      KiB\n");
	measure(10);
	measure(10000);
	measure(1000000);
	return 0;
}
