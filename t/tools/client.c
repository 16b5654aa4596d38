/* SPDX-License-Identifier: MIT */

/*
 * client - one client or many, that tell how their connections ended.
 *
 *     client end ADDRESS [TEXT]     send TEXT, show what comes, and "eof" or "reset"
 *     client series ADDRESS N       N connections in a row: how many saw the end
 *     client resets ADDRESS N       the same, but how many were reset
 *     client echo ADDRESS N BYTES   N at once, each wants its own bytes back
 *     client reset ADDRESS N        N at once, all reset before they are served
 *     client idle ADDRESS N         N that say nothing, until standard input ends
 *
 * An address is a port of 127.0.0.1, or the path of a Unix socket.
 */

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static const char *address;

static int fail(const char *what)
{
	fprintf(stderr, "client: %s: %s\n", what, strerror(errno));
	exit(2);
}

/* A server that resets at once may do so before connect looks: -1 then, else it fails. */
static int dial_or_reset(void)
{
	struct sockaddr_in in = { .sin_family = AF_INET,
				  .sin_port = htons((uint16_t)atoi(address)),
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	bool is_path = address[0] == '/';
	int fd = socket(is_path ? AF_UNIX : AF_INET, SOCK_STREAM, 0);

	if (fd < 0)
		fail("socket");
	snprintf(un.sun_path, sizeof(un.sun_path), "%s", address);
	if (connect(fd, is_path ? (struct sockaddr *)&un : (struct sockaddr *)&in,
		    is_path ? sizeof(un) : sizeof(in)) < 0) {
		if (errno != ECONNRESET)
			fail("connect");
		close(fd);
		return -1;
	}
	return fd;
}

static int dial(void)
{
	int fd = dial_or_reset();

	return fd < 0 ? fail("connect") : fd;
}

static void end_by_reset(int fd)
{
	const struct linger reset = { .l_onoff = 1 };

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	close(fd);
}

static int run_end(const char *text)
{
	int fd = dial_or_reset();
	char buf[4096];
	ssize_t n;

	/* A server that refuses may have gone by then. */
	if (fd >= 0 && text != NULL && send(fd, text, strlen(text), MSG_NOSIGNAL) < 0 &&
	    errno != EPIPE && errno != ECONNRESET)
		fail("send");
	while ((n = fd < 0 ? -1 : read(fd, buf, sizeof(buf))) > 0)
		fwrite(buf, 1, (size_t)n, stdout);
	if (n < 0 && errno != ECONNRESET)
		fail("read");
	printf("%s\n", n == 0 ? "eof" : "reset");
	return 0;
}

static int run_series(int n, bool by_reset)
{
	int ended = 0;

	for (int i = 0; i < n; i++) {
		int fd = by_reset ? dial_or_reset() : dial();
		char buf[4096];
		ssize_t got;

		if (fd < 0) {
			ended++;
			continue;
		}
		shutdown(fd, SHUT_WR);
		while ((got = read(fd, buf, sizeof(buf))) > 0)
			;
		ended += by_reset ? got < 0 && errno == ECONNRESET : got == 0;
		close(fd);
	}
	printf("%d\n", ended);
	return 0;
}

struct echo {
	size_t sent, got;
	bool bad;
};

/* What stands at a place of a client's stream. */
static char pattern(int client, size_t at)
{
	return (char)(at * 31 + (at >> 8) * 7 + (size_t)client * 101);
}

static void echo_out(struct echo *echo, int client, struct pollfd *at, size_t bytes)
{
	char buf[16384];
	size_t size = 0;
	ssize_t n;

	while (size < sizeof(buf) && echo->sent + size < bytes) {
		buf[size] = pattern(client, echo->sent + size);
		size++;
	}
	n = send(at->fd, buf, size, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (n > 0)
		echo->sent += (size_t)n;
	if (echo->sent == bytes) {
		shutdown(at->fd, SHUT_WR);
		at->events = POLLIN;
	}
}

static void echo_in(struct echo *echo, int client, struct pollfd *at)
{
	char buf[16384];
	ssize_t n = recv(at->fd, buf, sizeof(buf), MSG_DONTWAIT);

	for (ssize_t i = 0; i < n; i++)
		echo->bad |= buf[i] != pattern(client, echo->got++);
	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) {
		echo->bad |= n < 0;
		close(at->fd);
		at->fd = -1;
	}
}

static int run_echo(int n, size_t bytes)
{
	struct pollfd *at = calloc((size_t)n, sizeof(*at));
	struct echo *echoes = calloc((size_t)n, sizeof(*echoes));
	int open = n, good = 0;

	for (int i = 0; i < n; i++)
		at[i] = (struct pollfd){ .fd = dial(), .events = POLLIN | POLLOUT };
	while (open > 0) {
		if (poll(at, (nfds_t)n, -1) < 0)
			fail("poll");
		open = 0;
		for (int i = 0; i < n; i++) {
			if (at[i].fd >= 0 && (at[i].revents & POLLOUT))
				echo_out(&echoes[i], i, &at[i], bytes);
			if (at[i].fd >= 0 &&
			    (at[i].revents & (POLLIN | POLLHUP | POLLERR)))
				echo_in(&echoes[i], i, &at[i]);
			open += at[i].fd >= 0;
		}
	}
	for (int i = 0; i < n; i++)
		good += !echoes[i].bad && echoes[i].got == bytes;
	printf("%d\n", good);
	return 0;
}

static int *dial_all(int n)
{
	int *fds = calloc((size_t)n, sizeof(*fds));

	for (int i = 0; i < n; i++)
		fds[i] = dial();
	return fds;
}

static int run_reset(int n)
{
	int *fds = dial_all(n);

	for (int i = 0; i < n; i++)
		end_by_reset(fds[i]);
	printf("%d\n", n);
	return 0;
}

static int run_idle(int n)
{
	int *fds = dial_all(n);
	int open = 0;
	char c;

	printf("ready\n");
	fflush(stdout);
	while (read(STDIN_FILENO, &c, 1) > 0)
		;
	for (int i = 0; i < n; i++)
		open += recv(fds[i], &c, 1, MSG_DONTWAIT) < 0 && errno == EAGAIN;
	printf("%d open\n", open);
	return 0;
}

int main(int argc, char **argv)
{
	const char *mode = argc > 2 ? argv[1] : "";
	int n = argc > 3 ? atoi(argv[3]) : 0;
	struct rlimit files;

	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	address = argc > 2 ? argv[2] : "";
	if (strcmp(mode, "end") == 0)
		return run_end(argc > 3 ? argv[3] : NULL);
	if (strcmp(mode, "series") == 0)
		return run_series(n, false);
	if (strcmp(mode, "resets") == 0)
		return run_series(n, true);
	if (strcmp(mode, "echo") == 0 && argc > 4)
		return run_echo(n, (size_t)atol(argv[4]));
	if (strcmp(mode, "reset") == 0)
		return run_reset(n);
	if (strcmp(mode, "idle") == 0)
		return run_idle(n);
	fprintf(stderr, "usage: client end|series|resets|echo|reset|idle ADDRESS ...\n");
	return 2;
}
