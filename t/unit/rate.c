/* SPDX-License-Identifier: MIT */

/*
 * A bucket gives its burst at once and then a token at a time, exactly when one is due;
 * a change of its rate neither gives nor takes.
 *
 * links: base/rate base/number base/text
 */

#include "base/rate.h"

#include "tap.h"

static struct rate rate_of(const char *text)
{
	struct rate rate = { 0 };

	is(rate_parse(text, &rate), 0, "%s is a rate", text);
	return rate;
}

/* How many are there at one moment; they are taken. */
static unsigned drain(struct bucket *bucket, const struct rate *rate, uint64_t now)
{
	unsigned n = 0;

	for (; bucket_has(bucket, rate, now) && n <= RATE_COUNT_MAX; n++)
		bucket_take(bucket, rate, now);
	return n;
}

static void test_tokens(void)
{
	static const struct {
		const char *rate;
		unsigned burst;
		uint64_t usec; /* until one is back */
	} cases[] = {
		{ "1/1us", 1, 1 },
		{ "3/1min", 3, 20 * USEC_PER_SEC },
		{ "10/min burst 20", 20, 6 * USEC_PER_SEC },
		{ "3/1s", 3, 333333 },
		{ "50/1s burst 1", 1, 20000 },
		{ "1/365000d", 1, UINT64_C(365000) * 86400 * USEC_PER_SEC },
		{ "4194304/365000d", 4194304, UINT64_C(7518768310) },
		{ "4194304/1us", 4194304, 1 },
		{ "1/1s burst 4194304", 4194304, USEC_PER_SEC },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct rate rate = rate_of(cases[i].rate);
		const uint64_t now = UINT64_C(5) * 365 * 86400 * USEC_PER_SEC;
		struct bucket bucket = { 0 };
		uint64_t at;

		is(drain(&bucket, &rate, now), cases[i].burst, "... and its burst");
		at = bucket_ready_at(&bucket, &rate, now);
		is((int64_t)(at - now), (int64_t)cases[i].usec, "... then one after");
		ok(!bucket_has(&bucket, &rate, at - 1), "... not before");
		is(drain(&bucket, &rate, at), 1, "... and one alone");
		ok(bucket_ready_at(&bucket, &rate, at) == at + cases[i].usec,
		   "... the next one as long after that");
		at += rate.burst * cases[i].usec;
		is(drain(&bucket, &rate, at - 1), cases[i].burst - 1,
		   "... almost all after as long as they take");
		at += 2 * rate.burst * cases[i].usec;
		is(drain(&bucket, &rate, at), cases[i].burst, "... never more than that");
	}
}

/* A few at an even pace never wait, and one more often does. */
static void test_pace(void)
{
	const struct rate rate = rate_of("10/1s burst 1");
	struct bucket bucket = { 0 };
	unsigned served = 0;

	for (uint64_t now = 1; now < 10 * USEC_PER_SEC; now += USEC_PER_SEC / 10)
		served += drain(&bucket, &rate, now);
	is(served, 100, "ten a second are all served");
	bucket = (struct bucket){ 0 };
	served = 0;
	for (uint64_t now = 1; now < 10 * USEC_PER_SEC; now += USEC_PER_MSEC)
		if (bucket_has(&bucket, &rate, now)) {
			bucket_take(&bucket, &rate, now);
			served++;
		}
	is(served, 100, "of a thousand a second as many");
}

static void test_no_limit(void)
{
	const struct rate none = { 0 }, zero = rate_of("infinity");
	struct bucket bucket = { 0 };

	ok(rates_equal(&none, &zero), "infinity is no rate");
	for (int i = 0; i < 1000; i++)
		bucket_take(&bucket, &none, 1);
	ok(bucket_has(&bucket, &none, 1), "without a rate there is always one");
}

static void test_convert(void)
{
	static const struct {
		const char *from, *to;
		unsigned taken, left;
		uint64_t next; /* seconds until one more is there; 0: it is full */
	} cases[] = {
		{ "10/1min", "5/1min", 3, 5, 0 },
		{ "10/1min", "5/1min", 7, 3, 6 },
		{ "10/1min", "5/1min", 10, 0, 6 },
		{ "5/1min", "10/1min", 0, 10, 0 },
		{ "5/1min", "10/1min", 1, 4, 6 },
		{ "5/1min", "10/1min", 5, 0, 6 },
		{ "10/1min", "10/1min burst 20", 4, 6, 6 },
		{ "10/1min", "10/1min burst 20", 0, 20, 0 },
		{ "10/1min burst 20", "10/1min", 4, 10, 0 },
		{ "2/1000d", "2/1min", 2, 0, 30 },
		{ "2/1min", "2/1000d", 2, 0, 30 },
		{ "2/1min", "infinity", 2, 1000, 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct rate from = rate_of(cases[i].from),
				  to = rate_of(cases[i].to);
		const uint64_t now = 1000 * USEC_PER_SEC;
		struct bucket bucket = { 0 };
		unsigned left = 0;

		for (unsigned n = 0; n < cases[i].taken; n++)
			bucket_take(&bucket, &from, now);
		bucket_convert(&bucket, &from, &to, now);
		for (; left < 1000 && bucket_has(&bucket, &to, now); left++)
			bucket_take(&bucket, &to, now);
		is(left, cases[i].left, "%s, %u taken, then %s: what is left",
		   cases[i].from, cases[i].taken, cases[i].to);
		if (cases[i].next > 0)
			is((int64_t)(bucket_ready_at(&bucket, &to, now) - now),
			   (int64_t)(cases[i].next * USEC_PER_SEC),
			   "... and when there is one more");
	}
}

/* Half of the time for a token is over when the rate changes. */
static void test_convert_within(void)
{
	const struct rate slow = rate_of("2/1min"), fast = rate_of("60/1min burst 2");
	const uint64_t now = 1000 * USEC_PER_SEC, later = now + 20 * USEC_PER_SEC;
	struct bucket bucket = { 0 };

	(void)drain(&bucket, &slow, now);
	bucket_convert(&bucket, &slow, &slow, later);
	is((int64_t)(bucket_ready_at(&bucket, &slow, later) - later), 10 * USEC_PER_SEC,
	   "the time that was waited counts");
	bucket_convert(&bucket, &slow, &fast, later);
	is((int64_t)(bucket_ready_at(&bucket, &fast, later) - later), USEC_PER_SEC,
	   "nobody waits longer than the new rate says");
}

int main(void)
{
	test_tokens();
	test_pace();
	test_no_limit();
	test_convert();
	test_convert_within();
	return done();
}
