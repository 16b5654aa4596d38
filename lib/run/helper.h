/* SPDX-License-Identifier: MIT */

/*
 * helper.h - work for a short-lived process: what may block, or what loads code
 * of others (name services) into its memory, is never done in the daemon.
 *
 * The helper is a plain fork: it sees all that its parent knows, writes an
 * answer to a pipe, and is gone.  It holds none of the parent's descriptors.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { ANSWER_MAX = 64 * 1024 * 1024 };

struct text;

/* Runs in the helper; what it puts into the answer is what the parent gets.
 * Returns 0, or an errno that the parent is told. */
typedef int helper_work(void *data, struct text *answer);

/*
 * Run the work and wait for the answer, at most so long.  Returns 0 and the
 * answer (the caller frees it), or -errno: -ETIMEDOUT when the time was over, in
 * which case the helper was killed.
 */
int helper_run(helper_work *work, void *data, uint64_t usec, char **ret_answer,
	       size_t *ret_size);
