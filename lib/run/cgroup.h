/* SPDX-License-Identifier: MIT */

/*
 * cgroup.h - the cgroup of one connection: made or used again, signalled, let go.
 *
 * One without limits of its own is used again when its processes are gone: making one
 * costs as much as starting a process.  A bounded number of them is kept for that, and
 * each is looked at once more when it is taken.  One that is let go while processes
 * live in it is looked at now and then, and removed when they are gone.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct cgroup;
struct cgroup_usage;

#define CGROUPS_PLACE "connections" /* of those without limits, below the base */

/* All of them, below one directory of a cgroup2 file system. */
struct cgroups {
	int base; /* the directory, borrowed */
	unsigned last; /* the number that was given last */
	struct cgroup *free; /* to be used again */
	unsigned n_free;
	struct cgroup *kept, **kept_end; /* let go, and not empty */
	unsigned n_ended; /* by the beginning */
	char controllers[32]; /* "+memory +pids": of those with limits */
};

/* Of one connection; 0: not limited. */
struct cgroup_limits {
	uint64_t memory_max;
	unsigned tasks_max;
	unsigned cpu_weight;
};

/* What has happened in one with a limit of memory. */
struct cgroup_usage {
	uint64_t memory_peak; /* 0: not known */
	bool out_of_memory; /* the kernel killed for want of it */
};

enum {
	CGROUPS_FREE_MAX = 128,
	CGROUP_SIGNALLED_MAX = 4096,
};

/*
 * Begin.  Those that a spawnd has left that was killed are killed, too, and removed, for
 * which this waits a second at most; not so those that were let run on.  Returns 0 or
 * -errno.  The end leaves those in which processes live.
 */
int cgroups_begin(struct cgroups *cgroups, int base);
void cgroups_end(struct cgroups *cgroups);

/* Enable a controller ("+memory") for those with limits, once.  Returns 0 or -errno. */
int cgroups_allow_limits(struct cgroups *cgroups, const char *controller);

/* One for a command of that account.  Returns 0 or -errno. */
int cgroup_new(struct cgroups *cgroups, const struct cgroup_limits *limits, uid_t uid,
	       struct cgroup **ret);

/* NULL is allowed. */
struct cgroup *cgroup_let_go(struct cgroup *cgroup);

/* Open a file in it, or itself for "".  Returns a descriptor or -errno. */
int cgroup_open(const struct cgroup *cgroup, const char *file, int flags);

/* Does a process live in it, or below?  A zombie does not. */
bool cgroup_is_populated(const struct cgroup *cgroup);

/*
 * Signal each of the processes but one (0: all); a CONT follows if asked for.  What is
 * born meanwhile may be missed, as those are beyond the first CGROUP_SIGNALLED_MAX:
 * cgroup_kill() misses none.  A stranger that has the number of a process that ended
 * is not hit.
 */
void cgroup_signal(const struct cgroup *cgroup, int signal, bool and_continue,
		   pid_t except);
void cgroup_kill(struct cgroup *cgroup);

/* What lives in it may outlive us, also for the spawnd that comes next. */
void cgroup_let_run(struct cgroup *cgroup);
bool cgroup_runs_on(const struct cgroup *cgroup);

/* Until nobody lives in it, or until then, of now_usec(). */
void cgroup_wait(const struct cgroup *cgroup, uint64_t until);

/* It is not to be used again: something is wrong with it. */
void cgroup_spoil(struct cgroup *cgroup);

void cgroup_look(const struct cgroup *cgroup, struct cgroup_usage *ret);
