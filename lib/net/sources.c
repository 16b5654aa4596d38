/* SPDX-License-Identifier: MIT */

/*
 * sources.c - a hash table in sets of eight, keyed with a secret.
 *
 * A source can only stand in the two sets that its hash names, so that a decision looks
 * at sixteen entries whatever the table holds.  When a newcomer finds them taken the
 * table doubles, up to a size; a set then becomes two.  At that size the entry goes that
 * is full of tokens first; and where there is none to spare the newcomer gets a cell, of
 * which there is a fixed number, and shares it with whoever else has that hash.
 */

#include "net/sources.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

enum {
	WAYS = 8, /* in a set */
	SETS_FIRST = 16,
	SETS_MOST = (1 << 17) / WAYS,
	CELLS = 1024,
};

struct source {
	struct source_group *group; /* NULL: nobody's */
	struct bucket bucket;
	unsigned char address[16];
	uint32_t zone;
	uint32_t live : 24, family : 8;
};

struct set {
	struct source ways[WAYS];
};

/* The bucket is of the group that was here last. */
struct cell {
	struct source_group *group;
	struct bucket bucket;
	uint32_t live;
};

struct sources {
	uint64_t secret[2];
	struct set *sets;
	size_t n; /* a power of two */
	struct cell cells[CELLS];
};

/* Hashing */

static uint64_t rotate(uint64_t value, unsigned bits)
{
	return value << bits | value >> (64 - bits);
}

static void sip_round(uint64_t v[static 4])
{
	v[0] += v[1];
	v[2] += v[3];
	v[1] = rotate(v[1], 13) ^ v[0];
	v[3] = rotate(v[3], 16) ^ v[2];
	v[0] = rotate(v[0], 32);
	v[2] += v[1];
	v[0] += v[3];
	v[1] = rotate(v[1], 17) ^ v[2];
	v[3] = rotate(v[3], 21) ^ v[0];
	v[2] = rotate(v[2], 32);
}

