/* SPDX-License-Identifier: MIT */

/* record.c - writes a record as one line of key=value. */

#include "report/record.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"

int record_level(const struct record *record)
{
	if (record->outcome == OUTCOME_FAILED)
		return LOG_ERR;
	return record->outcome == OUTCOME_EXIT && record->status == 0 ? LOG_INFO
								      : LOG_NOTICE;
}

/* "0", or "TERM" */
static void show_status(const struct record *record, char *buf, size_t room)
{
	const char *name = record->by_signal ? sigabbrev_np(record->status) : NULL;

	if (name != NULL)
		(void)snprintf(buf, room, "%s", name); /* has room */
	else
		(void)snprintf(buf, room, "%d", record->status);
}

/* "0.012": thousandths of a second, which is what a reader compares. */
static void show_seconds(uint64_t usec, char *buf, size_t room)
{
	(void)snprintf(buf, room, "%" PRIu64 ".%03u", usec / USEC_PER_SEC,
		       (unsigned)(usec % USEC_PER_SEC / 1000));
}

void record_write(const struct record *record, struct log *log)
{
	static const char *const names[] = {
		[OUTCOME_EXIT] = "exit",
		[OUTCOME_SIGNAL] = "signal",
		[OUTCOME_TIMEOUT] = "timeout",
	};
	int level = record_level(record);
	char status[16], run[32], cpu[32], limit[SPAN_ROOM], pid[24] = "";

	if (!log_wants(log, level))
		return;
	if (record->pid > 0)
		(void)snprintf(pid, sizeof(pid), " pid=%d", (int)record->pid);
	if (record->outcome == OUTCOME_FAILED) {
		log_line(log, level, record->service,
			 "end id=%" PRIu64 " peer=%s%s failed=\"%s\"", record->id,
			 record->peer, pid, record->failure);
		return;
	}
	show_status(record, status, sizeof(status));
	show_seconds(record->run_usec, run, sizeof(run));
	show_seconds(record->cpu_usec, cpu, sizeof(cpu));
	log_line(log, level, record->service,
		 "end id=%" PRIu64 " peer=%s%s %s=%s run=%ss cpu=%ss%s%s%s", record->id,
		 record->peer, pid, names[record->outcome], status, run, cpu,
		 record->outcome == OUTCOME_TIMEOUT ? " (time_limit = " : "",
		 record->outcome == OUTCOME_TIMEOUT
			 ? span_format(record->time_limit, limit)
			 : "",
		 record->outcome == OUTCOME_TIMEOUT ? "; set it higher, or to infinity, "
						      "for commands that need longer)"
						    : "");
}
