/* SPDX-License-Identifier: MIT */

/*
 * spawn.h - starts commands: no faster way is known that cannot be frozen.
 *
 * The child shares our memory until it executes the command (copying the page
 * tables would cost a third of all connections), on a stack of its own, and we do
 * not wait for it: the start is pending while the loop goes on.  CLONE_VFORK would
 * wait without a limit and without being interruptible: whoever may signal the
 * account could stop the child in that moment, and the daemon with it.  What
 * stopped a start is continued at each look, and after START_LIMIT it is killed.
 *
 * Only where many descriptors are open the child begins with our table of them,
 * since copying it costs more than waiting until the child has made its own.
 *
 * A struct start is one start in flight: a stack, an environment and the state
 * that the child writes.  There is a bounded number of them, and one that a child
 * never leaves (a dead file server) stays taken.
 */
#pragma once

#include <stdint.h>
#include <sys/types.h>

#include "base/base.h"
#include "run/child.h"
#include "run/env.h"
#include "run/failure.h"

struct cgroup;
struct spawner;
struct start;

enum {
	STARTS_MAX = 128,
	STUCK_MAX = 16, /* starts of one account that cannot even die; then no more */
	START_LIMIT_USEC = 2000000,
	START_WAIT_USEC = 5000, /* one look at a child that shares our table */
	FILES_TO_COPY = 256, /* with more, it does */
};

struct process {
	pid_t pid;
	int pidfd;
	struct start *start; /* not NULL: not known yet whether it was started */
	struct cgroup *cgroup; /* in which all of its processes are; or NULL */
};

enum start_outcome {
	START_NOT_ALLOWED = 1,
	/* the plan's account is one that no command may have */
	START_NO_PROCESS, /* no process, memory or descriptor now: try again later;
			   * *ret_missing has the errno */
};

/* Take over the descriptors from 3 to 5 (and fill 0 to 2 where they are closed).
 * Must be the first to open anything.  Returns 0 or -errno. */
int spawner_new(struct spawner **ret);
struct spawner *spawner_free(struct spawner *spawner);

/* A start to fill; NULL with an errno: all are in flight or stuck (EBUSY), or there is
 * no memory. */
struct start *spawner_take(struct spawner *spawner, int *ret_missing);
void start_drop(struct start *start);

/* The environment of the start, to be filled before start_run(). */
struct env *start_env(struct start *start);

/* It is to be started in this cgroup, which stays the caller's: at birth with
 * clone3(2), else by its own first step.  start_run() puts it into the process. */
void start_in_cgroup(struct start *start, struct cgroup *cgroup);

/*
 * Start the plan's command with the connection as its stdio, or where the plan says so as
 * its descriptor 3, with /dev/null as its input and output; its stderr is the
 * connection too if the plan says so, else stderr_fd, or /dev/null if that is -1.
 * The plan must live until the process ended (see start_failure.is_stuck); the
 * descriptors stay the caller's.  Consumes the start, which is the process's now.
 * Returns 0 or an outcome.  The caller blocks all signals for which it has a
 * handler: the child begins with its mask.
 */
int start_run(struct start *start, const struct spawn_plan *plan, int connection,
	      int stderr_fd, struct process *ret, int *ret_missing);

/* Look after a pending start, to be called every few milliseconds.  True: it is
 * settled (the process runs the command, or has ended) and the start is gone. */
bool start_look(struct process *process);

/* Was it killed because it took too long?  It should have ended then. */
bool start_was_killed(const struct process *process);

/* The process ended while its start was pending: was it the start that failed?
 * Consumes the start. */
bool start_failed(struct process *process, struct start_failure *ret);
