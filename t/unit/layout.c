/* SPDX-License-Identifier: MIT */

/*
 * Each place has its own way to write the same thing.
 *
 * links: report/layout report/queue
 */

#include "report/layout.h"

#include <stdlib.h>
#include <syslog.h>

#include "report/queue.h"

#include "tap.h"

static const struct {
	struct layout layout;
	time_t at;
	const char *expected;
} cases[] = {
	{ { .kind = LAYOUT_STAMPED, .end = "\n" },
	  1738324800,
	  "2025-01-31T12:00:00.000042+0000 me[7]: text\n" },
	{ { .kind = LAYOUT_PRIORITY, .end = "\n" }, 1738324800, "<4>text\n" },
	{ { .kind = LAYOUT_SYSLOG, .facility = LOG_DAEMON },
	  1738324800,
	  "<28>Jan 31 12:00:00 me[7]: text" },
	{ { .kind = LAYOUT_SYSLOG, .facility = LOG_LOCAL7 },
	  1764547260,
	  "<188>Dec  1 00:01:00 me[7]: text" },
	{ { .kind = LAYOUT_JOURNAL, .facility = LOG_DAEMON, .end = "\n" },
	  1738324800,
	  "SYSLOG_IDENTIFIER=me\nSYSLOG_FACILITY=3\nSYSLOG_PID=7\nPRIORITY=4\n"
	  "MESSAGE=text\nA=1\n" },
};

int main(void)
{
	static struct queue queue;
	struct entry *entry = queue_room(&queue, 0);

	(void)setenv("TZ", "UTC", 1);
	tzset();
	(void)memcpy(entry->bytes, "textA=1\n", 8);
	entry->text_size = 4;
	entry->fields_size = 4;
	entry->level = LOG_WARNING;
	entry->at.tv_nsec = 42000;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct layout layout = cases[i].layout;
		struct iovec pieces[LAYOUT_PIECES];
		char head[LAYOUT_HEAD_ROOM], got[512];
		size_t size, at = 0;

		(void)snprintf(layout.name, sizeof(layout.name), "me");
		layout.pid = 7;
		entry->at.tv_sec = cases[i].at;
		size = layout_entry(&layout, entry, head, pieces);
		for (size_t j = 0; j < LAYOUT_PIECES; j++) {
			if (pieces[j].iov_len > 0)
				(void)memcpy(got + at, pieces[j].iov_base,
					     pieces[j].iov_len);
			at += pieces[j].iov_len;
		}
		got[at] = '\0';
		is_str(got, cases[i].expected, "%zu: how it looks", i);
		is((int64_t)size, (int64_t)at, "... and its size");
	}
	return done();
}
