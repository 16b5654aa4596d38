/* SPDX-License-Identifier: MIT */

/*
 * sources.h - who came from where: how many each source has now, and its tokens.
 *
 * A source is an address as far as its first bits go, the user of a Unix socket or the
 * CID of a virtual machine; it is another one for each service.  One table has them all,
 * and that is bounded: a million of new sources make it neither larger than that nor
 * slower.  What it has no room for it forgets, those first that are least held to a
 * limit; a source that has connections, or no token left, is never forgotten.  Where
 * there are only such, newcomers share: each is counted together with a few others, of
 * any service.
 *
 * The table grows as it must, up to 5 MiB, and does not shrink.  Without memory it stays
 * as it is.  Nothing here asks a clock: moments are handed in and never go back.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/rate.h"
#include "net/addr.h"

struct source_limits {
	unsigned max; /* at once, of one source; UINT_MAX: no limit */
	struct rate rate;
	unsigned v4_bits, v6_bits; /* so many make a source */
};

/* A service: it owns this, and leaves it where it is.  Begins zeroed. */
struct source_group {
	struct source_limits limits; /* in force */
	struct rate before; /* what buckets were filled with, if the rate is new */
	bool has_new_rate;
	bool is_forgotten; /* its sources are to go */
};

enum ticket_kind { TICKET_NONE, TICKET_OWN, TICKET_SHARED };

/* A connection's share of what its source may have; zeroed: none. */
struct source_ticket {
	unsigned char address[16]; /* without the bits that do not count */
	uint32_t zone;
	uint8_t family;
	uint8_t kind; /* enum ticket_kind */
};

struct sources;

/* The secret keeps strangers from choosing where in the table they come.  0 or -ENOMEM.
 */
int sources_new(const uint64_t secret[static 2], struct sources **ret);
struct sources *sources_free(struct sources *sources);

enum source_answer { SOURCE_FITS, SOURCE_HAS_TOO_MANY, SOURCE_HAS_NO_TOKEN };

/* May one more come from there?  If so a token is spent, and the ticket filled in. */
enum source_answer sources_take(struct sources *sources, struct source_group *group,
				const struct peer *peer, uint64_t now,
				struct source_ticket *ticket);

/* Count one who is there already, whatever the limits say. */
void sources_hold(struct sources *sources, struct source_group *group,
		  const struct peer *peer, uint64_t now, struct source_ticket *ticket);

/* Give a ticket back, if it is one. */
void sources_release(struct sources *sources, struct source_group *group,
		     struct source_ticket *ticket);

/*
 * Groups get other limits, or all their sources are forgotten, of which no ticket must be
 * left then.  sources_settle() does it for all groups in one pass, before anything else
 * is asked; then each of them is told that it is done.
 */
void source_group_change(struct source_group *group, const struct source_limits *limits);
void source_group_forget(struct source_group *group);
void sources_settle(struct sources *sources, uint64_t now);
bool source_group_is_unsettled(const struct source_group *group);
void source_group_settled(struct source_group *group);

/* Would anything be refused? */
bool source_limits_any(const struct source_limits *limits);

/* How much memory it takes. */
size_t sources_bytes(const struct sources *sources);
