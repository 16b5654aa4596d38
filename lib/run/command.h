/* SPDX-License-Identifier: MIT */

/*
 * command.h - the file that is to be executed: where it is, and what speaks
 * against it.
 *
 * All of this looks at file systems, which can hang; it runs in a helper.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/answers.h"
#include "base/text.h"
#include "run/account.h"

/* One command and what was found out about it. */
struct command_check {
	const char *word; /* a path, or a name to find in the default PATH */
	const char *search_path;
	const struct account *account; /* who would execute it */
	enum { LOOK_AS_ROOT, LOOK_AS_ACCOUNT, LOOK_AS_WE_ARE } look; /* with whose eyes */
	const gid_t *own_groups; /* spawnd's own supplementary groups */
	size_t n_own_groups;
	bool allow_privilege; /* of the file: allow_setuid_programs */
	const char *root; /* root_directory, in which it is; or NULL */

	char *path; /* absolute; NULL: it was not found */
	char *error; /* keeps the service from being used */
	char *warnings; /* a line each */
};

/* Look at all of them, or take what was seen, see base/answers.h.  Returns 0 or
 * -errno; the texts are the caller's to free, in both cases. */
int commands_check(struct answers *answers, struct command_check *checks, size_t n);
