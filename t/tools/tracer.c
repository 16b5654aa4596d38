/* SPDX-License-Identifier: MIT */

/*
 * tracer - traces a process without doing anything with it, until a file is there:
 * when the process ends, it stays a zombie that is its tracer's.
 *
 *     tracer PID FILE
 */

#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	const struct timespec pause = { .tv_nsec = 5 * 1000 * 1000 };
	const time_t began = time(NULL);

	if (argc != 3)
		return 2;
	if (ptrace(PTRACE_SEIZE, (pid_t)atoi(argv[1]), NULL, NULL) < 0) {
		perror("ptrace");
		return 1;
	}
	while (access(argv[2], F_OK) != 0 && time(NULL) - began < 60)
		nanosleep(&pause, NULL);
	return 0;
}
