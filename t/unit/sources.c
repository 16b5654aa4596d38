/* SPDX-License-Identifier: MIT */

/*
 * Sources are told apart as far as their prefix goes and no further, held to their
 * limits, and forgotten only where that does no harm: whatever comes in millions, the
 * table stays bounded and who is at a limit stays there.
 *
 * links: net/sources net/addr base/rate base/number base/text
 * no valgrind: it has no memory left when this takes it away
 */

#include "net/sources.h"

#include <arpa/inet.h>
#include <limits.h>
#include <sys/resource.h>

#include "tap.h"

#define MOST_BYTES (5500 * 1024)

static const uint64_t secret[2] = { 0x0123456789abcdef, 0xfedcba9876543210 };
static const uint64_t start = UINT64_C(1000) * USEC_PER_SEC;

static struct sources *new_sources(void)
{
	struct sources *sources = NULL;

	ok(sources_new(secret, &sources) == 0, "a table");
	return sources;
}

static struct source_group new_group(unsigned max, const char *rate)
{
	struct source_group group = {
		.limits = { .max = max, .v4_bits = 32, .v6_bits = 64 }
	};

	ok(rate_parse(rate, &group.limits.rate) == 0, "max %u, rate %s", max, rate);
	return group;
}

static struct peer peer_of(const char *text)
{
	struct address address = { 0 };
	struct peer peer;

	if (inet_pton(AF_INET, text, &address.at.v4.sin_addr) == 1) {
		address.at.any.sa_family = AF_INET;
	} else {
		address.at.any.sa_family = AF_INET6;
		ok(inet_pton(AF_INET6, text, &address.at.v6.sin6_addr) == 1, "%s", text);
	}
	peer_from(&address, -1, &peer);
	return peer;
}

/* The millions: each its own /64. */
static struct peer peer_number(uint32_t number)
{
	struct peer peer = { .family = AF_INET6 };

	number = htonl(number);
	peer.id.v6.s6_addr[0] = 0x20;
	memcpy(peer.id.v6.s6_addr + 4, &number, sizeof(number));
	return peer;
}

static enum source_answer take(struct sources *sources, struct source_group *group,
			       const struct peer *peer, uint64_t now)
{
	struct source_ticket ticket = { 0 };

	return sources_take(sources, group, peer, now, &ticket);
}

