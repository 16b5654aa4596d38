/* SPDX-License-Identifier: MIT */

/*
 * stored.h - listening sockets of ours that a service manager has kept when the spawnd
 * before ended, see "FDSTORE=1" in sd_notify(3).
 *
 * They come back among the sockets that are passed to us.  Each has a name of its own,
 * since by that alone the manager can be told to let go of one: "spawnd/17", a number
 * that none had before.  It is not made from the address: all names together must fit
 * into one variable of 128 KiB (LISTEN_FDNAMES), or nothing could be executed any more.
 * The name of a Unix socket with a path also tells the file that it was bound to and the
 * group which that had first, "spawnd/17/DEVICE/INODE/GID": no call tells that of a
 * socket.  The socket keeps the file, so that no other one can have the number.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "net/listen.h"
#include "net/passed.h"

enum { STORED_NAME_ROOM = 80, STORED_NUMBER_MAX = 1000 * 1000 * 1000 };

/* The name of a socket whose number is set; returns buf. */
const char *stored_name(const struct listener_socket *socket,
			char buf[static STORED_NAME_ROOM]);

/* Move what has such a name from one to the other, which is empty.  Returns 0 or
 * -ENOMEM. */
int stored_take(struct passed *from, struct passed *ret);

/* Make one ready to be listened on, as far as that is known without a configuration:
 * NULL, or why it cannot be.  The descriptor is borrowed. */
const char *stored_listen(const struct passed_socket *from, struct listener_socket *ret);

/* Is it the very same socket, under two names? */
bool stored_is_same(const struct passed_socket *a, const struct passed_socket *b);

/* Is the first one bound as the second one, of a configuration, says?  A port that the
 * kernel is to choose is never the same. */
bool stored_is_at(const struct address *bound, const struct address *wanted);
