/* SPDX-License-Identifier: MIT */

/* kind_limit.c - limits of resources, SOFT[:HARD], sizes, and integers with a sign. */

#include "conf/kinds.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/number.h"
#include "conf/settings.h"

/* How one limit is written. */
struct unit {
	const char *what; /* it is not, when it cannot be read */
	/* Returns 0, NUMBER_BAD or NUMBER_RANGE. */
	int (*read)(const char *value, uint64_t *ret);
	void (*show)(uint64_t number, struct text *text);
};

/* Limits */

static int read_limit(const struct key *key, const struct unit *unit, const char *value,
		      uint64_t *ret, struct text *why)
{
	uint64_t number = 0;
	int r;

	if (strcmp(value, "infinity") == 0) {
		*ret = LIMIT_INFINITY;
		return 0;
	}
	r = unit->read(value, &number);
	if (r == NUMBER_BAD) {
		text_addf(why, "not %s:", unit->what);
		return kind_refused(why, "", value);
	}
	if (r == NUMBER_RANGE || number < key->min || number > key->max) {
		text_add(why, "out of range, ");
		unit->show(key->min, why);
		text_add(why, " to ");
		unit->show(key->max, why);
		return kind_refused(why, ":", value);
	}
	*ret = number;
	return 0;
}

static int set_limit(const struct key *key, const struct unit *unit, const char *value,
		     void *field, struct text *why)
{
	struct limit limit = { .is_set = true };
	const char *colon = strchrnul(value, ':');
	auto_free char *soft = strndup(value, (size_t)(colon - value));
	int r;

	if (soft == NULL)
		return -ENOMEM;
	r = read_limit(key, unit, soft, &limit.soft, why);
	limit.hard = limit.soft;
	if (r == 0 && *colon != '\0')
		r = read_limit(key, unit, colon + 1, &limit.hard, why);
	if (r == 0 && limit.soft > limit.hard)
		r = kind_refused(why, "the soft limit is above the hard one:", value);
	if (r == 0)
		*(struct limit *)field = limit;
	return r;
}

static void show_one(const struct unit *unit, uint64_t number, struct text *text)
{
	if (number == LIMIT_INFINITY)
		text_add(text, "infinity");
	else
		unit->show(number, text);
}

static void show_limit(const struct unit *unit, const void *field, struct text *text)
{
	const struct limit *limit = field;

	if (!limit->is_set)
		return;
	show_one(unit, limit->soft, text);
	if (limit->hard == limit->soft)
		return;
	text_add(text, ":");
	show_one(unit, limit->hard, text);
}

/* Units */

static int read_number(const char *value, uint64_t *ret)
{
	return number_parse(value, UINT64_MAX, ret);
}

static void show_number(uint64_t number, struct text *text)
{
	text_addf(text, "%" PRIu64, number);
}

static const char suffixes[] = "KMG";

static int read_bytes(const char *value, uint64_t *ret)
{
	size_t size = strlen(value);
	const char *suffix = size > 0 ? strchr(suffixes, value[size - 1]) : NULL;
	auto_free char *digits = strndup(value, size - (suffix != NULL));
	const int shift = suffix != NULL ? 10 * (int)(suffix - suffixes + 1) : 0;
	uint64_t number = 0;
	int r = digits != NULL ? number_parse(digits, UINT64_MAX, &number) : NUMBER_BAD;

	if (r != 0)
		return r;
	if (number > UINT64_MAX >> shift)
		return NUMBER_RANGE;
	*ret = number << shift;
	return 0;
}

static void show_bytes(uint64_t number, struct text *text)
{
	char unit[2] = "";

	for (int i = 0; number > 0 && number % 1024 == 0 && suffixes[i] != '\0'; i++) {
		number /= 1024;
		unit[0] = suffixes[i];
	}
	text_addf(text, "%" PRIu64 "%s", number, unit);
}

