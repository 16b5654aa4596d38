/* SPDX-License-Identifier: MIT */

/*
 * log.c - a buffer between the daemon and whoever reads its standard error.
 *
 * A pipe and a terminal can be opened anew through /proc; a socket
 * cannot, and is written with MSG_DONTWAIT.  Where neither works (no /proc, a
 * file of somebody else) it is asked with poll(2) before each piece, and the
 * piece is one that a pipe then takes whole.
 */

#include "report/log.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>

enum {
	BUFFER_SIZE = 256 * 1024,
	POLLED_PIECE = 4096, /* PIPE_BUF: goes whole where poll() says so */
	STAMP_ROOM = 48,
};

enum output { OUTPUT_NONE, OUTPUT_NONBLOCK, OUTPUT_SOCKET, OUTPUT_POLLED };

struct log {
	enum output output;
	int fd;
	bool fd_is_ours;
	bool is_journal;
	int level;
	pid_t pid;
	size_t begin, end; /* what is in the buffer and not written */
	uint64_t dropped;
	uint64_t telling; /* told by a line in the buffer ... */
	size_t telling_end; /* ... that ends there; 0: none */
	time_t stamped; /* the second for which the stamp was made */
	char stamp[STAMP_ROOM];
	char zone[8];
	char buffer[BUFFER_SIZE];
};

/* Does JOURNAL_STREAM name the very file that standard error is? */
static bool stderr_is_journal(const struct stat *st)
{
	const char *stream = getenv("JOURNAL_STREAM");
	uint64_t device, inode;

	return stream != NULL &&
	       sscanf(stream, "%" SCNu64 ":%" SCNu64, &device, &inode) == 2 &&
	       st->st_dev == device && st->st_ino == inode;
}

