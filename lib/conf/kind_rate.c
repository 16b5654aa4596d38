/* SPDX-License-Identifier: MIT */

/* kind_rate.c - rates, and what is one source. */

#include "conf/kinds.h"

#include <string.h>

#include "base/number.h"
#include "base/rate.h"
#include "conf/settings.h"

static int set_rate(const struct key *key, const char *value, void *field,
		    struct text *why)
{
	static const char *const problems[] = {
		[RATE_BAD] = "not a rate, such as 50/1s, 10/min or 10/min burst 20:",
		[RATE_BAD_COUNT] = "not a rate, as before the slash stands no number:",
		[RATE_BAD_SPAN] = "not a rate, as behind the slash stands no span:",
		[RATE_BAD_BURST] = "not a rate, as behind \"burst\" stands no number:",
		[RATE_COUNT_RANGE] = "the number is out of range, 1 to 4194304:",
		[RATE_SPAN_RANGE] = "the span is out of range, 1us to 52142w 6d:",
		[RATE_BURST_RANGE] = "the burst is out of range, 1 to 4194304:",
		[RATE_SLOW] = "an empty bucket would take more than 1000 years to fill:",
	};
	int r = rate_parse(value, field);

	(void)key;
	if (r == 0)
		return 0;
	if (r == RATE_ZERO) {
		text_add(why, "0 would serve nobody; write \"infinity\" for no limit, or "
			      "\"enabled = no\" to switch a service off");
		return 1;
	}
	return kind_refused(why, problems[r], value);
}

static void show_rate(const struct key *key, const void *field, struct text *text)
{
	char buf[RATE_ROOM];

	(void)key;
	text_add(text, rate_format(field, buf));
}

const struct kind kind_rate = { .set = set_rate, .show = show_rate };

/* Prefixes */

static int read_bits(const char *word, unsigned most, const char *family, unsigned *ret,
		     struct text *why)
{
	uint64_t bits = 0;
	int r = number_parse(word, UINT64_MAX, &bits);

	if (r == NUMBER_BAD)
		return kind_refused(why, "not a number of bits:", word);
	if (r != 0 || bits < 1 || bits > most) {
		text_addf(why, "out of range, 1 to %u for %s:", most, family);
		return kind_refused(why, "", word);
	}
	*ret = (unsigned)bits;
	return 0;
}

static int set_prefix(const struct key *key, const char *value, void *field,
		      struct text *why)
{
	auto_words struct words words = { 0 };
	struct source_prefix prefix;
	int r = kind_split(value, &words, why);

	(void)key;
	if (r != 0)
		return r;
	if (words.n != 2)
		return kind_refused(
			why, "takes two numbers, the bits of IPv4 and of IPv6, not",
			value);
	r = read_bits(words.at[0], 32, "IPv4", &prefix.v4, why);
	if (r == 0)
		r = read_bits(words.at[1], 128, "IPv6", &prefix.v6, why);
	if (r == 0)
		*(struct source_prefix *)field = prefix;
	return r;
}

static void show_prefix(const struct key *key, const void *field, struct text *text)
{
	const struct source_prefix *prefix = field;

	(void)key;
	text_addf(text, "%u %u", prefix->v4, prefix->v6);
}

const struct kind kind_prefix = { .set = set_prefix, .show = show_prefix };
