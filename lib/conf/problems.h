/* SPDX-License-Identifier: MIT */

/*
 * problems.h - everything that is wrong with a configuration, with its place.
 *
 * Reading goes on after an error, so that one run tells them all; what is said
 * twice of one place is kept once, and past PROBLEMS_MAX they are only counted.
 * A warning does not keep a configuration from being used.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/base.h"

/* Where something was written.  The file's name is not owned. */
struct place {
	const char *file;
	unsigned line; /* 0: the file as a whole, or no file at all */
	bool is_default; /* said in [global], of all services */
};

enum { PROBLEMS_MAX = 200 };

struct problem {
	struct place at;
	char *file; /* of the place: a problem outlives the configuration */
	bool warning;
	char *text; /* "section: key: what is wrong" */
};

struct problems {
	struct problem list[PROBLEMS_MAX];
	size_t n;
	size_t errors; /* all of them, also those not in the list */
	size_t warnings;
};

/* "spawnd.conf:12", into a text of the caller's. */
struct text;
void place_show(struct place at, struct text *text);

/* The section may be NULL, as may the key. */
void problem_error(struct problems *problems, struct place at, const char *section,
		   const char *key, const char *format, ...) PRINTF(5, 6);
void problem_warn(struct problems *problems, struct place at, const char *section,
		  const char *key, const char *format, ...) PRINTF(5, 6);

/* In the order of files and lines; within one place as they were found. */
void problems_sort(struct problems *problems);

/* One line without its end, "spawnd.conf:12: upper: user: ...". */
void problem_show(const struct problem *problem, struct text *text);
void problems_done(struct problems *problems);
