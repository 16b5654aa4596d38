/* SPDX-License-Identifier: MIT */

/*
 * What the kernel refuses to an ordinary user is known without trying it on oneself.
 *
 * links: run/limits run/helper base/answers base/number base/text
 * no valgrind: it keeps the limit of descriptors to itself
 */

#include "run/limits.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>

#include "base/base.h"

#include "tap.h"

static bool write_oom_score(int score)
{
	auto_close int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

	return fd >= 0 && dprintf(fd, "%d", score) > 0;
}

/* An ordinary user, nice and with a score of its own, whom a change of its account
 * made not dumpable. */
static void become_ordinary(int score)
{
	if (geteuid() == 0 && setresuid(65534, 65534, 65534) < 0)
		printf("Bail out! cannot become nobody: %s\n", strerror(errno));
	if (prctl(PR_SET_DUMPABLE, 1) < 0 || !write_oom_score(score) ||
	    setpriority(PRIO_PROCESS, 0, 10) < 0 ||
	    setrlimit(RLIMIT_NOFILE, &(struct rlimit){ 64, 128 }) < 0 ||
	    prctl(PR_SET_DUMPABLE, 0) < 0)
		printf("Bail out! cannot begin: %s\n", strerror(errno));
}

int main(void)
{
	int before = 0, score = 0;
	const bool known = limits_oom_score(&before);
	const struct {
		const char *name;
		struct limit_trial trial;
		bool refused;
	} cases[] = {
		{ "more descriptors", { TRY_HARD_LIMIT, RLIMIT_NOFILE, 129 }, true },
		{ "as many", { TRY_HARD_LIMIT, RLIMIT_NOFILE, 128 }, false },
		{ "more again", { TRY_HARD_LIMIT, RLIMIT_NOFILE, 4096 }, true },
		{ "less nice", { TRY_NICE, .value = -1 }, true },
		{ "nicer", { TRY_NICE, .value = 11 }, false },
		{ "a lower score", { TRY_OOM_SCORE, .value = -1000 }, true },
		{ "one as it was before",
		  { TRY_OOM_SCORE, .value = before + 50 },
		  false },
		{ "a higher score", { TRY_OOM_SCORE, .value = before + 110 }, false },
	};
	struct limit_trial trials[ARRAY_SIZE(cases)];
	struct rlimit files = { 0 };
	struct answers answers = { .asks = true };

	ok(known, "our own score can be read");
	become_ordinary(before + 100);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		trials[i] = cases[i].trial;
	is(limits_try(&answers, trials, ARRAY_SIZE(trials)), 0, "all are tried");
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		is(trials[i].refused, cases[i].refused, "%s", cases[i].name);
	is(limits_try(&answers, NULL, 0), 0, "or none");
	text_done(&answers.given);

	ok(getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur == 64 &&
		   files.rlim_max == 128,
	   "our own limits are what they were");
	is(getpriority(PRIO_PROCESS, 0), 10, "... as is the nice value");
	ok(limits_oom_score(&score) && score == before + 100, "... and the score");
	is(limits_raise_files(&files), 0, "the limit of descriptors is raised");
	ok(files.rlim_cur == 64 && getrlimit(RLIMIT_NOFILE, &files) == 0 &&
		   files.rlim_cur == 128,
	   "... to the hard one, and known as it was");
	ok(limits_processes(false) >= 1, "there is room for commands");
	text_done(&answers.given);
	return done();
}
