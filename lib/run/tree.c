/* SPDX-License-Identifier: MIT */

/* tree.c - signals and reaping by cgroup, process group and pidfd. */

#include "run/tree.h"

#include <errno.h>
#include <signal.h>
#include <sys/pidfd.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "run/cgroup.h"
#include "run/raw.h"

/* From linux/pidfd.h of 6.9, which is newer than the headers that we build with. */
#ifndef PIDFD_SIGNAL_PROCESS_GROUP
#define PIDFD_SIGNAL_PROCESS_GROUP (1U << 2)
#endif

bool tree_outlives_leader(void)
{
	auto_close int fd = pidfd_open(getpid(), 0);

	/* Only a leader's own descriptor names a group; anybody else's says ESRCH,
	 * but an unknown flag says EINVAL before. */
	return fd >= 0 &&
	       (pidfd_send_signal(fd, 0, NULL, PIDFD_SIGNAL_PROCESS_GROUP) == 0 ||
		errno == ESRCH);
}

static bool needs_continue(int signal)
{
	return signal != 0 && signal != SIGKILL && signal != SIGCONT;
}

/* The leader by its pidfd: it may not have come there yet. */
static void signal_cgroup(const struct process *process, int signal)
{
	/* Or it ended. */
	(void)pidfd_send_signal(process->pidfd, signal, NULL, 0);
	if (needs_continue(signal))
		(void)pidfd_send_signal(process->pidfd, SIGCONT, NULL, 0);
	if (signal == SIGKILL)
		cgroup_kill(process->cgroup);
	else
		cgroup_signal(process->cgroup, signal, needs_continue(signal),
			      process->pid);
}

void tree_signal(const struct process *process, int signal)
{
	if (process->cgroup != NULL) {
		signal_cgroup(process, signal);
		return;
	}
	/* A child that has not made its session yet is alone.  EPERM cannot be for a
	 * group whose leader is our child: at least that one is ours to signal. */
	if (kill(-process->pid, signal) < 0 && errno == ESRCH)
		(void)pidfd_send_signal(process->pidfd, signal, NULL,
					0); /* or it ended */
	if (needs_continue(signal))
		tree_signal(process, SIGCONT);
}

static bool signal_cgroup_left(const struct process *process, int signal)
{
	if (!cgroup_is_populated(process->cgroup))
		return false;
	if (signal == SIGKILL)
		cgroup_kill(process->cgroup);
	else if (signal != 0)
		cgroup_signal(process->cgroup, signal, needs_continue(signal), 0);
	return true;
}

bool tree_signal_left(const struct process *process, int signal)
{
	if (process->cgroup != NULL)
		return signal_cgroup_left(process, signal);
	if (pidfd_send_signal(process->pidfd, signal, NULL, PIDFD_SIGNAL_PROCESS_GROUP) <
	    0)
		return errno != ESRCH;
	if (needs_continue(signal))
		(void)pidfd_send_signal(process->pidfd, SIGCONT, NULL,
					PIDFD_SIGNAL_PROCESS_GROUP); /* or all ended */
	return true;
}

static uint64_t usec_of_timeval(struct timeval tv)
{
	return (uint64_t)tv.tv_sec * USEC_PER_SEC + (uint64_t)tv.tv_usec;
}

int tree_reap(const struct process *process, struct ending *ret)
{
	siginfo_t info = { 0 };
	struct rusage usage = { 0 };
	long r;

	do {
		/* The system call, unlike waitid(3), tells what was used. */
		r = RAW5(SYS_waitid, P_PIDFD, process->pidfd, &info, WEXITED | WNOHANG,
			 &usage);
	} while (r == -EINTR);
	if (r < 0)
		return (int)r;
	if (info.si_pid == 0)
		return 1;
	*ret = (struct ending){ .by_signal = info.si_code != CLD_EXITED,
				.status = info.si_status,
				.cpu_usec = usec_of_timeval(usage.ru_utime) +
					    usec_of_timeval(usage.ru_stime) };
	return 0;
}
