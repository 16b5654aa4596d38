/* SPDX-License-Identifier: MIT */

/* kind_value.c - choices, numbers, spans and signals: one value of a fixed size. */

#include "conf/kinds.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>

#include "base/number.h"
#include "conf/settings.h"

int kind_refused(struct text *why, const char *what, const char *value)
{
	char shown[ESCAPED_ROOM(64)];

	(void)escape(shown, sizeof(shown), value, strlen(value)); /* cut if long */
	text_addf(why, "%s \"%s\"", what, shown);
	return 1;
}

/* More than is told of one value, however long they are. */
enum { REASONS_SIZE = 16 * 1024 };

void kind_add_reason(struct text *why, const char *reason)
{
	if (why->size > REASONS_SIZE)
		return;
	if (why->size > 0)
		text_add(why, "\n");
	text_add(why, reason);
}

/* Choices */

static int set_choice(const struct key *key, const char *value, void *field,
		      struct text *why)
{
	for (int i = 0; key->words[i] != NULL; i++) {
		if (strcmp(key->words[i], value) == 0) {
			*(int *)field = i;
			return 0;
		}
	}
	text_add(why, "takes ");
	for (int i = 0; key->words[i] != NULL; i++)
		text_addf(why, "%s%s",
			  i == 0              ? ""
			  : key->words[i + 1] ? ", "
					      : " or ",
			  key->words[i]);
	return kind_refused(why, ", not", value);
}

static void show_choice(const struct key *key, const void *field, struct text *text)
{
	text_add(text, key->words[*(const int *)field]);
}

const struct kind kind_choice = { .set = set_choice, .show = show_choice };

static int set_bool(const struct key *key, const char *value, void *field,
		    struct text *why)
{
	(void)key;
	if (strcmp(value, "yes") != 0 && strcmp(value, "no") != 0)
		return kind_refused(why, "takes yes or no, not", value);
	*(bool *)field = value[0] == 'y';
	return 0;
}

static void show_bool(const struct key *key, const void *field, struct text *text)
{
	(void)key;
	text_add(text, *(const bool *)field ? "yes" : "no");
}

const struct kind kind_bool = { .set = set_bool, .show = show_bool };

static int set_maybe(const struct key *key, const char *value, void *field,
		     struct text *why)
{
	bool yes = false;
	int r = set_bool(key, value, &yes, why);

	if (r == 0)
		*(int *)field = yes ? MAYBE_YES : MAYBE_NO;
	return r;
}

static void show_maybe(const struct key *key, const void *field, struct text *text)
{
	const int value = *(const int *)field;

	(void)key;
	if (value != MAYBE_UNSET)
		text_add(text, value == MAYBE_YES ? "yes" : "no");
}

static void clear_maybe(void *field)
{
	*(int *)field = MAYBE_UNSET;
}

const struct kind kind_maybe = { .set = set_maybe,
				 .show = show_maybe,
				 .clear = clear_maybe };

/* From quiet to verbose; the first word of a level is the one it is shown as. */
static const struct {
	const char *word;
	int level;
} levels[] = {
	{ "error", LOG_ERR },     { "err", LOG_ERR },   { "warning", LOG_WARNING },
	{ "notice", LOG_NOTICE }, { "info", LOG_INFO }, { "debug", LOG_DEBUG },
};

static int set_level(const struct key *key, const char *value, void *field,
		     struct text *why)
{
	(void)key;
	for (size_t i = 0; i < ARRAY_SIZE(levels); i++) {
		if (strcmp(levels[i].word, value) == 0) {
			*(int *)field = levels[i].level;
			return 0;
		}
	}
	return kind_refused(why, "takes error, warning, notice, info or debug, not",
			    value);
}

static void show_level(const struct key *key, const void *field, struct text *text)
{
	(void)key;
	for (size_t i = 0; i < ARRAY_SIZE(levels); i++) {
		if (levels[i].level == *(const int *)field) {
			text_add(text, levels[i].word);
			return;
		}
	}
}

const struct kind kind_level = { .set = set_level, .show = show_level };

/* Numbers */

static int set_count(const struct key *key, const char *value, void *field,
		     struct text *why)
{
	uint64_t number = 0;
	int r;

	if (key->infinity && strcmp(value, "infinity") == 0) {
		*(unsigned *)field = COUNT_INFINITY;
		return 0;
	}
	r = number_parse(value, UINT64_MAX, &number);
	if (r == NUMBER_BAD)
		return kind_refused(why, "not a number:", value);
	if (r == 0 && number == 0 && key->infinity) {
		text_add(why, "0 would serve nobody; write \"infinity\" for no limit, or "
			      "\"enabled = no\" to switch a service off");
		return 1;
	}
	if (r != 0 || number < key->min || number > key->max) {
		text_addf(why, "out of range, %" PRIu64 " to %" PRIu64, key->min,
			  key->max);
		return kind_refused(why, ":", value);
	}
	*(unsigned *)field = (unsigned)number;
	return 0;
}

static void show_count(const struct key *key, const void *field, struct text *text)
{
	unsigned count = *(const unsigned *)field;

	(void)key;
	if (count == COUNT_INFINITY)
		text_add(text, "infinity");
	else if (count > 0)
		text_addf(text, "%u", count);
}

static void clear_count(void *field)
{
	*(unsigned *)field = 0;
}

const struct kind kind_count = { .set = set_count,
				 .show = show_count,
				 .clear = clear_count };

