/* SPDX-License-Identifier: MIT */

/*
 * A journal or a syslog that does not read, is restarted or comes late gets each entry
 * once, or is told how many were dropped, and nothing waits for it.
 *
 * links: report/log report/sink report/output base/trusted report/receiver
 * links: report/layout report/queue report/event base/text
 */

#include "log_daemon.h"

#include <poll.h>
#include <sys/epoll.h>

static bool can_be_written(const struct log *log)
{
	struct pollfd at = { .fd = log_fd(log), .events = POLLOUT };

	return poll(&at, 1, 0) == 1;
}

/* When they do not read */

/* The lines that came, and those that the others told of as dropped. */
struct count {
	unsigned lines, dropped;
	bool in_order;
};

static bool count_next(int fd, struct count *count)
{
	const char *got = take(fd), *at;
	unsigned n;

	if (got == NULL)
		return false;
	at = strstr(got, "number ");
	if (at != NULL && sscanf(at, "number %u", &n) == 1) {
		count->lines++;
		count->in_order = count->in_order && n == count->lines + count->dropped;
	}
	at = strstr(got, "log: dropped ");
	if (at != NULL && sscanf(at, "log: dropped %u", &n) == 1)
		count->dropped += n;
	return true;
}

static void test_stopped(enum log_to to)
{
	enum { LINES = 40000, SLOW = LINES / 2 };
	int fd = listen_at(SOCK_DGRAM);
	struct log *log = log_to(to);
	struct count count = { .in_order = true };
	bool all;

	for (unsigned i = 1; i <= LINES; i++) {
		log_line(log, LOG_INFO, "s", "number %u", i);
		if (i == SLOW) {
			ok(!log_flush(log), "one that does not read does not hold us up");
			ok(log_fd(log) >= 0 && !can_be_written(log),
			   "... and can be waited for");
			(void)count_next(fd, &count);
			ok(can_be_written(log), "... until it reads");
		}
		if (i > SLOW && i % 10 == 0)
			(void)count_next(fd, &count);
	}
	do
		all = log_flush(log);
	while (count_next(fd, &count) || !all);
	ok(count.in_order && count.lines > 100,
	   "what was kept comes once, and in order, with what is told between");
	ok(count.dropped > 0, "that some were dropped is told without another line");
	is(count.lines + count.dropped, LINES, "each is written or counted");
	log_free(log);
	stop_listening(fd);
}

/* When they are not there */

static void test_restart(enum log_to to)
{
	int fd = listen_at(SOCK_DGRAM), number;
	struct log *log = log_to(to);
	auto_text struct text text = { 0 };
	auto_close int watch = epoll_create1(EPOLL_CLOEXEC);
	struct epoll_event event = { .events = EPOLLOUT };

	log_line(log, LOG_INFO, NULL, "one");
	ok(log_flush(log), "it is there");
	number = log_fd(log);
	(void)epoll_ctl(watch, EPOLL_CTL_ADD, number, &event);
	ok(take(fd) != NULL, "... and has it");
	stop_listening(fd);
	fd = listen_at(SOCK_DGRAM);
	log_line(log, LOG_INFO, NULL, "two");
	ok(log_flush(log), "it was restarted:");
	ok(takes(fd, "two"), "... the new one has the next line at once");
	is(log_fd(log), number, "... and the descriptor is the same");
	is(epoll_wait(watch, &event, 1, 0), 1, "... also for who watches it");
	ok(take(fd) == NULL, "... once");

	/* Gone while we wait for it to read. */
	for (int i = 0; i < 100; i++)
		log_line(log, LOG_INFO, NULL, "more");
	ok(!log_flush(log), "it does not read");
	stop_listening(fd);
	fd = listen_at(SOCK_DGRAM);
	ok(can_be_written(log), "it is gone, which ends the waiting");
	(void)log_flush(log);
	ok(takes(fd, "more"), "... and the new one has the rest");
	drain(stderr_fd, &text);
	is_str(text_get(&text), "", "nothing was said on standard error");
	log_free(log);
	drain(stderr_fd, &text); /* what was left at the end */
	stop_listening(fd);
}

static void test_missing(enum log_to to)
{
	const uint64_t began = now_usec();
	struct log *log = log_to(to);
	uint64_t took;
	bool written = false;
	int fd;

	ok(stderr_says("log: cannot reach "), "none is there: standard error is told");
	log_line(log, LOG_INFO, NULL, "early");
	ok(!log_flush(log) && log_fd(log) < 0, "a line waits, without a descriptor");
	fd = listen_at(SOCK_DGRAM);
	while (!written && now_usec() - began < 10 * USEC_PER_SEC) {
		(void)poll(NULL, 0, 10);
		written = log_flush(log);
	}
	took = now_usec() - began;
	ok(written, "it comes: the line is written");
	ok(took >= USEC_PER_SEC, "... a second after the first try, not before");
	ok(takes(fd, "early") && take(fd) == NULL, "... once");
	ok(!stderr_says("log:"), "standard error was not told again");
	stop_listening(fd);
	log_line(log, LOG_INFO, NULL, "late");
	ok(!log_flush(log) && stderr_says("log: cannot reach "),
	   "it goes: standard error is told");
	log_free(log);
	ok(stderr_says("]: late\n"), "what waits at the end goes to standard error");
}

static void test_missing_for_long(void)
{
	struct log *log = log_to(LOG_TO_SYSLOG);
	struct sink *sink = NULL;
	const struct log_request request = { .to = LOG_TO_JOURNAL,
					     .name = "tester",
					     .journal_socket = path };
	auto_text struct text why = { 0 }, text = { 0 };
	unsigned lines = 0, dropped = 0;
	int fd;

	for (int i = 0; i < 10000; i++)
		log_line(log, LOG_INFO, NULL, "line");
	fd = listen_at(SOCK_DGRAM);
	(void)sink_open(&request, &sink, &why);
	log_use(log, sink);
	for (bool all = false; !all;) {
		all = log_flush(log);
		for (const char *got; (got = take(fd)) != NULL;) {
			const char *at = strstr(got, "log: dropped ");
			unsigned n;

			lines += strstr(got, "MESSAGE=line\n") != NULL;
			if (at != NULL && sscanf(at, "log: dropped %u", &n) == 1)
				dropped += n;
		}
	}
	ok(lines > 1000, "what waited for one goes to another");
	is(lines + dropped, 10000, "... or is counted");
	drain(stderr_fd, &text);
	log_free(log);
	stop_listening(fd);
}

int main(void)
{
	if (!begin())
		return 1;
	test_stopped(LOG_TO_SYSLOG);
	test_stopped(LOG_TO_JOURNAL);
	test_restart(LOG_TO_SYSLOG);
	test_restart(LOG_TO_JOURNAL);
	test_missing(LOG_TO_SYSLOG);
	test_missing(LOG_TO_JOURNAL);
	test_missing_for_long();
	return end();
}
