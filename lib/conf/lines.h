/* SPDX-License-Identifier: MIT */

/*
 * lines.h - files beside the configuration, with one thing a line: lists, variables.
 *
 * Such a file is read in the helper alone, see base/answers.h, and the daemon is told
 * what is wrong with it.  It is held to what the configuration is held to, see source.h.
 * Its last line must have an end, so that half a file is not taken for a whole one; and
 * where it must say something it has an entry, or a comment.
 */
#pragma once

#include "base/answers.h"
#include "conf/problems.h"

/* One line, without blanks around it, which may be changed; empty ones and comments,
 * which begin with # or ;, are not given.  Returns 0; 1 with the reason; or -errno. */
typedef int lines_work(void *data, char *line, struct text *why);

/* A kind of file. */
struct lines_format {
	size_t most; /* bytes */
	lines_work *work;
	const char *if_blank; /* what is wrong with one of blanks alone; NULL: nothing */
};

/* In the helper: work on each line of the file, and give what is wrong.  Returns 0; 1 if
 * anything is wrong; or -errno. */
int lines_ask(struct answers *answers, const char *path,
	      const struct lines_format *format, void *data);

/*
 * Report what was found wrong, of the file as a whole with "because" behind it, such as
 * " (allow at ...)".  Returns 0; 1 if anything is wrong; or -errno.
 */
int lines_take(struct answers *answers, const char *path, const char *because,
	       struct problems *problems);
