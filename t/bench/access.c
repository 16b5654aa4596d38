/* SPDX-License-Identifier: MIT */

/*
 * access - how long it takes to decide about a client: with 10, 1,000 and 100,000
 * networks in allow and as many in deny, half of them IPv4 and half IPv6.
 *
 * links: net/access net/access_rules base/origin base/answers base/number base/text
 */

#include "net/access.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "net/addr.h"

enum { CLIENTS = 4096, DECISIONS = 2000000 };

static uint32_t random_number(void)
{
	static uint64_t state = 1;

	state = state * 6364136223846793005 + 1442695040888963407;
	return (uint32_t)(state >> 33);
}

/* Somewhere in a part of the addresses that is small enough to be hit. */
static struct origin anywhere(size_t number)
{
	struct origin origin = { .kind = number % 2 != 0 ? ORIGIN_V6 : ORIGIN_V4 };
	const uint32_t at = htonl(0x0a000000 | (random_number() & 0xffffff));

	memcpy(origin.key + (origin.kind == ORIGIN_V6 ? 2 : 0), &at, sizeof(at));
	return origin;
}

static struct access *make(size_t n)
{
	struct origin *origins = calloc(n, sizeof(*origins));
	struct access *access = NULL;

	for (size_t i = 0; origins != NULL && i < n; i++) {
		origins[i] = anywhere(i);
		origins[i].bits = (uint8_t)(16 + random_number() % 17);
		if (origins[i].kind == ORIGIN_V6)
			origins[i].bits = (uint8_t)(origins[i].bits + 16);
		for (unsigned bit = origins[i].bits; bit < 8 * ORIGIN_BYTES; bit++)
			origins[i].key[bit / 8] &= (uint8_t) ~(0x80 >> bit % 8);
	}
	if (origins == NULL || access_new(origins, n, &access) != 0)
		exit(1);
	free(origins);
	return access;
}

static void measure(size_t n)
{
	static struct peer peers[CLIENTS];
	struct access *allow = make(n), *deny = make(n);
	const struct access_rules rules = { true, { &allow, 1 }, { &deny, 1 } };
	unsigned verdicts[3] = { 0 };
	uint64_t took;

	for (size_t i = 0; i < CLIENTS; i++) {
		const struct origin at = anywhere(i);

		peers[i].family = at.kind == ORIGIN_V4 ? AF_INET : AF_INET6;
		memcpy(&peers[i].id, at.key, origin_width(at.kind));
	}
	took = now_usec();
	for (size_t i = 0; i < DECISIONS; i++) {
		const struct access_who who = { .peer = &peers[i % CLIENTS] };

		verdicts[access_judge(&rules, &who)]++;
	}
	took = now_usec() - took;
	printf("%7zu networks in each of allow and deny: %4.0f ns a decision "
	       "(%.0f%% served)\n",
	       n, (double)took * 1000 / DECISIONS,
	       100.0 * verdicts[ACCESS_GRANTED] / DECISIONS);
	access_release(allow);
	access_release(deny);
}

int main(void)
{
	measure(10);
	measure(1000);
	measure(100000);
	return 0;
}
