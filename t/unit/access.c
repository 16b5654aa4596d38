/* SPDX-License-Identifier: MIT */

/*
 * A list finds the longest origin that an address is of, at each boundary and one beside
 * it, as a search by hand does; it decides between allow and deny, of one length for
 * deny; and it is the same when it was carried from a helper.
 *
 * links: net/access net/access_rules base/origin base/answers base/number base/text
 */

#include "net/access.h"

#include <arpa/inet.h>
#include <errno.h>
#include <grp.h>
#include <sys/socket.h>

#include "net/addr.h"

#include "tap.h"

/* A list from words, with the values 0, 1, 2, ... */
static struct access *list(const char *text)
{
	struct origin origins[32];
	struct access *access = NULL;
	size_t n = 0;
	char copy[512];

	(void)snprintf(copy, sizeof(copy), "%s", text);
	for (char *rest, *word = strtok_r(copy, " ", &rest); word != NULL;
	     word = strtok_r(NULL, " ", &rest)) {
		auto_text struct text why = { 0 };
		const char *name;

		if (origin_parse(word, &origins[n], &name, &why) != 0)
			printf("# %s\n", text_get(&why));
		origins[n].value = (uint32_t)n;
		n++;
	}
	if (access_new(origins, n, &access) != 0)
		printf("Bail out! no list of %s\n", text);
	return access;
}

/* "192.0.2.1", "::1", "uid:1/100", "cid:3" */
static struct peer peer(const char *text)
{
	struct peer peer = { .family = AF_INET };
	unsigned uid, gid;

	if (sscanf(text, "cid:%u", &uid) == 1) {
		peer.family = AF_VSOCK;
		peer.id.vsock.cid = uid;
	} else if (sscanf(text, "uid:%u/%u", &uid, &gid) == 2) {
		peer.family = AF_UNIX;
		peer.id.unix_ = (struct ucred){ 1, uid, gid };
	} else if (inet_pton(AF_INET, text, &peer.id.v4) != 1) {
		peer.family = inet_pton(AF_INET6, text, &peer.id.v6) == 1 ? AF_INET6
									  : AF_UNSPEC;
	}
	return peer;
}

/* The number of the origin in the list, or -1. */
static int number_of(const struct access *access, const struct peer *who)
{
	const struct access_found found =
		access_find(access, &(struct access_who){ .peer = who });

	return found.length < 0 ? -1 : (int)found.value;
}

