/* SPDX-License-Identifier: MIT */

/*
 * The journal and syslog get each entry whole and once, over datagrams or a stream,
 * whether they read, are slow, are restarted or come later, and nothing waits for them.
 *
 * links: report/log report/sink report/output report/receiver
 * links: report/layout report/queue report/event base/text
 */

#include "report/log.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "base/text.h"

#include "tap.h"

static char folder[] = "/tmp/log_socket.XXXXXX";
static char path[64];
static int saved_stderr, stderr_fd; /* stderr_fd: where standard error can be read */

/* A log daemon of ours */

static int listen_at(int type)
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

static void stop_listening(int fd)
{
	(void)close(fd);
	(void)unlink(path);
}

/* One datagram as a string; NULL when there is none. */
static const char *take(int fd)
{
	static char buf[16384];
	ssize_t n = read(fd, buf, sizeof(buf) - 1);

	buf[n > 0 ? n : 0] = '\0';
	return n >= 0 ? buf : NULL;
}

static void drain(int fd, struct text *text)
{
	char buf[65536];
	ssize_t n;

	while ((n = read(fd, buf, sizeof(buf))) > 0)
		text_add_bytes(text, buf, (size_t)n);
}

static struct log *log_to(enum log_to to)
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

static bool can_be_written(const struct log *log)
{
	struct pollfd at = { .fd = log_fd(log), .events = POLLOUT };

	return poll(&at, 1, 0) == 1;
}

static bool stderr_says(const char *what)
{
	auto_text struct text text = { 0 };

	drain(stderr_fd, &text);
	return strstr(text_get(&text), what) != NULL;
}

/* What they get */

static void test_syslog(void)
{
	int fd = listen_at(SOCK_DGRAM);
	struct log *log = log_to(LOG_TO_SYSLOG);
	char head[64], month[4] = "";
	const char *got;
	int day = 0, at = 0;

	log_line(log, LOG_WARNING, "upper", "hello %d", 5);
	log_line(log, LOG_INFO, NULL, "two\nlines");
	ok(log_flush(log), "syslog takes two lines");
	got = take(fd);
	is(sscanf(got, "<28>%3s %2d %*2d:%*2d:%*2d%n", month, &day, &at), 2,
	   "a priority with the facility, and the time");
	ok(strstr("JanFebMarAprMayJunJulAugSepOctNovDec", month) != NULL && at == 19,
	   "... as RFC 3164 has it");
	(void)snprintf(head, sizeof(head), " tester[%d]: upper: hello 5", (int)getpid());
	is_str(got + at, head, "... then our name and number, the service and the text");
	got = take(fd);
	ok(strncmp(got, "<30>", 4) == 0 && strstr(got, "]: two lines") != NULL,
	   "the next is a datagram of its own, and one line");
	ok(take(fd) == NULL, "and that is all");
	log_free(log);
	stop_listening(fd);
}

static void test_stream(void)
{
	int fd = listen_at(SOCK_STREAM), other;
	struct log *log = log_to(LOG_TO_SYSLOG);
	auto_text struct text text = { 0 };
	unsigned whole = 0;
	const char *at;

	other = accept4(fd, NULL, NULL, SOCK_NONBLOCK);
	ok(other >= 0, "a syslog that takes streams has us as well");
	for (int i = 0; i < 3000; i++)
		log_line(log, LOG_INFO, NULL, "%0100d tail", i);
	while (!log_flush(log))
		drain(other, &text);
	drain(other, &text);
	at = text_get(&text);
	for (size_t size; at < text_get(&text) + text.size; at += size + 1) {
		size = strlen(at);
		whole += size > 20 && strncmp(at, "<30>", 4) == 0 &&
			 strcmp(at + size - 5, " tail") == 0;
	}
	is(whole, 3000, "each line ends with a NUL, and is whole");

	(void)close(other);
	log_line(log, LOG_INFO, NULL, "after");
	ok(log_flush(log), "the stream was closed:");
	other = accept4(fd, NULL, NULL, SOCK_NONBLOCK);
	text_done(&text);
	drain(other, &text);
	ok(strstr(text_get(&text), "]: after") != NULL, "... we come again at once");
	log_free(log);
	(void)close(other);
	stop_listening(fd);
}

/* The value of a field, in the static buffer of take(). */
static const char *field(const char *datagram, const char *name)
{
	static char value[4096];
	char start[64];
	const char *at;

	(void)snprintf(start, sizeof(start), "%s=", name);
	at = strncmp(datagram, start, strlen(start)) == 0 ? datagram : NULL;
	if (at == NULL) {
		(void)snprintf(start, sizeof(start), "\n%s=", name);
		at = strstr(datagram, start);
	}
	if (at == NULL)
		return NULL;
	at += strlen(start);
	(void)snprintf(value, sizeof(value), "%.*s", (int)strcspn(at, "\n"), at);
	return value;
}

