/* SPDX-License-Identifier: MIT */

/*
 * log_daemon.h - a journal or a syslog of a test's own, and a log that goes there.
 *
 * Standard error is caught, too.  Each test is one program, so these are static.
 */
#pragma once

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/text.h"
#include "report/log.h"

#include "tap.h"

static char folder[] = "/tmp/log_daemon.XXXXXX";
static char path[64];
static int saved_stderr, stderr_fd; /* stderr_fd: where standard error can be read */

static inline int listen_at(int type)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	(void)unlink(path);
	(void)snprintf(at.sun_path, sizeof(at.sun_path), "%s", path);
	if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof(at)) < 0 ||
	    (type == SOCK_STREAM && listen(fd, 5) < 0))
		printf("Bail out! no socket at %s: %s\n", path, strerror(errno));
	return fd;
}

static inline void stop_listening(int fd)
{
	(void)close(fd);
	(void)unlink(path);
}

/* One datagram as a string; NULL when there is none. */
static inline const char *take(int fd)
{
	static char buf[16384];
	ssize_t n = read(fd, buf, sizeof(buf) - 1);

	buf[n > 0 ? n : 0] = '\0';
	return n >= 0 ? buf : NULL;
}

/* Has the next datagram this in it? */
static inline bool takes(int fd, const char *what)
{
	const char *got = take(fd);

	return got != NULL && strstr(got, what) != NULL;
}

static inline void drain(int fd, struct text *text)
{
	char buf[65536];
	ssize_t n;

	while ((n = read(fd, buf, sizeof(buf))) > 0)
		text_add_bytes(text, buf, (size_t)n);
}

static inline struct log *log_to(enum log_to to)
{
	const struct log_request request = { .to = to,
					     .name = "tester",
					     .facility = LOG_DAEMON,
					     .syslog_socket = path,
					     .journal_socket = path };
	auto_text struct text why = { 0 };
	struct log *log = log_new();
	struct sink *sink = NULL;

	is(sink_open(&request, &sink, &why), 0, "it can be opened");
	log_use(log, sink);
	return log;
}

static inline bool stderr_says(const char *what)
{
	auto_text struct text text = { 0 };

	drain(stderr_fd, &text);
	return strstr(text_get(&text), what) != NULL;
}

static inline bool begin(void)
{
	int ends[2];

	if (mkdtemp(folder) == NULL || pipe2(ends, O_CLOEXEC) < 0)
		return false;
	(void)snprintf(path, sizeof(path), "%s/log", folder);
	(void)signal(SIGPIPE, SIG_DFL); /* which nothing here may raise */
	saved_stderr = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 10);
	(void)fcntl(ends[0], F_SETFL, O_NONBLOCK);
	(void)dup2(ends[1], STDERR_FILENO);
	(void)close(ends[1]);
	stderr_fd = ends[0];
	return true;
}

/* What main() returns. */
static inline int end(void)
{
	(void)dup2(saved_stderr, STDERR_FILENO);
	(void)close(saved_stderr);
	(void)close(stderr_fd);
	ok(rmdir(folder) == 0, "nothing is left");
	return done();
}
