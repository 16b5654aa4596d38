/* SPDX-License-Identifier: MIT */

/*
 * loop - clients that come back at once: each sends a line, wants it back and then
 * the end, and connects again, until TERM.
 *
 *     loop ADDRESS N
 *
 * An address is a port of 127.0.0.1, "6:PORT" of ::1, or the path of a Unix socket.
 * Shows at the end how many were served, were not, and were not even connected, and on
 * standard error what the first one of each client met that was not served.
 */

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static struct {
	volatile sig_atomic_t over;
	unsigned good, bad, refused;
} * shared;

static void on_term(int signal)
{
	(void)signal;
	shared->over = 1;
}

static union {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
	struct sockaddr_un un;
} to;
static socklen_t size;

static void resolve(const char *address)
{
	if (address[0] == '/') {
		to.un.sun_family = AF_UNIX;
		snprintf(to.un.sun_path, sizeof(to.un.sun_path), "%s", address);
		size = sizeof(to.un);
	} else if (strncmp(address, "6:", 2) == 0) {
		to.v6.sin6_family = AF_INET6;
		to.v6.sin6_addr = in6addr_loopback;
		to.v6.sin6_port = htons((uint16_t)atoi(address + 2));
		size = sizeof(to.v6);
	} else {
		to.v4.sin_family = AF_INET;
		to.v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		to.v4.sin_port = htons((uint16_t)atoi(address));
		size = sizeof(to.v4);
	}
}

static const char connecting[] = "connect";

/* NULL, or what was missing. */
static const char *ask(void)
{
	static const char line[] = "a line\n";
	const struct timeval patience = { .tv_sec = 20 };
	const char *missing = NULL;
	char buf[sizeof(line)];
	size_t got = 0;
	ssize_t n = 0;
	int fd = socket(to.any.sa_family, SOCK_STREAM, 0);

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	if (fd < 0 || connect(fd, &to.any, size) < 0)
		missing = connecting;
	else if (send(fd, line, strlen(line), MSG_NOSIGNAL) < 0)
		missing = "send";
	else
		shutdown(fd, SHUT_WR);
	while (missing == NULL && got < sizeof(buf) &&
	       (n = read(fd, buf + got, sizeof(buf) - got)) > 0)
		got += (size_t)n;
	if (missing == NULL && n < 0)
		missing = "read";
	if (missing == NULL && (got != strlen(line) || memcmp(buf, line, got) != 0)) {
		missing = "the answer";
		errno = ENODATA;
	}
	close(fd);
	return missing;
}

static void be_client(void)
{
	bool told = false;

	while (!shared->over) {
		const char *missing = ask();

		__atomic_add_fetch(missing == NULL         ? &shared->good
				   : missing == connecting ? &shared->refused
							   : &shared->bad,
				   1, __ATOMIC_RELAXED);
		if (missing != NULL && !told)
			perror(missing);
		told |= missing != NULL;
	}
	_exit(0);
}

int main(int argc, char **argv)
{
	const struct sigaction action = { .sa_handler = on_term, .sa_flags = SA_RESTART };
	int n = argc > 2 ? atoi(argv[2]) : 0;

	if (n <= 0) {
		fprintf(stderr, "usage: loop ADDRESS N\n");
		return 2;
	}
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		return 2;
	resolve(argv[1]);
	sigaction(SIGTERM, &action, NULL);
	for (int i = 0; i < n; i++) {
		pid_t pid = fork();

		if (pid < 0)
			return 2;
		if (pid == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			be_client();
		}
	}
	while (wait(NULL) > 0 || errno == EINTR)
		;
	printf("%u %u %u\n", shared->good, shared->bad, shared->refused);
	return 0;
}
