/* SPDX-License-Identifier: MIT */

/*
 * child.h - what the child does between clone() and execve().
 *
 * It runs in its parent's memory, beside its parent, on a stack of its own, or in
 * a copy of that memory: it makes raw system calls and writes to its struct
 * child_state, nothing else.
 */
#pragma once

#include <linux/futex.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Where the parent puts what a child takes over that shares its table: low, so that
 * the child's own table stays small.  Between starts /dev/null stands in all. */
enum {
	SLOT_CONNECTION = 3,
	SLOT_STDERR = 4,
	SLOT_NULL = 5, /* always */
	SLOTS_END = 6,
};

/* Where a command looks for a connection that is passed to it, see sd_listen_fds(3). */
enum { PASSED_CONNECTION = 3 };

/* As much of a script as the kernel reads to find its interpreter. */
enum { HEAD_SIZE = 256 };

enum child_step {
	STEP_BORN,
	STEP_CGROUP,
	STEP_DESCRIPTORS,
	STEP_SESSION,
	STEP_OOM_SCORE,
	STEP_NICE,
	STEP_LIMITS,
	STEP_ROOT,
	STEP_GROUPS,
	STEP_GID,
	STEP_PRIVILEGES, /* no_new_privs */
	STEP_UID,
	STEP_LATE_LIMITS,
	STEP_CAPABILITIES,
	STEP_VERIFY,
	STEP_DIRECTORY,
	STEP_SIGNALS,
	STEP_EXEC,
};

/* As prlimit64() takes it. */
struct limit_value {
	uint64_t soft, hard;
};

struct child_limit {
	const char *name; /* of the setting, for messages */
	int resource;
	bool yields; /* nobody asked for it: as much of it as is possible */
	struct limit_value value;
};

enum { LIMITS_MAX = 10, OOM_SCORE_ROOM = 8 };

/* What to start and as whom; constant, one for a service. */
struct spawn_plan {
	const char *path;
	char *const *argv;
	uid_t uid;
	gid_t gid;
	const gid_t *groups; /* sorted, as the kernel gives them back */
	size_t n_groups;
	bool set_groups; /* no: we are not privileged and keep our own */
	bool no_new_privs;
	const char *directory;
	mode_t umask;
	bool stderr_is_connection; /* else: what start_run() is given */
	bool passes_connection; /* as descriptor 3, and not as 0 and 1 */
	struct child_limit limits[LIMITS_MAX];
	unsigned n_limits;
	unsigned late_limits; /* from this one on, they are set after the drop */
	int nice;
	bool nice_yields; /* it may fail */
	/* For /proc/self/oom_score_adj, which all processes that share memory have in
	 * common: so the child begins with a copy.  Empty: as spawnd has it. */
	char oom_score[OOM_SCORE_ROOM];
	bool oom_score_yields;
	const char *root; /* NULL: that of spawnd */
};

struct child_state {
	const struct spawn_plan *plan;
	char *const *env;
	gid_t *groups_room; /* n_groups + 1, to read them back */
	bool copies; /* its memory is a copy, but for this struct */
	bool shares; /* it begins with its parent's table of descriptors */
	int connection;
	int input_output; /* what becomes its descriptors 0 and 1 ... */
	int error_output; /* ... and 2 */
	char *pid_place; /* where its environment says its pid, see env.h; or NULL */
	int cgroup; /* cgroup.procs, for one that is to go there itself; or -1 */
	/* Not 0 below FUTEX_OWNER_DIED: a child uses this struct and, unless it copies,
	 * its stack and what the plan points to.  The kernel writes it at exec and exit:
	 * for one that shares memory by CLONE_CHILD_CLEARTID; for one that copies as an
	 * entry of its robust list, see get_robust_list(2). */
	uint32_t tid;
	struct robust_list_head robust;
	struct robust_list robust_tid;
	/* Written by the child, read by the parent. */
	uint32_t unshared; /* its table of descriptors is its own */
	uint32_t step;
	unsigned limit; /* the one that failed, or was the last */
	int error; /* errno of the step that failed; 0: none did */
	/* How the command begins where execve() says that it does not exist, up to
	 * the NUL behind what it names; empty: that is not to blame. */
	char head[HEAD_SIZE];
	uint32_t failed;
};

int child_main(void *state);
