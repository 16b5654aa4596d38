/* SPDX-License-Identifier: MIT */

/*
 * trusted.h - files that others could have planted, or could write.
 *
 * "We" are root and the account that we run as.  A group that has the right to write
 * is one of others, unless it is root's or ours.
 */
#pragma once

#include <stdbool.h>
#include <sys/stat.h>
#include <sys/types.h>

struct text;

/* Is it ours? */
bool trusted_owner(const struct stat *st);

/* May others write to it?  Asks its rights alone; its owner is another question. */
bool writable_by_others(const struct stat *st);

/* NULL, or why a file that others may have put where it stands cannot be written to:
 * one that is not regular, not ours, has another name too, or can be written by
 * others. */
const char *untrusted_file(const struct stat *st);

/*
 * Open a file that we write, as open(2) does with these flags (O_RDWR or O_WRONLY;
 * O_CREAT, O_APPEND, O_TRUNC), so that nobody else chooses which file that is.  In a
 * directory that others can write to, a sticky one included, a symbolic link is not
 * followed, and what exists must be a regular file of ours, without other names, that
 * only we can write; else it is not touched.  This holds for each directory on the
 * way.  In directories that only we can write to everything is followed and opened.
 *
 * The descriptor has O_CLOEXEC, O_NOCTTY and O_NONBLOCK set.  Returns 0; 1 with the
 * reason; or -errno.
 */
int trusted_open(const char *path, int flags, mode_t mode, int *ret_fd, struct text *why);