/* The kernel counts whole seconds. */
static int read_seconds(const char *value, uint64_t *ret)
{
	uint64_t usec = 0;
	int r = span_parse(value, &usec);

	if (r == 0 && usec % USEC_PER_SEC != 0)
		return NUMBER_BAD;
	if (r == 0)
		*ret = usec / USEC_PER_SEC;
	return r;
}

static void show_seconds(uint64_t number, struct text *text)
{
	char buf[SPAN_ROOM];

	text_add(text, span_format(number * USEC_PER_SEC, buf));
}

static const struct unit unit_number = { "a number", read_number, show_number };
static const struct unit unit_bytes = { "a number of bytes, such as 4096 or 64M",
					read_bytes, show_bytes };
static const struct unit unit_seconds = { "a span of whole seconds, such as 30s",
					  read_seconds, show_seconds };

static int set_limit_number(const struct key *key, const char *value, void *field,
			    struct text *why)
{
	return set_limit(key, &unit_number, value, field, why);
}

static void show_limit_number(const struct key *key, const void *field, struct text *text)
{
	(void)key;
	show_limit(&unit_number, field, text);
}

static int set_limit_bytes(const struct key *key, const char *value, void *field,
			   struct text *why)
{
	return set_limit(key, &unit_bytes, value, field, why);
}

static void show_limit_bytes(const struct key *key, const void *field, struct text *text)
{
	(void)key;
	show_limit(&unit_bytes, field, text);
}

static int set_limit_seconds(const struct key *key, const char *value, void *field,
			     struct text *why)
{
	return set_limit(key, &unit_seconds, value, field, why);
}

static void show_limit_seconds(const struct key *key, const void *field,
			       struct text *text)
{
	(void)key;
	show_limit(&unit_seconds, field, text);
}

const struct kind kind_limit_number = { .set = set_limit_number,
					.show = show_limit_number };
const struct kind kind_limit_bytes = { .set = set_limit_bytes, .show = show_limit_bytes };
const struct kind kind_limit_seconds = { .set = set_limit_seconds,
					 .show = show_limit_seconds };

/* Sizes */

static int set_size(const struct key *key, const char *value, void *field,
		    struct text *why)
{
	uint64_t size = 0;
	int r = read_limit(key, &unit_bytes, value, &size, why);

	if (r == 0 && size == LIMIT_INFINITY && !key->infinity) {
		text_add(why, "cannot be infinity");
		return 1;
	}
	if (r == 0)
		*(uint64_t *)field = size;
	return r;
}

static void show_size(const struct key *key, const void *field, struct text *text)
{
	const uint64_t size = *(const uint64_t *)field;

	(void)key;
	if (size > 0)
		show_one(&unit_bytes, size, text);
}

static void clear_size(void *field)
{
	*(uint64_t *)field = 0;
}

const struct kind kind_size = { .set = set_size, .show = show_size, .clear = clear_size };

/* Integers */

static int set_integer(const struct key *key, const char *value, void *field,
		       struct text *why)
{
	const bool negative = value[0] == '-';
	uint64_t number = 0;
	int r = number_parse(value + negative, UINT64_MAX, &number);

	if (r == NUMBER_BAD || (negative && r == 0 && number == 0))
		return kind_refused(why, "not a number:", value);
	/* The table has negative numbers as what they are in two's complement. */
	if (r != 0 || number > (negative ? -key->min : key->max)) {
		text_addf(why, "out of range, -%" PRIu64 " to %" PRIu64, -key->min,
			  key->max);
		return kind_refused(why, ":", value);
	}
	*(struct integer *)field =
		(struct integer){ .is_set = true,
				  .value = negative ? -(int)number : (int)number };
	return 0;
}

static void show_integer(const struct key *key, const void *field, struct text *text)
{
	const struct integer *integer = field;

	(void)key;
	if (integer->is_set)
		text_addf(text, "%d", integer->value);
}

const struct kind kind_integer = { .set = set_integer, .show = show_integer };
