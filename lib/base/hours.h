/* SPDX-License-Identifier: MIT */

/*
 * hours.h - times of the day, on all days of the week or on some.
 *
 *     08:00-18:00            every day; both bounds are minutes that belong to it
 *     22:00-06:00            over midnight: it belongs to the day on which it begins
 *     Mon-Fri 08:00-18:00 Sat,Sun 10:00-12:00
 *     Sat                    days without a time: all day
 *
 * Days hold for the times behind them, up to the next days.  The clock on the wall
 * counts, as localtime_r(3) tells it.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "base/words.h"

enum { MINUTES_A_DAY = 24 * 60 };

struct hours_span {
	uint8_t days; /* bit 0 is Sunday */
	uint16_t from, to; /* minutes of the day; to < from: of the next one */
};

/* Without spans: at all times. */
struct hours {
	struct hours_span *spans;
	size_t n;
};

/* What is wrong with a word; NULL: nothing. */
const char *hours_problem(const char *word);

/* Do the days stand behind the times, of which they were probably meant to be? */
bool hours_look_reversed(const struct words *words);

/* From words without a problem: 0 or -ENOMEM. */
int hours_from_words(const struct words *words, struct hours *ret);
void hours_done(struct hours *hours);

bool hours_contain(const struct hours *hours, const struct tm *when);
