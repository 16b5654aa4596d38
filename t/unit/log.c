/* SPDX-License-Identifier: MIT */

/*
 * Every line is written whole or counted as dropped, whatever its reader does,
 * and writing never waits.
 *
 * links: report/log report/sink report/output base/trusted report/receiver
 * links: report/layout report/queue report/event base/text
 */

#include "report/log.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "base/text.h"

#include "tap.h"

static int saved_stderr;

/* Standard error becomes a pipe (or a socket) whose other end is returned. */
static int catch_stderr(bool socket)
{
	int ends[2];

	if (socket ? socketpair(AF_UNIX, SOCK_STREAM, 0, ends) < 0 : pipe(ends) < 0)
		return -1;
	(void)dup2(ends[1], STDERR_FILENO);
	(void)close(ends[1]);
	(void)fcntl(ends[0], F_SETFL, O_NONBLOCK);
	return ends[0];
}

static void release_stderr(int fd)
{
	(void)dup2(saved_stderr, STDERR_FILENO);
	(void)close(fd);
}

/* What can be read now. */
static void drain(int fd, struct text *text)
{
	char buf[65536];
	ssize_t n;

	while ((n = read(fd, buf, sizeof(buf))) > 0)
		text_add_bytes(text, buf, (size_t)n);
}

static void test_line(void)
{
	int fd = catch_stderr(false);
	struct log *log = log_new();
	auto_text struct text text = { 0 };
	char head[32], stamp[64] = "";
	const char *rest;

	(void)snprintf(head, sizeof(head), " spawnd[%d]: ", (int)getpid());
	errno = 4711;
	log_line(log, LOG_INFO, "upper", "hello %d", 5);
	is(errno, 4711, "errno is kept");
	drain(fd, &text);
	is((int64_t)text.size, 0, "a line waits for the end of the turn");
	ok(log_flush(log), "... in which it is written");
	drain(fd, &text);
	rest = strstr(text_get(&text), head);
	if (ok(rest != NULL, "it begins with a time, our name and number")) {
		(void)snprintf(stamp, sizeof(stamp), "%.*s",
			       (int)(rest - text_get(&text)), text_get(&text));
		is_str(rest + strlen(head), "upper: hello 5\n",
		       "... then come the service and the text");
	}
	is((int64_t)strspn(stamp, "0123456789-T:.+"), 31, "the time is one of RFC 3339");
	ok(!(fcntl(STDERR_FILENO, F_GETFL) & O_NONBLOCK),
	   "the starter's own standard error still blocks");
	log_free(log);
	release_stderr(fd);
}

static void test_level(void)
{
	int fd = catch_stderr(false);
	struct log *log = log_new();
	auto_text struct text text = { 0 };

	ok(log_wants(log, LOG_INFO) && !log_wants(log, LOG_DEBUG), "info is the default");
	log_set_level(log, LOG_WARNING);
	ok(log_wants(log, LOG_WARNING) && !log_wants(log, LOG_NOTICE), "a level is set");
	log_line(log, LOG_NOTICE, NULL, "not this");
	log_line(log, LOG_ERR, NULL, "this");
	log_free(log);
	drain(fd, &text);
	ok(strstr(text_get(&text), "not this") == NULL, "what is below is not written");
	ok(strstr(text_get(&text), "]: this\n") != NULL,
	   "what is left at the end is written");
	release_stderr(fd);
}

static void test_long_line(void)
{
	int fd = catch_stderr(false);
	struct log *log = log_new();
	auto_text struct text text = { 0 };
	char long_text[3 * LOG_LINE_MAX];

	memset(long_text, 'x', sizeof(long_text));
	long_text[sizeof(long_text) - 1] = '\0';
	log_line(log, LOG_INFO, "s", "%s", long_text);
	log_line(log, LOG_INFO, "s", "next");
	log_free(log);
	drain(fd, &text);
	is((int64_t)strcspn(text_get(&text), "\n"), LOG_LINE_MAX - 1,
	   "a long line is cut");
	ok(strstr(text_get(&text), "x\n") != NULL &&
		   strstr(text_get(&text), ": next\n") != NULL,
	   "... and the next one is whole");
	release_stderr(fd);
}

