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
 * Nothing that the files name is run or opened but what xinetd would include, and all
 * that comes from them is escaped and bounded where it is shown.
 */
#pragma once

#include <stddef.h>

#include "base/text.h"
#include "conf/problems.h"

/*
 * Convert a file ("-": standard input) with what it includes.  Returns 0; 1 with the
 * reason when the file cannot be read; or -errno.  The problems tell whether all was
 * kept.
 */
int import_file(const char *path, struct problems *problems, struct text *output,
		struct text *why);

/* The same with the bytes of the file in hand. */
int import_bytes(const char *path, const char *bytes, size_t size,
		 struct problems *problems, struct text *output);
