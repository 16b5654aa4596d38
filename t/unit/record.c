/* SPDX-License-Identifier: MIT */

/*
 * A record is one line that says who, what and how it ended, of a level that
 * follows from the end.
 *
 * links: report/record report/log report/sink report/output base/trusted report/receiver
 * links: report/layout report/queue report/event base/number base/text
 */

#include "report/record.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/text.h"

#include "tap.h"

static const struct {
	struct record record;
	int level;
	const char *line;
} cases[] = {
	{ { .outcome = OUTCOME_EXIT, .pid = 4211, .run_usec = 12345, .cpu_usec = 999 },
	  LOG_INFO,
	  "pid=4211 exit=0 run=0.012s cpu=0.000s" },
	{ { .outcome = OUTCOME_EXIT, .status = 3, .pid = 1, .run_usec = 61000000 },
	  LOG_NOTICE,
	  "pid=1 exit=3 run=61.000s cpu=0.000s" },
	{ { .outcome = OUTCOME_SIGNAL, .by_signal = true, .status = SIGSEGV, .pid = 1 },
	  LOG_NOTICE,
	  "pid=1 signal=SEGV run=0.000s cpu=0.000s" },
	{ { .outcome = OUTCOME_SIGNAL, .by_signal = true, .status = 40, .pid = 1 },
	  LOG_NOTICE,
	  "pid=1 signal=40 run=0.000s cpu=0.000s" },
	{ { .outcome = OUTCOME_TIMEOUT,
	    .by_signal = true,
	    .status = SIGTERM,
	    .pid = 1,
	    .time_limit = 90000000,
	    .run_usec = 90000000 },
	  LOG_NOTICE,
	  "pid=1 timeout=TERM run=90.000s cpu=0.000s (time_limit = 1min 30s; set it "
	  "higher, or to infinity, for commands that need longer)" },
	{ { .outcome = OUTCOME_TIMEOUT, .status = 0, .pid = 1, .time_limit = 1000000 },
	  LOG_NOTICE,
	  "pid=1 timeout=0 run=0.000s cpu=0.000s (time_limit = 1s; set it higher, or to "
	  "infinity, for commands that need longer)" },
	{ { .outcome = OUTCOME_EXIT, .pid = 1, .memory_peak = 1052672 },
	  LOG_INFO,
	  "pid=1 exit=0 run=0.000s cpu=0.000s memory=1052672" },
	{ { .outcome = OUTCOME_SIGNAL,
	    .by_signal = true,
	    .status = SIGKILL,
	    .pid = 1,
	    .memory_peak = 67108864,
	    .memory_max = 67108864 },
	  LOG_NOTICE,
	  "pid=1 signal=KILL run=0.000s cpu=0.000s memory=67108864 (out of memory: "
	  "memory_max = 67108864; set it higher, or to infinity, for commands that need "
	  "more)" },
	{ { .outcome = OUTCOME_FAILED, .failure = "cannot execute /x: No such file" },
	  LOG_ERR,
	  "failed=\"cannot execute /x: No such file\"" },
	{ { .outcome = OUTCOME_FAILED, .failure = "why", .pid = 7 },
	  LOG_ERR,
	  "pid=7 failed=\"why\"" },
};

/* What the journal gets of one, beside the text. */
static const struct {
	struct record record;
	const char *fields;
} journal_cases[] = {
	{ { .outcome = OUTCOME_EXIT,
	    .pid = 4211,
	    .uid = 1000,
	    .local = "[::1]:7777",
	    .status = 3,
	    .run_usec = 12345,
	    .cpu_usec = 999,
	    .memory_peak = 4096 },
	  "SPAWND_SERVICE=upper\nSPAWND_ID=17\nSPAWND_PEER=[::1]:5\n"
	  "SPAWND_LOCAL=[::1]:7777\nSPAWND_PID=4211\nSPAWND_UID=1000\n"
	  "SPAWND_OUTCOME=exit\nSPAWND_STATUS=3\nSPAWND_RUN_USEC=12345\n"
	  "SPAWND_CPU_USEC=999\nSPAWND_MEMORY_PEAK=4096\n" },
	{ { .outcome = OUTCOME_SIGNAL, .by_signal = true, .pid = 1, .status = SIGSEGV },
	  "SPAWND_SERVICE=upper\nSPAWND_ID=17\nSPAWND_PEER=[::1]:5\nSPAWND_PID=1\n"
	  "SPAWND_OUTCOME=signal\nSPAWND_STATUS=SEGV\nSPAWND_RUN_USEC=0\n"
	  "SPAWND_CPU_USEC=0\n" },
	{ { .outcome = OUTCOME_TIMEOUT, .by_signal = true, .pid = 1, .status = SIGTERM },
	  "SPAWND_SERVICE=upper\nSPAWND_ID=17\nSPAWND_PEER=[::1]:5\nSPAWND_PID=1\n"
	  "SPAWND_OUTCOME=timeout\nSPAWND_STATUS=TERM\nSPAWND_RUN_USEC=0\n"
	  "SPAWND_CPU_USEC=0\n" },
	{ { .outcome = OUTCOME_FAILED, .failure = "cannot execute /x" },
	  "SPAWND_SERVICE=upper\nSPAWND_ID=17\nSPAWND_PEER=[::1]:5\n"
	  "SPAWND_OUTCOME=failed\nSPAWND_STATUS=cannot execute /x\n" },
};

