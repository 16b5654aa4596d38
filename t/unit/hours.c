/* SPDX-License-Identifier: MIT */

/*
 * Hours of the week: what is read and what is not, each bound a minute before, at it and
 * behind it, over midnight and over the end of the week, and when the clocks change.
 *
 * links: base/hours base/words base/text
 */

#include "base/hours.h"

#include "tap.h"

static void test_words(void)
{
	static const char *const good[] = {
		"08:00-18:00",     "8:00-9:05",   "00:00-24:00",
		"0:00-0:00",       "22:00-06:00", "Mon",
		"mon-FRI",         "Sat,Sun",     "Fri-Mon",
		"Mon,Wed-Thu,Sun", "23:59-23:59", "12:00-24:00",
	};
	static const char *const bad[] = {
		"",
		"08:00",
		"8-18",
		"08:00-",
		"-18:00",
		"24:00-1:00",
		"08:60-09:00",
		"08:00-24:01",
		"08:0-09:00",
		"008:00-09:00",
		"08:00-18:00x",
		"x08:00-9:00",
		"+8:00-9:00",
		"8:00 - 9:00",
		"Mo",
		"Monday",
		"Mon-",
		"Mon,",
		",Mon",
		"Mon--Fri",
		"Mon-Fri-Sun",
		"Foo",
		"8:00-9:000",
		"8:00-9:00,10:00-11:00",
		"-1:00-2:00",
	};

	for (size_t i = 0; i < ARRAY_SIZE(good); i++)
		ok(hours_problem(good[i]) == NULL, "\"%s\" is taken", good[i]);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		ok(hours_problem(bad[i]) != NULL, "\"%s\" is not", bad[i]);
}

