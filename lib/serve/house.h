/* SPDX-License-Identifier: MIT */

/*
 * house.h - what the daemon as a whole has by its configuration: the place of the log,
 * and the pid file.
 *
 * As with all that a configuration changes, what can fail is prepared beside what is
 * in force.
 */
#pragma once

#include <stdbool.h>

struct global_settings;
struct load;
struct pid_file;
struct server;
struct sink;
struct text;

struct house_change {
	bool keeps_pid_file; /* the one that is taken, maybe under another name */
	struct pid_file *pid_file; /* else: the next one, or NULL for none */
	struct sink *sink; /* NULL: the log stays where it is */
};

/* The place of the log that the settings name, as sink_open() says. */
int house_open_log(const struct global_settings *settings, bool detached,
		   struct sink **ret, struct text *why);

/* From which priority on lines are written, with what -v and -q add to that. */
int house_log_level(const struct global_settings *settings, int louder);

/* Will the log go to the journal, once the change is made? */
bool house_logs_to_journal(const struct server *server,
			   const struct house_change *change);

/* Returns 0; or -errno after what went wrong was logged. */
int house_prepare(struct server *server, const struct load *load,
		  struct house_change *ret);

/* The load is the one in force by now. */
void house_commit(struct server *server, const struct house_change *change);
void house_abort(struct house_change *change);
