/* SPDX-License-Identifier: MIT */

/*
 * reuse - makes process numbers come again soon, and tells who is hit by a signal that
 * was meant for the one who had the number before.
 *
 *     reuse numbers FIRST          gives out numbers from FIRST on, a thousand times a
 *                                  second: root's, in a pid namespace of its own
 *     reuse strangers FILE N       N processes at a time that lead a session, live for
 *                                  some milliseconds, and write to FILE what hits them
 *     reuse nap                    a command that lives about as long, and leaves a
 *                                  process behind every other time
 *
 * The first two end when standard input does.
 */

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static struct timespec some_time(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (struct timespec){ .tv_nsec = now.tv_nsec / 1000 % 8 * 1000 * 1000 +
					     100 * 1000 };
}

static int input_ended(int milliseconds)
{
	struct pollfd in = { .fd = STDIN_FILENO, .events = POLLIN };

	return poll(&in, 1, milliseconds) > 0;
}

static int run_numbers(const char *first)
{
	int fd = open("/proc/sys/kernel/ns_last_pid", O_WRONLY | O_CLOEXEC);

	while (!input_ended(1))
		if (pwrite(fd, first, strlen(first), 0) < 0) {
			perror("ns_last_pid");
			return 1;
		}
	return 0;
}

static void be_stranger(const char *file)
{
	const struct timespec life = some_time();
	siginfo_t info;
	sigset_t all;

	sigfillset(&all);
	if (sigtimedwait(&all, &info, &life) > 0) {
		int fd = open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);

		dprintf(fd, "%d: signal %d from %d\n", (int)getpid(), info.si_signo,
			(int)info.si_pid);
	}
	_exit(0);
}

static int run_strangers(const char *file, int n)
{
	unsigned long born = 0;
	int live = 0;
	sigset_t all;

	/* From its first moment on: else a signal before that would go unseen. */
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
	while (!input_ended(0)) {
		pid_t pid = live < n ? fork() : -1;

		if (pid == 0) {
			setsid();
			be_stranger(file);
		}
		born += pid > 0;
		live += pid > 0;
		if (pid < 0 && waitpid(-1, NULL, 0) > 0)
			live--;
	}
	while (wait(NULL) > 0)
		;
	printf("%lu strangers\n", born);
	return 0;
}

static int run_nap(void)
{
	const struct timespec life = some_time();

	if (getpid() % 2 == 0 && fork() == 0)
		pause();
	nanosleep(&life, NULL);
	return 0;
}

int main(int argc, char **argv)
{
	const char *mode = argc > 1 ? argv[1] : "";

	if (strcmp(mode, "numbers") == 0 && argc > 2)
		return run_numbers(argv[2]);
	if (strcmp(mode, "strangers") == 0 && argc > 3)
		return run_strangers(argv[2], atoi(argv[3]));
	if (strcmp(mode, "nap") == 0)
		return run_nap();
	fprintf(stderr, "usage: reuse numbers|strangers|nap ...\n");
	return 2;
}
