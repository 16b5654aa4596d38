/* SPDX-License-Identifier: MIT */

/*
 * import.h - the configuration of inetd or xinetd as one of spawnd.
 *
 * What comes out behaves like the original: no time limit, leftovers are kept, the
 * limits that the original had.  What cannot be kept stands in it as comments, with
 * file, line, reason and what to do instead; and is a problem (an error where something
 * is lost that was served, a warning where it was switched off).
 *
 * Which of the two it is shows in the text: xinetd's begins with a word like "service"
 * alone on its line.  The dialects of inetd.conf are told by what only one of them
 * knows; where nothing tells, it is Debian's openbsd-inetd.
 *
 * What comes out can be served on this machine: whoever can tell looks at it, and what
 * is refused becomes a comment with the reason.
 *
 * Nothing that the files name is run or opened but what xinetd would include, and all
 * that comes from them is escaped and bounded where it is shown.
 */
#pragma once

#include <stddef.h>

#include "base/text.h"
#include "conf/problems.h"

/* Add what keeps the output from being served, as errors that name its sections. Returns
 * 0 or -errno. */
typedef int import_check(void *data, const struct text *output, struct problems *ret);

struct import_checker {
	import_check *check; /* NULL: nobody looks */
	void *data;
};

/*
 * Convert a file ("-": standard input) with what it includes.  Returns 0; 1 with the
 * reason when the file cannot be read, or is nothing to be converted; or -errno.  The
 * problems, which are empty at first, tell whether all was kept.
 */
int import_file(const char *path, const struct import_checker *checker,
		struct problems *problems, struct text *output, struct text *why);

/* The same with the bytes of the file in hand. */
int import_bytes(const char *path, const char *bytes, size_t size,
		 const struct import_checker *checker, struct problems *problems,
		 struct text *output, struct text *why);