static const struct {
	const char *list, *peer;
	int found;
} cases[] = {
	{ "10.0.0.0/8", "9.255.255.255", -1 },
	{ "10.0.0.0/8", "10.0.0.0", 0 },
	{ "10.0.0.0/8", "10.255.255.255", 0 },
	{ "10.0.0.0/8", "11.0.0.0", -1 },
	{ "10.0.0.0/8", "::a00:0", -1 },
	{ "127.0.0.10", "127.0.0.1", -1 },
	{ "127.0.0.1", "127.0.0.10", -1 },
	{ "192.0.2.128/25", "192.0.2.127", -1 },
	{ "192.0.2.128/25", "192.0.2.128", 0 },
	{ "192.0.2.0/25", "192.0.2.127", 0 },
	{ "192.0.2.0/25", "192.0.2.128", -1 },
	{ "198.51.100.6/31", "198.51.100.5", -1 },
	{ "198.51.100.6/31", "198.51.100.6", 0 },
	{ "198.51.100.6/31", "198.51.100.7", 0 },
	{ "198.51.100.6/31", "198.51.100.8", -1 },
	{ "0.0.0.0", "0.0.0.0", 0 },
	{ "0.0.0.0", "0.0.0.1", -1 },
	{ "255.255.255.255", "255.255.255.255", 0 },
	{ "255.255.255.255", "255.255.255.254", -1 },
	{ "0.0.0.0/0", "0.0.0.0", 0 },
	{ "0.0.0.0/0", "255.255.255.255", 0 },
	{ "0.0.0.0/0", "::1", -1 },
	{ "::/0", "::", 0 },
	{ "::/0", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 0 },
	{ "::/0", "10.0.0.1", -1 },
	{ "2001:db8::/33", "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff", -1 },
	{ "2001:db8::/33", "2001:db8::", 0 },
	{ "2001:db8::/33", "2001:db8:7fff:ffff:ffff:ffff:ffff:ffff", 0 },
	{ "2001:db8::/33", "2001:db8:8000::", -1 },
	{ "2001:db8::4/127", "2001:db8::3", -1 },
	{ "2001:db8::4/127", "2001:db8::5", 0 },
	{ "2001:db8::4/127", "2001:db8::6", -1 },
	{ "::1", "::1", 0 },
	{ "::1", "::2", -1 },
	{ "::1", "::", -1 },
	{ "::1", "127.0.0.1", -1 },

	{ "10.0.0.0/8 10.1.0.0/16 10.1.2.0/24 10.1.2.3", "10.1.2.3", 3 },
	{ "10.0.0.0/8 10.1.0.0/16 10.1.2.0/24 10.1.2.3", "10.1.2.2", 2 },
	{ "10.0.0.0/8 10.1.0.0/16 10.1.2.0/24 10.1.2.3", "10.1.2.4", 2 },
	{ "10.0.0.0/8 10.1.0.0/16 10.1.2.0/24 10.1.2.3", "10.1.1.255", 1 },
	{ "10.0.0.0/8 10.1.0.0/16 10.1.2.0/24 10.1.2.3", "10.1.3.0", 1 },
	{ "10.0.0.0/8 10.1.0.0/16 10.1.2.0/24 10.1.2.3", "10.0.255.255", 0 },
	{ "10.0.0.0/8 10.1.0.0/16 10.1.2.0/24 10.1.2.3", "10.2.0.0", 0 },
	{ "10.1.2.3 10.1.2.0/24 10.1.0.0/16 10.0.0.0/8", "10.1.2.3", 0 },
	/* All end where the outermost does, and nothing is behind. */
	{ "128.0.0.0/1 192.0.0.0/2 255.0.0.0/8 255.255.255.255", "255.255.255.255", 3 },
	{ "128.0.0.0/1 192.0.0.0/2 255.0.0.0/8 255.255.255.255", "255.255.255.254", 2 },
	{ "128.0.0.0/1 192.0.0.0/2 255.0.0.0/8 255.255.255.255", "127.255.255.255", -1 },
	{ "10.0.0.0/9 10.127.0.0/16 10.127.255.255", "10.128.0.0", -1 },
	{ "10.0.0.0/9 10.128.0.0/9", "10.127.255.255", 0 },
	{ "10.0.0.0/9 10.128.0.0/9", "10.128.0.0", 1 },
	/* Twice: the first. */
	{ "10.0.0.0/8 10.0.0.0/8", "10.0.0.1", 0 },
	{ "10.0.0.0/8 ::ffff:10.0.0.0/104", "10.0.0.1", 0 },

	{ "uid:1 gid:100", "uid:1/100", 0 },
	{ "gid:100 uid:1", "uid:1/100", 1 },
	{ "uid:1 gid:100", "uid:2/100", 1 },
	{ "uid:1 gid:100", "uid:0/99", -1 },
	{ "uid:1 gid:100", "uid:2/101", -1 },
	{ "uid:100", "uid:1/100", -1 },
	{ "0.0.0.0/0 ::/0", "uid:1/100", -1 },
	{ "uid:1", "0.0.0.1", -1 },
	{ "all", "uid:1/100", 0 },
	{ "all", "10.0.0.1", 0 },
	{ "all", "::1", 0 },
	{ "all", "?", -1 },
	{ "all gid:100 uid:1", "uid:2/100", 1 },
	{ "all gid:100 uid:1", "uid:1/100", 2 },
	{ "cid:3 cid:5", "cid:3", 0 },
	{ "cid:3 cid:5", "cid:4", -1 },
	{ "cid:3 cid:5", "cid:5", 1 },
	{ "cid:3 cid:5 all", "cid:6", 2 },
	{ "0.0.0.3 uid:3 gid:3", "cid:3", -1 },
	{ "cid:1 cid:100", "uid:1/100", -1 },
	{ "0.0.0.0/0 ::/0 uid:1 gid:1 cid:0", "?", -1 },
	{ "", "10.0.0.1", -1 },
	{ "", "uid:0/0", -1 },
};

