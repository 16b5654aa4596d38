/* SPDX-License-Identifier: MIT */

/* log.c - from what is said to entries in the queue, and on to the sink. */

#include "report/log.h"

#include <endian.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/text.h"
#include "report/queue.h"

struct log {
	struct sink *sink;
	int level;
	struct queue queue;
};

static struct sink *open_stderr(const char *name)
{
	const struct log_request request = { .to = LOG_TO_STDERR, .name = name };
	auto_text struct text why = { 0 };
	struct sink *sink = NULL;

	return sink_open(&request, &sink, &why) == 0 ? sink : NULL;
}

struct log *log_new(void)
{
	struct log *log = calloc(1, sizeof(*log));

	if (log == NULL)
		return NULL;
	log->level = LOG_INFO;
	log->sink = open_stderr("spawnd");
	if (log->sink == NULL) {
		free(log);
		return NULL;
	}
	return log;
}

struct log *log_free(struct log *log)
{
	struct sink *last = NULL;

	if (log == NULL)
		return NULL;
	if (!log_flush(log) && sink_can_be_missing(log->sink))
		last = open_stderr(sink_name(log->sink));
	if (last != NULL) {
		log_use(log, last);
		(void)log_flush(log); /* what is not taken now never will be */
	}
	sink_free(log->sink);
	free(log);
	return NULL;
}

void log_set_level(struct log *log, int level)
{
	log->level = level;
}

bool log_wants(const struct log *log, int level)
{
	return level <= log->level && !sink_discards(log->sink);
}

bool log_wants_fields(const struct log *log)
{
	return sink_takes_fields(log->sink);
}

bool log_is_empty(const struct log *log)
{
	return queue_is_empty(&log->queue);
}

int log_fd(const struct log *log)
{
	return sink_fd(log->sink);
}

/* Making entries */

static void put_text(struct entry *entry, const char *service, const char *format,
		     va_list args)
{
	char *text = entry->bytes;
	size_t size = 0;
	int n;

	if (service != NULL)
		size = MIN((size_t)snprintf(text, ENTRY_TEXT_MAX, "%s: ", service),
			   ENTRY_TEXT_MAX - 1);
	n = vsnprintf(text + size, ENTRY_TEXT_MAX - size, format, args);
	if (n > 0)
		size = MIN(size + (size_t)n, ENTRY_TEXT_MAX - 1);
	entry->text_size = (uint32_t)size;
	for (char *at = text;
	     (at = memchr(at, '\n', size - (size_t)(at - text))) != NULL;)
		*at = ' ';
}

/* As the journal takes it: NAME=VALUE and a newline; or NAME, a newline, the size and
 * VALUE, where that has newlines itself.  One that does not fit is left out. */
static void put_field(struct entry *entry, const char *name, const char *value)
{
	char *to = entry->bytes + entry->text_size + entry->fields_size;
	const size_t name_size = strlen(name);
	const size_t size = value != NULL ? strlen(value) : 0;
	const uint64_t coded = htole64(size);

	if (size == 0 || entry->fields_size + name_size + 1 + sizeof(coded) + size + 1 >
				 ENTRY_FIELDS_MAX)
		return;
	to = mempcpy(to, name, name_size);
	if (memchr(value, '\n', size) == NULL) {
		*to++ = '=';
	} else {
		*to++ = '\n';
		to = mempcpy(to, &coded, sizeof(coded));
	}
	to = mempcpy(to, value, size);
	*to++ = '\n';
	entry->fields_size = (uint32_t)(to - entry->bytes) - entry->text_size;
}

static void put_fields(struct entry *entry, const struct log_event *event)
{
	put_field(entry, "MESSAGE_ID", event_id(event->kind));
	put_field(entry, "SPAWND_SERVICE", event->service);
	for (size_t i = 0; i < LOG_FIELDS_MAX && event->fields[i].name != NULL; i++)
		put_field(entry, event->fields[i].name, event->fields[i].value);
}

static void add(struct log *log, struct entry *entry, int level,
		const struct log_event *event, const char *format, va_list args)
{
	entry->level = level;
	(void)clock_gettime(CLOCK_REALTIME, &entry->at); /* cannot fail for this clock */
	put_text(entry, event->service, format, args);
	if (log_wants_fields(log))
		put_fields(entry, event);
	queue_add(&log->queue, entry);
}

static PRINTF(5, 6) void addf(struct log *log, struct entry *entry, int level,
			      const struct log_event *event, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add(log, entry, level, event, format, args);
	va_end(args);
}

/* Only where there is room for what comes next, too. */
static bool tell_dropped(struct log *log)
{
	const struct log_event event = { .kind = EVENT_LOG_DROPPED };
	const uint64_t lost = log->queue.lost;
	struct entry *entry = lost > 0 ? queue_room(&log->queue, 1) : NULL;

	if (entry == NULL)
		return false;
	log->queue.lost = 0;
	entry->tells = lost;
	addf(log, entry, LOG_WARNING, &event,
	     "log: dropped %" PRIu64 " lines that could not be written", lost);
	return true;
}

static void say(struct log *log, int level, const struct log_event *event,
		const char *format, va_list args)
{
	const int error = errno;
	struct entry *entry;

	if (!log_wants(log, level & LOG_ASKED ? log->level : level))
		return;
	level &= ~LOG_ASKED;
	if (queue_room(&log->queue, 0) == NULL)
		(void)log_flush(log); /* more in a turn than the buffer holds */
	(void)tell_dropped(log); /* or later */
	entry = log->queue.lost == 0 ? queue_room(&log->queue, 0) : NULL;
	errno = error; /* for %m */
	if (entry != NULL)
		add(log, entry, level, event, format, args);
	else
		log->queue.lost++;
	errno = error;
}

void log_line(struct log *log, int level, const char *service, const char *format, ...)
{
	const struct log_event event = { .service = service };
	va_list args;

	va_start(args, format);
	say(log, level, &event, format, args);
	va_end(args);
}

void log_event(struct log *log, int level, const struct log_event *event,
	       const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(log, level, event, format, args);
	va_end(args);
}

/* Writing them */

bool log_flush(struct log *log)
{
	int r;

	if (queue_is_empty(&log->queue))
		return true;
	do
		r = sink_send(log->sink, &log->queue);
	while (r == 0 && tell_dropped(log)); /* it works again */
	return r >= 0;
}

void log_use(struct log *log, struct sink *sink)
{
	(void)log_flush(log); /* the rest goes to the new one */
	sink_follow(sink, log->sink, &log->queue);
	sink_free(log->sink);
	log->sink = sink;
	sink_tell_missing(sink);
}

void log_reopen(struct log *log)
{
	auto_text struct text why = { 0 };
	int r;

	(void)log_flush(log); /* what stays, stays for the new one */
	r = sink_reopen(log->sink, &why);
	if (r != 0)
		log_line(log, LOG_ERR, NULL,
			 "cannot open the log anew, %s; goes on with "
			 "the one that is open",
			 r > 0 ? text_get(&why) : strerror(-r));
}
