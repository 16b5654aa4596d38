/* SPDX-License-Identifier: MIT */

/*
 * listen.h - sockets that listen, made and given up with care.
 *
 * A Unix socket that nobody listens on any more (left by a daemon that was
 * killed) is replaced; anything else that stands at the path, a live socket, a
 * file, a symbolic link, is never touched.
 */
#pragma once

#include <sys/types.h>

#include "net/addr.h"

struct listener_socket {
	int fd;
	struct address address; /* as bound: with the port that the kernel chose */
	dev_t device; /* of a Unix socket's path, to know it again */
	ino_t inode;
};

enum listen_problem {
	LISTEN_NOT_A_SOCKET = 1, /* something else stands at the path */
	LISTEN_IN_USE, /* somebody listens there */
	LISTEN_BUSY, /* the directory stays locked by another */
};

/*
 * Bind and listen; non-blocking and close-on-exec.  Where the address is in use, and
 * listeners of ours may be why (beside), it is shared with them until they are closed.
 * Returns 0, a problem, or -errno; fills ret only on 0, and the caller then owns it.
 */
int listen_open(const struct address *address, const int *beside, size_t n_beside,
		struct listener_socket *ret);

/* Does the path of a Unix socket still lead to it?  Other sockets have none to lose. */
bool listen_is_intact(const struct listener_socket *socket);

/* Stop listening; remove the path of a Unix socket while it is still ours. */
void listen_close(struct listener_socket *socket);