static void test_cases(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct access *access = list(cases[i].list);
		const struct peer who = peer(cases[i].peer);

		is(number_of(access, &who), cases[i].found, "%s of %s", cases[i].peer,
		   cases[i].list);
		access_release(access);
	}
}

/* The address one higher or lower, around the ends. */
static void step(uint8_t *key, size_t width, int by)
{
	for (size_t i = width; i > 0; i--) {
		key[i - 1] = (uint8_t)(key[i - 1] + by);
		if (key[i - 1] != (by > 0 ? 0x00 : 0xff))
			return;
	}
}

static bool is_in(const struct origin *origin, const uint8_t *key)
{
	for (unsigned i = 0; i < origin->bits; i++)
		if (((key[i / 8] ^ origin->key[i / 8]) >> (7 - i % 8) & 1) != 0)
			return false;
	return true;
}

static struct peer peer_of(const uint8_t *key, size_t width)
{
	struct peer who = { .family = width == 4 ? AF_INET : AF_INET6 };

	memcpy(&who.id, key, width);
	return who;
}

/* The longest of them, looked for one by one; -1: none. */
static int length_by_hand(const struct origin *origins, size_t n, const uint8_t *key)
{
	int longest = -1;

	for (size_t i = 0; i < n; i++)
		if (is_in(&origins[i], key))
			longest = MAX(longest, origins[i].bits);
	return longest;
}

/* Around both ends of an origin: one below, it, one above. */
static unsigned compare_around(const struct access *access, const struct origin *origins,
			       size_t n, const struct origin *origin, size_t width)
{
	unsigned wrong = 0;
	uint8_t key[ORIGIN_BYTES];

	for (int last = 0; last < 2; last++) {
		memcpy(key, origin->key, sizeof(key));
		for (unsigned i = origin->bits; last && i < width * 8; i++)
			key[i / 8] |= (uint8_t)(0x80 >> i % 8);
		step(key, width, -1);
		for (int i = 0; i < 3; i++, step(key, width, 1)) {
			const struct peer who = peer_of(key, width);
			const struct access_found found =
				access_find(access, &(struct access_who){ .peer = &who });

			wrong += found.length != length_by_hand(origins, n, key);
		}
	}
	return wrong;
}

/* Every length there is, alone. */
static void test_lengths(enum origin_kind kind)
{
	const size_t width = origin_width(kind);

	for (unsigned bits = 0; bits <= width * 8; bits++) {
		struct origin origin = { .kind = (uint8_t)kind, .bits = (uint8_t)bits };
		struct access *access = NULL;
		unsigned wrong = 0;

		/* One in the middle, and the last one of all. */
		for (int ones = 0; ones < 2; ones++) {
			for (unsigned i = 0; i < bits; i++)
				if (ones || i % 3 == 0)
					origin.key[i / 8] |= (uint8_t)(0x80 >> i % 8);
			is(access_new(&origin, 1, &access), 0, "a list");
			wrong += compare_around(access, &origin, 1, &origin, width);
			access = access_release(access);
		}
		is(wrong, 0, "IPv%d, /%u: each boundary", kind == ORIGIN_V4 ? 4 : 6,
		   bits);
	}
}

/* Any that repeats. */
static uint32_t random_number(void)
{
	static uint64_t state = 1;

	state = state * 6364136223846793005 + 1442695040888963407;
	return (uint32_t)(state >> 33);
}

