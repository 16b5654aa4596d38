/* SPDX-License-Identifier: MIT */

/*
 * environment_file.h - a file of variables, which may be secrets.
 *
 *     # a comment
 *     NAME=all that follows, as it is
 *     NAME="a \"word\" in quotes"
 *     NAME='another'
 *
 * What is wrong is told without what stands in the file, but for the names of variables
 * that are none of its business.
 */
#pragma once

#include "base/answers.h"
#include "base/words.h"
#include "conf/problems.h"

/* Append the variables of the file, each NAME=VALUE, or of none where the path begins
 * with "-" and there is no such file.  Behind a problem of the file as a whole "because"
 * is told.  Returns 0, also with problems; or -errno. */
int environment_file_load(struct answers *answers, const char *path, const char *because,
			  struct problems *problems, struct words *to);