/* SipHash-1-3 of four words: nobody without the secret can tell who meets whom. */
static uint64_t hash(const struct sources *sources, const struct source_group *group,
		     const struct source_ticket *id)
{
	uint64_t words[4], v[4] = {
		sources->secret[0] ^ UINT64_C(0x736f6d6570736575),
		sources->secret[1] ^ UINT64_C(0x646f72616e646f6d),
		sources->secret[0] ^ UINT64_C(0x6c7967656e657261),
		sources->secret[1] ^ UINT64_C(0x7465646279746573),
	};

	memcpy(words, id->address, sizeof(id->address));
	words[2] = (uint64_t)id->family << 32 | id->zone;
	words[3] = (uint64_t)(uintptr_t)group;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		v[3] ^= words[i];
		sip_round(v);
		v[0] ^= words[i];
	}
	v[2] ^= 0xff;
	for (int i = 0; i < 3; i++)
		sip_round(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

/* Identity */

static void mask(unsigned char *address, unsigned size, unsigned bits)
{
	for (unsigned i = 0; i < size; i++) {
		const unsigned kept = bits > 8 * i ? MIN(bits - 8 * i, 8) : 0;

		address[i] &= (unsigned char)(0xff00U >> kept);
	}
}

static struct source_ticket identify(const struct source_group *group,
				     const struct peer *peer)
{
	struct source_ticket id = { .family = (uint8_t)peer->family };

	switch (peer->family) {
	case AF_INET:
		memcpy(id.address, &peer->id.v4, sizeof(peer->id.v4));
		mask(id.address, sizeof(peer->id.v4), group->limits.v4_bits);
		break;
	case AF_INET6:
		memcpy(id.address, &peer->id.v6, sizeof(peer->id.v6));
		mask(id.address, sizeof(peer->id.v6), group->limits.v6_bits);
		id.zone = peer->scope;
		break;
	case AF_UNIX:
		id.zone = peer->id.unix_.uid;
		break;
	case AF_VSOCK:
		id.zone = peer->id.vsock.cid;
		break;
	default:
		break; /* who cannot be told is one source */
	}
	return id;
}

static bool is_it(const struct source *source, const struct source_group *group,
		  const struct source_ticket *id)
{
	return source->group == group && source->zone == id->zone &&
	       source->family == id->family &&
	       memcmp(source->address, id->address, sizeof(id->address)) == 0;
}

/* What is remembered */

/* It remembers nothing that a newcomer would not have. */
static bool is_spare(const struct source *source, uint64_t now)
{
	return source->group == NULL ||
	       (source->live == 0 && source->bucket.full_at <= now);
}

static bool is_at_limit(const struct source *source, uint64_t now)
{
	return source->live > 0 ||
	       !bucket_has(&source->bucket, &source->group->limits.rate, now);
}

/* The half of a hash that names the first set, or the second. */
static uint64_t half(uint64_t at, bool second)
{
	return second ? at >> 32 : at;
}

/* One of the entries in which a source may stand. */
static struct source *place(const struct sources *sources, uint64_t at, int number)
{
	const uint64_t set = half(at, number >= WAYS) & (sources->n - 1);

	return &sources->sets[set].ways[number % WAYS];
}

static struct source *find(const struct sources *sources,
			   const struct source_group *group,
			   const struct source_ticket *id, uint64_t at)
{
	for (int i = 0; i < 2 * WAYS; i++)
		if (is_it(place(sources, at, i), group, id))
			return place(sources, at, i);
	return NULL;
}

static struct source *find_spare(const struct sources *sources, uint64_t at, uint64_t now)
{
	for (int i = 0; i < 2 * WAYS; i++)
		if (is_spare(place(sources, at, i), now))
			return place(sources, at, i);
	return NULL;
}

/* The one that loses least by it; NULL: all are at their limits. */
static struct source *find_least(const struct sources *sources, uint64_t at, uint64_t now)
{
	struct source *least = NULL;

	for (int i = 0; i < 2 * WAYS; i++) {
		struct source *source = place(sources, at, i);

		if (!is_at_limit(source, now) &&
		    (least == NULL || source->bucket.full_at < least->bucket.full_at))
			least = source;
	}
	return least;
}

static uint64_t hash_source(const struct sources *sources, const struct source *source)
{
	struct source_ticket id = { .zone = source->zone, .family = source->family };

	memcpy(id.address, source->address, sizeof(id.address));
	return hash(sources, source->group, &id);
}

/* Twice as many sets, each half as full; or nothing at all. */
static bool grow(struct sources *sources)
{
	const size_t n = 2 * sources->n;
	struct set *sets;

	if (n > SETS_MOST)
		return false;
	sets = calloc(n, sizeof(*sets));
	if (sets == NULL)
		return false;
	for (size_t i = 0; i < sources->n; i++) {
		int used[2] = { 0, 0 }; /* of the two that come of it */

		for (int j = 0; j < WAYS; j++) {
			const struct source *source = &sources->sets[i].ways[j];
			uint64_t at;

			if (source->group == NULL)
				continue;
			at = hash_source(sources, source);
			at = half(at, (at & (sources->n - 1)) != i) & (n - 1);
			sets[at].ways[used[at != i]++] = *source;
		}
	}
	free(sources->sets);
	sources->sets = sets;
	sources->n = n;
	return true;
}

/* A place of its own for a source, which may be there already; NULL: it has to share. */
static struct source *own_place(struct sources *sources, struct source_group *group,
				const struct source_ticket *id, uint64_t at, uint64_t now)
{
	struct source *source = find(sources, group, id, at);

	if (source != NULL)
		return source;
	do
		source = find_spare(sources, at, now);
	while (source == NULL && grow(sources));
	if (source == NULL)
		source = find_least(sources, at, now);
	if (source == NULL)
		return NULL;
	*source =
		(struct source){ .group = group, .zone = id->zone, .family = id->family };
	memcpy(source->address, id->address, sizeof(id->address));
	return source;
}

static struct cell *cell_of(struct sources *sources, uint64_t at)
{
	return &sources->cells[(at >> 48) % CELLS];
}

static struct cell *enter_cell(struct sources *sources, struct source_group *group,
			       uint64_t at)
{
	struct cell *cell = cell_of(sources, at);

	if (cell->group != group)
		cell->bucket = (struct bucket){ 0 };
	cell->group = group;
	return cell;
}

/* What callers ask */

static enum source_answer ask(const struct source_limits *limits, unsigned live,
			      const struct bucket *bucket, uint64_t now)
{
	if (live >= limits->max)
		return SOURCE_HAS_TOO_MANY;
	return bucket_has(bucket, &limits->rate, now) ? SOURCE_FITS : SOURCE_HAS_NO_TOKEN;
}

/* Without a limit of their number nobody is counted: most entries are spare soon. */
static bool counts(const struct source_group *group)
{
	return group->limits.max != UINT_MAX;
}

enum source_answer sources_take(struct sources *sources, struct source_group *group,
				const struct peer *peer, uint64_t now,
				struct source_ticket *ticket)
{
	const struct source_limits *limits = &group->limits;
	struct source_ticket id = identify(group, peer);
	const uint64_t at = hash(sources, group, &id);
	struct source *source = own_place(sources, group, &id, at, now);
	struct cell *cell = source == NULL ? enter_cell(sources, group, at) : NULL;
	struct bucket *bucket = source != NULL ? &source->bucket : &cell->bucket;
	const enum source_answer answer =
		ask(limits, source != NULL ? source->live : cell->live, bucket, now);

	if (answer != SOURCE_FITS)
		return answer;
	bucket_take(bucket, &limits->rate, now);
	if (!counts(group))
		return answer;
	if (source != NULL)
		source->live++;
	else
		cell->live++;
	id.kind = source != NULL ? TICKET_OWN : TICKET_SHARED;
	*ticket = id;
	return answer;
}

void sources_hold(struct sources *sources, struct source_group *group,
		  const struct peer *peer, uint64_t now, struct source_ticket *ticket)
{
	struct source_ticket id = identify(group, peer);
	const uint64_t at = hash(sources, group, &id);
	struct source *source = own_place(sources, group, &id, at, now);

	if (source != NULL)
		source->live++;
	else
		enter_cell(sources, group, at)->live++;
	id.kind = source != NULL ? TICKET_OWN : TICKET_SHARED;
	*ticket = id;
}

void sources_release(struct sources *sources, struct source_group *group,
		     struct source_ticket *ticket)
{
	uint64_t at;

	if (ticket->kind == TICKET_NONE)
		return;
	at = hash(sources, group, ticket);
	/* It is there: what has connections is never forgotten. */
	if (ticket->kind == TICKET_OWN)
		find(sources, group, ticket, at)->live--;
	else
		cell_of(sources, at)->live--;
	ticket->kind = TICKET_NONE;
}

/* Groups that change */

void source_group_change(struct source_group *group, const struct source_limits *limits)
{
	if (!rates_equal(&group->limits.rate, &limits->rate) && !group->has_new_rate) {
		group->before = group->limits.rate;
		group->has_new_rate = true;
	}
	group->limits = *limits;
}

void source_group_forget(struct source_group *group)
{
	group->is_forgotten = true;
}

bool source_group_is_unsettled(const struct source_group *group)
{
	return group->has_new_rate || group->is_forgotten;
}

void source_group_settled(struct source_group *group)
{
	group->has_new_rate = group->is_forgotten = false;
}

static bool is_forgotten(const struct source_group *group)
{
	return group != NULL && group->is_forgotten;
}

static void settle(struct bucket *bucket, const struct source_group *group, uint64_t now)
{
	if (group != NULL && group->has_new_rate)
		bucket_convert(bucket, &group->before, &group->limits.rate, now);
}

void sources_settle(struct sources *sources, uint64_t now)
{
	for (size_t i = 0; i < sources->n; i++) {
		for (int j = 0; j < WAYS; j++) {
			struct source *source = &sources->sets[i].ways[j];

			if (is_forgotten(source->group))
				*source = (struct source){ 0 };
			settle(&source->bucket, source->group, now);
		}
	}
	for (size_t i = 0; i < CELLS; i++) {
		struct cell *cell = &sources->cells[i];

		if (is_forgotten(cell->group))
			cell->group = NULL; /* the bucket is made anew for the next one */
		settle(&cell->bucket, cell->group, now);
	}
}

bool source_limits_any(const struct source_limits *limits)
{
	return limits->max != UINT_MAX || limits->rate.count > 0;
}

/* Coming and going */

int sources_new(const uint64_t secret[static 2], struct sources **ret)
{
	struct sources *sources = calloc(1, sizeof(*sources));

	if (sources == NULL)
		return -ENOMEM;
	sources->n = SETS_FIRST;
	sources->sets = calloc(sources->n, sizeof(*sources->sets));
	if (sources->sets == NULL) {
		free(sources);
		return -ENOMEM;
	}
	memcpy(sources->secret, secret, sizeof(sources->secret));
	*ret = sources;
	return 0;
}

struct sources *sources_free(struct sources *sources)
{
	if (sources == NULL)
		return NULL;
	free(sources->sets);
	free(sources);
	return NULL;
}

size_t sources_bytes(const struct sources *sources)
{
	return sizeof(*sources) + sources->n * sizeof(*sources->sets);
}
