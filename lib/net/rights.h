/* SPDX-License-Identifier: MIT */

/*
 * rights.h - whose the file of a Unix socket is, and who may write to it: that is who
 * may connect.
 */
#pragma once

#include <stdbool.h>
#include <sys/stat.h>
#include <sys/types.h>

struct socket_rights {
	uid_t uid; /* -1: of who made it */
	gid_t gid; /* -1: as it was made */
	mode_t mode;
};

bool rights_equal(const struct socket_rights *a, const struct socket_rights *b);

/* Those of a socket when it is bound: less than is wanted, until its owner is set. */
mode_t rights_at_birth(const struct socket_rights *rights);

/*
 * The file that a path leads to now, whatever happens to the path from then on, and what
 * is known of it.  No link is followed.  Returns a descriptor for the file alone
 * (O_PATH), or -errno.
 */
int rights_open(const char *path, struct stat *ret);

/* Set them on what was opened, so that in no moment anybody may connect who may neither
 * before nor after; made_gid stands for a gid of -1.  Returns 0 or -errno. */
int rights_set(int file, const struct socket_rights *rights, gid_t made_gid);