/* Many within each other: from few numbers, so that they meet. */
static void test_many(enum origin_kind kind)
{
	const size_t width = origin_width(kind);
	enum { N = 60 };

	for (int round = 0; round < 200; round++) {
		struct origin origins[N] = { 0 };
		struct access *access = NULL;
		unsigned wrong = 0;

		for (size_t i = 0; i < N; i++) {
			struct origin *origin = &origins[i];

			origin->kind = (uint8_t)kind;
			origin->bits = (uint8_t)(random_number() % (width * 8 + 1));
			for (unsigned bit = 0; bit < origin->bits; bit++)
				if (random_number() % 8 == 0 || round % 2 != 0)
					origin->key[bit / 8] |=
						(uint8_t)(0x80 >> bit % 8);
			origin->value = (uint32_t)i;
		}
		is(access_new(origins, N, &access), 0, "a list of %d", N);
		for (size_t i = 0; i < N; i++)
			wrong += compare_around(access, origins, N, &origins[i], width);
		is(wrong, 0, "each is found as by hand");
		access_release(access);
	}
}

/* NULL for allow: not set. */
static const struct {
	const char *allow, *deny, *peer;
	enum access_verdict verdict;
} rules[] = {
	{ NULL, "", "10.0.0.1", ACCESS_GRANTED },
	{ NULL, "", "?", ACCESS_GRANTED },
	{ "", "", "10.0.0.1", ACCESS_NOT_ALLOWED },
	{ "", "", "uid:0/0", ACCESS_NOT_ALLOWED },
	{ "", "", "?", ACCESS_NOT_ALLOWED },
	{ "10.0.0.0/8", "", "10.0.0.1", ACCESS_GRANTED },
	{ "10.0.0.0/8", "", "11.0.0.1", ACCESS_NOT_ALLOWED },
	{ "10.0.0.0/8", "", "::1", ACCESS_NOT_ALLOWED },
	{ "10.0.0.0/8", "", "uid:0/0", ACCESS_NOT_ALLOWED },
	{ "10.0.0.0/8", "", "?", ACCESS_NOT_ALLOWED },
	{ NULL, "10.0.0.0/8", "10.0.0.1", ACCESS_DENIED },
	{ NULL, "10.0.0.0/8", "11.0.0.1", ACCESS_GRANTED },
	{ NULL, "10.0.0.0/8", "uid:0/0", ACCESS_GRANTED },
	{ NULL, "10.0.0.0/8", "?", ACCESS_GRANTED },
	{ "10.0.0.0/8", "10.1.0.0/16", "10.1.0.1", ACCESS_DENIED },
	{ "10.0.0.0/8", "10.1.0.0/16", "10.2.0.1", ACCESS_GRANTED },
	{ "10.1.0.0/16", "10.0.0.0/8", "10.1.0.1", ACCESS_GRANTED },
	{ "10.1.0.0/16", "10.0.0.0/8", "10.2.0.1", ACCESS_DENIED },
	{ "10.1.0.0/16", "10.0.0.0/8", "11.0.0.1", ACCESS_NOT_ALLOWED },
	{ "10.0.0.0/8", "10.0.0.0/8", "10.0.0.1", ACCESS_DENIED },
	{ "10.0.0.1", "10.0.0.1/32", "10.0.0.1", ACCESS_DENIED },
	{ "0.0.0.0/0", "0.0.0.0/0", "10.0.0.1", ACCESS_DENIED },
	{ "all", "0.0.0.0/0", "10.0.0.1", ACCESS_DENIED },
	{ "all", "0.0.0.0/0", "::1", ACCESS_GRANTED },
	{ "10.0.0.0/8 10.1.2.0/24", "10.1.0.0/16", "10.1.2.1", ACCESS_GRANTED },
	{ "10.0.0.0/8 10.1.2.0/24", "10.1.0.0/16", "10.1.3.1", ACCESS_DENIED },
	{ "uid:1", "gid:100", "uid:1/100", ACCESS_GRANTED },
	{ "gid:100", "uid:1", "uid:1/100", ACCESS_DENIED },
	{ "gid:100", "uid:1", "uid:2/100", ACCESS_GRANTED },
	{ "gid:100", "gid:100", "uid:2/100", ACCESS_DENIED },
	{ "all", "gid:100", "uid:2/100", ACCESS_DENIED },
	{ "gid:100", "all", "uid:2/100", ACCESS_GRANTED },
	{ NULL, "all", "uid:2/100", ACCESS_DENIED },
	{ "cid:3", "all", "cid:3", ACCESS_GRANTED },
	{ "all", "cid:3", "cid:3", ACCESS_DENIED },
};

