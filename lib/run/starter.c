/* SPDX-License-Identifier: MIT */

/* starter.c - a clean beginning, whoever started us. */

#include "run/starter.h"

#include <signal.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/base.h"
#include "run/child.h"
#include "run/raw.h"

const char *starter_problem(void)
{
	if (getauxval(AT_SECURE) == 0 && getuid() == geteuid() && getgid() == getegid())
		return NULL;
	return "must not be set-uid, set-gid or have file capabilities: whoever starts "
	       "it "
	       "chooses what it executes";
}

/* What ends us while the configuration is read, which a name service can make long. */
static const int ends[] = { SIGTERM, SIGINT, SIGQUIT, SIGHUP };

void starter_reset_signals(void)
{
	static const int passed[] = { SIGSEGV, SIGBUS,  SIGFPE, SIGILL,
				      SIGTRAP, SIGABRT, SIGSYS, SIGTSTP,
				      SIGTTIN, SIGTTOU, SIGCONT };
	const struct itimerval never = { 0 };
	const unsigned long by_default[4] = { 0 }; /* the kernel's sigaction, SIG_DFL */
	sigset_t blocked;

	for (int i = 1; i < NSIG; i++) {
		struct sigaction action;

		/* A sanitizer's handler stays; what exists not, cannot be ignored. */
		if (sigaction(i, NULL, &action) == 0 && action.sa_handler == SIG_IGN)
			(void)signal(i, SIG_DFL);
	}
	/* The C library keeps its own two to itself, and posix_spawn(3) of some
	 * releases leaves them ignored. */
	for (int i = SIGSYS + 1; i < SIGRTMIN; i++)
		(void)RAW4(SYS_rt_sigaction, i, by_default, NULL, sizeof(by_default[0]));
	(void)setitimer(ITIMER_REAL, &never, NULL); /* alarm(2) outlives execve() */
	sigfillset(&blocked);
	for (size_t i = 0; i < ARRAY_SIZE(passed); i++)
		sigdelset(&blocked, passed[i]);
	for (size_t i = 0; i < ARRAY_SIZE(ends); i++)
		sigdelset(&blocked, ends[i]);
	(void)sigprocmask(SIG_SETMASK, &blocked, NULL); /* cannot fail with these */
}

void starter_block_ends(void)
{
	sigset_t blocked;

	sigemptyset(&blocked);
	for (size_t i = 0; i < ARRAY_SIZE(ends); i++)
		sigaddset(&blocked, ends[i]);
	(void)sigprocmask(SIG_BLOCK, &blocked, NULL); /* cannot fail with these */
}

void starter_spare_client(int connection)
{
	struct stat in, err;

	if (fstat(connection, &in) < 0 || fstat(STDERR_FILENO, &err) < 0 ||
	    in.st_dev != err.st_dev || in.st_ino != err.st_ino || !S_ISSOCK(in.st_mode))
		return;
	/* The slot holds /dev/null; putting it over an open file cannot fail. */
	(void)dup2(SLOT_STDERR, STDERR_FILENO);
}
