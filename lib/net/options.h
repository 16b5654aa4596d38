/* SPDX-License-Identifier: MIT */

/*
 * options.h - what can be set on a socket that listens, for its connections to inherit.
 *
 * All but the backlog are of TCP over IP and mean nothing to other addresses, for which
 * nothing is done then.
 */
#pragma once

#include <stdbool.h>

#include "net/addr.h"

/* Values are as setsockopt(2) takes them. */
enum socket_option {
	OPTION_FREE_BIND,
	OPTION_NO_DELAY,
	OPTION_KEEP_ALIVE,
	OPTION_KEEP_IDLE, /* seconds */
	OPTION_KEEP_INTERVAL, /* seconds */
	OPTION_KEEP_COUNT,
	OPTION_USER_TIMEOUT, /* milliseconds */
	OPTION_DEFER_ACCEPT, /* seconds */
	OPTION_RECEIVE_BUFFER, /* bytes, of which the kernel takes twice as much */
	OPTION_SEND_BUFFER,
	OPTIONS
};

struct socket_options {
	int backlog; /* as listen(2) takes it */
	struct {
		bool is_set;
		int value;
	} at[OPTIONS];
};

bool options_equal(const struct socket_options *a, const struct socket_options *b);

/* Set all that are set, on a socket that is not bound.  Returns 0 or -errno. */
int options_set(int fd, const struct address *address,
		const struct socket_options *options);

/* Can a socket with the one have the other as well, and go back?  The kernel, once told
 * the size of a buffer, does not go back to finding it by itself. */
bool options_can_change(const struct address *address, const struct socket_options *from,
			const struct socket_options *to);

/* Those that a socket has and that one which nobody has touched has not, without the
 * backlog, which the kernel does not tell: it is -1 then.  Returns 0 or -errno. */
int options_get(int fd, const struct address *address, struct socket_options *ret);

/* Change them on a socket that listens.  Returns 0; or -errno, with some of them
 * changed. */
int options_change(int fd, const struct address *address,
		   const struct socket_options *from, const struct socket_options *to);

/* How much of a buffer the kernel gave: less than what was asked for, or 0: all. */
int options_cut(int fd, const struct address *address,
		const struct socket_options *options, enum socket_option buffer);
