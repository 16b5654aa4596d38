/* SPDX-License-Identifier: MIT */

/*
 * log.h - what the daemon tells, without ever waiting for who is told.
 *
 * Entries gather in a buffer of a fixed size and leave once a turn of the loop, many
 * with one call; what the other side does not take in time stays there, and what finds
 * no room is counted, and told as soon as it works again.
 *
 * A line is "service: text", with what its place wants in front: see layout.h.  The
 * journal gets fields beside it.  Whatever is in a text, it is one line.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <syslog.h>

#include "base/base.h"
#include "report/event.h"
#include "report/sink.h"

struct log;

enum { LOG_LINE_MAX = 4096, LOG_FIELDS_MAX = 12 };

/* Beside a priority: somebody has asked for it, and gets it whatever the level is. */
enum { LOG_ASKED = 0x100 };

/* A field of the journal.  One whose value is NULL or empty is left out. */
struct log_field {
	const char *name; /* SPAWND_PEER */
	const char *value; /* any bytes */
};

struct log_event {
	const char *service; /* or NULL */
	enum event_kind kind;
	struct log_field fields[LOG_FIELDS_MAX]; /* up to one without a name */
};

/* Goes to standard error, until told otherwise.  NULL when memory runs out. */
struct log *log_new(void);

/* What the log did not take by now is lost, but for a journal or a syslog that is gone
 * or stuck: then it goes to standard error. */
struct log *log_free(struct log *log);

/* Flush to the old place, and take the new one, which the log owns then.  What the old
 * one did not take goes to the new one. */
void log_use(struct log *log, struct sink *sink);

/* Flush, and open a file anew, for who has renamed it; other places stay as they are.
 * When it cannot be opened, the old one goes on, and an error line says so. */
void log_reopen(struct log *log);

void log_set_level(struct log *log, int level);

/* Would a line of this priority be written?  For callers that save the work. */
bool log_wants(const struct log *log, int level);

/* Do fields go anywhere?  For callers that save the work. */
bool log_wants_fields(const struct log *log);

/* The service may be NULL.  errno is kept. */
void log_line(struct log *log, int level, const char *service, const char *format, ...)
	PRINTF(4, 5);
void log_event(struct log *log, int level, const struct log_event *event,
	       const char *format, ...) PRINTF(4, 5);

/*
 * Write what there is; false while something is left that somebody must make room for
 * first: call again when log_fd() can be written, and within a second where that is -1
 * (nobody listens there now, or it cannot be watched).
 *
 * The descriptor may be another one afterwards, and another socket under the same
 * number: stop to watch it before each log_flush(), log_use() and log_reopen(), and
 * begin again after those that leave something.
 */
bool log_flush(struct log *log);
int log_fd(const struct log *log);
bool log_is_empty(const struct log *log);
