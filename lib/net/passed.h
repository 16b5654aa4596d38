/* SPDX-License-Identifier: MIT */

/*
 * passed.h - the sockets that a service manager has opened and passed to us, see
 * sd_listen_fds(3).
 *
 * They are known by their names, several to a name too.  The manager holds each of them
 * as well, and goes on with it when we are gone: so a socket that was passed is never
 * shut down and no path of one is removed, and its options are the manager's.  Only
 * O_NONBLOCK is set, which it shares with us.
 *
 * Sockets are counted from 1 on; address.passed is that number.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "net/addr.h"
#include "net/listen.h"

/* So begin the names under which a service manager keeps sockets of ours, see stored.h. A
 * unit cannot be called so. */
#define PASSED_STORED "spawnd/"

struct passed_socket {
	char *name;
	int was; /* the descriptor as it was passed */
	int fd; /* as it is now; -1: it was given up */
	const char *problem; /* why nobody can be accepted there, or NULL */
	struct address address; /* of the family AF_UNSPEC where there is none */
};

struct passed {
	struct passed_socket *sockets;
	size_t n;
	bool is_open; /* any name that is looked for is there */
	const char *error; /* why nothing could be taken, or NULL */
};

/*
 * Take what was passed to this process, away from the descriptors below the first one
 * that they may have, and close all else from 3 on.  To be called before anything is
 * opened.  What is wrong is told in the result.  Returns 0, or -errno when descriptors
 * cannot be closed or memory is missing.
 */
int passed_take(int first, struct passed *ret);
void passed_done(struct passed *passed);

/* Give up one, or all of them: those behind us have them still. */
void passed_close(struct passed_socket *socket);
void passed_close_all(struct passed *passed);

/* "NAME" of "systemd:NAME", or NULL. */
const char *passed_name(const char *word);

/* Can a socket be called so?  NULL, or what speaks against it. */
const char *passed_name_problem(const char *name);

/*
 * The number of the next socket of that name behind the one with that number (0: the
 * first), or 0: there are no more.  Where any name is there, one without an address is
 * made up.  Returns -ENOMEM when there is no memory for that.
 */
int passed_find(struct passed *passed, const char *name, size_t behind);

/* What listens at the address, which is one of them.  Returns 0 or -errno. */
int passed_listen(const struct passed *passed, const struct address *address,
		  struct listener_socket *ret);

/* As address_show(), with the name of one that was passed: "[::]:80 (systemd:web)". */
void passed_show(const struct passed *passed, const struct address *address,
		 struct text *text);
