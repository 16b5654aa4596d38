/* SPDX-License-Identifier: MIT */

/*
 * tap.h - unit tests that speak TAP: ok(), is(), is_str(), done().
 *
 * Both sides are shown on failure, and the test goes on.  Each test is one
 * program, so these are static.
 */
#pragma once

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static unsigned tap_count, tap_failed;

__attribute__((format(printf, 2, 0))) static inline bool tap_tell(bool good,
								  const char *name,
								  va_list args)
{
	printf("%sok %u - ", good ? "" : "not ", ++tap_count);
	vprintf(name, args);
	printf("\n");
	tap_failed += !good;
	return good;
}

__attribute__((format(printf, 2, 3))) static inline bool ok(bool good, const char *name,
							    ...)
{
	va_list args;

	va_start(args, name);
	tap_tell(good, name, args);
	va_end(args);
	return good;
}

__attribute__((format(printf, 3, 4))) static inline bool is(int64_t got, int64_t expected,
							    const char *name, ...)
{
	va_list args;

	va_start(args, name);
	if (!tap_tell(got == expected, name, args))
		printf("#      got: %" PRId64 "\n# expected: %" PRId64 "\n", got,
		       expected);
	va_end(args);
	return got == expected;
}

__attribute__((format(printf, 3, 4))) static inline bool is_str(const char *got,
								const char *expected,
								const char *name, ...)
{
	bool good = got != NULL && expected != NULL ? strcmp(got, expected) == 0
						    : got == expected;
	va_list args;

	va_start(args, name);
	if (!tap_tell(good, name, args))
		printf("#      got: %s\n# expected: %s\n", got != NULL ? got : "(null)",
		       expected != NULL ? expected : "(null)");
	va_end(args);
	return good;
}

/* What main() returns. */
static inline int done(void)
{
	printf("1..%u\n", tap_count);
	return tap_failed > 0;
}
