/* SPDX-License-Identifier: MIT */

/*
 * yesterday - a library to preload: from the moment on that the file YESTERDAY names
 * is there, the wall clock of the program is set back a day.  No other clock changes.
 *
 *     YESTERDAY=FILE LD_PRELOAD=.../yesterday COMMAND [ARG]...
 */

#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum { DAY = 24 * 60 * 60 };

static const char *file;

/* Commands do not inherit the environment; but the name is needed before that, too. */
__attribute__((constructor)) static void begin(void)
{
	file = getenv("YESTERDAY");
}

int clock_gettime(clockid_t clock, struct timespec *ret)
{
	const int r = (int)syscall(SYS_clock_gettime, clock, ret);

	if (r == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE) &&
	    file != NULL && access(file, F_OK) == 0)
		ret->tv_sec -= DAY;
	return r;
}

int gettimeofday(struct timeval *restrict ret, void *restrict zone)
{
	struct timespec now;

	(void)zone;
	if (clock_gettime(CLOCK_REALTIME, &now) < 0)
		return -1;
	*ret = (struct timeval){ .tv_sec = now.tv_sec, .tv_usec = now.tv_nsec / 1000 };
	return 0;
}

time_t time(time_t *ret)
{
	struct timespec now;

	if (clock_gettime(CLOCK_REALTIME, &now) < 0)
		return -1;
	if (ret != NULL)
		*ret = now.tv_sec;
	return now.tv_sec;
}