static int set_span(const struct key *key, const char *value, void *field,
		    struct text *why)
{
	char low[SPAN_ROOM], high[SPAN_ROOM];
	uint64_t usec = 0;
	int r = span_parse(value, &usec);

	if (r == NUMBER_BAD)
		return kind_refused(
			why, "not a span of time, such as 30s or 1min 30s:", value);
	if (r == 0 && usec == USEC_INFINITY && !key->infinity) {
		text_add(why, "cannot be infinity");
		return 1;
	}
	if (r == 0 && usec == USEC_INFINITY) {
		*(uint64_t *)field = usec;
		return 0;
	}
	if (r == 0 && usec < key->min && key->infinity) {
		text_add(why, "0 leaves no time at all; write \"infinity\" for no limit");
		return 1;
	}
	if (r != 0 || usec < key->min || usec > key->max) {
		text_addf(why, "out of range, %s to %s", span_format(key->min, low),
			  span_format(key->max, high));
		return kind_refused(why, ":", value);
	}
	*(uint64_t *)field = usec;
	return 0;
}

static void show_span(const struct key *key, const void *field, struct text *text)
{
	char buf[SPAN_ROOM];

	(void)key;
	text_add(text, span_format(*(const uint64_t *)field, buf));
}

const struct kind kind_span = { .set = set_span, .show = show_span };

/* A span that may be left to the kernel, in units of what the kernel counts. */
static int set_whole(const struct key *key, const char *value, uint64_t unit,
		     struct span *ret, struct text *why)
{
	struct span span = { .is_set = true };
	int r = span_parse(value, &span.usec);

	if (r == 0 && span.usec != USEC_INFINITY &&
	    (span.usec % unit != 0 || span.usec < key->min))
		return kind_refused(
			why,
			key->min > 0 ? "not whole seconds from 1s, nor \"infinity\":"
			: unit == USEC_PER_SEC ? "not whole seconds, such as 30s:"
					       : "not whole milliseconds, such as 500ms:",
			value);
	r = set_span(key, value, &span.usec, why);
	if (r == 0)
		*ret = span;
	return r;
}

static int set_seconds(const struct key *key, const char *value, void *field,
		       struct text *why)
{
	return set_whole(key, value, USEC_PER_SEC, field, why);
}

static int set_milliseconds(const struct key *key, const char *value, void *field,
			    struct text *why)
{
	return set_whole(key, value, USEC_PER_MSEC, field, why);
}

static void show_whole(const struct key *key, const void *field, struct text *text)
{
	const struct span *span = field;

	if (span->is_set)
		show_span(key, &span->usec, text);
}

static void clear_whole(void *field)
{
	*(struct span *)field = (struct span){ 0 };
}

const struct kind kind_seconds = { .set = set_seconds,
				   .show = show_whole,
				   .clear = clear_whole };
const struct kind kind_milliseconds = { .set = set_milliseconds,
					.show = show_whole,
					.clear = clear_whole };

static int set_mode(const struct key *key, const char *value, void *field,
		    struct text *why)
{
	unsigned mode = 0;
	size_t size = strlen(value);

	if (size == 0 || size > 4 || value[strspn(value, "01234567")] != '\0')
		return kind_refused(why,
				    "not an octal number of up to four digits:", value);
	for (const char *p = value; *p != '\0'; p++)
		mode = mode * 8 + (unsigned)(*p - '0');
	if (mode > key->max) {
		text_addf(why, "out of range, 0 to %04o", (unsigned)key->max);
		return kind_refused(why, ":", value);
	}
	*(unsigned *)field = mode;
	return 0;
}

static void show_mode(const struct key *key, const void *field, struct text *text)
{
	(void)key;
	text_addf(text, "%04o", *(const unsigned *)field);
}

const struct kind kind_mode = { .set = set_mode, .show = show_mode };

/* The same for what not every service has. */
static int set_rights(const struct key *key, const char *value, void *field,
		      struct text *why)
{
	unsigned mode = 0;
	int r = set_mode(key, value, &mode, why);

	if (r == 0)
		*(struct integer *)field = (struct integer){ true, (int)mode };
	return r;
}

static void show_rights(const struct key *key, const void *field, struct text *text)
{
	const struct integer *mode = field;
	const unsigned value = (unsigned)mode->value;

	if (mode->is_set)
		show_mode(key, &value, text);
}

static void clear_rights(void *field)
{
	*(struct integer *)field = (struct integer){ 0 };
}

const struct kind kind_rights = { .set = set_rights,
				  .show = show_rights,
				  .clear = clear_rights };

static int set_signal(const struct key *key, const char *value, void *field,
		      struct text *why)
{
	const char *name = strncmp(value, "SIG", 3) == 0 ? value + 3 : value;
	uint64_t number = 0;

	(void)key;
	if (number_parse(value, 31, &number) == 0 && number > 0) {
		*(int *)field = (int)number;
		return 0;
	}
	for (int i = 1; i < 32; i++) {
		const char *known = sigabbrev_np(i);

		if (known != NULL && strcmp(known, name) == 0) {
			*(int *)field = i;
			return 0;
		}
	}
	return kind_refused(why, "not a signal, such as TERM or HUP:", value);
}

static void show_signal(const struct key *key, const void *field, struct text *text)
{
	const char *name = sigabbrev_np(*(const int *)field);

	(void)key;
	if (name != NULL)
		text_add(text, name);
	else
		text_addf(text, "%d", *(const int *)field);
}

const struct kind kind_signal = { .set = set_signal, .show = show_signal };
