/* SPDX-License-Identifier: MIT */

/*
 * starter - executes a program from an odd place: with what other starters leave
 * behind.
 *
 *     starter [-i] [-b] [-p] [-f NUMBER] [-a SECONDS] PROGRAM [ARG]...
 *
 *     -i  all signals are ignored
 *     -b  all signals are blocked
 *     -p  USR1 is pending, and blocked
 *     -f  so many descriptors are open without close-on-exec
 *     -a  an alarm will go off
 */

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

static void open_many(int n)
{
	struct rlimit limit;

	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	for (int i = 0; i < n; i++) {
		if (open("/etc/passwd", O_RDONLY) < 0) {
			perror("open");
			exit(1);
		}
	}
}

int main(int argc, char **argv)
{
	sigset_t set;
	int c;

	while ((c = getopt(argc, argv, "+ibpf:a:")) != -1) {
		switch (c) {
		case 'i':
			for (int i = 1; i < NSIG; i++)
				if (i != SIGKILL && i != SIGSTOP)
					signal(i, SIG_IGN);
			break;
		case 'b':
			sigfillset(&set);
			sigprocmask(SIG_SETMASK, &set, NULL);
			break;
		case 'p':
			sigemptyset(&set);
			sigaddset(&set, SIGUSR1);
			sigprocmask(SIG_BLOCK, &set, NULL);
			raise(SIGUSR1);
			break;
		case 'f':
			open_many(atoi(optarg));
			break;
		case 'a':
			alarm((unsigned)atoi(optarg));
			break;
		default:
			return 2;
		}
	}
	if (optind == argc)
		return 2;
	execvp(argv[optind], argv + optind);
	perror(argv[optind]);
	return 1;
}
