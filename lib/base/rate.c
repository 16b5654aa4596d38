/* SPDX-License-Identifier: MIT */

/*
 * rate.c - rates read and written, and buckets of one number each.
 *
 * A bucket is known by the moment at which it is full: it lacks as many tokens as come
 * back until then.  A token takes a whole number of microseconds to come back, at least
 * one: what is cut off that is below anything that could be noticed.
 */

#include "base/rate.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "base/text.h"

#define SPAN_LONGEST (UINT64_C(1000) * 365 * 24 * 3600 * USEC_PER_SEC)

static const char burst_word[] = "burst";

/* How long it takes until one token is back. */
static uint64_t usec_a_token(const struct rate *rate)
{
	return MAX(rate->span / rate->count, 1);
}

/* A count of at least one, of a part of a text. */
static int parse_count(const char *text, size_t size, enum rate_problem if_bad,
		       enum rate_problem if_out_of_range, uint32_t *ret)
{
	char digits[16];
	uint64_t number = 0;
	int r;

	if (text[strspn(text, "0123456789")] != text[size])
		return (int)if_bad;
	if (size >= sizeof(digits))
		return (int)if_out_of_range;
	memcpy(digits, text, size);
	digits[size] = '\0';
	r = number_parse(digits, RATE_COUNT_MAX, &number);
	if (r == 0 && number == 0)
		return RATE_ZERO;
	*ret = (uint32_t)number;
	return r == NUMBER_BAD     ? (int)if_bad
	       : r == NUMBER_RANGE ? (int)if_out_of_range
				   : 0;
}

/* A span, or the name of a unit; of a part of a text. */
static int parse_span(const char *text, size_t size, uint64_t *ret)
{
	char span[SPAN_ROOM + 1] = "1";
	const bool is_unit = !is_digit(text[0]);
	uint64_t usec = 0;
	int r;

	/* No span that is written in its normal form is longer. */
	if (size == 0 || size >= SPAN_ROOM)
		return RATE_BAD_SPAN;
	memcpy(span + is_unit, text, size);
	span[is_unit + size] = '\0';
	r = span_parse(span, &usec);
	if (r == 0 && (usec == 0 || usec > SPAN_LONGEST))
		r = NUMBER_RANGE;
	*ret = usec;
	return r == NUMBER_BAD ? RATE_BAD_SPAN : r == NUMBER_RANGE ? RATE_SPAN_RANGE : 0;
}

/* Where "burst" stands as a word of its own, or the end. */
static const char *find_burst(const char *text)
{
	const char *at = strstr(text, burst_word);

	return at != NULL && at > text && is_blank(at[-1]) &&
			       is_blank(at[strlen(burst_word)])
		       ? at
		       : text + strlen(text);
}

int rate_parse(const char *text, struct rate *ret)
{
	const char *slash = strchr(text, '/');
	struct rate rate = { 0 };
	const char *burst, *end;
	int r;

	if (strcmp(text, "infinity") == 0) {
		*ret = rate;
		return 0;
	}
	if (slash == NULL)
		return strcmp(text, "0") == 0 ? RATE_ZERO : RATE_BAD;
	burst = end = find_burst(slash + 1);
	while (end > slash + 1 && is_blank(end[-1]))
		end--;
	r = parse_count(text, (size_t)(slash - text), RATE_BAD_COUNT, RATE_COUNT_RANGE,
			&rate.count);
	if (r == 0)
		r = parse_span(slash + 1, (size_t)(end - slash - 1), &rate.span);
	rate.burst = rate.count;
	if (r == 0 && *burst != '\0') {
		burst += strlen(burst_word);
		while (is_blank(*burst))
			burst++;
		r = parse_count(burst, strlen(burst), RATE_BAD_BURST, RATE_BURST_RANGE,
				&rate.burst);
	}
	if (r == 0 && usec_a_token(&rate) > SPAN_LONGEST / rate.burst)
		r = RATE_SLOW;
	if (r == 0)
		*ret = rate;
	return r;
}

const char *rate_format(const struct rate *rate, char buf[static RATE_ROOM])
{
	char span[SPAN_ROOM];
	int used;

	if (rate->count == 0)
		return strcpy(buf, "infinity");
	used = snprintf(buf, RATE_ROOM, "%" PRIu32 "/%s", rate->count,
			span_format(rate->span, span));
	if (rate->burst != rate->count)
		/* Fits, as the span does. */
		(void)snprintf(buf + used, RATE_ROOM - (size_t)used, " %s %" PRIu32,
			       burst_word, rate->burst);
	return buf;
}

bool rates_equal(const struct rate *a, const struct rate *b)
{
	return a->count == b->count && a->burst == b->burst && a->span == b->span;
}

/* How long it takes until it is full. */
static uint64_t usec_to_full(const struct bucket *bucket, const struct rate *rate,
			     uint64_t now)
{
	const uint64_t left = bucket->full_at > now ? bucket->full_at - now : 0;

	return MIN(left, rate->burst * usec_a_token(rate));
}

uint64_t bucket_ready_at(const struct bucket *bucket, const struct rate *rate,
			 uint64_t now)
{
	uint64_t left, all_but_one;

	if (rate->count == 0)
		return now;
	left = usec_to_full(bucket, rate, now);
	all_but_one = (rate->burst - 1) * usec_a_token(rate);
	return left > all_but_one ? now + (left - all_but_one) : now;
}

bool bucket_has(const struct bucket *bucket, const struct rate *rate, uint64_t now)
{
	return bucket_ready_at(bucket, rate, now) <= now;
}

void bucket_take(struct bucket *bucket, const struct rate *rate, uint64_t now)
{
	if (rate->count > 0)
		bucket->full_at =
			now + usec_to_full(bucket, rate, now) + usec_a_token(rate);
}

void bucket_convert(struct bucket *bucket, const struct rate *from, const struct rate *to,
		    uint64_t now)
{
	uint64_t left, step, has, wait;

	if (from->count == 0 || to->count == 0 || bucket->full_at <= now) {
		*bucket = (struct bucket){ 0 };
		return;
	}
	left = usec_to_full(bucket, from, now);
	step = usec_a_token(from);
	has = from->burst - (left + step - 1) / step;
	if (has >= to->burst) {
		*bucket = (struct bucket){ 0 };
		return;
	}
	/* The next one comes when it would have come, or before. */
	wait = MIN(usec_a_token(to), (left - 1) % step + 1);
	bucket->full_at = now + (to->burst - has - 1) * usec_a_token(to) + wait;
}
