/* SPDX-License-Identifier: MIT */

/*
 * later - a library to preload: the monotonic clock of the program is as many seconds
 * ahead as the file that LATER names has bytes, also for its timers.  One that was set
 * when there were fewer comes as late as it would have; but whatever wakes the program
 * shows it the time.
 *
 *     LATER=FILE LD_PRELOAD=.../later COMMAND [ARG]...
 *     truncate -s +3600 FILE
 */

#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

static const char *file;

/* Commands do not inherit the environment; but the name is needed before that, too. */
__attribute__((constructor)) static void begin(void)
{
	file = getenv("LATER");
}

static time_t ahead(void)
{
	struct stat status;

	return file != NULL && stat(file, &status) == 0 ? status.st_size : 0;
}

int clock_gettime(clockid_t clock, struct timespec *ret)
{
	const int r = (int)syscall(SYS_clock_gettime, clock, ret);

	if (r == 0 && clock == CLOCK_MONOTONIC)
		ret->tv_sec += ahead();
	return r;
}

/* Those of the program are all of this clock, and absolute. */
int timerfd_settime(int fd, int flags, const struct itimerspec *at,
		    struct itimerspec *before)
{
	struct itimerspec then = *at;

	if (then.it_value.tv_sec > ahead())
		then.it_value.tv_sec -= ahead();
	return (int)syscall(SYS_timerfd_settime, fd, flags, &then, before);
}
