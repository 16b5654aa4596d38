/* SPDX-License-Identifier: MIT */

/*
 * stopper - stops every process that it may signal, again and again, until a file
 * is there.  It does not let them go on.
 *
 *     stopper FILE
 *
 * It must run as an account that has no other processes than those it is meant
 * for.  After a minute it ends in any case.
 */

#include <signal.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	const time_t began = time(NULL);

	if (argc != 2 || getuid() == 0 || geteuid() == 0)
		return 2;
	/* kill(2) with -1 leaves out the caller. */
	while (access(argv[1], F_OK) != 0 && time(NULL) - began < 60)
		for (int i = 0; i < 100; i++)
			kill(-1, SIGSTOP);
	return 0;
}
