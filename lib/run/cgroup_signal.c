/* SPDX-License-Identifier: MIT */

/*
 * cgroup_signal.c - signals the processes that a cgroup lists.
 *
 * A number in the list may be another's by the time it is used.  So a process is first
 * held by a pidfd, and signalled if its number stands in the list still: then the pidfd
 * is of that process, or of one that has ended and hears no signal.
 *
 * While they are signalled others are born; so this is done a few times over.
 */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/pidfd.h>

#include "base/base.h"
#include "run/cgroup.h"

enum {
	ROUNDS_MAX = 4,
	HELD_MAX = 512, /* pidfds at a time, or as many as can be had */
};

/* Numbers in their order. */
struct pids {
	pid_t *at; /* CGROUP_SIGNALLED_MAX of them */
	size_t n;
};

static int by_number(const void *a, const void *b)
{
	pid_t x = *(const pid_t *)a, y = *(const pid_t *)b;

	return (x > y) - (x < y);
}

static bool has(const struct pids *pids, pid_t pid)
{
	return bsearch(&pid, pids->at, pids->n, sizeof(pid), by_number) != NULL;
}

/* Take in the list, a line each, as far as there is room.  Returns 0 or -errno. */
static int read_pids(const struct cgroup *cgroup, struct pids *pids)
{
	auto_close int fd = cgroup_open(cgroup, "cgroup.procs", O_RDONLY);
	char buf[4096];
	pid_t pid = 0;
	ssize_t n;

	pids->n = 0;
	if (fd < 0)
		return fd;
	while ((n = read(fd, buf, sizeof(buf))) > 0) {
		for (ssize_t i = 0; i < n; i++) {
			if (buf[i] != '\n') {
				pid = 10 * pid + (buf[i] - '0');
				continue;
			}
			/* 0 is one of another pid namespace. */
			if (pid > 0 && pids->n < CGROUP_SIGNALLED_MAX)
				pids->at[pids->n++] = pid;
			pid = 0;
		}
	}
	qsort(pids->at, pids->n, sizeof(pid_t), by_number);
	return n < 0 ? -errno : 0;
}

/* Hold as many of them as possible, one at least if there is one; how many. */
static size_t hold(const struct pids *some, int held[static HELD_MAX])
{
	size_t n;

	for (n = 0; n < MIN(some->n, HELD_MAX); n++) {
		held[n] = pidfd_open(some->at[n], 0); /* or it has ended */
		if (held[n] < 0 && errno != ESRCH && n > 0)
			break;
	}
	return n;
}

/* Signal those of the first few numbers that are in the cgroup indeed; how many were
 * looked at. */
static size_t signal_some(const struct cgroup *cgroup, const struct pids *some,
			  int signal, bool and_continue, struct pids *now)
{
	int held[HELD_MAX];
	/* The list takes a descriptor too. */
	auto_close int spare = open("/", O_PATH | O_CLOEXEC);
	const size_t n = hold(some, held);
	bool is_known;

	close_fd(&spare);
	is_known = read_pids(cgroup, now) == 0;
	for (size_t i = 0; i < n; i++) {
		if (held[i] >= 0 && is_known && has(now, some->at[i])) {
			/* Or it has ended. */
			(void)pidfd_send_signal(held[i], signal, NULL, 0);
			if (and_continue)
				(void)pidfd_send_signal(held[i], SIGCONT, NULL, 0);
		}
		close_fd(&held[i]);
	}
	return n;
}

/* All that are in the list and were not told.  True: there were any. */
static bool signal_round(const struct cgroup *cgroup, int signal, bool and_continue,
			 struct pids *told, struct pids *list, struct pids *now)
{
	size_t n = 0, before = told->n;

	if (read_pids(cgroup, list) < 0)
		return false;
	for (size_t i = 0; i < list->n && before + n < CGROUP_SIGNALLED_MAX; i++)
		if (!has(told, list->at[i]))
			list->at[n++] = list->at[i];
	for (size_t i = 0; i < n;) {
		const struct pids some = { list->at + i, n - i };

		i += signal_some(cgroup, &some, signal, and_continue, now);
	}
	(void)memcpy(told->at + before, list->at, n * sizeof(pid_t));
	told->n = before + n;
	qsort(told->at, told->n, sizeof(pid_t), by_number);
	return n > 0;
}

void cgroup_signal(const struct cgroup *cgroup, int signal, bool and_continue,
		   pid_t except)
{
	auto_free pid_t *room = calloc(3 * CGROUP_SIGNALLED_MAX, sizeof(pid_t));
	struct pids told = { 0 }, list = { 0 }, now = { 0 };

	if (room == NULL)
		return; /* KILL comes later, and needs no memory */
	told.at = room;
	list.at = room + CGROUP_SIGNALLED_MAX;
	now.at = list.at + CGROUP_SIGNALLED_MAX;
	if (except > 0)
		told.at[told.n++] = except;
	for (int i = 0; i < ROUNDS_MAX; i++)
		if (!signal_round(cgroup, signal, and_continue, &told, &list, &now))
			break;
}