static void open_output(struct log *log)
{
	struct stat st;

	log->fd = STDERR_FILENO;
	if (fstat(STDERR_FILENO, &st) < 0) {
		log->output = OUTPUT_NONE;
		return;
	}
	log->is_journal = stderr_is_journal(&st);
	if (S_ISSOCK(st.st_mode)) {
		log->output = OUTPUT_SOCKET;
		return;
	}
	if (S_ISREG(st.st_mode)) {
		/* Never makes a writer wait for a reader; and others who write to it
		 * share our place in it only through this descriptor. */
		log->output = OUTPUT_NONBLOCK;
		return;
	}
	log->fd = open("/proc/self/fd/2", O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	if (log->fd >= 0) {
		log->fd_is_ours = true;
		log->output = OUTPUT_NONBLOCK;
	} else {
		log->fd = STDERR_FILENO;
		log->output = OUTPUT_POLLED;
	}
}

struct log *log_new(void)
{
	struct log *log = calloc(1, sizeof(*log));

	if (log == NULL)
		return NULL;
	log->fd = -1;
	log->level = LOG_INFO;
	log->pid = getpid();
	open_output(log);
	return log;
}

struct log *log_free(struct log *log)
{
	if (log == NULL)
		return NULL;
	(void)log_flush(log); /* what is not taken now never will be */
	if (log->fd_is_ours)
		close_fd(&log->fd);
	free(log);
	return NULL;
}

void log_set_level(struct log *log, int level)
{
	log->level = level;
}

bool log_wants(const struct log *log, int level)
{
	return level <= log->level && log->output != OUTPUT_NONE;
}

int log_fd(const struct log *log)
{
	return log->fd;
}

bool log_is_empty(const struct log *log)
{
	return log->begin == log->end;
}

/* The date and time change once a second only. */
static void make_stamp(struct log *log, const struct timespec *now)
{
	struct tm tm;

	if (now->tv_sec == log->stamped)
		return;
	if (localtime_r(&now->tv_sec, &tm) == NULL)
		memset(&tm, 0, sizeof(tm));
	(void)strftime(log->stamp, sizeof(log->stamp), "%Y-%m-%dT%H:%M:%S", &tm);
	(void)strftime(log->zone, sizeof(log->zone), "%z", &tm);
	log->stamped = now->tv_sec;
}

static size_t write_head(struct log *log, int level, char *to, size_t room)
{
	struct timespec now = { 0 };

	if (log->is_journal)
		return (size_t)snprintf(to, room, "<%d>", level);
	(void)clock_gettime(CLOCK_REALTIME, &now); /* cannot fail for this clock */
	make_stamp(log, &now);
	return (size_t)snprintf(to, room, "%s.%06ld%s spawnd[%d]: ", log->stamp,
				now.tv_nsec / 1000, log->zone, (int)log->pid);
}

/* Room for a line at the end of the buffer; NULL: the reader is too slow. */
static char *make_room(struct log *log)
{
	if (BUFFER_SIZE - log->end < LOG_LINE_MAX && log->begin > 0) {
		memmove(log->buffer, log->buffer + log->begin, log->end - log->begin);
		log->end -= log->begin;
		log->telling_end -= MIN(log->telling_end, log->begin);
		log->begin = 0;
	}
	return BUFFER_SIZE - log->end >= LOG_LINE_MAX ? log->buffer + log->end : NULL;
}

static void tell_dropped(struct log *log)
{
	char *to;
	size_t size;

	if (log->dropped == 0)
		return;
	to = make_room(log);
	if (to == NULL || BUFFER_SIZE - log->end < 2 * LOG_LINE_MAX)
		return;
	size = write_head(log, LOG_WARNING, to, LOG_LINE_MAX);
	size += (size_t)snprintf(to + size, LOG_LINE_MAX - size,
				 "log: dropped %" PRIu64
				 " lines that could not be written\n",
				 log->dropped);
	log->end += size;
	log->telling += log->dropped;
	log->telling_end = log->end;
	log->dropped = 0;
}

void log_line(struct log *log, int level, const char *service, const char *format, ...)
{
	int error = errno;
	va_list args;
	char *to;
	size_t size;
	int n;

	if (!log_wants(log, level))
		return;
	if (BUFFER_SIZE - (log->end - log->begin) < LOG_LINE_MAX)
		(void)log_flush(log); /* more in a turn than the buffer holds */
	tell_dropped(log);
	to = log->dropped == 0 ? make_room(log) : NULL;
	if (to == NULL) {
		log->dropped++;
		errno = error;
		return;
	}
	size = write_head(log, level, to, LOG_LINE_MAX);
	if (service != NULL)
		size += (size_t)snprintf(to + size, LOG_LINE_MAX - size, "%s: ", service);
	va_start(args, format);
	n = vsnprintf(to + size, LOG_LINE_MAX - size, format, args);
	va_end(args);
	if (n > 0)
		size = MIN(size + (size_t)n, LOG_LINE_MAX - 1);
	to[size] = '\n';
	log->end += size + 1;
	errno = error;
}

static ssize_t write_piece(const struct log *log, const char *from, size_t size)
{
	struct pollfd at = { .fd = log->fd, .events = POLLOUT };

	switch (log->output) {
	case OUTPUT_SOCKET:
		return send(log->fd, from, size, MSG_DONTWAIT | MSG_NOSIGNAL);
	case OUTPUT_POLLED:
		/* An error is found out by writing, and ends the waiting. */
		if (poll(&at, 1, 0) != 1 || at.revents == 0) {
			errno = EAGAIN;
			return -1;
		}
		return write(log->fd, from, MIN(size, POLLED_PIECE));
	case OUTPUT_NONBLOCK:
		return write(log->fd, from, size);
	case OUTPUT_NONE:
		break;
	}
	return (ssize_t)size;
}

/* A full disk, a reader that is gone: what is in the buffer is lost, and counted;
 * so is what a lost line would have told. */
static void drop_buffer(struct log *log)
{
	for (size_t i = log->begin; i < log->end; i++)
		log->dropped += log->buffer[i] == '\n';
	if (log->telling_end > log->begin)
		log->dropped += log->telling - 1;
	log->begin = log->end;
}

bool log_flush(struct log *log)
{
	while (log->begin < log->end) {
		ssize_t n =
			write_piece(log, log->buffer + log->begin, log->end - log->begin);

		if (n >= 0)
			log->begin += (size_t)n;
		else if (errno == EAGAIN || errno == ENOBUFS)
			return false;
		else if (errno != EINTR)
			drop_buffer(log);
	}
	log->begin = log->end = log->telling_end = 0;
	log->telling = 0;
	return true;
}
