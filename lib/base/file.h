/* SPDX-License-Identifier: MIT */

/* file.h - small files of the kernel, read and written in one call. */
#pragma once

#include <stddef.h>
#include <sys/types.h>

/* What the file begins with, with a NUL behind.  Returns its length or -errno. */
ssize_t file_read_at(int directory, const char *path, char *buf, size_t room);

/* Returns 0 or -errno. */
int file_write_at(int directory, const char *path, const char *value);
