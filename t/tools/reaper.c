/* SPDX-License-Identifier: MIT */

/*
 * reaper - runs a command and reaps at once what its descendants leave behind, as
 * an init should, but not each container's does.
 *
 *     reaper COMMAND [ARG]...
 */

#include <errno.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	pid_t child, ended;
	int status = 0;

	if (argc < 2 || prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0)
		return 200;
	child = fork();
	if (child < 0)
		return 200;
	if (child == 0) {
		execvp(argv[1], argv + 1);
		_exit(200);
	}
	do
		ended = wait(&status);
	while (ended != child && (ended > 0 || errno == EINTR));
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
