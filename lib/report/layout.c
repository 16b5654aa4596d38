/* SPDX-License-Identifier: MIT */

/* layout.c - heads are made when an entry leaves, and its texts are not copied. */

#include "report/layout.h"

#include <stdio.h>
#include <string.h>
#include <syslog.h>

#include "report/queue.h"

/* As syslog(3) has it whatever the locale. */
static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
				      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };

static void make_stamp(struct layout *layout, time_t second)
{
	struct tm tm;

	if (second == layout->stamped)
		return;
	layout->stamped = second;
	if (localtime_r(&second, &tm) == NULL)
		(void)memset(&tm, 0, sizeof(tm));
	if (layout->kind == LAYOUT_SYSLOG) {
		(void)snprintf(layout->stamp, sizeof(layout->stamp),
			       "%s %2d %02d:%02d:%02d", months[tm.tm_mon % 12],
			       tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
		return;
	}
	(void)strftime(layout->stamp, sizeof(layout->stamp), "%Y-%m-%dT%H:%M:%S", &tm);
	(void)strftime(layout->zone, sizeof(layout->zone), "%z", &tm);
}

size_t layout_head(struct layout *layout, int level, const struct timespec *at,
		   char head[static LAYOUT_HEAD_ROOM])
{
	const int pid = (int)layout->pid;
	int size = 0;

	switch (layout->kind) {
	case LAYOUT_STAMPED:
		make_stamp(layout, at->tv_sec);
		size = snprintf(head, LAYOUT_HEAD_ROOM,
				"%s.%06ld%s %s[%d]: ", layout->stamp, at->tv_nsec / 1000,
				layout->zone, layout->name, pid);
		break;
	case LAYOUT_PRIORITY:
		size = snprintf(head, LAYOUT_HEAD_ROOM, "<%d>", level);
		break;
	case LAYOUT_SYSLOG:
		make_stamp(layout, at->tv_sec);
		size = snprintf(head, LAYOUT_HEAD_ROOM,
				"<%d>%s %s[%d]: ", layout->facility | level,
				layout->stamp, layout->name, pid);
		break;
	case LAYOUT_JOURNAL:
		size = snprintf(head, LAYOUT_HEAD_ROOM,
				"SYSLOG_IDENTIFIER=%s\nSYSLOG_FACILITY=%d\n"
				"SYSLOG_PID=%d\nPRIORITY=%d\nMESSAGE=",
				layout->name, LOG_FAC(layout->facility), pid, level);
		break;
	}
	/* It fits, whatever the name, the number and the time. */
	return (size_t)size;
}

static struct iovec piece(const char *bytes, size_t size)
{
	return (struct iovec){ (void *)(uintptr_t)bytes, size };
}

size_t layout_entry(struct layout *layout, const struct entry *entry,
		    char head[static LAYOUT_HEAD_ROOM],
		    struct iovec pieces[static LAYOUT_PIECES])
{
	const size_t head_size = layout_head(layout, entry->level, &entry->at, head);
	const bool is_journal = layout->kind == LAYOUT_JOURNAL;
	size_t text_size = entry->text_size;

	if (!is_journal)
		text_size = MIN(text_size, LAYOUT_LINE_MAX - 1 - head_size);
	pieces[0] = piece(head, head_size);
	pieces[1] = piece(entry->bytes, text_size);
	pieces[2] = piece(layout->end, layout->end != NULL ? 1 : 0);
	pieces[3] = piece(entry->bytes + entry->text_size,
			  is_journal ? entry->fields_size : 0);
	return head_size + text_size + pieces[2].iov_len + pieces[3].iov_len;
}
