/* SPDX-License-Identifier: MIT */

/*
 * rate.h - how often something may happen, and the bucket of tokens that sees to it.
 *
 *     50/1s               fifty tokens a second; one that was not used is there later,
 *                         but never more than fifty
 *     10/min              a unit alone is one of it
 *     10/min burst 20     never more than twenty
 *
 * Tokens come back one by one, at even distances, not all of them at the end of the span.
 * Moments are handed in: nothing here asks a clock.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/base.h"

enum { RATE_COUNT_MAX = 4194304 }; /* tokens a span, and at most at once */

/* A zeroed one is no limit. */
struct rate {
	uint32_t count;
	uint32_t burst;
	uint64_t span; /* microseconds */
};

enum rate_problem {
	RATE_BAD = 1, /* there is no slash in it */
	RATE_BAD_COUNT, /* before the slash is no number, ... */
	RATE_BAD_SPAN, /* ... behind it is no span, ... */
	RATE_BAD_BURST, /* ... or behind "burst" no number */
	RATE_COUNT_RANGE, /* the number is out of range, ... */
	RATE_SPAN_RANGE,
	RATE_BURST_RANGE,
	RATE_ZERO, /* nothing would ever happen */
	RATE_SLOW, /* an empty bucket would take longer than any span to be full */
};

/* Read a rate; "infinity" is none.  The result is not touched on failure. */
int rate_parse(const char *text, struct rate *ret);

/* As rate_parse() takes it; returns buf. */
enum { RATE_ROOM = 128 };
const char *rate_format(const struct rate *rate, char buf[static RATE_ROOM]);

bool rates_equal(const struct rate *a, const struct rate *b);

/* The tokens of one who is held to a rate.  A zeroed bucket is full. */
struct bucket {
	uint64_t full_at; /* when it is full again */
};

/* When there is a token, or was: not later than now if there is one.  Where there is no
 * limit there always is. */
uint64_t bucket_ready_at(const struct bucket *bucket, const struct rate *rate,
			 uint64_t now);
bool bucket_has(const struct bucket *bucket, const struct rate *rate, uint64_t now);

/* Take one, which must be there. */
void bucket_take(struct bucket *bucket, const struct rate *rate, uint64_t now);

/* The rate is another one now: the bucket keeps what it has, as far as that goes in, and
 * a full one is full. */
void bucket_convert(struct bucket *bucket, const struct rate *from, const struct rate *to,
		    uint64_t now);
