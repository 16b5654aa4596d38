/* SPDX-License-Identifier: MIT */

/*
 * on-socket - starts a command as inetd does, with a socket as its descriptors 0
 * and 1, is its client, and exits as it did.
 *
 *     on-socket [-2] [-3 [-n] | -b] KIND COMMAND [ARG]...
 *
 * KIND is tcp, unix or seqpacket (connected; what stands on standard input is sent, and
 * what comes back is shown), gone (tcp, and the client has reset it), or one that is no
 * connection: listening, unconnected, udp.  With -2 it is standard error as well.
 *
 * With -3 it is descriptor 3 and passed as systemd does it, LISTEN_PID and all, and
 * descriptors 0 and 1 are /dev/null, but twice with -n, as 3 and 4; with -b it is both
 * stdio and descriptor 3.
 */

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static int fail(const char *what)
{
	fprintf(stderr, "on-socket: %s: %s\n", what, strerror(errno));
	exit(200);
}

static int listening(struct sockaddr_in *at)
{
	socklen_t size = sizeof(*at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	*at = (struct sockaddr_in){ .sin_family = AF_INET,
				    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	if (fd < 0 || bind(fd, (struct sockaddr *)at, size) < 0 || listen(fd, 1) < 0 ||
	    getsockname(fd, (struct sockaddr *)at, &size) < 0)
		fail("listen");
	return fd;
}

static void tcp_pair(int pair[2])
{
	struct sockaddr_in at;
	int listener = listening(&at);

	pair[1] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (pair[1] < 0 || connect(pair[1], (struct sockaddr *)&at, sizeof(at)) < 0)
		fail("connect");
	pair[0] = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	if (pair[0] < 0)
		fail("accept");
	close(listener);
}

/* pair[0] is the command's; pair[1] the client's, or -1. */
static void make(const char *kind, int pair[2])
{
	const struct linger reset = { .l_onoff = 1 };
	struct sockaddr_in at;

	pair[1] = -1;
	if (strcmp(kind, "tcp") == 0 || strcmp(kind, "gone") == 0) {
		tcp_pair(pair);
	} else if (strcmp(kind, "unix") == 0) {
		if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
			fail("socketpair");
	} else if (strcmp(kind, "seqpacket") == 0) {
		if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
			fail("socketpair");
	} else if (strcmp(kind, "listening") == 0) {
		pair[0] = listening(&at);
	} else {
		pair[0] = socket(AF_INET,
				 strcmp(kind, "udp") == 0 ? SOCK_DGRAM : SOCK_STREAM, 0);
	}
	if (strcmp(kind, "gone") == 0) {
		setsockopt(pair[1], SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
		close(pair[1]);
		pair[1] = -1;
	}
}

static void talk(int fd)
{
	char buf[4096];
	ssize_t n;

	while ((n = read(STDIN_FILENO, buf, sizeof(buf))) > 0)
		if (send(fd, buf, (size_t)n, MSG_NOSIGNAL) < 0)
			break;
	shutdown(fd, SHUT_WR);
	while ((n = read(fd, buf, sizeof(buf))) > 0)
		fwrite(buf, 1, (size_t)n, stdout);
	fflush(stdout);
}

static bool also_stderr, passes, twice, both;

static void say(const char *name, int number)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", number);
	setenv(name, text, 1);
}

/* In the process that executes the command. */
static void place(int connection)
{
	const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	const int at = fcntl(connection, F_DUPFD_CLOEXEC, 10);

	if (passes) /* as systemd accepts it */
		fcntl(at, F_SETFL, O_RDWR | O_NONBLOCK);
	for (int fd = 0; fd <= (also_stderr ? 2 : 1); fd++)
		if (dup2(passes && fd < 2 ? null : at, fd) < 0)
			_exit(200);
	if (!passes && !both)
		return;
	if (dup2(at, 3) < 0 || (twice && dup2(at, 4) < 0))
		_exit(200);
	say("LISTEN_FDS", twice ? 2 : 1);
	say("LISTEN_PID", (int)getpid());
	setenv("LISTEN_FDNAMES", twice ? "connection:connection" : "connection", 1);
}

int main(int argc, char **argv)
{
	int pair[2], status, c;
	pid_t pid;

	while ((c = getopt(argc, argv, "+23nb")) != -1) {
		also_stderr |= c == '2';
		passes |= c == '3';
		twice |= c == 'n';
		both |= c == 'b';
		if (c == '?')
			return 200;
	}
	argv += optind - 1;
	argc -= optind - 1;
	if (argc < 3) {
		fprintf(stderr, "usage: on-socket [-2] [-3 [-n] | -b] KIND COMMAND "
				"[ARG]...\n");
		return 200;
	}
	make(argv[1], pair);
	pid = fork();
	if (pid < 0)
		fail("fork");
	if (pid == 0) {
		place(pair[0]);
		execvp(argv[2], argv + 2);
		_exit(200);
	}
	close(pair[0]);
	if (pair[1] >= 0)
		talk(pair[1]);
	if (waitpid(pid, &status, 0) < 0)
		fail("wait");
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
