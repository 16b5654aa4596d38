/* SPDX-License-Identifier: MIT */

/*
 * A record is one line that says who, what and how it ended, of a level that
 * follows from the end.
 *
 * links: report/record report/log report/sink report/output report/receiver
 * links: report/layout report/queue report/event base/number base/text
 */

#include "report/record.h"

#include <fcntl.h>
#include <signal.h>

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
	{ { .outcome = OUTCOME_FAILED, .failure = "cannot execute /x: No such file" },
	  LOG_ERR,
	  "failed=\"cannot execute /x: No such file\"" },
	{ { .outcome = OUTCOME_FAILED, .failure = "why", .pid = 7 },
	  LOG_ERR,
	  "pid=7 failed=\"why\"" },
};

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
	return done();
}
