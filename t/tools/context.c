/* SPDX-License-Identifier: MIT */

/*
 * context - a command that shows what it was given: a line for each thing, its
 * name first.
 *
 *     context
 *
 * Lines of /proc/self/status are shown with single spaces in place of tabs.
 */

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

static void show_status(void)
{
	static const char *const wanted[] = {
		"Uid:",    "Gid:",    "Groups:",    "SigPnd:", "ShdPnd:",
		"SigBlk:", "SigIgn:", "SigCgt:",    "CapInh:", "CapPrm:",
		"CapEff:", "CapAmb:", "NoNewPrivs:"
	};
	FILE *file = fopen("/proc/self/status", "re");
	char *line = NULL;
	size_t room = 0;
	ssize_t size;

	while (file != NULL && (size = getline(&line, &room, file)) > 0) {
		for (ssize_t i = 0; i < size; i++)
			if (line[i] == '\t')
				line[i] = ' ';
		/* "Groups:" ends with a space */
		while (size > 0 && strchr(" \n", line[size - 1]) != NULL)
			line[--size] = '\0';
		for (size_t i = 0; i < sizeof(wanted) / sizeof(*wanted); i++)
			if (strncmp(line, wanted[i], strlen(wanted[i])) == 0)
				printf("%s\n", line);
	}
	free(line);
	if (file != NULL)
		fclose(file);
}

static void show_limit(const char *name, __rlimit_resource_t resource)
{
	struct rlimit limit = { 0 };
	const rlim_t values[] = { (getrlimit(resource, &limit), limit.rlim_cur),
				  limit.rlim_max };

	printf("limit %s", name);
	for (int i = 0; i < 2; i++)
		if (values[i] == RLIM_INFINITY)
			printf(" infinity");
		else
			printf(" %llu", (unsigned long long)values[i]);
	printf("\n");
}

static void show_limits(void)
{
	char score[16] = "?";
	FILE *file = fopen("/proc/self/oom_score_adj", "re");

	show_limit("as", RLIMIT_AS);
	show_limit("cpu", RLIMIT_CPU);
	show_limit("core", RLIMIT_CORE);
	show_limit("data", RLIMIT_DATA);
	show_limit("fsize", RLIMIT_FSIZE);
	show_limit("memlock", RLIMIT_MEMLOCK);
	show_limit("nofile", RLIMIT_NOFILE);
	show_limit("nproc", RLIMIT_NPROC);
	show_limit("stack", RLIMIT_STACK);
	if (file != NULL && fscanf(file, "%15s", score) != 1)
		score[0] = '\0';
	printf("oom %s\n", score);
	if (file != NULL)
		fclose(file);
}

static void show_process(void)
{
	struct itimerval timer = { 0 };
	struct rlimit files = { 0 };
	char cwd[PATH_MAX] = "";
	mode_t mask = umask(0);
	int tty = open("/dev/tty", O_RDWR | O_CLOEXEC);
	int error = errno;

	printf("pid %d\npgrp %d\nsid %d\n", (int)getpid(), (int)getpgrp(),
	       (int)getsid(0));
	printf("tty %s\n", tty >= 0 ? "yes" : strerrorname_np(error));
	printf("umask %03o\n", (unsigned)mask);
	printf("cwd %s\n", getcwd(cwd, sizeof(cwd)) != NULL ? cwd : "?");
	show_limits();
	printf("nice %d\n", getpriority(PRIO_PROCESS, 0));
	getrlimit(RLIMIT_NOFILE, &files);
	printf("nofile %llu %llu\n", (unsigned long long)files.rlim_cur,
	       (unsigned long long)files.rlim_max);
	getitimer(ITIMER_REAL, &timer);
	printf("timer %lld\n",
	       (long long)(timer.it_value.tv_sec + timer.it_value.tv_usec));
	if (tty >= 0)
		close(tty);
}

static void show_name(const char *what, int fd,
		      int (*get)(int, struct sockaddr *restrict, socklen_t *restrict))
{
	struct sockaddr_storage name = { 0 };
	socklen_t size = sizeof(name);
	char ip[INET6_ADDRSTRLEN] = "";
	const struct sockaddr_in *v4 = (const struct sockaddr_in *)&name;
	const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)&name;

	if (get(fd, (struct sockaddr *)&name, &size) < 0)
		printf("%s %s\n", what, strerrorname_np(errno));
	else if (name.ss_family == AF_INET)
		printf("%s %s %u\n", what,
		       inet_ntop(AF_INET, &v4->sin_addr, ip, sizeof(ip)),
		       (unsigned)ntohs(v4->sin_port));
	else if (name.ss_family == AF_INET6)
		printf("%s %s %u\n", what,
		       inet_ntop(AF_INET6, &v6->sin6_addr, ip, sizeof(ip)),
		       (unsigned)ntohs(v6->sin6_port));
	else
		printf("%s unix\n", what);
}

static void show_descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	struct dirent *entry;

	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		char target[PATH_MAX] = "";
		int fd = atoi(entry->d_name);
		int flags;

		if (entry->d_name[0] == '.' || fd == dirfd(dir))
			continue;
		flags = fcntl(fd, F_GETFL);
		if (readlinkat(dirfd(dir), entry->d_name, target, sizeof(target) - 1) < 0)
			target[0] = '\0';
		printf("fd %d %s %s\n", fd,
		       flags >= 0 && (flags & O_NONBLOCK) ? "nonblocking" : "blocking",
		       target);
	}
	if (dir != NULL)
		closedir(dir);
}

int main(int argc, char **argv)
{
	show_status();
	show_process();
	show_descriptors();
	show_name("peer", STDOUT_FILENO, getpeername);
	show_name("local", STDOUT_FILENO, getsockname);
	for (int i = 0; i < argc; i++)
		printf("arg %s\n", argv[i]);
	for (char **entry = environ; *entry != NULL; entry++)
		printf("env %s\n", *entry);
	return 0;
}
