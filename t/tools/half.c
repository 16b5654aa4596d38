/* SPDX-License-Identifier: MIT */

/*
 * half - a command that has its say, closes its half of the connection, and only
 * then reads what the client has to say.
 *
 *     half FILE
 *
 * What the client sends after that, up to its end, is written to FILE, and FILE.end
 * tells that it is all.
 */

#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	char path[4096], buf[4096];
	ssize_t n;
	int fd;

	if (argc < 2 || write(STDOUT_FILENO, "over to you\n", 12) != 12 ||
	    shutdown(STDOUT_FILENO, SHUT_WR) < 0)
		return 2;
	fd = open(argv[1], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	while ((n = read(STDIN_FILENO, buf, sizeof(buf))) > 0)
		if (write(fd, buf, (size_t)n) != n)
			return 3;
	if (n < 0)
		return 4;
	snprintf(path, sizeof(path), "%s.end", argv[1]);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	return fd < 0 ? 5 : 0;
}
