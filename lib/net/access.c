/* SPDX-License-Identifier: MIT */

/*
 * access.c - lists of origins, flattened.
 *
 * Prefixes contain each other or have nothing in common, so that the origins of a kind
 * cut its addresses into segments: in each of them one origin is the longest.  A list is
 * the sorted beginnings of its segments, with what was found out about each; n origins
 * make at most 2n + 1.  A look-up is one binary search, whatever prefixes there are:
 * nothing depends on how deep they lie in each other, nothing is hashed, so that nobody
 * can choose addresses that take longer.  It is one piece of memory, too, which a helper
 * can build and hand over as it is.
 */

#include "net/access.h"

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "net/addr.h"

/* What a segment tells: the value and the bits of its origin, in one number. */
enum { BITS_BITS = 8 };
#define NOTHING UINT32_MAX

/* The segments of one kind: first all beginnings, behind them what they tell. */
struct space {
	uint32_t n;
	uint32_t at; /* in the bytes of the list */
};

struct access {
	unsigned holders;
	uint32_t size; /* of the bytes */
	struct space spaces[ORIGIN_KINDS];
	uint8_t bytes[];
};

static uint32_t tell(const struct origin *origin)
{
	return origin->value << BITS_BITS | origin->bits;
}

static size_t segment_size(enum origin_kind kind)
{
	return origin_width(kind) + sizeof(uint32_t);
}

/* Building: the origins of one kind, sorted, one behind the other. */
struct build {
	uint8_t *keys;
	uint32_t *told;
	uint32_t n;
	size_t width;
	const struct origin *open[ORIGIN_V6_BITS + 1]; /* that contain where we are */
	size_t n_open;
};

static void begin_segment(struct build *build, const uint8_t *key, uint32_t told)
{
	uint8_t *to = build->keys + build->n * build->width;

	/* What ends here and what begins here are one. */
	if (build->n > 0 && memcmp(to - build->width, key, build->width) == 0) {
		build->told[build->n - 1] = told;
		return;
	}
	memcpy(to, key, build->width);
	build->told[build->n++] = told;
}

/* What follows the origin's last address; false where nothing does. */
static bool end_of(const struct origin *origin, size_t width, uint8_t *key)
{
	unsigned carry;
	size_t i;

	memcpy(key, origin->key, width);
	if (origin->bits == 0)
		return false;
	i = (origin->bits - 1U) / 8;
	carry = 1U << (7 - (origin->bits - 1U) % 8);
	for (;; i--) {
		carry += key[i];
		key[i] = (uint8_t)carry;
		carry >>= 8;
		if (carry == 0 || i == 0)
			return carry == 0;
	}
}

static bool contains(const struct origin *outer, const struct origin *inner)
{
	const size_t whole = outer->bits / 8;
	const unsigned rest = outer->bits % 8;

	return outer->bits <= inner->bits && memcmp(outer->key, inner->key, whole) == 0 &&
	       (rest == 0 || (outer->key[whole] ^ inner->key[whole]) >> (8 - rest) == 0);
}

/* Behind the innermost goes on what is around it. */
static void close_origin(struct build *build)
{
	const struct origin *closed = build->open[--build->n_open];
	uint8_t key[ORIGIN_BYTES];

	if (end_of(closed, build->width, key))
		begin_segment(build, key,
			      build->n_open > 0 ? tell(build->open[build->n_open - 1])
						: NOTHING);
}

static void build_space(struct build *build, const struct origin *origins, size_t n)
{
	static const uint8_t zero[ORIGIN_BYTES];

	begin_segment(build, zero, NOTHING);
	for (size_t i = 0; i < n; i++) {
		if (i > 0 && origins_equal(&origins[i], &origins[i - 1]))
			continue;
		while (build->n_open > 0 &&
		       !contains(build->open[build->n_open - 1], &origins[i]))
			close_origin(build);
		build->open[build->n_open++] = &origins[i];
		begin_segment(build, origins[i].key, tell(&origins[i]));
	}
	while (build->n_open > 0)
		close_origin(build);
}

