/* SPDX-License-Identifier: MIT */

/* limits.c - reads the limits that the kernel, the starter and the cgroup set. */

#include "run/limits.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/base.h"
#include "base/number.h"

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

/* pids.max of the cgroup that we are in, where it is a unified one. */
static uint64_t cgroup_processes(void)
{
	FILE *file = fopen("/proc/self/cgroup", "re");
	uint64_t number = UINT64_MAX;
	char line[PATH_MAX], path[PATH_MAX + 64];

	if (file == NULL)
		return number;
	while (fgets(line, sizeof(line), file) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		if (strncmp(line, "0::", 3) == 0) {
			(void)snprintf(path, sizeof(path), "/sys/fs/cgroup%s/pids.max",
				       line + 3); /* fits */
			number = number_read_file(path, UINT64_MAX);
			break;
		}
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