static void test_identity(void)
{
	static const struct {
		const char *a, *b;
		unsigned v4, v6;
		bool same;
	} cases[] = {
		{ "192.0.2.1", "192.0.2.1", 32, 64, true },
		{ "192.0.2.1", "192.0.2.0", 32, 64, false },
		{ "192.0.2.1", "192.0.2.0", 31, 64, true },
		{ "192.0.2.1", "192.0.2.2", 31, 64, false },
		{ "192.0.2.1", "192.0.2.254", 24, 64, true },
		{ "192.0.3.1", "192.0.2.1", 24, 64, false },
		{ "192.0.3.1", "192.0.2.1", 23, 64, true },
		{ "127.255.255.255", "0.0.0.0", 1, 64, true },
		{ "128.0.0.0", "127.255.255.255", 1, 64, false },
		{ "::ffff:192.0.2.1", "192.0.2.1", 32, 1, true },
		{ "::ffff:192.0.2.1", "192.0.2.2", 32, 1, false },
		{ "192.0.2.1", "c000:201::", 32, 128, false },
		{ "2001:db8::1", "2001:db8::ffff:0:0:1", 32, 64, true },
		{ "2001:db8::1", "2001:db8:0:1::1", 32, 64, false },
		{ "2001:db8::1", "2001:db8:0:1::1", 32, 63, true },
		{ "2001:db8::1", "2001:db8::2", 32, 128, false },
		{ "2001:db8::2", "2001:db8::3", 32, 127, true },
		{ "::", "7fff::", 32, 1, true },
		{ "::", "8000::", 32, 1, false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct sources *sources = new_sources();
		struct source_group group = new_group(1, "infinity");
		const struct peer a = peer_of(cases[i].a), b = peer_of(cases[i].b);

		group.limits.v4_bits = cases[i].v4;
		group.limits.v6_bits = cases[i].v6;
		is(take(sources, &group, &a, start), SOURCE_FITS, "%s", cases[i].a);
		is(take(sources, &group, &b, start),
		   cases[i].same ? SOURCE_HAS_TOO_MANY : SOURCE_FITS, "%s is %s /%u /%u",
		   cases[i].b, cases[i].same ? "the same" : "another", cases[i].v4,
		   cases[i].v6);
		sources_free(sources);
	}
}

static void test_other_families(void)
{
	struct sources *sources = new_sources();
	struct source_group group = new_group(1, "infinity"), other = group;
	struct peer alice = { .family = AF_UNIX, .id.unix_ = { 100, 2001, 2001 } };
	struct peer again = { .family = AF_UNIX, .id.unix_ = { 101, 2001, 3001 } };
	struct peer bob = { .family = AF_UNIX, .id.unix_ = { 102, 2002, 2001 } };
	struct peer root = { .family = AF_UNIX }, nobody = { .family = AF_UNSPEC };
	struct peer guest = { .family = AF_VSOCK, .id.vsock = { 3, 1024 } };
	struct peer again_guest = { .family = AF_VSOCK, .id.vsock = { 3, 1025 } };
	struct peer other_guest = { .family = AF_VSOCK, .id.vsock = { 4, 1024 } };
	struct peer here = peer_of("fe80::1"), there = here;

	is(take(sources, &group, &alice, start), SOURCE_FITS, "a user");
	is(take(sources, &group, &again, start), SOURCE_HAS_TOO_MANY,
	   "... with another process and group");
	is(take(sources, &group, &bob, start), SOURCE_FITS, "another user");
	is(take(sources, &group, &root, start), SOURCE_FITS, "root");
	is(take(sources, &group, &nobody, start), SOURCE_FITS, "one who cannot be told");
	is(take(sources, &group, &nobody, start), SOURCE_HAS_TOO_MANY,
	   "... is one source");
	is(take(sources, &group, &guest, start), SOURCE_FITS, "a virtual machine");
	is(take(sources, &group, &again_guest, start), SOURCE_HAS_TOO_MANY,
	   "... from another port");
	is(take(sources, &group, &other_guest, start), SOURCE_FITS, "another machine");
	here.scope = 1;
	there.scope = 2;
	is(take(sources, &group, &here, start), SOURCE_FITS, "a zone");
	is(take(sources, &group, &there, start), SOURCE_FITS, "another zone");
	is(take(sources, &group, &here, start), SOURCE_HAS_TOO_MANY, "the first again");
	is(take(sources, &other, &alice, start), SOURCE_FITS, "another service");
	sources_free(sources);
}

/* Who is refused for one limit spends nothing of the other. */
static void test_limits(void)
{
	struct sources *sources = new_sources();
	struct source_group group = new_group(2, "4/1s");
	const struct peer peer = peer_of("192.0.2.1"), other = peer_of("192.0.2.2");
	struct source_ticket tickets[2] = { 0 };

	for (int i = 0; i < 2; i++)
		is(sources_take(sources, &group, &peer, start, &tickets[i]), SOURCE_FITS,
		   "one of two");
	for (int i = 0; i < 10; i++)
		is(take(sources, &group, &peer, start), SOURCE_HAS_TOO_MANY, "full");
	is(take(sources, &group, &other, start), SOURCE_FITS, "others are not");
	sources_release(sources, &group, &tickets[0]);
	is(tickets[0].kind, TICKET_NONE, "a ticket is given back");
	sources_release(sources, &group, &tickets[0]);
	is(sources_take(sources, &group, &peer, start, &tickets[0]), SOURCE_FITS,
	   "... for one more: two tokens were left");
	is(take(sources, &group, &peer, start), SOURCE_HAS_TOO_MANY, "... and no more");
	for (int i = 0; i < 2; i++)
		sources_release(sources, &group, &tickets[i]);
	is(sources_take(sources, &group, &peer, start, &tickets[0]), SOURCE_FITS,
	   "the fourth token");
	for (int i = 0; i < 10; i++)
		is(take(sources, &group, &peer, start), SOURCE_HAS_NO_TOKEN,
		   "no token, and no slot is taken");
	is(sources_take(sources, &group, &peer, start + USEC_PER_SEC / 4, &tickets[1]),
	   SOURCE_FITS, "one is back");
	is(take(sources, &group, &peer, start + 9 * USEC_PER_SEC), SOURCE_HAS_TOO_MANY,
	   "two live");
	sources_free(sources);
}

static void test_reload(void)
{
	struct sources *sources = new_sources();
	struct source_group group = new_group(UINT_MAX, "10/1min");
	struct source_group other = new_group(1, "1/1h");
	struct source_limits limits = group.limits;
	const struct peer peer = peer_of("192.0.2.1");
	struct source_ticket ticket = { 0 };

	is(take(sources, &other, &peer, start), SOURCE_FITS, "another service");
	for (int i = 0; i < 8; i++)
		is(take(sources, &group, &peer, start), SOURCE_FITS, "eight of ten");
	(void)rate_parse("5/1min", &limits.rate);
	limits.max = 1;
	source_group_change(&group, &limits);
	source_group_change(&group, &limits);
	ok(source_group_is_unsettled(&group), "another rate");
	sources_settle(sources, start);
	source_group_settled(&group);
	ok(!source_group_is_unsettled(&group), "... is settled");
	is(take(sources, &group, &peer, start), SOURCE_FITS,
	   "those before had no ticket");
	is(take(sources, &group, &peer, start), SOURCE_HAS_TOO_MANY, "from now on");
	sources_hold(sources, &group, &peer, start, &ticket);
	is(ticket.kind, TICKET_OWN, "one of those before is counted");
	limits.max = 3;
	source_group_change(&group, &limits);
	ok(!source_group_is_unsettled(&group), "a number needs no settling");
	is(take(sources, &group, &peer, start), SOURCE_FITS, "three: the second token");
	limits.max = 4;
	source_group_change(&group, &limits);
	is(take(sources, &group, &peer, start), SOURCE_HAS_NO_TOKEN, "of two left");
	source_group_forget(&group);
	sources_settle(sources, start);
	source_group_settled(&group);
	for (int i = 0; i < 4; i++)
		is(take(sources, &group, &peer, start), SOURCE_FITS, "forgotten: anew");
	is(take(sources, &group, &peer, start), SOURCE_HAS_TOO_MANY,
	   "... up to its limit");
	is(take(sources, &other, &peer, start), SOURCE_HAS_TOO_MANY,
	   "the other service remembers");
	sources_free(sources);
}

/* A flood that spends a token each does not touch who is at a limit. */
static void test_flood(void)
{
	struct sources *sources = new_sources();
	struct source_group live = new_group(1, "infinity");
	struct source_group empty = new_group(UINT_MAX, "2/1h");
	struct source_group brief = new_group(UINT_MAX, "1/10s");
	const struct peer peer = peer_of("192.0.2.1");
	struct source_ticket ticket = { 0 };
	unsigned refused = 0;

	is(sources_take(sources, &live, &peer, start, &ticket), SOURCE_FITS, "one lives");
	for (int i = 0; i < 2; i++)
		is(take(sources, &empty, &peer, start), SOURCE_FITS, "two tokens");
	is(take(sources, &brief, &peer, start), SOURCE_FITS,
	   "one token, that is back before those of strangers are");
	for (uint32_t i = 0; i < 1000000; i++) {
		const struct peer stranger = peer_number(i);

		refused += take(sources, &empty, &stranger, start + 1 + i) != SOURCE_FITS;
	}
	is(refused, 0, "a million of strangers are served");
	ok(sources_bytes(sources) <= MOST_BYTES, "in %zu bytes", sources_bytes(sources));
	is(take(sources, &live, &peer, start + 1000001), SOURCE_HAS_TOO_MANY,
	   "who has his connection has no second");
	is(take(sources, &empty, &peer, start + 1000001), SOURCE_HAS_NO_TOKEN,
	   "who has no token has none");
	is(take(sources, &brief, &peer, start + 1000001), SOURCE_HAS_NO_TOKEN,
	   "... for however short a time");
	sources_release(sources, &live, &ticket);
	is(take(sources, &live, &peer, start + 1000002), SOURCE_FITS, "and gets it back");
	sources_free(sources);
}

/* Who came long ago leaves nothing: a table that many have used does not grow. */
static void test_spare(void)
{
	struct sources *sources = new_sources();
	struct source_group group = new_group(1, "10/1s");
	struct source_ticket ticket = { 0 };
	uint64_t now = start;
	unsigned bad = 0;

	for (uint32_t i = 0; i < 100000; i++, now += USEC_PER_SEC) {
		const struct peer peer = peer_number(i);

		bad += sources_take(sources, &group, &peer, now, &ticket) != SOURCE_FITS;
		sources_release(sources, &group, &ticket);
	}
	is(bad, 0, "a hundred thousand, one after the other");
	ok(sources_bytes(sources) < 64 * 1024, "in %zu bytes", sources_bytes(sources));
	sources_free(sources);
}

enum { CROWD = 300000 };

/* More at their limits than there is room for. */
static void test_full(void)
{
	static struct source_ticket tickets[CROWD];
	struct sources *sources = new_sources();
	struct source_group group = new_group(CROWD, "infinity");
	struct source_limits one = group.limits;
	unsigned own = 0, shared = 0, bad = 0;

	for (uint32_t i = 0; i < CROWD; i++) {
		const struct peer peer = peer_number(i);

		(void)sources_take(sources, &group, &peer, start, &tickets[i]);
		own += tickets[i].kind == TICKET_OWN;
		shared += tickets[i].kind == TICKET_SHARED;
	}
	is(own + shared, CROWD, "all have a ticket");
	ok(own > 120000 && own <= 1 << 17, "%u have a place of their own", own);
	ok(sources_bytes(sources) <= MOST_BYTES, "in %zu bytes", sources_bytes(sources));
	one.max = 1;
	source_group_change(&group, &one);
	for (uint32_t i = 0; i < CROWD; i++) {
		const struct peer peer = peer_number(i);

		bad += take(sources, &group, &peer, start) != SOURCE_HAS_TOO_MANY;
	}
	is(bad, 0, "each of them has what it may have");
	for (uint32_t i = 0; i < CROWD; i++)
		sources_release(sources, &group, &tickets[i]);
	bad = 0;
	for (uint32_t i = 0; i < CROWD; i++) {
		const struct peer peer = peer_number(i);

		bad += sources_take(sources, &group, &peer, start, &tickets[i]) !=
		       SOURCE_FITS;
		sources_release(sources, &group, &tickets[i]);
	}
	is(bad, 0, "all is given back, own and shared");
	sources_free(sources);
}

/* Newcomers that have to share are held to a rate all the same, and no service has the
 * debts of another. */
static void test_shared_tokens(void)
{
	struct sources *sources = new_sources();
	struct source_group crowd = new_group(CROWD, "infinity");
	struct source_group slow = new_group(UINT_MAX, "1/1h");
	struct source_group fast = new_group(UINT_MAX, "1/1s");
	unsigned served = 0;

	for (uint32_t i = 0; i < CROWD; i++) {
		const struct peer peer = peer_number(i);

		(void)take(sources, &crowd, &peer, start);
	}
	for (uint32_t i = 0; i < 100000; i++) {
		const struct peer peer = peer_number(CROWD + i);

		served += take(sources, &slow, &peer, start) == SOURCE_FITS;
	}
	ok(served > 900 && served < 2000, "%u of 100000 newcomers have a token", served);
	served = 0;
	for (uint32_t i = 0; i < 100000; i++) {
		const struct peer peer = peer_number(CROWD + i);

		served += take(sources, &fast, &peer, start) == SOURCE_FITS;
	}
	ok(served > 900 && served < 2000, "%u of those of another service", served);
	source_group_forget(&slow);
	source_group_forget(&crowd);
	sources_settle(sources, start);
	source_group_settled(&slow);
	source_group_settled(&crowd);
	served = 0;
	for (uint32_t i = 0; i < 20000; i++) {
		const struct peer peer = peer_number(CROWD + i);

		served += take(sources, &slow, &peer, start) == SOURCE_FITS;
	}
	is(served, 20000, "room again: each has its own");
	sources_free(sources);
}

/* A sanitizer needs all of the address space. */
#if defined(__SANITIZE_ADDRESS__)
static const bool limits_memory = false;
#else
static const bool limits_memory = true;
#endif

static void test_without_memory(void)
{
	struct sources *sources = new_sources();
	struct source_group group = new_group(1, "infinity");
	const struct rlimit none = { 1, 1 };
	unsigned bad = 0;

	if (limits_memory)
		ok(setrlimit(RLIMIT_AS, &none) == 0, "no more memory");
	for (uint32_t i = 0; i < CROWD; i++) {
		const struct peer peer = peer_number(i);

		(void)take(sources, &group, &peer, start);
		bad += take(sources, &group, &peer, start) != SOURCE_HAS_TOO_MANY;
	}
	is(bad, 0, "all are counted, with others where there is no room");
	if (limits_memory)
		ok(sources_bytes(sources) < MOST_BYTES / 2, "in %zu bytes",
		   sources_bytes(sources));
	sources_free(sources);
}

int main(void)
{
	test_identity();
	test_other_families();
	test_limits();
	test_reload();
	test_flood();
	test_spare();
	test_full();
	test_shared_tokens();
	test_without_memory(); /* there is none after it */
	return done();
}