static void test_reversed(void)
{
	static const struct {
		const char *words;
		bool reversed;
	} cases[] = {
		{ "", false },
		{ "Mon", false },
		{ "8:00-9:00", false },
		{ "Mon 8:00-9:00", false },
		{ "8:00-9:00 Mon", true },
		{ "8:00-9:00 10:00-11:00 Sat,Sun", true },
		{ "8:00-9:00 Mon 10:00-11:00", false },
		{ "Mon 8:00-9:00 Sat", false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		auto_words struct words words = { 0 };

		is(words_split(cases[i].words, &words), 0, "\"%s\"", cases[i].words);
		is(hours_look_reversed(&words), cases[i].reversed,
		   "... are days behind their times: %d", cases[i].reversed);
	}
}

enum { SUN, MON, TUE, WED, THU, FRI, SAT };

static void test_contain(void)
{
	static const struct {
		const char *words;
		int day, hour, minute;
		bool within;
	} cases[] = {
		{ "", SUN, 0, 0, true },
		{ "08:00-18:00", SUN, 7, 59, false },
		{ "08:00-18:00", MON, 8, 0, true },
		{ "08:00-18:00", TUE, 18, 0, true },
		{ "08:00-18:00", SAT, 18, 1, false },
		{ "00:00-24:00", SAT, 23, 59, true },
		{ "00:00-24:00", SUN, 0, 0, true },
		{ "0:00-23:59", SUN, 23, 59, true },
		{ "12:00-12:00", SUN, 11, 59, false },
		{ "12:00-12:00", SUN, 12, 0, true },
		{ "12:00-12:00", SUN, 12, 1, false },
		{ "08:00-09:00 17:00-18:00", WED, 8, 30, true },
		{ "08:00-09:00 17:00-18:00", WED, 12, 0, false },
		{ "08:00-09:00 17:00-18:00", WED, 17, 30, true },
		/* over midnight */
		{ "22:00-06:00", WED, 21, 59, false },
		{ "22:00-06:00", WED, 22, 0, true },
		{ "22:00-06:00", WED, 6, 0, true },
		{ "22:00-06:00", WED, 6, 1, false },
		{ "Fri 22:00-06:00", FRI, 21, 59, false },
		{ "Fri 22:00-06:00", FRI, 22, 0, true },
		{ "Fri 22:00-06:00", SAT, 6, 0, true },
		{ "Fri 22:00-06:00", SAT, 6, 1, false },
		{ "Fri 22:00-06:00", SAT, 22, 0, false },
		{ "Fri 22:00-06:00", FRI, 6, 0, false },
		{ "Sat 22:00-06:00", SUN, 6, 0, true },
		{ "Sun 22:00-06:00", MON, 0, 0, true },
		{ "Sun 22:00-06:00", SUN, 0, 0, false },
		/* days */
		{ "Mon-Fri 08:00-18:00", SUN, 12, 0, false },
		{ "Mon-Fri 08:00-18:00", MON, 12, 0, true },
		{ "Mon-Fri 08:00-18:00", FRI, 12, 0, true },
		{ "Mon-Fri 08:00-18:00", SAT, 12, 0, false },
		{ "Fri-Mon 08:00-18:00", THU, 12, 0, false },
		{ "Fri-Mon 08:00-18:00", FRI, 12, 0, true },
		{ "Fri-Mon 08:00-18:00", SUN, 12, 0, true },
		{ "Fri-Mon 08:00-18:00", MON, 12, 0, true },
		{ "Fri-Mon 08:00-18:00", TUE, 12, 0, false },
		{ "Sat,Sun", FRI, 23, 59, false },
		{ "Sat,Sun", SAT, 0, 0, true },
		{ "Sat,Sun", SUN, 23, 59, true },
		{ "Sat,Sun", MON, 0, 0, false },
		/* Days hold for all the times behind them. */
		{ "Mon 08:00-09:00 10:00-11:00 Tue 12:00-13:00", MON, 10, 30, true },
		{ "Mon 08:00-09:00 10:00-11:00 Tue 12:00-13:00", TUE, 10, 30, false },
		{ "Mon 08:00-09:00 10:00-11:00 Tue 12:00-13:00", TUE, 12, 30, true },
		{ "08:00-09:00 Tue 12:00-13:00", WED, 8, 30, true },
		{ "08:00-09:00 Tue 12:00-13:00", WED, 12, 30, false },
		{ "Mon Tue 12:00-13:00", MON, 3, 0, true },
		{ "Mon Tue 12:00-13:00", TUE, 3, 0, false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct tm when = { .tm_wday = cases[i].day,
					 .tm_hour = cases[i].hour,
					 .tm_min = cases[i].minute };
		auto_words struct words words = { 0 };
		struct hours hours = { 0 };

		(void)words_split(cases[i].words, &words);
		is(hours_from_words(&words, &hours), 0, "\"%s\" is read", cases[i].words);
		is(hours_contain(&hours, &when), cases[i].within, "... day %d, %d:%02d",
		   cases[i].day, cases[i].hour, cases[i].minute);
		hours_done(&hours);
	}
}

/* 29 March and 25 October 2026, both Sundays: at 01:00 UTC the clocks of Berlin change.
 */
static void test_summer_time(void)
{
	static const struct {
		time_t at; /* UTC */
		bool within;
		const char *what;
	} cases[] = {
		{ 1774663199, false, "Saturday before, 02:59 of winter" },
		{ 1774663200, true, "... 03:00" },
		{ 1774745999, false, "Sunday, 01:59:59, the last second of winter" },
		{ 1774746000, true, "... and the next one, which is 03:00" },
		{ 1774749659, true, "... 04:00:59 of summer" },
		{ 1774749660, false, "... 04:01" },
		{ 1792889999, false, "Sunday in October, 02:59:59 of summer" },
		{ 1792893599, false, "... 02:59:59 once more, of winter" },
		{ 1792893600, true, "... 03:00 of winter" },
	};
	auto_words struct words words = { 0 };
	struct hours hours = { 0 };

	(void)setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
	tzset();
	(void)words_split("03:00-04:00", &words);
	(void)hours_from_words(&words, &hours);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct tm local;

		(void)localtime_r(&cases[i].at, &local);
		is(hours_contain(&hours, &local), cases[i].within, "%s", cases[i].what);
	}
	hours_done(&hours);
}

int main(void)
{
	test_words();
	test_reversed();
	test_contain();
	test_summer_time();
	return done();
}
