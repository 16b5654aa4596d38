/* SPDX-License-Identifier: MIT */

/*
 * tree.h - all processes of a connection: signalled, reaped, known to be gone.
 *
 * Where the process has a cgroup of its own the tree is all that is in there, which no
 * process can leave.  Else it is the process group of the command's session: what calls
 * setsid(2) itself leaves it.  A group has the number of its leader, and only as long as
 * the leader is not reaped is that number surely still the group's.  After the
 * reap the pidfd alone says which group is meant, which Linux 6.9 and later
 * understand; before that what is left has to be killed while the leader is
 * still a zombie.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "run/spawn.h"

/* How the leader ended. */
struct ending {
	bool is_unknown; /* somebody else has reaped it */
	bool by_signal;
	int status; /* exit status, or the signal */
	uint64_t cpu_usec; /* of it, and of the children that it waited for */
};

/* Does the kernel signal the group of a leader that is gone? */
bool tree_outlives_leader(void);

/* To every process, while the leader is not reaped.  A signal that may be
 * handled is followed by CONT, for processes that are stopped. */
void tree_signal(const struct process *process, int signal);

/* Reap the leader.  Returns 0; 1 when it has not ended; -errno when it is no
 * child of ours any more. */
int tree_reap(const struct process *process, struct ending *ret);

/* As tree_signal(), after the reap; needs tree_outlives_leader() or a cgroup.  Signal 0
 * only asks.  False: nobody is left. */
bool tree_signal_left(const struct process *process, int signal);
