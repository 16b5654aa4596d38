/* SPDX-License-Identifier: MIT */

/* command_log.c - reads a pipe line by line, within bounds; or opens a stream. */

#include "serve/command_log.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>

#include "base/base.h"
#include "base/text.h"
#include "report/stream.h"

enum { PIECE = 16384, PIPE_PIECES = 5 };

struct command_log {
	struct log *log;
	const char *service;
	int read_fd, write_fd;
	sd_event_source *source;
	char line[COMMAND_LINE_MAX];
	size_t size;
	uint64_t second; /* when the count began */
	unsigned lines; /* in this second */
	uint64_t left_out;
};

static void tell_left_out(struct command_log *command_log)
{
	if (command_log->left_out == 0)
		return;
	log_line(command_log->log, LOG_WARNING, command_log->service,
		 "stderr: left out %" PRIu64 " lines past %d a second",
		 command_log->left_out, COMMAND_LINES_A_SECOND);
	command_log->left_out = 0;
}

/* May one more line be written now? */
static bool take_line(struct command_log *command_log)
{
	uint64_t now = now_usec();

	if (now - command_log->second >= USEC_PER_SEC) {
		command_log->second = now;
		command_log->lines = 0;
		tell_left_out(command_log);
	}
	if (command_log->lines < COMMAND_LINES_A_SECOND) {
		command_log->lines++;
		return true;
	}
	command_log->left_out++;
	return false;
}

static void end_line(struct command_log *command_log)
{
	char shown[LOG_LINE_MAX / 2];

	if (command_log->size > 0 && take_line(command_log)) {
		(void)escape(shown, sizeof(shown), command_log->line, command_log->size);
		log_line(command_log->log, LOG_INFO, command_log->service, "stderr: %s",
			 shown);
	}
	command_log->size = 0;
}

static void take_bytes(struct command_log *command_log, const char *bytes, size_t size)
{
	while (size > 0) {
		const char *newline = memchr(bytes, '\n', size);
		size_t n = newline != NULL ? (size_t)(newline - bytes) : size;
		size_t fits = MIN(n, COMMAND_LINE_MAX - command_log->size);

		memcpy(command_log->line + command_log->size, bytes, fits);
		command_log->size += fits;
		if (fits < n || newline != NULL)
			end_line(command_log); /* a longer line goes on as the next */
		if (fits == n && newline != NULL)
			fits++;
		bytes += fits;
		size -= fits;
	}
}

static int on_readable(sd_event_source *source, int fd, uint32_t events, void *data)
{
	struct command_log *command_log = data;
	char bytes[PIECE];

	(void)source;
	(void)events;
	/* One piece a turn: the other services have theirs between. */
	for (;;) {
		ssize_t n = read(fd, bytes, sizeof(bytes));

		if (n > 0)
			take_bytes(command_log, bytes, (size_t)n);
		if (n >= 0 || errno != EINTR)
			return 0; /* EAGAIN; no end, since we hold the other end */
	}
}

int command_log_new(sd_event *event, struct log *log, const char *service,
		    struct command_log **ret)
{
	struct command_log *command_log = calloc(1, sizeof(*command_log));
	int ends[2], r;

	if (command_log == NULL)
		return -ENOMEM;
	command_log->log = log;
	command_log->service = service;
	command_log->read_fd = command_log->write_fd = -1;
	r = pipe2(ends, O_CLOEXEC) < 0 ? -errno : 0;
	if (r == 0) {
		command_log->read_fd = ends[0];
		command_log->write_fd = ends[1];
		/* Our end alone: what commands write to must block as they expect. */
		if (fcntl(ends[0], F_SETFL, O_RDONLY | O_NONBLOCK) < 0)
			r = -errno;
	}
	if (r == 0)
		r = sd_event_add_io(event, &command_log->source, command_log->read_fd,
				    EPOLLIN, on_readable, command_log);
	if (r < 0) {
		command_log_free(command_log);
		return r;
	}
	*ret = command_log;
	return 0;
}

struct command_log *command_log_free(struct command_log *command_log)
{
	if (command_log == NULL)
		return NULL;
	if (command_log->source != NULL) {
		/* All that a pipe holds, but not what others go on to write. */
		for (int i = 0; i < PIPE_PIECES; i++)
			(void)on_readable(NULL, command_log->read_fd, EPOLLIN,
					  command_log);
		end_line(command_log);
		tell_left_out(command_log);
	}
	sd_event_source_unref(command_log->source);
	close_fd(&command_log->read_fd);
	close_fd(&command_log->write_fd);
	free(command_log);
	return NULL;
}

int command_log_stream(const char *service, int facility)
{
	const struct stream_request request = { .identifier = service,
						.priority = LOG_INFO | facility };
	int fd = -1;
	int r = stream_open(&request, &fd);

	return r < 0 ? r : fd;
}

int command_log_fd(const struct command_log *command_log)
{
	return command_log->write_fd;
}
