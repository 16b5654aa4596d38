/* SPDX-License-Identifier: MIT */

/*
 * stream.h - a stream of lines into the journal, for others to write to: the journal
 * itself reads it, and knows of each line which process wrote it.
 *
 * Such a stream is what sd_journal_stream_fd(3) opens; but that one waits for a journal
 * that does not accept.
 */
#pragma once

struct stream_request {
	const char *identifier; /* what the lines are said by: SYSLOG_IDENTIFIER */
	int priority; /* of all of them, with a facility */
	const char *socket; /* NULL: the one of systemd-journald(8) */
};

/* Never waits, and gives a descriptor that does, as who writes to it expects.  Returns 0
 * or -errno: the journal is not there, or does not read. */
int stream_open(const struct stream_request *request, int *ret_fd);
