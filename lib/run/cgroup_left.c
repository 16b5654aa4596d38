/* SPDX-License-Identifier: MIT */

/*
 * cgroup_left.c - what lives on in a cgroup when its spawnd does not: let run, known
 * again, or waited for.
 */

#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/xattr.h>

#include "base/base.h"
#include "run/cgroup.h"

/* An attribute of the directory (Linux 5.7). */
#define RUNS_ON "user.spawnd.leftovers"

void cgroup_let_run(struct cgroup *cgroup)
{
	auto_close int fd = -1;

	if (!cgroup_is_populated(cgroup))
		return;
	cgroup_spoil(cgroup); /* the mark stays */
	fd = cgroup_open(cgroup, "", O_RDONLY | O_DIRECTORY);
	if (fd >= 0)
		(void)fsetxattr(fd, RUNS_ON, "keep", 4, 0); /* or the next one ends it */
}

bool cgroup_runs_on(const struct cgroup *cgroup)
{
	auto_close int fd = cgroup_open(cgroup, "", O_RDONLY | O_DIRECTORY);

	return fd >= 0 && fgetxattr(fd, RUNS_ON, NULL, 0) >= 0;
}

/* The kernel tells each change in there. */
void cgroup_wait(const struct cgroup *cgroup, uint64_t until)
{
	auto_close int fd = cgroup_open(cgroup, "cgroup.events", O_RDONLY);
	struct pollfd at = { .fd = fd, .events = POLLPRI };
	char events[512];
	ssize_t n;

	while (fd >= 0 && (n = pread(fd, events, sizeof(events) - 1, 0)) > 0) {
		const uint64_t now = now_usec();

		events[n] = '\0';
		if (strstr(events, "populated 0") != NULL || now >= until)
			return;
		/* It looks again whatever this says. */
		(void)poll(&at, 1, (int)((until - now) / USEC_PER_MSEC) + 1);
	}
}
