/* SPDX-License-Identifier: MIT */

/*
 * detach.h - how the daemon parts from whoever started it.
 *
 * The process that was started, the starter, waits for a child that does all the
 * work: it ends with status 0 when the child is ready, or as the child ended.  Until
 * then the child has the starter's stdio, and after that nothing of it.
 */
#pragma once

#include <stdbool.h>

/*
 * Fork.  Returns 0 in the child, which then leads a session without a terminal, has
 * "/" as its directory, and a descriptor for detach_ready(); 1 in the starter, when
 * it is over, with the status to exit with; or -errno.
 */
int detach_begin(int *ret_fd, int *ret_status);

/*
 * Put /dev/null in place of stdin, stdout and (unless it is kept) stderr, then tell
 * the starter; the descriptor is consumed.  Returns 0 or -errno: -EPIPE when the
 * starter is gone, which nobody could tell that we serve.
 */
int detach_ready(int *fd, bool keep_stderr);
