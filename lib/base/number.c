/* SPDX-License-Identifier: MIT */

/* number.c - the strict readers of numbers and spans. */

#include "base/number.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/base.h"
#include "base/text.h"

/* The digits at the beginning of a text; the end of them in *ret_end. */
static int digits_parse(const char *text, const char **ret_end, uint64_t *ret)
{
	uint64_t value = 0;
	const char *p = text;

	if (!is_digit(*p) || (*p == '0' && is_digit(p[1])))
		return NUMBER_BAD;
	for (; is_digit(*p); p++) {
		uint64_t digit = (uint64_t)(*p - '0');

		if (value > (UINT64_MAX - digit) / 10)
			return NUMBER_RANGE;
		value = value * 10 + digit;
	}
	*ret_end = p;
	*ret = value;
	return 0;
}

int number_parse(const char *text, uint64_t max, uint64_t *ret)
{
	const char *end = text;
	uint64_t value = 0;
	int r;

	/* A text of digits alone that is too large is a number all the same. */
	if (text[strspn(text, "0123456789")] != '\0')
		return NUMBER_BAD;
	r = digits_parse(text, &end, &value);
	if (r != 0)
		return r;
	if (value > max)
		return NUMBER_RANGE;
	*ret = value;
	return 0;
}

uint64_t number_read_file(const char *path, uint64_t fallback)
{
	FILE *file = fopen(path, "re");
	uint64_t number = fallback;
	char line[64];

	if (file == NULL)
		return fallback;
	if (fgets(line, sizeof(line), file) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		(void)number_parse(line, UINT64_MAX, &number); /* "max": the fallback */
	}
	(void)fclose(file); /* only read from */
	return number;
}

/* From large to small: the order in which a span may name them. */
static const struct unit {
	const char *name;
	uint64_t usec;
} units[] = {
	{ "w", 7 * 24 * 3600 * USEC_PER_SEC },
	{ "d", 24 * 3600 * USEC_PER_SEC },
	{ "h", 3600 * USEC_PER_SEC },
	{ "min", 60 * USEC_PER_SEC },
	{ "m", 60 * USEC_PER_SEC },
	{ "s", USEC_PER_SEC },
	{ "ms", USEC_PER_MSEC },
	{ "us", 1 },
};

static const struct unit *unit_parse(const char *text, const char **ret_end)
{
	size_t size = 0;

	while ((text[size] >= 'a' && text[size] <= 'z') ||
	       (text[size] >= 'A' && text[size] <= 'Z'))
		size++;
	for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
		if (strlen(units[i].name) == size &&
		    memcmp(units[i].name, text, size) == 0) {
			*ret_end = text + size;
			return &units[i];
		}
	}
	return NULL;
}

static const char *skip_blanks(const char *p)
{
	while (is_blank(*p))
		p++;
	return p;
}

int span_parse(const char *text, uint64_t *ret_usec)
{
	uint64_t total = 0, last = UINT64_MAX, value = 0;
	const char *p = text;
	int r;

	if (strcmp(text, "infinity") == 0) {
		*ret_usec = USEC_INFINITY;
		return 0;
	}
	r = number_parse(text, UINT64_MAX, &value);
	if (r == 0) {
		if (value >= USEC_INFINITY / USEC_PER_SEC)
			return NUMBER_RANGE;
		*ret_usec = value * USEC_PER_SEC;
		return 0;
	}
	if (r == NUMBER_RANGE)
		return r;
	do {
		const struct unit *unit;

		r = digits_parse(p, &p, &value);
		if (r != 0)
			return r;
		unit = unit_parse(skip_blanks(p), &p);
		if (unit == NULL || unit->usec >= last)
			return NUMBER_BAD;
		if (value > (USEC_INFINITY - 1 - total) / unit->usec)
			return NUMBER_RANGE;
		total += value * unit->usec;
		last = unit->usec;
		if (is_blank(*p) && *skip_blanks(p) == '\0')
			return NUMBER_BAD; /* blanks stand between, not behind */
		p = skip_blanks(p);
	} while (*p != '\0');

	*ret_usec = total;
	return 0;
}

const char *span_format(uint64_t usec, char buf[static SPAN_ROOM])
{
	size_t used = 0;

	if (usec == USEC_INFINITY)
		return strcpy(buf, "infinity");
	if (usec == 0)
		return strcpy(buf, "0s");
	for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
		uint64_t n = usec / units[i].usec;

		if (n == 0)
			continue;
		usec -= n * units[i].usec;
		used += (size_t)snprintf(buf + used, SPAN_ROOM - used, "%s%" PRIu64 "%s",
					 used > 0 ? " " : "", n, units[i].name);
	}
	return buf;
}

const char *seconds_format(uint64_t usec, char buf[static SECONDS_ROOM])
{
	(void)snprintf(buf, SECONDS_ROOM, "%" PRIu64 ".%03us", usec / USEC_PER_SEC,
		       (unsigned)(usec % USEC_PER_SEC / USEC_PER_MSEC)); /* fits */
	return buf;
}
