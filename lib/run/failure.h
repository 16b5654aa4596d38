/* SPDX-License-Identifier: MIT */

/* failure.h - why a command was not started, and how that is told. */
#pragma once

#include <stdbool.h>

#include "run/child.h"

struct start_failure {
	enum child_step step;
	int error; /* 0: it ended, or was ended, before it could say */
	/* A child that cannot die still stands on the start, and reads the plan and
	 * what that points to for as long as it does: the plan must never be freed. */
	bool is_stuck;
	unsigned limit; /* that could not be set, in the plan */
	char head[HEAD_SIZE]; /* of a file that exists and cannot be executed */
};

/* "cannot execute /x: No such file or directory" */
struct text;
void start_failure_show(const struct start_failure *failure,
			const struct spawn_plan *plan, struct text *text);
