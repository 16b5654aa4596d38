/* SPDX-License-Identifier: MIT */

/*
 * The journal and syslog get each entry whole, as they want it, over datagrams or a
 * stream; and the one that was asked for gets it.
 *
 * links: report/log report/sink report/output base/trusted report/receiver
 * links: report/layout report/queue report/event base/text
 */

#include "log_daemon.h"

#include <sys/stat.h>

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

	/* So small that it takes parts of lines. */
	(void)setsockopt(log_fd(log), SOL_SOCKET, SO_SNDBUF, &(int){ 0 }, sizeof(int));
	for (int i = 0; i < 2000; i++)
		log_line(log, LOG_INFO, NULL, "%0110d tail", i);
	ok(!log_flush(log), "it does not read");
	(void)close(other);
	log_line(log, LOG_INFO, NULL, "after");
	(void)log_flush(log);
	other = accept4(fd, NULL, NULL, SOCK_NONBLOCK);
	ok(other >= 0, "... and closes: we come again at once");
	text_done(&text);
	while (!log_flush(log))
		drain(other, &text);
	drain(other, &text);
	ok(strncmp(text_get(&text), "<30>", 4) == 0, "... with a whole line");
	ok(text.size > 6 && strcmp(text.at + text.size - 6, "after") == 0,
	   "... and up to the last one");
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

	/* Less than one of ours can have. */
	(void)setsockopt(log_fd(log), SOL_SOCKET, SO_SNDBUF, &(int){ 0 }, sizeof(int));
	large[4000] = '\0';
	log_event(log, LOG_INFO, &event, "%s", large);
	log_line(log, LOG_INFO, NULL, "next");
	ok(log_flush(log), "what the socket never takes does not stay in the way");
	ok(takes(fd, "\nMESSAGE=next\n"), "... of the next,");
	log_line(log, LOG_INFO, NULL, "last");
	(void)log_flush(log);
	ok(takes(fd, "log: dropped 1 lines"), "... and is told");
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
	ok(takes(fd, "\nMESSAGE=there\n"), "... the journal where that is the journal,");
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
	ok(takes(fd, "<131>"), "... where the facility is the one given");
	is(sink_open(&bad, &sink, &why), 1, "a name that would break lines is refused");
	ok(strstr(text_get(&why), "printable") != NULL, "... with the reason");
	log_free(log);
	stop_listening(fd);
}

int main(void)
{
	if (!begin())
		return 1;
	test_syslog();
	test_stream();
	test_journal();
	test_large();
	test_kinds();
	test_auto();
	test_detached();
	return end();
}
