/* SPDX-License-Identifier: MIT */

/* detach.c - a fork, and a pipe that brings one byte or its end. */

#include "run/detach.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/base.h"

enum { SIGNALLED = 128 }; /* as shells say it: plus the signal */

/* Until the child is ready or gone, however long that takes: a signal may end us. */
static int wait_for(pid_t child, int fd)
{
	int status = 0;
	ssize_t n;
	char byte;

	do
		n = read(fd, &byte, 1);
	while (n < 0 && errno == EINTR);
	if (n == 1)
		return 0;
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return SIGNALLED;
	return WIFEXITED(status) ? WEXITSTATUS(status) : SIGNALLED + WTERMSIG(status);
}

int detach_begin(int *ret_fd, int *ret_status)
{
	auto_close int from = -1, to = -1;
	int ends[2];
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	from = ends[0];
	to = ends[1];
	pid = fork();
	if (pid < 0)
		return -errno;
	if (pid > 0) {
		close_fd(&to);
		*ret_status = wait_for(pid, from);
		return 1;
	}
	if (setsid() < 0 || chdir("/") < 0)
		return -errno;
	*ret_fd = steal_fd(&to);
	return 0;
}

int detach_ready(int *fd, bool keep_stderr)
{
	auto_close int to = steal_fd(fd);
	auto_close int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	const int last = keep_stderr ? STDOUT_FILENO : STDERR_FILENO;

	if (null < 0)
		return -errno;
	for (int i = STDIN_FILENO; i <= last; i++)
		if (dup2(null, i) < 0)
			return -errno;
	/* Last of all: from here on nobody waits for us, and SIGPIPE is blocked. */
	return write(to, "", 1) == 1 ? 0 : -errno;
}
