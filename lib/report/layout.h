/* SPDX-License-Identifier: MIT */

/*
 * layout.h - how an entry looks where it goes: in a file, to syslog, to the journal.
 *
 *     stamped   2025-01-31T12:00:00.000000+0000 NAME[PID]: TEXT
 *     priority  <6>TEXT, as sd-daemon(3) has it, for whoever stamps by himself
 *     syslog    <30>Jan 31 12:00:00 NAME[PID]: TEXT, as syslog(3) writes it
 *     journal   fields of the native protocol, one to a line
 */
#pragma once

#include <stddef.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>

struct entry;

enum layout_kind { LAYOUT_STAMPED, LAYOUT_PRIORITY, LAYOUT_SYSLOG, LAYOUT_JOURNAL };

enum {
	LAYOUT_NAME_MAX = 64,
	LAYOUT_HEAD_ROOM = 192,
	LAYOUT_PIECES = 4,
	LAYOUT_LINE_MAX = 4096, /* a longer one is cut */
};

struct layout {
	enum layout_kind kind;
	char name[LAYOUT_NAME_MAX + 1];
	pid_t pid;
	int facility; /* LOG_DAEMON and the like */
	const char *end; /* one byte after each, or NULL: they go one by one */
	/* The date and time change once a second only. */
	time_t stamped;
	char stamp[32], zone[8];
};

/* What stands in front of a text of this priority; returns its size. */
size_t layout_head(struct layout *layout, int level, const struct timespec *at,
		   char head[static LAYOUT_HEAD_ROOM]);

/* Point to all of an entry, in order; the head is written to the place given and has
 * to stay there, as the entry has.  Unused pieces are empty.  Returns the size. */
size_t layout_entry(struct layout *layout, const struct entry *entry,
		    char head[static LAYOUT_HEAD_ROOM],
		    struct iovec pieces[static LAYOUT_PIECES]);
