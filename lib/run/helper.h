/* SPDX-License-Identifier: MIT */

/*
 * helper.h - work that may hang (name services, file systems) in a process of its
 * own, with a limit.
 *
 * The helper is a plain fork: it sees all that its parent knows, writes an
 * answer to a pipe, and is gone.  It holds none of the parent's descriptors, and
 * does not outlive its parent.
 *
 *     helper_start(...)
 *     helper_read(...)    whenever helper->fd is readable, until it returns 0: it ends
 *     helper_reap(...)    until it does not return 1
 *     helper_done(...)
 *
 * or helper_run(), which waits for all of that.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/text.h"

enum { ANSWER_MAX = 64 * 1024 * 1024 };

struct helper {
	pid_t pid;
	int fd; /* the answer comes here, and its end when the helper ends; non-blocking
		 */
	struct text answer;
};

/* Runs in the helper; what it puts into the answer is what the parent gets.
 * Returns 0, or an errno that the parent is told. */
typedef int helper_work(void *data, struct text *answer);

/* Returns 0 or -errno. */
int helper_start(helper_work *work, void *data, struct helper *ret);

/* In the helper: have it end with its parent, as it does when it begins, until it changes
 * whose files it sees (see prctl(2), PR_SET_PDEATHSIG). */
void helper_end_with_parent(void);

/* Take what there is of the answer: 1 while more may come, 0 at its end, or -errno:
 * then it is to be killed, and its end still comes. */
int helper_read(struct helper *helper);

/* Reap it, once: 0 when it ended well, 1 when it has not ended, or -errno: what it said
 * was wrong, or -ECHILD when it was ended by a signal. */
int helper_reap(const struct helper *helper);

/* End it; it is to be reaped all the same. */
void helper_kill(const struct helper *helper);

/* The same, and reap it; that takes no longer than a process takes to die, and at most
 * a second.  Returns as helper_reap() does. */
int helper_end(const struct helper *helper);

/* Release what is held of it here; a helper that was not reaped lives on. */
void helper_done(struct helper *helper);

/*
 * Run the work and wait for the answer, at most so long.  Returns 0 and the
 * answer (the caller frees it), or -errno: -ETIMEDOUT when the time was over, in
 * which case the helper was killed (one that a dead file server holds is not waited
 * for).
 */
int helper_run(helper_work *work, void *data, uint64_t usec, char **ret_answer,
	       size_t *ret_size);
