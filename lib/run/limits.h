/* SPDX-License-Identifier: MIT */

/* limits.h - how much the system leaves to us: descriptors and processes. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/resource.h>

#include "base/answers.h"

/* Raise our soft limit of open files to the hard one; what it was before is what
 * commands get back.  Returns 0 or -errno. */
int limits_raise_files(struct rlimit *ret_before);

/* Our own oom_score_adj; false: it is not known. */
bool limits_oom_score(int *ret);

/* What a command is to get and spawnd itself does not have. */
struct limit_trial {
	enum { TRY_HARD_LIMIT, TRY_NICE, TRY_OOM_SCORE } what;
	int resource;
	rlim_t hard;
	int value;
	bool refused; /* by the kernel */
};

/* What the capabilities alone cannot tell (they may count in a user namespace only):
 * have a helper try it out, or take what came of it, see base/answers.h.  Returns 0 or
 * -errno. */
int limits_try(struct answers *answers, struct limit_trial *trials, size_t n);

/* How many commands at once the system can be expected to carry: a descriptor
 * and a process each, with some left for everybody else. */
unsigned limits_processes(bool privileged);
