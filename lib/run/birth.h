/* SPDX-License-Identifier: MIT */

/*
 * birth.h - how a child comes into being: with which memory, with which descriptors,
 * and in which cgroup.
 */
#pragma once

#include <stddef.h>

#include "run/spawn.h"

struct birth {
	/* Says what is shared, and is filled but for .cgroup. */
	struct child_state *state;
	char *stack; /* its lowest byte */
	size_t stack_size;
	struct cgroup *cgroup; /* NULL: ours */
};

/*
 * Clone ourselves; the child begins with our mask of signals in child_main().  Gives the
 * process its pid and pidfd, and the caller a descriptor that the child may write to
 * until it has a table of its own; or -1.  Returns 0 or -errno.
 */
int clone_child(const struct birth *birth, struct process *process, int *ret_procs);
