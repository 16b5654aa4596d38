/* SPDX-License-Identifier: MIT */

/*
 * in-cgroup.c - executes a command in a cgroup, as whoever manages cgroups starts a
 * service.
 *
 *     in-cgroup DIRECTORY COMMAND [ARG]...
 *     in-cgroup -m DIRECTORY       mark it as delegated, by user.delegate
 *     in-cgroup -f FILE COMMAND    without clone3(2), which a filter refuses with the
 *                                  error of that number
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

static int fail(const char *what)
{
	perror(what);
	return 1;
}

static int refuse_clone3(unsigned error)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone3, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog filter = { .len = 4, .filter = code };

	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter);
}

int main(int argc, char **argv)
{
	char path[4096];
	int fd;

	if (argc == 3 && strcmp(argv[1], "-m") == 0)
		return setxattr(argv[2], "user.delegate", "1", 1, 0) < 0 ? fail(argv[2])
									 : 0;
	if (argc > 3 && strcmp(argv[1], "-f") == 0) {
		if (refuse_clone3((unsigned)atoi(argv[2])) < 0)
			return fail("seccomp");
		execvp(argv[3], argv + 3);
		return fail(argv[3]);
	}
	if (argc < 3)
		return 2;
	(void)snprintf(path, sizeof(path), "%s/cgroup.procs", argv[1]);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, "0", 1) != 1)
		return fail(path);
	execvp(argv[2], argv + 2);
	return fail(argv[2]);
}