/* Numbers of the lines in the text, and of the dropped ones it tells of. */
static void count_lines(const char *p, unsigned *lines, unsigned *dropped, bool *whole)
{
	for (const char *end; (end = strchr(p, '\n')) != NULL; p = end + 1) {
		const char *at = strstr(p, "spawnd[");
		unsigned n;

		if (at == NULL || at > end) {
			*whole = false;
		} else if (sscanf(at, "spawnd[%*d]: log: dropped %u", &n) == 1) {
			*dropped += n;
		} else {
			*lines += 1;
			*whole = *whole && memcmp(end - 4, "tail", 4) == 0;
		}
	}
	*whole = *whole && *p == '\0';
}

static void test_slow_reader(bool socket)
{
	enum { LINES = 20000 };
	int fd = catch_stderr(socket);
	struct log *log = log_new();
	auto_text struct text text = { 0 };
	unsigned lines = 0, dropped = 0, more = 0;
	bool whole = true;

	for (int i = 0; i < LINES; i++)
		log_line(log, LOG_INFO, "s", "%0100d tail", i);
	ok(!log_flush(log), "a reader that does not read does not hold us up");
	ok(log_fd(log) >= 0, "... and can be waited for");
	do {
		more = (unsigned)text.size;
		drain(fd, &text);
		(void)log_flush(log);
	} while (text.size != more);
	log_line(log, LOG_INFO, "s", "last tail");
	ok(log_flush(log), "once it has read, all is written");
	drain(fd, &text);
	count_lines(text_get(&text), &lines, &dropped, &whole);
	ok(whole, "each line is whole");
	ok(dropped > 0, "some were dropped");
	is(lines + dropped, LINES + 1, "and each is written or counted");
	log_free(log);
	release_stderr(fd);
}

static void test_gone_reader(void)
{
	int fd = catch_stderr(false);
	struct log *log = log_new();

	(void)signal(SIGPIPE, SIG_IGN);
	(void)close(fd);
	log_line(log, LOG_INFO, "s", "nobody reads this");
	ok(log_flush(log), "a reader that is gone is not waited for");
	log_free(log);
	(void)signal(SIGPIPE, SIG_DFL);
	release_stderr(-1);
}

static void test_closed(void)
{
	struct log *log;

	(void)close(STDERR_FILENO);
	log = log_new();
	ok(!log_wants(log, LOG_ERR), "closed standard error: nothing is wanted");
	log_line(log, LOG_ERR, NULL, "lost");
	ok(log_flush(log), "... and nothing happens");
	log_free(log);
	release_stderr(-1);
}

static void test_journal(void)
{
	int fd = catch_stderr(true);
	struct log *log;
	auto_text struct text text = { 0 };
	char stream[64];
	struct stat st = { 0 };

	(void)fstat(STDERR_FILENO, &st);
	(void)snprintf(stream, sizeof(stream), "%ju:%ju", (uintmax_t)st.st_dev,
		       (uintmax_t)st.st_ino);
	(void)setenv("JOURNAL_STREAM", stream, 1);
	log = log_new();
	log_line(log, LOG_NOTICE, "s", "text");
	log_free(log);
	drain(fd, &text);
	is_str(text_get(&text), "<5>s: text\n", "the journal gets the priority alone");
	(void)snprintf(stream, sizeof(stream), "%ju:%ju", (uintmax_t)st.st_dev,
		       (uintmax_t)st.st_ino + 1);
	(void)setenv("JOURNAL_STREAM", stream, 1);
	log = log_new();
	log_line(log, LOG_NOTICE, "s", "text");
	log_free(log);
	text_done(&text);
	drain(fd, &text);
	ok(strstr(text_get(&text), "spawnd[") != NULL,
	   "a journal that is somewhere else is none");
	(void)unsetenv("JOURNAL_STREAM");
	release_stderr(fd);
}

int main(void)
{
	saved_stderr = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 10);
	test_line();
	test_level();
	test_long_line();
	test_slow_reader(false);
	test_slow_reader(true);
	test_gone_reader();
	test_closed();
	test_journal();
	(void)close(saved_stderr);
	return done();
}
