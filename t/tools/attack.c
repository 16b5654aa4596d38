/* SPDX-License-Identifier: MIT */

/*
 * attack - a command that goes for whoever started it: a line for each way that was
 * tried, with what came of it, and last what became of everybody.
 *
 *     attack
 */

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static void tell(const char *what, long result)
{
	printf("%s %s\n", what, result < 0 ? strerrorname_np(errno) : "done");
}

static void try_file(pid_t victim, const char *name, int flags)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)victim, name);
	tell(name, open(path, flags | O_CLOEXEC));
}

int main(void)
{
	static const int signals[] = { SIGKILL, SIGSTOP, SIGTERM, SIGHUP, SIGSEGV, 0 };
	const struct rlimit few = { 3, 3 };
	const struct sched_param idle = { 0 };
	const pid_t victim = getppid();
	char buf[8];
	struct iovec here = { buf, sizeof(buf) }, there = { &main, sizeof(buf) };

	for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++) {
		char name[32];

		snprintf(name, sizeof(name), "kill-%d", signals[i]);
		tell(name, kill(victim, signals[i]));
	}
	tell("group", kill(-getpgid(victim), SIGKILL));
	tell("ptrace-attach", ptrace(PTRACE_ATTACH, victim, NULL, NULL));
	tell("ptrace-seize", ptrace(PTRACE_SEIZE, victim, NULL, NULL));
	tell("read-memory", process_vm_readv(victim, &here, 1, &there, 1, 0));
	tell("write-memory", process_vm_writev(victim, &here, 1, &there, 1, 0));
	tell("take-descriptor",
	     syscall(SYS_pidfd_getfd, syscall(SYS_pidfd_open, victim, 0), 4, 0));
	tell("limit", prlimit(victim, RLIMIT_NOFILE, &few, NULL));
	tell("nice", setpriority(PRIO_PROCESS, (id_t)victim, 19));
	tell("scheduler", sched_setscheduler(victim, SCHED_IDLE, &idle));
	try_file(victim, "mem", O_RDWR);
	try_file(victim, "environ", O_RDONLY);
	try_file(victim, "fd", O_RDONLY | O_DIRECTORY);
	try_file(victim, "oom_score_adj", O_WRONLY);
	/* To be shown before nobody may be left to show it. */
	fflush(stdout);
	tell("everybody", kill(-1, SIGKILL));
	return 0;
}
