/* SPDX-License-Identifier: MIT */

/*
 * Numbers and spans of time are read whole or not at all, never wrap, and what
 * span_format() writes is read back as the same span.
 *
 * links: base/number base/text
 */

#include "base/number.h"

#include "base/base.h"

#include "tap.h"

#define UNTOUCHED UINT64_C(0x5555)
#define MINUTE (60 * USEC_PER_SEC)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)
#define WEEK (7 * DAY)

static void test_number(void)
{
	static const struct {
		const char *text;
		uint64_t max;
		int r;
		uint64_t value;
	} cases[] = {
		{ "0", 9, 0, 0 },
		{ "9", 9, 0, 9 },
		{ "65535", 65535, 0, 65535 },
		{ "18446744073709551615", UINT64_MAX, 0, UINT64_MAX },
		{ "10", 9, NUMBER_RANGE, 0 },
		{ "65536", 65535, NUMBER_RANGE, 0 },
		{ "18446744073709551616", UINT64_MAX, NUMBER_RANGE, 0 },
		{ "99999999999999999999999", UINT64_MAX, NUMBER_RANGE, 0 },
		{ "", 9, NUMBER_BAD, 0 },
		{ "00", 9, NUMBER_BAD, 0 },
		{ "05", 9, NUMBER_BAD, 0 },
		{ "+5", 9, NUMBER_BAD, 0 },
		{ "-0", 9, NUMBER_BAD, 0 },
		{ "-1", 9, NUMBER_BAD, 0 },
		{ " 5", 9, NUMBER_BAD, 0 },
		{ "5 ", 9, NUMBER_BAD, 0 },
		{ "5 5", 9, NUMBER_BAD, 0 },
		{ "5.0", 9, NUMBER_BAD, 0 },
		{ "0x5", 9, NUMBER_BAD, 0 },
		{ "1e0", 9, NUMBER_BAD, 0 },
		{ "5k", 9, NUMBER_BAD, 0 },
		{ "\xd9\xa5", 9, NUMBER_BAD, 0 }, /* an Arabic five */
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		uint64_t value = UNTOUCHED;

		is(number_parse(cases[i].text, cases[i].max, &value), cases[i].r,
		   "number \"%s\"", cases[i].text);
		is((int64_t)value,
		   (int64_t)(cases[i].r == 0 ? cases[i].value : UNTOUCHED),
		   "... and its value");
	}
}

