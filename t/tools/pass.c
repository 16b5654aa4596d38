/* SPDX-License-Identifier: MIT */

/*
 * pass - opens sockets and executes a program with them, as a service manager does it,
 * see sd_listen_fds(3).
 *
 *     pass [-n NAMES] [-c COUNT] [-p PID] [-k FILE] [-f FILE] SOCKET... -- PROGRAM
 * [ARG]...
 *
 *     -n  LISTEN_FDNAMES, else it is not set
 *     -c  LISTEN_FDS, else the number of sockets
 *     -p  LISTEN_PID, else that of the program
 *     -k  a process that keeps the sockets, too, writes its pid there and stays; USR1 has
 *         it clear their O_NONBLOCK
 *     -f  the addresses are written there, a line each
 *
 * SOCKET is tcp, tcp:PORT, tcp6, tcp6:PORT (of all addresses), unix:PATH or
 * seqpacket:PATH, which listen, also at an abstract @PATH; or udp, unbound (it does not
 * listen), connected, file, or closed, which is no descriptor at all.
 */

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static void fail(const char *what)
{
	perror(what);
	exit(200);
}

static int begin(int fd, const void *at, size_t size)
{
	const int on = 1;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (fd < 0 || bind(fd, at, (socklen_t)size) < 0 || listen(fd, 10) < 0)
		fail("listen");
	return fd;
}

static int listen_v4(unsigned port)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_port = htons((uint16_t)port),
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };

	return begin(socket(AF_INET, SOCK_STREAM, 0), &at, sizeof(at));
}

static int listen_v6(unsigned port)
{
	struct sockaddr_in6 at = { .sin6_family = AF_INET6,
				   .sin6_port = htons((uint16_t)port) };

	return begin(socket(AF_INET6, SOCK_STREAM, 0), &at, sizeof(at));
}

static int listen_unix(const char *path, int type)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	const size_t size = offsetof(struct sockaddr_un, sun_path) + strlen(path);

	memcpy(at.sun_path, path, strlen(path));
	if (path[0] == '@')
		at.sun_path[0] = '\0';
	umask(0);
	return begin(socket(AF_UNIX, type, 0), &at, path[0] == '@' ? size : sizeof(at));
}

static int connected(void)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0)
		fail("socketpair");
	return pair[0];
}

static int open_one(const char *what)
{
	const char *colon = strchr(what, ':');
	const char *rest = colon != NULL ? colon + 1 : "";
	const size_t size = colon != NULL ? (size_t)(colon - what) : strlen(what);

	if (strncmp(what, "tcp6", size) == 0 && size == 4)
		return listen_v6((unsigned)atoi(rest));
	if (strncmp(what, "tcp", size) == 0)
		return listen_v4((unsigned)atoi(rest));
	if (strncmp(what, "unix", size) == 0)
		return listen_unix(rest, SOCK_STREAM);
	if (strncmp(what, "seqpacket", size) == 0)
		return listen_unix(rest, SOCK_SEQPACKET);
	if (strcmp(what, "udp") == 0)
		return socket(AF_INET, SOCK_DGRAM, 0);
	if (strcmp(what, "unbound") == 0)
		return socket(AF_INET, SOCK_STREAM, 0);
	if (strcmp(what, "connected") == 0)
		return connected();
	if (strcmp(what, "file") == 0)
		return open("/dev/null", O_RDWR);
	if (strcmp(what, "closed") == 0)
		return -1;
	fprintf(stderr, "pass: what is %s?\n", what);
	exit(2);
}

static void tell_address(FILE *file, int fd)
{
	struct sockaddr_storage at = { 0 };
	socklen_t size = sizeof(at);

	if (getsockname(fd, (struct sockaddr *)&at, &size) < 0)
		fprintf(file, "none\n");
	else if (at.ss_family == AF_UNIX)
		fprintf(file, "unix\n");
	else /* the port stands at the same place in both */
		fprintf(file, "%u\n",
			(unsigned)ntohs(((struct sockaddr_in *)&at)->sin_port));
}

static void clear_nonblock(int number)
{
	for (int fd = 3; fd < 64; fd++)
		fcntl(fd, F_SETFL, O_RDWR);
	(void)number;
}

/* Another process with the sockets, until it is killed; no child of the program. */
static void keep(const char *path)
{
	FILE *file = fopen(path, "we");
	pid_t between = fork(), pid;

	if (file == NULL || between < 0)
		fail(path);
	if (between > 0) {
		waitpid(between, NULL, 0);
		fclose(file);
		return;
	}
	pid = fork();
	if (pid != 0) {
		fprintf(file, "%d\n", (int)pid);
		fflush(file);
		_exit(0);
	}
	for (int fd = 0; fd < 3; fd++)
		close(fd);
	signal(SIGUSR1, clear_nonblock);
	for (;;)
		pause();
}

static void set_number(const char *name, const char *given, int otherwise)
{
	char number[16];

	snprintf(number, sizeof(number), "%d", otherwise);
	setenv(name, given != NULL ? given : number, 1);
}

int main(int argc, char **argv)
{
	const char *names = NULL, *count = NULL, *pid = NULL, *keeper = NULL;
	FILE *addresses = NULL;
	int c, n = 0;

	while ((c = getopt(argc, argv, "+n:c:p:k:f:")) != -1)
		switch (c) {
		case 'n':
			names = optarg;
			break;
		case 'c':
			count = optarg;
			break;
		case 'p':
			pid = optarg;
			break;
		case 'k':
			keeper = optarg;
			break;
		case 'f':
			addresses = fopen(optarg, "we");
			break;
		default:
			return 2;
		}
	/* Nothing else may stand in their place. */
	for (int fd = 3; fd < 64; fd++)
		if (addresses == NULL || fd != fileno(addresses))
			close(fd);
	if (addresses != NULL) {
		int fd = fcntl(fileno(addresses), F_DUPFD_CLOEXEC, 100);

		fclose(addresses);
		addresses = fdopen(fd, "w");
	}
	for (; optind < argc && strcmp(argv[optind], "--") != 0; optind++, n++) {
		int fd = open_one(argv[optind]);

		if (addresses != NULL)
			tell_address(addresses, fd);
		if (fd < 0 || fd == 3 + n)
			continue;
		if (dup2(fd, 3 + n) != 3 + n)
			fail("dup2");
		close(fd);
	}
	if (addresses != NULL)
		fclose(addresses);
	if (optind + 1 >= argc)
		return 2;
	if (keeper != NULL)
		keep(keeper);
	if (names != NULL)
		setenv("LISTEN_FDNAMES", names, 1);
	set_number("LISTEN_FDS", count, n);
	set_number("LISTEN_PID", pid, (int)getpid());
	execvp(argv[optind + 1], argv + optind + 1);
	perror(argv[optind + 1]);
	return 200;
}
