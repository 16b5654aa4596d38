/* SPDX-License-Identifier: MIT */

/*
 * access_file.h - a file with an origin a line, as @FILE names it.
 *
 * The helper does all of the work: it reads, looks names up and builds the list, and the
 * daemon takes it as it is.  100,000 networks are not read anew where clients wait.
 */
#pragma once

#include "base/answers.h"
#include "conf/problems.h"
#include "net/access.h"

/* Behind each problem of the file as a whole "because" is told.  Returns 0, and NULL
 * when something is wrong with the file, which was reported; or -errno. */
int access_file_load(struct answers *answers, const char *path, const char *because,
		     struct problems *problems, struct access **ret);

/* Look up the name of an account or a group for the origin, on both sides.  Returns 0;
 * 1 with the reason; or -errno. */
int origin_look_up(struct answers *answers, struct origin *origin, const char *name,
		   struct text *why);
