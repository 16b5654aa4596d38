/* SPDX-License-Identifier: MIT */

/*
 * hold - a command that a test controls: it reads a name, one line, from its
 * client, makes the file NAME.on in the current folder's "held" so that the test
 * knows that it runs, and ends when NAME.go is there.
 *
 *     hold FOLDER [STATUS]
 *
 * The folder must be writable by the command's account.
 */

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	const struct timespec pause = { .tv_nsec = 5 * 1000 * 1000 };
	char name[64], path[4096];
	size_t size = 0;
	int fd;

	if (argc < 2)
		return 2;
	while (size < sizeof(name) - 1 && read(STDIN_FILENO, name + size, 1) == 1 &&
	       name[size] != '\n')
		size++;
	name[size] = '\0';
	snprintf(path, sizeof(path), "%s/%s.on", argv[1], name);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0644);
	if (fd < 0)
		return 3;
	close(fd);
	snprintf(path, sizeof(path), "%s/%s.go", argv[1], name);
	while (access(path, F_OK) != 0) {
		if (access(argv[1], F_OK) != 0)
			return 4; /* the test is gone */
		nanosleep(&pause, NULL);
	}
	dprintf(STDOUT_FILENO, "%s\n", name);
	return argc > 2 ? atoi(argv[2]) : 0;
}
