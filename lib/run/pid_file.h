/* SPDX-License-Identifier: MIT */

/*
 * pid_file.h - the file that says which process serves, and that only one does.
 *
 * It is locked as long as we run (fcntl(2), F_SETLK), and the kernel takes the lock
 * from a process that dies.  So the lock says whether somebody serves, and what is
 * written in the file is for people and scripts alone.  The lock is a weak one: it is
 * gone when this process closes any descriptor of the file, so nothing else here may
 * open it.
 */
#pragma once

#include <stdbool.h>

struct pid_file;
struct text;

/*
 * Make the file, or take over one that nobody has locked, and write our number into
 * it.  Returns 0; 1 with the reason, in which another's file is as it was; or -ENOMEM.
 * Not for a file that this process has taken already.
 */
int pid_file_take(const char *path, struct pid_file **ret, struct text *why);

/* Does the path lead to this file, whatever it was called when it was taken? */
bool pid_file_is_at(const struct pid_file *file, const char *path);

/* Remove the file, if what stands there is still ours.  NULL is allowed. */
struct pid_file *pid_file_drop(struct pid_file *file);
