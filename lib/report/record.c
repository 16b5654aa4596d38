/* SPDX-License-Identifier: MIT */

/* record.c - writes a record as one line of key=value. */

#include "report/record.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "base/text.h"

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

/* How each outcome is called, in a line and in the journal, and what kind it is. */
static const struct {
	const char *name;
	enum event_kind kind;
} outcomes[] = {
	[OUTCOME_EXIT] = { "exit", EVENT_ENDED },
	[OUTCOME_SIGNAL] = { "signal", EVENT_KILLED },
	[OUTCOME_TIMEOUT] = { "timeout", EVENT_TIMED_OUT },
	[OUTCOME_FAILED] = { "failed", EVENT_FAILED },
};

/* The numbers of a record as text, for as long as an event points there. */
struct shown {
	char status[16], id[24], pid[24], uid[24], run_usec[24], cpu_usec[24], memory[24];
};

static void show_number(uint64_t number, char buf[static 24])
{
	(void)snprintf(buf, 24, "%" PRIu64, number); /* has room */
}

static void put_fields(const struct record *record, struct shown *shown,
		       struct log_event *event)
{
	const bool ran = record->outcome != OUTCOME_FAILED;
	const struct log_field fields[] = {
		{ "SPAWND_ID", shown->id },
		{ "SPAWND_PEER", record->peer },
		{ "SPAWND_LOCAL", record->local },
		{ "SPAWND_PID", record->pid > 0 ? shown->pid : NULL },
		{ "SPAWND_UID", record->uid > 0 ? shown->uid : NULL },
		{ "SPAWND_OUTCOME", outcomes[record->outcome].name },
		{ "SPAWND_STATUS", ran ? shown->status : record->failure },
		{ "SPAWND_RUN_USEC", ran ? shown->run_usec : NULL },
		{ "SPAWND_CPU_USEC", ran ? shown->cpu_usec : NULL },
		{ "SPAWND_MEMORY_PEAK", record->memory_peak > 0 ? shown->memory : NULL },
	};

	_Static_assert(ARRAY_SIZE(fields) <= LOG_FIELDS_MAX, "they have to fit");
	show_number(record->id, shown->id);
	show_number((uint64_t)record->pid, shown->pid);
	show_number(record->uid, shown->uid);
	show_number(record->run_usec, shown->run_usec);
	show_number(record->cpu_usec, shown->cpu_usec);
	show_number(record->memory_peak, shown->memory);
	(void)memcpy(event->fields, fields, sizeof(fields));
}

/* What a limit has to do with the end, and how to change that. */
static void show_hints(const struct record *record, struct text *text)
{
	char limit[SPAN_ROOM];

	if (record->memory_peak > 0)
		text_addf(text, " memory=%" PRIu64, record->memory_peak);
	if (record->outcome == OUTCOME_TIMEOUT)
		text_addf(
			text,
			" (time_limit = %s; set it higher, or to infinity, for commands "
			"that need longer)",
			span_format(record->time_limit, limit));
	if (record->memory_max > 0)
		text_addf(text,
			  " (out of memory: memory_max = %" PRIu64
			  "; set it higher, or to infinity, for commands that need more)",
			  record->memory_max);
}

static void write_end(const struct record *record, int level,
		      const struct log_event *event, const char *pid, const char *status,
		      struct log *log)
{
	char run[SECONDS_ROOM], cpu[SECONDS_ROOM];
	auto_text struct text hints = { 0 };

	show_hints(record, &hints);
	log_event(log, level, event, "end id=%" PRIu64 " peer=%s%s %s=%s run=%s cpu=%s%s",
		  record->id, record->peer, pid, outcomes[record->outcome].name, status,
		  seconds_format(record->run_usec, run),
		  seconds_format(record->cpu_usec, cpu), text_get(&hints));
}

void record_write(const struct record *record, struct log *log)
{
	struct log_event event = { .service = record->service,
				   .kind = outcomes[record->outcome].kind };
	const int level = record_level(record);
	struct shown shown;
	char pid[24] = "";

	if (!log_wants(log, level))
		return;
	if (record->pid > 0)
		(void)snprintf(pid, sizeof(pid), " pid=%d", (int)record->pid);
	show_status(record, shown.status, sizeof(shown.status));
	if (log_wants_fields(log))
		put_fields(record, &shown, &event);
	if (record->outcome == OUTCOME_FAILED)
		log_event(log, level, &event,
			  "end id=%" PRIu64 " peer=%s%s failed=\"%s\"", record->id,
			  record->peer, pid, record->failure);
	else
		write_end(record, level, &event, pid, shown.status, log);
}
