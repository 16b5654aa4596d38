/* SPDX-License-Identifier: MIT */

/*
 * receive - a log daemon of a test's own: what comes in goes to standard output, each
 * datagram with a line end behind it, so that one of the journal's is a paragraph.
 *
 *     receive datagram|stream PATH
 *
 * What stands at the path is replaced.  Of streams one is read at a time; NUL is shown
 * as a line end.
 */

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static char buf[65536];

static int show(ssize_t size)
{
	return write(STDOUT_FILENO, buf, (size_t)size) == size ? 0 : 1;
}

static int take_datagrams(int fd)
{
	ssize_t n;

	while ((n = recv(fd, buf, sizeof(buf) - 1, 0)) >= 0) {
		buf[n] = '\n';
		if (show(n + 1) != 0)
			break;
	}
	return 1;
}

static int take_streams(int fd)
{
	ssize_t n;

	for (;;) {
		int connection = accept(fd, NULL, NULL);

		if (connection < 0)
			return 1;
		while ((n = read(connection, buf, sizeof(buf))) > 0) {
			for (ssize_t i = 0; i < n; i++)
				if (buf[i] == '\0')
					buf[i] = '\n';
			if (show(n) != 0)
				return 1;
		}
		close(connection);
	}
}

int main(int argc, char **argv)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	const int is_stream = argc == 3 && strcmp(argv[1], "stream") == 0;
	int fd;

	if (argc != 3 || (!is_stream && strcmp(argv[1], "datagram") != 0)) {
		fprintf(stderr, "usage: receive datagram|stream PATH\n");
		return 2;
	}
	snprintf(at.sun_path, sizeof(at.sun_path), "%s", argv[2]);
	unlink(argv[2]);
	umask(0); /* anybody may log, as to the real ones */
	fd = socket(AF_UNIX, is_stream ? SOCK_STREAM : SOCK_DGRAM, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof(at)) < 0 ||
	    (is_stream && listen(fd, 5) < 0)) {
		perror(argv[2]);
		return 1;
	}
	return is_stream ? take_streams(fd) : take_datagrams(fd);
}
