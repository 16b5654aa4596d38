/* SPDX-License-Identifier: MIT */

/* limits.c - reads the limits that the kernel, the starter and the cgroup set, and
 * finds out which of them can be raised. */

#include "run/limits.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>

#include "base/base.h"
#include "base/number.h"
#include "base/text.h"
#include "run/helper.h"

#define OOM_SCORE_FILE "/proc/self/oom_score_adj"

/* How long a helper may take that looks at no files. */
#define TRIAL_USEC (10 * USEC_PER_SEC)

/* Descriptors that are not a command's: listeners, logs, the loop. */
enum { FILES_RESERVED = 128 };

int limits_raise_files(struct rlimit *ret_before)
{
	struct rlimit raised;

	if (getrlimit(RLIMIT_NOFILE, ret_before) < 0)
		return -errno;
	raised = (struct rlimit){ ret_before->rlim_max, ret_before->rlim_max };
	return setrlimit(RLIMIT_NOFILE, &raised) < 0 ? -errno : 0;
}

bool limits_oom_score(int *ret)
{
	FILE *file = fopen(OOM_SCORE_FILE, "re");
	const bool known = file != NULL && fscanf(file, "%d", ret) == 1;

	if (file != NULL)
		(void)fclose(file); /* only read from */
	return known;
}

static bool set_oom_score(int score)
{
	auto_close int fd = -1;

	/* A start may have made us not dumpable, and such a process's files are root's;
	 * if this fails the next one does. */
	(void)prctl(PR_SET_DUMPABLE, 1);
	fd = open(OOM_SCORE_FILE, O_WRONLY | O_CLOEXEC);
	return fd >= 0 && dprintf(fd, "%d", score) > 0;
}

static bool try_one(const struct limit_trial *trial)
{
	const struct rlimit limit = { trial->hard, trial->hard };

	switch (trial->what) {
	case TRY_HARD_LIMIT:
		return setrlimit((__rlimit_resource_t)trial->resource, &limit) == 0;
	case TRY_NICE:
		return setpriority(PRIO_PROCESS, 0, trial->value) == 0;
	case TRY_OOM_SCORE:
		break;
	}
	return set_oom_score(trial->value);
}

struct trials {
	const struct limit_trial *at;
	size_t n;
};

/* A character each. */
static int try_all(void *data, struct text *answer)
{
	const struct trials *trials = data;

	for (size_t i = 0; i < trials->n; i++)
		text_add(answer, try_one(&trials->at[i]) ? "+" : "-");
	return 0;
}

/* In a helper of its own: this process needs its limits and its priority yet. */
static int give_trials(struct answers *answers, struct limit_trial *trials, size_t n)
{
	struct trials all = { trials, n };
	auto_free char *answer = NULL;
	size_t size = 0;
	int r = helper_run(try_all, &all, TRIAL_USEC, &answer, &size);

	if (r < 0 || size != n)
		return r < 0 ? r : -EBADMSG;
	answers_give(answers, answer, n);
	return 0;
}

int limits_try(struct answers *answers, struct limit_trial *trials, size_t n)
{
	const char *answer;
	int r = answers->asks && n > 0 ? give_trials(answers, trials, n) : 0;

	if (r == 0)
		r = answers_take_bytes(answers, n, &answer);
	for (size_t i = 0; r == 0 && i < n; i++)
		trials[i].refused = answer[i] != '+';
	return r;
}

/* The least pids.max of the cgroup that we are in, where it is a unified one, and of
 * those above: it is by one of these that we are bounded once we moved down. */
static uint64_t cgroup_processes(void)
{
	FILE *file = fopen("/proc/self/cgroup", "re");
	uint64_t number = UINT64_MAX;
	char line[PATH_MAX], path[PATH_MAX + 64], *slash;

	if (file == NULL)
		return number;
	while (fgets(line, sizeof(line), file) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		if (strncmp(line, "0::", 3) != 0)
			continue;
		do {
			(void)snprintf(path, sizeof(path), "/sys/fs/cgroup%s/pids.max",
				       line + 3); /* fits */
			number = MIN(number, number_read_file(path, UINT64_MAX));
			slash = strrchr(line, '/');
			if (slash != NULL)
				*slash = '\0';
		} while (slash != NULL);
		break;
	}
	(void)fclose(file); /* only read from */
	return number;
}

static uint64_t half_of(uint64_t n)
{
	return n == UINT64_MAX ? n : MAX(n / 2, 1);
}

unsigned limits_processes(bool privileged)
{
	struct rlimit limit;
	uint64_t most = UINT_MAX - 1;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
		most = MIN(most, limit.rlim_cur > 2 * FILES_RESERVED
					 ? limit.rlim_cur - FILES_RESERVED
					 : MAX(limit.rlim_cur / 2, 1));
	/* Root's own processes are not counted against RLIMIT_NPROC. */
	if (!privileged && getrlimit(RLIMIT_NPROC, &limit) == 0 &&
	    limit.rlim_cur != RLIM_INFINITY)
		most = MIN(most, half_of(limit.rlim_cur));
	most = MIN(most,
		   half_of(number_read_file("/proc/sys/kernel/pid_max", UINT64_MAX)));
	most = MIN(most,
		   half_of(number_read_file("/proc/sys/kernel/threads-max", UINT64_MAX)));
	most = MIN(most, half_of(cgroup_processes()));
	return (unsigned)most;
}
