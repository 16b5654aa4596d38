/* SPDX-License-Identifier: MIT */

/*
 * command_log.h - the standard error of a service's commands, into our log.
 *
 * Where that is the journal, a stream of the service's own takes it there, past us, and
 * the journal knows which process wrote what.
 *
 * Else one pipe serves all commands of the service.  Its lines are escaped and cut,
 * and only so many a second are written: the rest is read, so that no command
 * waits, and counted.
 */
#pragma once

#include <systemd/sd-event.h>

#include "report/log.h"

enum {
	COMMAND_LINE_MAX = 1024,
	COMMAND_LINES_A_SECOND = 1000,
};

struct command_log;

/* The name must live as long.  Returns 0 or -errno. */
int command_log_new(sd_event *event, struct log *log, const char *service,
		    struct command_log **ret);
struct command_log *command_log_free(struct command_log *command_log);

/* The stream, for whoever asks to close; or -errno: a pipe has to do. */
int command_log_stream(const char *service, int facility);

/* What the commands write to; stays the log's. */
int command_log_fd(const struct command_log *command_log);