static void test_journal(void)
{
	char folder[] = "/tmp/record.XXXXXX", path[64], line[2048];
	char ids[ARRAY_SIZE(journal_cases)][64];
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	const struct log_request request = { .to = LOG_TO_JOURNAL,
					     .name = "spawnd",
					     .journal_socket = path };
	auto_close int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	auto_text struct text why = { 0 };
	struct log *log = log_new();
	struct sink *sink = NULL;
	bool distinct = true;

	if (mkdtemp(folder) == NULL)
		return;
	(void)snprintf(path, sizeof(path), "%s/journal", folder);
	(void)snprintf(at.sun_path, sizeof(at.sun_path), "%s", path);
	is(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0, "a journal");
	is(sink_open(&request, &sink, &why), 0, "... that is used");
	log_use(log, sink);
	for (size_t i = 0; i < ARRAY_SIZE(journal_cases); i++) {
		struct record record = journal_cases[i].record;
		char *id, *rest;
		ssize_t n;

		record.service = "upper";
		record.id = 17;
		record.peer = "[::1]:5";
		record_write(&record, log);
		(void)log_flush(log);
		n = read(fd, line, sizeof(line) - 1);
		line[n > 0 ? n : 0] = '\0';
		ok(strstr(line, "\nMESSAGE=upper: end id=17 peer=[::1]:5 ") != NULL,
		   "%zu: the line is its message", i);
		id = strstr(line, "\nMESSAGE_ID=");
		rest = id != NULL ? strchr(id + 1, '\n') : NULL;
		is_str(rest != NULL ? rest + 1 : line, journal_cases[i].fields,
		       "... and the fields say the same, and what else is known");
		(void)snprintf(ids[i], sizeof(ids[i]), "%.*s",
			       id != NULL ? (int)(rest - id) : 0, id != NULL ? id : "");
		for (size_t j = 0; j < i; j++)
			distinct = distinct && strcmp(ids[i], ids[j]) != 0;
	}
	ok(distinct, "each outcome is a kind of its own");
	log_free(log);
	(void)unlink(path);
	(void)rmdir(folder);
}

int main(void)
{
	int ends[2], saved = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 10);
	struct log *log;
	char line[1024], expected[1024];
	ssize_t n;

	if (pipe2(ends, O_NONBLOCK) < 0)
		return 1;
	(void)dup2(ends[1], STDERR_FILENO);
	log = log_new();
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct record record = cases[i].record;
		char *text;

		record.service = "upper";
		record.id = 17;
		record.peer = "[::1]:5";
		is(record_level(&record), cases[i].level, "%zu: its level", i);
		log_set_level(log, cases[i].level - 1);
		record_write(&record, log);
		log_set_level(log, cases[i].level);
		record_write(&record, log);
		(void)log_flush(log);
		n = read(ends[0], line, sizeof(line) - 1);
		line[n > 0 ? n : 0] = '\0';
		text = strstr(line, "]: ");
		(void)snprintf(expected, sizeof(expected),
			       "upper: end id=17 peer=[::1]:5 %s\n", cases[i].line);
		is_str(text != NULL ? text + 3 : line, expected,
		       "... and its line, where the level is wanted");
	}
	log_free(log);
	(void)dup2(saved, STDERR_FILENO);
	(void)close(saved);
	(void)close(ends[0]);
	(void)close(ends[1]);
	test_journal();
	return done();
}
