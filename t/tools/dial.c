/* SPDX-License-Identifier: MIT */

/*
 * dial - a client of a Unix socket that has a name of its own, and shows what it
 * is told.
 *
 *     dial SOCKET [NAME]
 *
 * NAME may be of any bytes, and as long as the kernel allows; "@" in front makes
 * it an abstract one.  Nothing is sent.
 */

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* All of sun_path may be taken: the kernel needs no NUL at its end. */
static socklen_t make_address(const char *text, struct sockaddr_un *ret)
{
	size_t size = strlen(text);

	*ret = (struct sockaddr_un){ .sun_family = AF_UNIX };
	if (size > sizeof(ret->sun_path))
		size = sizeof(ret->sun_path);
	memcpy(ret->sun_path, text, size);
	if (text[0] == '@')
		ret->sun_path[0] = '\0';
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + size);
}

int main(int argc, char **argv)
{
	struct sockaddr_un address;
	socklen_t size;
	char buf[4096];
	ssize_t n;
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	if (argc < 2 || fd < 0)
		return 2;
	if (argc > 2) {
		size = make_address(argv[2], &address);
		if (bind(fd, (struct sockaddr *)&address, size) < 0) {
			perror("bind");
			return 1;
		}
	}
	size = make_address(argv[1], &address);
	if (connect(fd, (struct sockaddr *)&address, size) < 0) {
		perror("connect");
		return 1;
	}
	shutdown(fd, SHUT_WR);
	while ((n = read(fd, buf, sizeof(buf))) > 0)
		if (write(STDOUT_FILENO, buf, (size_t)n) != n)
			return 1;
	return n == 0 ? 0 : 1;
}