static void test_journal(void)
{
	static const char raw[] = "\nODD\n\7\0\0\0\0\0\0\0two\nX=1\nNEXT=n\n";
	int fd = listen_at(SOCK_DGRAM);
	struct log *log = log_to(LOG_TO_JOURNAL);
	struct log_event event = { .service = "upper",
				   .kind = EVENT_REFUSED,
				   .fields = { { "SPAWND_PEER", "::1 = \"\\x00" },
					       { "SPAWND_LOCAL", NULL },
					       { "SPAWND_STATUS", "" },
					       { "ODD", "two\nX=1" },
					       { "NEXT", "n" } } };
	char number[16], buf[2048];
	const char *got;
	ssize_t n;

	ok(log_wants_fields(log), "the journal takes fields");
	log_event(log, LOG_NOTICE, &event, "text\nFAKE=%d", 1);
	log_line(log, LOG_ERR, NULL, "plain");
	ok(log_flush(log), "it takes two entries");
	n = recv(fd, buf, sizeof(buf) - 1, MSG_PEEK);
	ok(n > 0 && memmem(buf, (size_t)n, raw, sizeof(raw) - 1) != NULL,
	   "a value with newlines goes with its size, and what follows is whole");
	got = take(fd);
	(void)snprintf(number, sizeof(number), "%d", (int)getpid());
	is_str(field(got, "MESSAGE"), "upper: text FAKE=1", "the text is one line");
	is_str(field(got, "PRIORITY"), "5", "the priority");
	is_str(field(got, "SYSLOG_IDENTIFIER"), "tester", "our name");
	is_str(field(got, "SYSLOG_FACILITY"), "3", "the facility");
	is_str(field(got, "SYSLOG_PID"), number, "our number");
	is_str(field(got, "SPAWND_SERVICE"), "upper", "the service");
	is_str(field(got, "SPAWND_PEER"), "::1 = \"\\x00", "another field");
	ok(field(got, "SPAWND_LOCAL") == NULL && field(got, "SPAWND_STATUS") == NULL,
	   "what is not known is left out");
	is_str(field(got, "MESSAGE_ID"), event_id(EVENT_REFUSED), "and what kind it is");
	got = take(fd);
	is_str(field(got, "MESSAGE"), "plain", "the next is a datagram of its own");
	ok(field(got, "MESSAGE_ID") == NULL && field(got, "SPAWND_SERVICE") == NULL,
	   "... with no more than it says");
	log_free(log);
	stop_listening(fd);
}

static void test_large(void)
{
	int fd = listen_at(SOCK_DGRAM);
	struct log *log = log_to(LOG_TO_JOURNAL);
	char large[5000];
	const struct log_event event = {
		.service = "s", .fields = { { "LARGE", large }, { "SMALL", "1" } }
	};
	const char *got;

	(void)memset(large, 'x', sizeof(large) - 1);
	large[sizeof(large) - 1] = '\0';
	log_event(log, LOG_INFO, &event, "%s", large);
	ok(log_flush(log), "what is too large is cut");
	got = take(fd);
	is((int64_t)strlen(field(got, "MESSAGE")), LOG_LINE_MAX - 1, "... in the text");
	ok(field(got, "LARGE") == NULL, "... or left out, as a field");
	is_str(field(got, "SMALL"), "1", "... and others are there");
	log_free(log);
	stop_listening(fd);
}

static void test_kinds(void)
{
	bool good = event_id(EVENT_NONE) == NULL;

	for (int i = EVENT_NONE + 1; i < EVENTS_N; i++) {
		const char *id = event_id((enum event_kind)i);

		good = good && id != NULL && strlen(id) == 32 &&
		       strspn(id, "0123456789abcdef") == 32;
		for (int j = EVENT_NONE + 1; good && j < i; j++)
			good = strcmp(id, event_id((enum event_kind)j)) != 0;
	}
	ok(good, "each kind of event has an id, and no two the same");
}

/* When they do not read */

static void test_stopped(enum log_to to)
{
	enum { LINES = 20000 };
	int fd = listen_at(SOCK_DGRAM);
	struct log *log = log_to(to);
	unsigned lines = 0, dropped = 0, told = 0, last = 0;
	const char *got, *at;
	bool in_order = true, all;

	for (unsigned i = 1; i <= LINES; i++)
		log_line(log, LOG_INFO, "s", "number %u", i);
	ok(!log_flush(log), "one that does not read does not hold us up");
	ok(log_fd(log) >= 0 && !can_be_written(log), "... and can be waited for");
	got = take(fd);
	ok(can_be_written(log), "... until it reads");
	do {
		all = log_flush(log);
		for (; got != NULL; got = take(fd)) {
			unsigned n;

			at = strstr(got, "number ");
			if (at != NULL && sscanf(at, "number %u", &n) == 1) {
				in_order = in_order && n > last;
				last = n;
				lines++;
			}
			at = strstr(got, "log: dropped ");
			if (at != NULL && sscanf(at, "log: dropped %u", &n) == 1) {
				dropped += n;
				told++;
			}
		}
		got = take(fd);
	} while (!all || got != NULL);
	ok(in_order && lines > 100, "what was kept comes once and in order");
	ok(told > 0, "that some were dropped is told without another line");
	is(lines + dropped, LINES, "each is written or counted");
	log_free(log);
	stop_listening(fd);
}

