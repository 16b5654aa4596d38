/* SPDX-License-Identifier: MIT */

/*
 * log.h - what the daemon tells, to standard error, without ever waiting.
 *
 * Lines gather in a buffer of a fixed size and leave in one write a turn of the
 * loop; what the reader does not take in time stays there, and what finds no
 * room is counted, and told as soon as it works again.  Standard error is opened
 * anew with O_NONBLOCK, since that flag would else be the starter's too.
 *
 * A line: time stamp, "spawnd[PID]: ", then "service: text".  Where standard
 * error is the journal, the time and the name are its own, and a priority stands
 * in front instead (sd-daemon(3)).
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <syslog.h>

#include "base/base.h"

struct log;

enum { LOG_LINE_MAX = 4096 };

/* NULL when memory runs out. */
struct log *log_new(void);
struct log *log_free(struct log *log);

void log_set_level(struct log *log, int level);

/* Would a line of this priority be written?  For callers that save the work. */
bool log_wants(const struct log *log, int level);

/* The service may be NULL.  errno is kept. */
void log_line(struct log *log, int level, const char *service, const char *format, ...)
	PRINTF(4, 5);

/* Write what there is; false while something is left that a reader must make
 * room for first: call again when log_fd() can be written. */
bool log_flush(struct log *log);
int log_fd(const struct log *log);
bool log_is_empty(const struct log *log);