/* Append the segments of a kind, in room for the most that there can be. */
static int add_space(struct access **access, enum origin_kind kind,
		     const struct origin *origins, size_t n)
{
	const size_t width = origin_width(kind), most = 2 * n + 1;
	const size_t before = (*access)->size;
	auto_free uint8_t *keys = malloc(most * width);
	auto_free uint32_t *told = malloc(most * sizeof(*told));
	struct build build = { .keys = keys, .told = told, .width = width };
	struct access *grown;

	if (keys == NULL || told == NULL)
		return -ENOMEM;
	build_space(&build, origins, n);
	grown = realloc(*access, sizeof(*grown) + before + build.n * segment_size(kind));
	if (grown == NULL)
		return -ENOMEM;
	memcpy(grown->bytes + before, keys, build.n * width);
	memcpy(grown->bytes + before + build.n * width, told, build.n * sizeof(*told));
	grown->spaces[kind] = (struct space){ build.n, (uint32_t)before };
	grown->size = (uint32_t)(before + build.n * segment_size(kind));
	*access = grown;
	return 0;
}

/* Everybody, in each of the ways in which a peer is known. */
static size_t add_all(struct origin *to, uint32_t value)
{
	static const uint8_t kinds[] = { ORIGIN_V4, ORIGIN_V6, ORIGIN_UID, ORIGIN_CID };

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		to[i] = (struct origin){ .kind = kinds[i], .value = value };
	return ARRAY_SIZE(kinds);
}

/* A sorted copy, "all" written out; room is needed for that. */
static size_t sort_origins(const struct origin *origins, size_t n, struct origin *sorted)
{
	uint32_t all = UINT32_MAX;
	size_t used = 0;

	for (size_t i = 0; i < n; i++) {
		if (origins[i].kind == ORIGIN_ALL)
			all = MIN(all, origins[i].value);
		else
			sorted[used++] = origins[i];
	}
	if (all != UINT32_MAX)
		used += add_all(sorted + used, all);
	qsort(sorted, used, sizeof(*sorted), origins_compare);
	return used;
}

int access_new(const struct origin *origins, size_t n, struct access **ret)
{
	auto_free struct origin *sorted = NULL;
	struct access *access;
	int r = 0;

	if (n > ACCESS_ORIGINS_MAX)
		return -EFBIG;
	sorted = calloc(n + ORIGIN_KINDS, sizeof(*sorted));
	access = calloc(1, sizeof(*access));
	if (sorted == NULL || access == NULL) {
		free(access);
		return -ENOMEM;
	}
	access->holders = 1;
	n = sort_origins(origins, n, sorted);
	for (size_t i = 0, end; r == 0 && i < n; i = end) {
		for (end = i; end < n && sorted[end].kind == sorted[i].kind;)
			end++;
		r = add_space(&access, sorted[i].kind, sorted + i, end - i);
	}
	if (r == 0)
		*ret = access;
	else
		free(access);
	return r;
}

struct access *access_hold(struct access *access)
{
	access->holders++;
	return access;
}

struct access *access_release(struct access *access)
{
	if (access != NULL && --access->holders == 0)
		free(access);
	return NULL;
}

void access_give(struct answers *answers, const struct access *access)
{
	answers_give(answers, access->spaces, sizeof(access->spaces));
	answers_give(answers, access->bytes, access->size);
}

int access_take(struct answers *answers, struct access **ret)
{
	struct space spaces[ORIGIN_KINDS] = { 0 };
	struct access *access;
	const char *bytes;
	size_t size = 0;
	int r = answers_take(answers, spaces, sizeof(spaces));

	for (int i = 0; i < ORIGIN_KINDS; i++) {
		if (spaces[i].n > 0 && spaces[i].at != size)
			return -EBADMSG;
		size += spaces[i].n * segment_size(i);
	}
	if (r == 0)
		r = answers_take_bytes(answers, size, &bytes);
	if (r < 0)
		return r;
	access = malloc(sizeof(*access) + size);
	if (access == NULL)
		return -ENOMEM;
	access->holders = 1;
	access->size = (uint32_t)size;
	memcpy(access->spaces, spaces, sizeof(spaces));
	memcpy(access->bytes, bytes, size);
	*ret = access;
	return 0;
}

