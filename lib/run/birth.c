/* SPDX-License-Identifier: MIT */

/* birth.c - clone(2), or clone3(2) for what that alone can do. */

#include "run/birth.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>

#include "base/base.h"
#include "run/cgroup.h"
#include "run/clone3.h"

static int clone_flags(const struct child_state *state)
{
	return (state->copies ? 0 : CLONE_VM | CLONE_CHILD_CLEARTID) |
	       (state->shares ? CLONE_FILES : 0) | CLONE_PIDFD;
}

/* Born in the cgroup: whoever moves a process there later waits for all processors. */
static int clone_into_cgroup(const struct birth *birth, struct process *process)
{
	struct child_state *state = birth->state;
	auto_close int cgroup = cgroup_open(birth->cgroup, "", O_PATH | O_DIRECTORY);
	const struct clone_args args = {
		.flags = (uint64_t)clone_flags(state) | CLONE_INTO_CGROUP,
		.pidfd = (uintptr_t)&process->pidfd,
		.child_tid = (uintptr_t)&state->tid,
		.exit_signal = SIGCHLD,
		.stack = (uintptr_t)birth->stack,
		.stack_size = birth->stack_size,
		.cgroup = (uint64_t)cgroup,
	};
	long r = cgroup;

	if (cgroup >= 0)
		r = clone3_call(&args, sizeof(args), child_main, state);
	if (r >= 0)
		process->pid = (pid_t)r;
	return r < 0 ? (int)r : 0;
}

/* Nothing speaks against another way; what is missing would be missing there too. */
static bool has_another_way(int r)
{
	return r < 0 && r != -EAGAIN && r != -ENOMEM && r != -EMFILE && r != -ENFILE &&
	       r != -ENODEV && r != -ENOENT;
}

int clone_child(const struct birth *birth, struct process *process, int *ret_procs)
{
	struct child_state *state = birth->state;

	if (birth->cgroup != NULL) {
		int r = clone_into_cgroup(birth, process);

		if (!has_another_way(r))
			return r;
		*ret_procs = cgroup_open(birth->cgroup, "cgroup.procs", O_WRONLY);
		if (*ret_procs < 0)
			return *ret_procs;
		state->cgroup = *ret_procs;
	}
	process->pid = clone(child_main, birth->stack + birth->stack_size,
			     clone_flags(state) | SIGCHLD, state, &process->pidfd, NULL,
			     &state->tid);
	return process->pid < 0 ? -errno : 0;
}
