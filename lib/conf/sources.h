/* SPDX-License-Identifier: MIT */

/*
 * sources.h - the files of a configuration, for a reader that waits for none of them.
 *
 * Each of these is asked in a helper process and answered in the daemon, see
 * base/answers.h.
 */
#pragma once

#include "base/answers.h"
#include "base/words.h"
#include "conf/problems.h"

enum { INCLUDES_MAX = 10000 }; /* files that one pattern may match */

/*
 * The bytes of one file.  Returns 0, and *ret_bytes is NULL when it cannot be used,
 * which was reported; else they live as those of answers_take_bytes().  Or returns
 * -errno.
 *
 * "because" is what the reports end with: " (included at ...)".
 */
int source_fetch(struct answers *answers, const char *path, const char *because,
		 struct problems *problems, const char **ret_bytes, size_t *ret_size);

/*
 * The files that a pattern of "include" matches, in the order of their names; what
 * speaks against the pattern, or against one of them, is reported at the place.
 * Appends to *files.  Returns 0 or -errno.
 */
int sources_match(struct answers *answers, const char *pattern, const char *main_path,
		  struct place at, struct problems *problems, struct words *files);
