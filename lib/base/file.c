/* SPDX-License-Identifier: MIT */

/* file.c - open, read or write once, close. */

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/base.h"

ssize_t file_read_at(int directory, const char *path, char *buf, size_t room)
{
	auto_close int fd = openat(directory, path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd >= 0 ? read(fd, buf, room - 1) : -1;

	if (n < 0)
		return -errno;
	buf[n] = '\0';
	return n;
}

int file_write_at(int directory, const char *path, const char *value)
{
	auto_close int fd = openat(directory, path, O_WRONLY | O_CLOEXEC);
	const ssize_t size = (ssize_t)strlen(value);
	ssize_t n = fd >= 0 ? write(fd, value, (size_t)size) : -1;

	if (n < 0)
		return -errno;
	return n == size ? 0 : -EIO;
}
