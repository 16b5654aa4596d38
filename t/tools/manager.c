/* SPDX-License-Identifier: MIT */

/*
 * manager - a service manager's NOTIFY_SOCKET: shows each message as one line, with
 * "|" for its newlines.
 *
 *     manager ADDRESS [FILE]
 *
 * "@" in front of the address makes it an abstract one.  With FILE it reads nothing
 * until that is there.
 */

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	const struct timespec pause = { .tv_nsec = 10 * 1000 * 1000 };
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	const int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	char buf[4096];
	size_t size;
	ssize_t n;

	if (argc < 2 || fd < 0 || strlen(argv[1]) >= sizeof(at.sun_path))
		return 2;
	size = strlen(argv[1]);
	memcpy(at.sun_path, argv[1], size);
	if (argv[1][0] == '@')
		at.sun_path[0] = '\0';
	if (bind(fd, (struct sockaddr *)&at,
		 (socklen_t)(offsetof(struct sockaddr_un, sun_path) + size)) < 0) {
		perror("bind");
		return 1;
	}
	printf("bound\n");
	fflush(stdout);
	while (argc > 2 && access(argv[2], F_OK) != 0)
		nanosleep(&pause, NULL);
	while ((n = recv(fd, buf, sizeof(buf), 0)) >= 0) {
		for (ssize_t i = 0; i < n; i++)
			putchar(buf[i] == '\n' ? '|' : buf[i]);
		putchar('\n');
		fflush(stdout);
	}
	return 1;
}