bool access_has(const struct access *access, enum origin_kind kind)
{
	return access->spaces[kind].n > 0;
}

/* Are the bytes, as a number, at most those? */
static inline bool is_at_most(const uint8_t *a, const uint8_t *b, size_t width)
{
	uint64_t x[2], y[2];
	uint32_t v4_x, v4_y;

	if (width == sizeof(v4_x)) {
		memcpy(&v4_x, a, sizeof(v4_x));
		memcpy(&v4_y, b, sizeof(v4_y));
		return be32toh(v4_x) <= be32toh(v4_y);
	}
	memcpy(x, a, sizeof(x));
	memcpy(y, b, sizeof(y));
	return x[0] != y[0] ? be64toh(x[0]) < be64toh(y[0])
			    : be64toh(x[1]) <= be64toh(y[1]);
}

/* The last segment of so many that begins at the key or before it.  The first begins at
 * zero: there is one.  Always as many steps, and none that a processor has to guess. */
static inline size_t search(const uint8_t *keys, size_t n, const uint8_t *key,
			    size_t width)
{
	const uint8_t *from = keys;

	while (n > 1) {
		const size_t half = n / 2;

		from += is_at_most(from + half * width, key, width) ? half * width : 0;
		n -= half;
	}
	return (size_t)(from - keys) / width;
}

/* What it tells. */
static uint32_t look_up(const struct access *access, enum origin_kind kind,
			const uint8_t *key)
{
	const struct space space = access->spaces[kind];
	const size_t width = origin_width(kind);
	const uint8_t *keys = access->bytes + space.at;
	size_t at;
	uint32_t told;

	if (space.n == 0)
		return NOTHING;
	at = width == sizeof(uint32_t) ? search(keys, space.n, key, sizeof(uint32_t))
				       : search(keys, space.n, key, ORIGIN_BYTES);
	memcpy(&told, keys + space.n * width + at * sizeof(told), sizeof(told));
	return told;
}

static struct access_found found(uint32_t told, int length)
{
	if (told == NOTHING)
		return (struct access_found){ .length = -1 };
	return (struct access_found){ length, told >> BITS_BITS };
}

/* By its number of bits. */
static struct access_found find_network(const struct access *access,
					enum origin_kind kind, const void *key)
{
	const uint32_t told = look_up(access, kind, key);

	return found(told, (int)(told & ((1U << BITS_BITS) - 1)));
}

/* By a number, which is all or nothing: "all" is shorter than a number. */
static struct access_found find_number(const struct access *access, enum origin_kind kind,
				       uint32_t number, int length)
{
	uint8_t key[ORIGIN_BYTES];
	struct access_found found;

	origin_key(number, key);
	found = find_network(access, kind, key);
	found.length = MIN(found.length, length);
	return found;
}

enum { LENGTH_GROUP = 1, LENGTH_USER };

static struct access_found find_unix(const struct access *access,
				     const struct access_who *who)
{
	const struct ucred *peer = &who->peer->id.unix_;
	struct access_found best =
		find_number(access, ORIGIN_UID, peer->uid, LENGTH_USER);
	struct access_found one =
		find_number(access, ORIGIN_GID, peer->gid, LENGTH_GROUP);

	for (size_t i = 0;; i++) {
		if (one.length > best.length ||
		    (one.length == best.length && one.value < best.value))
			best = one;
		if (i >= who->n_groups)
			return best;
		one = find_number(access, ORIGIN_GID, who->groups[i], LENGTH_GROUP);
	}
}

struct access_found access_find(const struct access *access, const struct access_who *who)
{
	switch (who->peer->family) {
	case AF_INET:
		return find_network(access, ORIGIN_V4, &who->peer->id.v4);
	case AF_INET6:
		return find_network(access, ORIGIN_V6, &who->peer->id.v6);
	case AF_UNIX:
		return find_unix(access, who);
	case AF_VSOCK:
		return find_number(access, ORIGIN_CID, who->peer->id.vsock.cid,
				   LENGTH_USER);
	default:
		return (struct access_found){ .length = -1 };
	}
}
