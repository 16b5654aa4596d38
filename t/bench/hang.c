/* SPDX-License-Identifier: MIT */

/*
 * hang N PORT - N clients that connect and say nothing; "ready" comes out when all
 * are there, and they stay until standard input ends.
 */

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct sockaddr_in to = { .sin_family = AF_INET };
	struct rlimit files;
	char byte;

	if (argc != 3 || getrlimit(RLIMIT_NOFILE, &files) < 0)
		return 2;
	files.rlim_cur = files.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &files) < 0)
		return 3;
	to.sin_port = htons((in_port_t)atoi(argv[2]));
	for (int i = 0, n = atoi(argv[1]); i < n; i++) {
		/* Some addresses, so that the ports last. */
		const struct sockaddr_in from = { .sin_family = AF_INET,
						  .sin_addr.s_addr =
							  htonl(INADDR_LOOPBACK + 1 +
								(in_addr_t)i / 5000) };
		int fd = socket(AF_INET, SOCK_STREAM, 0);

		to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		if (fd < 0 ||
		    bind(fd, (const struct sockaddr *)&from, sizeof(from)) < 0 ||
		    connect(fd, (const struct sockaddr *)&to, sizeof(to)) < 0) {
			perror("hang");
			return 3;
		}
	}
	printf("ready\n");
	fflush(stdout);
	while (read(STDIN_FILENO, &byte, 1) > 0)
		;
	return 0;
}
