/* SPDX-License-Identifier: MIT */

/*
 * rude - clients without manners.
 *
 *     rude resets ADDRESS N       N, one after the other, that reset once connected
 *     rude served ADDRESS N       the same, but each has had an answer before
 *     rude slow ADDRESS           "ready", then reads a byte for each line of standard
 *                                 input, and all the rest when that has ended: how many
 *     rude late ADDRESS TEXT      shows what comes up to its end, then sends TEXT
 *     rude each PREFIX N          one connection to each of the sockets PREFIX0 to
 *                                 PREFIX(N-1): how many give a byte back, twice
 *
 * An address is a port of 127.0.0.1, or the path of a Unix socket.
 */

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int fail(const char *what)
{
	fprintf(stderr, "rude: %s: %s\n", what, strerror(errno));
	exit(2);
}

static int dial(const char *address, bool little_room)
{
	struct sockaddr_in in = { .sin_family = AF_INET,
				  .sin_port = htons((uint16_t)atoi(address)),
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	const bool is_path = address[0] == '/';
	const int room = 4096;
	int fd = socket(is_path ? AF_UNIX : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		fail("socket");
	if (little_room && setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room)) < 0)
		fail("SO_RCVBUF");
	snprintf(un.sun_path, sizeof(un.sun_path), "%s", address);
	if (connect(fd, is_path ? (struct sockaddr *)&un : (struct sockaddr *)&in,
		    is_path ? sizeof(un) : sizeof(in)) < 0)
		fail("connect");
	return fd;
}

/* A byte there and back. */
static bool is_served(int fd)
{
	char c = 'x';

	return send(fd, &c, 1, MSG_NOSIGNAL) == 1 && read(fd, &c, 1) == 1 && c == 'x';
}

static int run_resets(const char *address, int n, bool after_answer)
{
	const struct linger reset = { .l_onoff = 1 };
	int done = 0;

	for (int i = 0; i < n; i++) {
		int fd = dial(address, false);

		done += !after_answer || is_served(fd);
		if (setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset)) < 0)
			fail("SO_LINGER");
		close(fd);
	}
	printf("%d\n", done);
	return 0;
}

static int run_slow(const char *address)
{
	int fd = dial(address, true);
	char buf[65536];
	size_t total = 0;
	ssize_t n;

	printf("ready\n");
	fflush(stdout);
	while (fgets(buf, sizeof(buf), stdin) != NULL)
		if (read(fd, buf, 1) == 1)
			total++;
	while ((n = read(fd, buf, sizeof(buf))) > 0)
		total += (size_t)n;
	if (n < 0)
		fail("read");
	printf("%zu\n", total);
	return 0;
}

static int run_late(const char *address, const char *text)
{
	int fd = dial(address, false);
	char buf[4096];
	ssize_t n;

	while ((n = read(fd, buf, sizeof(buf))) > 0)
		fwrite(buf, 1, (size_t)n, stdout);
	if (n < 0)
		fail("read");
	if (send(fd, text, strlen(text), MSG_NOSIGNAL) < 0)
		fail("send");
	printf("sent\n");
	return 0;
}

static int run_each(const char *prefix, int n)
{
	int *fds = calloc((size_t)n, sizeof(*fds));
	int served = 0;

	if (fds == NULL)
		fail("calloc");
	for (int i = 0; i < n; i++) {
		char path[108];

		snprintf(path, sizeof(path), "%s%d", prefix, i);
		fds[i] = dial(path, false);
		if (!is_served(fds[i]))
			n = i;
	}
	/* All at once, the first as well as the last. */
	for (int i = 0; i < n; i++)
		served += is_served(fds[i]);
	printf("%d\n", served);
	fflush(stdout);
	while (getchar() != EOF)
		;
	return 0;
}

int main(int argc, char **argv)
{
	const char *mode = argc > 2 ? argv[1] : "";
	const int n = argc > 3 ? atoi(argv[3]) : 0;
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files) < 0)
		fail("RLIMIT_NOFILE");
	files.rlim_cur = files.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &files) < 0)
		fail("RLIMIT_NOFILE");
	if (strcmp(mode, "resets") == 0 || strcmp(mode, "served") == 0)
		return run_resets(argv[2], n, strcmp(mode, "served") == 0);
	if (strcmp(mode, "slow") == 0)
		return run_slow(argv[2]);
	if (strcmp(mode, "late") == 0 && argc > 3)
		return run_late(argv[2], argv[3]);
	if (strcmp(mode, "each") == 0)
		return run_each(argv[2], n);
	fprintf(stderr, "usage: rude resets|served|slow|late|each ADDRESS ...\n");
	return 2;
}
