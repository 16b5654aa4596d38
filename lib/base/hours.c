/* SPDX-License-Identifier: MIT */

/* hours.c - reads days and times word by word, and finds a moment among them. */

#include "base/hours.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

enum { DAYS = 7, ALL_DAYS = (1 << DAYS) - 1, NAME_SIZE = 3 };

/* "Mon": its number, or -1. */
static int read_day(const char *text)
{
	static const char names[DAYS][NAME_SIZE + 1] = { "Sun", "Mon", "Tue", "Wed",
							 "Thu", "Fri", "Sat" };

	for (int day = 0; day < DAYS; day++)
		if (strncasecmp(text, names[day], NAME_SIZE) == 0)
			return day;
	return -1;
}

/* "Mon", "Mon-Fri", "Sat,Sun", "Fri-Mon,Wed": the days, or 0. */
static uint8_t read_days(const char *text)
{
	uint8_t days = 0;

	for (;;) {
		int first = read_day(text), last = first;

		if (first < 0)
			return 0;
		text += NAME_SIZE;
		if (*text == '-') {
			last = read_day(text + 1);
			if (last < 0)
				return 0;
			text += 1 + NAME_SIZE;
		}
		for (; first != last; first = (first + 1) % DAYS)
			days |= (uint8_t)(1 << first);
		days |= (uint8_t)(1 << last);
		if (*text != ',')
			return *text == '\0' ? days : 0;
		text++;
	}
}

/* "8:00", "18:30", and "24:00" where that is allowed.  Returns what is behind, or NULL.
 */
static const char *read_time(const char *text, unsigned most, uint16_t *ret)
{
	unsigned hour = 0, minute;
	size_t digits = 0;

	for (; digits < 2 && is_digit(text[digits]); digits++)
		hour = hour * 10 + (unsigned)(text[digits] - '0');
	text += digits;
	if (digits == 0 || text[0] != ':' || !is_digit(text[1]) || !is_digit(text[2]))
		return NULL;
	minute = (unsigned)(text[1] - '0') * 10 + (unsigned)(text[2] - '0');
	if (minute > 59 || hour * 60 + minute > most)
		return NULL;
	*ret = (uint16_t)(hour * 60 + minute);
	return text + 3;
}

static bool read_span(const char *text, struct hours_span *span)
{
	text = read_time(text, MINUTES_A_DAY - 1, &span->from);
	if (text == NULL || *text != '-')
		return false;
	text = read_time(text + 1, MINUTES_A_DAY, &span->to);
	return text != NULL && *text == '\0';
}

const char *hours_problem(const char *word)
{
	struct hours_span span;

	if (read_days(word) != 0 || read_span(word, &span))
		return NULL;
	return "not a time as 08:00-18:00, nor days as Mon-Fri or Sat,Sun";
}

bool hours_look_reversed(const struct words *words)
{
	return words->n > 1 && read_days(words->at[0]) == 0 &&
	       read_days(words->at[words->n - 1]) != 0;
}

int hours_from_words(const struct words *words, struct hours *ret)
{
	struct hours hours = { calloc(words->n + 1, sizeof(*hours.spans)), 0 };
	uint8_t days = ALL_DAYS;

	if (hours.spans == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < words->n; i++) {
		struct hours_span span = { .to = MINUTES_A_DAY };
		const uint8_t read = read_days(words->at[i]);

		if (read != 0) {
			days = read;
			/* Days alone, if no time is behind them. */
			if (i + 1 < words->n && read_days(words->at[i + 1]) == 0)
				continue;
		} else if (!read_span(words->at[i], &span)) {
			continue; /* it was told */
		}
		span.days = days;
		hours.spans[hours.n++] = span;
	}
	hours_done(ret);
	*ret = hours;
	return 0;
}

void hours_done(struct hours *hours)
{
	free(hours->spans);
	*hours = (struct hours){ 0 };
}

static bool has_day(const struct hours_span *span, int day)
{
	return (span->days & (1 << (day % DAYS))) != 0;
}

bool hours_contain(const struct hours *hours, const struct tm *when)
{
	const int minute = when->tm_hour * 60 + when->tm_min, day = when->tm_wday;

	for (size_t i = 0; i < hours->n; i++) {
		const struct hours_span *span = &hours->spans[i];
		const bool wraps = span->to < span->from;

		if (has_day(span, day) && minute >= span->from &&
		    (wraps || minute <= span->to))
			return true;
		if (wraps && has_day(span, day + DAYS - 1) && minute <= span->to)
			return true;
	}
	return hours->n == 0;
}