static void test_rules(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(rules); i++) {
		struct access *allow = list(rules[i].allow != NULL ? rules[i].allow : "");
		struct access *deny = list(rules[i].deny);
		struct access_rules of = { .has_allow = rules[i].allow != NULL };
		const struct peer who = peer(rules[i].peer);

		is(access_lists_add(&of.allow, allow), 0, "allow");
		is(access_lists_add(&of.deny, deny), 0, "deny");
		access_release(allow);
		access_release(deny);
		is(access_judge(&of, &(struct access_who){ .peer = &who }),
		   rules[i].verdict, "%s with allow %s, deny %s", rules[i].peer,
		   rules[i].allow, rules[i].deny);
		access_lists_done(&of.allow);
		access_lists_done(&of.deny);
	}
}

/* The groups beside the one that SO_PEERCRED tells. */
static void test_groups(void)
{
	const gid_t groups[] = { 7, 8, 9 };
	const struct peer who = peer("uid:1/100");
	struct access *access = list("gid:9 gid:8 uid:2 gid:101");
	struct access_who asks = { &who, groups, 3 };

	is(access_find(access, &asks).value, 0, "of two groups the first in the list");
	asks.n_groups = 2;
	is(access_find(access, &asks).value, 1, "one group");
	asks.n_groups = 1;
	is(access_find(access, &asks).length, -1, "and none");
	access_release(access);
}

static void test_carried(void)
{
	struct access *access = list("10.0.0.0/8 ::/0 uid:1 10.1.0.0/16 gid:5 all");
	struct access *copy = NULL;
	static const char *const peers[] = { "10.1.2.3", "10.2.0.0", "11.0.0.0", "::1",
					     "uid:1/2",  "uid:2/5",  "uid:2/2" };
	struct answers from = { .asks = true }, to, cut;
	unsigned wrong = 0;

	access_give(&from, access);
	to = (struct answers){ .bytes = text_get(&from.given), .size = from.given.size };
	is(access_take(&to, &copy), 0, "a list is carried");
	is((int64_t)to.taken, (int64_t)from.given.size, "... as a whole");
	for (size_t i = 0; i < ARRAY_SIZE(peers); i++) {
		const struct peer who = peer(peers[i]);

		wrong += number_of(access, &who) != number_of(copy, &who);
	}
	is(wrong, 0, "... and finds the same");
	ok(access_has(copy, ORIGIN_GID), "... and has groups");
	access_release(copy);
	wrong = 0;
	for (size_t size = 0; size < from.given.size; size++) {
		cut = (struct answers){ .bytes = text_get(&from.given), .size = size };
		wrong += access_take(&cut, &copy) != -EBADMSG;
	}
	is(wrong, 0, "half a list is none");
	access_release(access);
	text_done(&from.given);
}

/* More of them than fit at first, where that may be tried. */
static void test_kernel(void)
{
	gid_t *groups = NULL, mine[64];
	size_t n = 0;
	int ends[2], count = 0;

	for (; count < 64; count++)
		mine[count] = (gid_t)(5000 + count);
	if (geteuid() != 0 || setgroups(64, mine) < 0)
		count = getgroups(64, mine);
	is(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0, "a socket pair");
	is(access_groups(ends[0], &groups, &n), 0, "the groups of its other end");
	ok(n == (size_t)count && memcmp(groups, mine, n * sizeof(gid_t)) == 0,
	   "... are ours, %d", count);
	free(groups);
	close(ends[0]);
	close(ends[1]);
	ok(access_groups(-1, &groups, &n) < 0, "nothing has none");
}

int main(void)
{
	test_cases();
	test_lengths(ORIGIN_V4);
	test_lengths(ORIGIN_V6);
	test_many(ORIGIN_V4);
	test_many(ORIGIN_V6);
	test_rules();
	test_groups();
	test_carried();
	test_kernel();
	return done();
}
