/* SPDX-License-Identifier: MIT */

/*
 * sink.h - a place where the log can go.  Nothing here ever waits.
 *
 * LOG_TO_JOURNAL   the journal's own protocol, with fields
 * LOG_TO_SYSLOG    /dev/log
 * LOG_TO_STDERR    standard error; with priorities in front where that is the journal
 * LOG_TO_FILE      a regular file, appended to (see output.h for which ones)
 * LOG_TO_AUTO      the journal where standard error is one, else standard error; syslog
 *                  when detached
 *
 * A journal or a syslog that is not there is no error: it is looked for at most once a
 * second, what is said waits meanwhile, and standard error is told once.
 */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

struct queue;
struct sink;
struct text;

enum log_to { LOG_TO_AUTO, LOG_TO_JOURNAL, LOG_TO_SYSLOG, LOG_TO_STDERR, LOG_TO_FILE };

struct log_request {
	enum log_to to;
	const char *path; /* of LOG_TO_FILE */
	int facility; /* LOG_DAEMON and the like */
	const char *name; /* how we are called: printable, no blanks, LAYOUT_NAME_MAX */
	bool detached;
	const char *syslog_socket; /* NULL: /dev/log */
	const char *journal_socket; /* NULL: the one of systemd-journald(8) */
};

/*
 * Open a place, and touch nothing else: for a reload, which must be able to fail without
 * a trace (but for a file that was not there, which stays, empty).  The strings are
 * copied; getpid(2) is asked here, after any fork. Returns 0; 1 with the reason; or
 * -ENOMEM.
 */
int sink_open(const struct log_request *request, struct sink **ret, struct text *why);
struct sink *sink_free(struct sink *sink);

/* Is it the journal? */
bool sink_takes_fields(const struct sink *sink);

/* The rest is for log.c. */

const char *sink_name(const struct sink *sink);

/* Does it drop all? */
bool sink_discards(const struct sink *sink);

/* Is it a socket that nobody may listen at? */
bool sink_can_be_missing(const struct sink *sink);

/* Tell standard error, once, if nobody listens there. */
void sink_tell_missing(struct sink *sink);

/* A descriptor to wait for after -EAGAIN, or -1: try again within a second. */
int sink_fd(const struct sink *sink);

/* Send what is in the queue.  0 when all is written; 1 when nothing is left, but some
 * is lost (and counted there); -EAGAIN when some has to wait. */
int sink_send(struct sink *sink, struct queue *queue);

/* Open a file anew; else nothing is done.  0, 1 with the reason, or -ENOMEM, and the old
 * one goes on then. */
int sink_reopen(struct sink *sink, struct text *why);

/* This one goes on where the old one has stopped, maybe within a line. */
void sink_follow(struct sink *sink, struct sink *old, struct queue *queue);