static void test_span(void)
{
	static const struct {
		const char *text;
		int r;
		uint64_t usec;
	} cases[] = {
		{ "0", 0, 0 },
		{ "30", 0, 30 * USEC_PER_SEC },
		{ "7us", 0, 7 },
		{ "7ms", 0, 7 * USEC_PER_MSEC },
		{ "7s", 0, 7 * USEC_PER_SEC },
		{ "7m", 0, 7 * MINUTE },
		{ "7min", 0, 7 * MINUTE },
		{ "7h", 0, 7 * HOUR },
		{ "7d", 0, 7 * DAY },
		{ "7w", 0, 7 * WEEK },
		{ "7 s", 0, 7 * USEC_PER_SEC },
		{ "0s", 0, 0 },
		{ "0h 0s", 0, 0 },
		{ "1min 30s", 0, 90 * USEC_PER_SEC },
		{ "1min30s", 0, 90 * USEC_PER_SEC },
		{ "1 min \t 30 s", 0, 90 * USEC_PER_SEC },
		{ "90s 5us", 0, 90 * USEC_PER_SEC + 5 },
		{ "1w 1d 1h 1min 1s 1ms 1us", 0,
		  WEEK + DAY + HOUR + MINUTE + USEC_PER_SEC + USEC_PER_MSEC + 1 },
		{ "213505d", 0, 213505 * DAY }, /* 584 years, the end of 64 bits of ns */
		{ "584942y", NUMBER_BAD, 0 },
		{ "infinity", 0, USEC_INFINITY },
		/* the last that can be told from infinity */
		{ "18446744073709551614us", 0, UINT64_MAX - 1 },
		{ "18446744073709551615us", NUMBER_RANGE, 0 },
		{ "18446744073708", 0, UINT64_C(18446744073708) * USEC_PER_SEC },
		{ "18446744073709551615", NUMBER_RANGE, 0 },
		{ "18446744073709551616", NUMBER_RANGE, 0 },
		{ "18446744073709551616s", NUMBER_RANGE, 0 },
		{ "18446744073710s", NUMBER_RANGE, 0 },
		{ "30500569w", NUMBER_RANGE, 0 },
		{ "30500568w 7d", NUMBER_RANGE, 0 },
		{ "5124095577h", NUMBER_RANGE, 0 },
		{ "", NUMBER_BAD, 0 },
		{ " ", NUMBER_BAD, 0 },
		{ "s", NUMBER_BAD, 0 },
		{ "-1s", NUMBER_BAD, 0 },
		{ "+1s", NUMBER_BAD, 0 },
		{ "1.5s", NUMBER_BAD, 0 },
		{ "05s", NUMBER_BAD, 0 },
		{ " 5s", NUMBER_BAD, 0 },
		{ "5s ", NUMBER_BAD, 0 },
		{ "5 ", NUMBER_BAD, 0 },
		{ "5 5", NUMBER_BAD, 0 },
		{ "5s5", NUMBER_BAD, 0 },
		{ "1min30", NUMBER_BAD, 0 },
		{ "1h 1h", NUMBER_BAD, 0 },
		{ "1m 1min", NUMBER_BAD, 0 },
		{ "1s 1min", NUMBER_BAD, 0 },
		{ "1us 1ms", NUMBER_BAD, 0 },
		{ "1S", NUMBER_BAD, 0 },
		{ "1sec", NUMBER_BAD, 0 },
		{ "1M", NUMBER_BAD, 0 },
		{ "1s,5ms", NUMBER_BAD, 0 },
		{ "infinitys", NUMBER_BAD, 0 },
		{ "Infinity", NUMBER_BAD, 0 },
		{ "infinity 1s", NUMBER_BAD, 0 },
		{ "1s infinity", NUMBER_BAD, 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		uint64_t usec = UNTOUCHED;

		is(span_parse(cases[i].text, &usec), cases[i].r, "span \"%s\"",
		   cases[i].text);
		is((int64_t)usec, (int64_t)(cases[i].r == 0 ? cases[i].usec : UNTOUCHED),
		   "... and its value");
	}
}

static void test_format(void)
{
	static const struct {
		uint64_t usec;
		const char *text;
	} cases[] = {
		{ 0, "0s" },
		{ 1, "1us" },
		{ 90 * USEC_PER_SEC, "1min 30s" },
		{ 1000 * USEC_PER_SEC, "16min 40s" },
		{ 5 * USEC_PER_SEC + 20, "5s 20us" },
		{ DAY, "1d" },
		{ UINT64_MAX - 1, "30500568w 6d 8h 1min 49s 551ms 614us" },
		{ USEC_INFINITY, "infinity" },
	};
	uint64_t seed = 1;
	bool same = true;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char buf[SPAN_ROOM];

		is_str(span_format(cases[i].usec, buf), cases[i].text, "format %zu", i);
	}
	for (int i = 0; i < 20000; i++) {
		char buf[SPAN_ROOM];
		uint64_t usec, back = UNTOUCHED;

		seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407U;
		usec = seed >> (i % 64);
		same = same && span_parse(span_format(usec, buf), &back) == 0 &&
		       back == usec;
	}
	ok(same, "what is written is read back as the same span");
}

static void test_read_file(void)
{
	is((int64_t)number_read_file("/nonexistent", 42), 42, "no file: the fallback");
	is((int64_t)number_read_file("/", 42), 42, "a directory: the fallback");
	is((int64_t)number_read_file("/dev/null", 42), 42, "nothing in it: the fallback");
	is((int64_t)number_read_file("/proc/self/cmdline", 42), 42,
	   "no number: the fallback");
	ok(number_read_file("/proc/sys/kernel/pid_max", 0) > 0, "the number in a file");
}

int main(void)
{
	test_number();
	test_span();
	test_format();
	test_read_file();
	return done();
}
