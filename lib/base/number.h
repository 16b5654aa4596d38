/* SPDX-License-Identifier: MIT */

/*
 * number.h - numbers and spans of time, read strictly and written back.
 *
 * Each reader takes the whole text or nothing: no sign, no blanks around, no
 * leading zero, no other base.  Results are not touched on failure.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum number_problem {
	NUMBER_BAD = 1, /* not written as such a thing is */
	NUMBER_RANGE, /* written well, but too large to hold */
};

/* A decimal number up to max. */
int number_parse(const char *text, uint64_t max, uint64_t *ret);

/* The number that a file of the kernel holds; the fallback where there is none. */
uint64_t number_read_file(const char *path, uint64_t fallback);

/*
 * A span of time: one or more of NUMBER UNIT with the largest unit first and no
 * unit twice, blanks between or not ("1min 30s", "1h30min"); a plain number is
 * seconds; "infinity" is USEC_INFINITY.
 * Units: us ms s m min h d w.
 */
int span_parse(const char *text, uint64_t *ret_usec);

/* The span as span_parse() takes it, "1min 30s"; returns buf. */
enum { SPAN_ROOM = 96 };
const char *span_format(uint64_t usec, char buf[static SPAN_ROOM]);

/* "0.012s": to the thousandth, which is what a reader compares; returns buf. */
enum { SECONDS_ROOM = 32 };
const char *seconds_format(uint64_t usec, char buf[static SECONDS_ROOM]);