/* When they are not there */

static void test_restart(enum log_to to)
{
	int fd = listen_at(SOCK_DGRAM), number;
	struct log *log = log_to(to);
	auto_text struct text text = { 0 };

	log_line(log, LOG_INFO, NULL, "one");
	ok(log_flush(log), "it is there");
	number = log_fd(log);
	ok(take(fd) != NULL, "... and has it");
	stop_listening(fd);
	fd = listen_at(SOCK_DGRAM);
	log_line(log, LOG_INFO, NULL, "two");
	ok(log_flush(log), "it was restarted:");
	ok(strstr(take(fd), "two") != NULL, "... the new one has the next line at once");
	is(log_fd(log), number, "... and the descriptor is the same");
	ok(take(fd) == NULL, "... once");

	/* Gone while we wait for it to read. */
	for (int i = 0; i < 100; i++)
		log_line(log, LOG_INFO, NULL, "more");
	ok(!log_flush(log), "it does not read");
	stop_listening(fd);
	fd = listen_at(SOCK_DGRAM);
	ok(can_be_written(log), "it is gone, which ends the waiting");
	(void)log_flush(log);
	ok(strstr(take(fd), "more") != NULL, "... and the new one has the rest");
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
	ok(strstr(take(fd), "early") != NULL && take(fd) == NULL, "... once");
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

/* Which one */

static void test_auto(void)
{
	int fd = listen_at(SOCK_DGRAM), ends[2];
	struct log *log;
	struct stat st = { 0 };
	char stream[64];

	log = log_to(LOG_TO_AUTO);
	log_line(log, LOG_INFO, NULL, "here");
	log_free(log);
	ok(stderr_says(" tester[") && take(fd) == NULL, "auto is standard error,");

	(void)socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends);
	(void)dup2(ends[1], STDERR_FILENO);
	(void)fstat(STDERR_FILENO, &st);
	(void)snprintf(stream, sizeof(stream), "%ju:%ju", (uintmax_t)st.st_dev,
		       (uintmax_t)st.st_ino);
	(void)setenv("JOURNAL_STREAM", stream, 1);
	log = log_to(LOG_TO_AUTO);
	log_line(log, LOG_INFO, NULL, "there");
	log_free(log);
	ok(strstr(take(fd), "\nMESSAGE=there\n") != NULL,
	   "... the journal where that is the journal,");
	stop_listening(fd);
	log = log_to(LOG_TO_AUTO);
	log_line(log, LOG_INFO, NULL, "again");
	log_free(log);
	is_str(take(ends[0]), "<6>again\n", "... and its stream where that is all,");
	(void)unsetenv("JOURNAL_STREAM");
	(void)close(ends[0]);
	(void)close(ends[1]);
}

static void test_detached(void)
{
	const struct log_request request = { .detached = true,
					     .name = "tester",
					     .facility = LOG_LOCAL0,
					     .syslog_socket = path };
	const struct log_request bad = { .to = LOG_TO_STDERR, .name = "a\nB=1" };
	auto_text struct text why = { 0 };
	struct log *log = log_new();
	struct sink *sink = NULL;
	int fd = listen_at(SOCK_DGRAM);

	is(sink_open(&request, &sink, &why), 0, "... and syslog when detached");
	log_use(log, sink);
	log_line(log, LOG_ERR, NULL, "text");
	(void)log_flush(log);
	ok(strncmp(take(fd), "<131>", 5) == 0, "... where the facility is the one given");
	is(sink_open(&bad, &sink, &why), 1, "a name that would break lines is refused");
	ok(strstr(text_get(&why), "printable") != NULL, "... with the reason");
	log_free(log);
	stop_listening(fd);
}

int main(void)
{
	int ends[2];

	if (mkdtemp(folder) == NULL || pipe2(ends, O_CLOEXEC) < 0)
		return 1;
	(void)snprintf(path, sizeof(path), "%s/log", folder);
	(void)signal(SIGPIPE, SIG_DFL); /* which nothing here may raise */
	saved_stderr = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 10);
	(void)fcntl(ends[0], F_SETFL, O_NONBLOCK);
	(void)dup2(ends[1], STDERR_FILENO);
	stderr_fd = ends[0];
	test_syslog();
	test_stream();
	test_journal();
	test_large();
	test_kinds();
	test_stopped(LOG_TO_SYSLOG);
	test_stopped(LOG_TO_JOURNAL);
	test_restart(LOG_TO_SYSLOG);
	test_restart(LOG_TO_JOURNAL);
	test_missing(LOG_TO_SYSLOG);
	test_missing(LOG_TO_JOURNAL);
	test_missing_for_long();
	test_auto();
	test_detached();
	(void)dup2(saved_stderr, STDERR_FILENO);
	(void)rmdir(folder);
	return done();
}
