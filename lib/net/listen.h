/* SPDX-License-Identifier: MIT */

/*
 * listen.h - sockets that listen, made and given up with care.
 *
 * A Unix socket that nobody listens on any more (left by a daemon that was
 * killed) is replaced; anything else that stands at the path, a live socket, a
 * file, a symbolic link, is never touched.
 */
#pragma once

#include <stdint.h>
#include <sys/types.h>

#include "net/addr.h"
#include "net/options.h"
#include "net/rights.h"

/* How an address is listened on; of a socket that was passed to us nothing is set. */
struct listen_settings {
	struct socket_options options;
	struct socket_rights rights; /* of the path of a Unix socket */
};

bool listen_settings_equal(const struct listen_settings *a,
			   const struct listen_settings *b);

struct listener_socket {
	int fd;
	struct address address; /* as bound: with the port that the kernel chose */
	struct listen_settings settings; /* in force */
	dev_t device; /* of a Unix socket's path, to know it again */
	ino_t inode;
	gid_t made_gid; /* its group before it got another one */
	uint32_t stored; /* its number where a service manager keeps it for the next
			  * spawnd, see stored.h; 0: nobody does */
};

enum listen_problem {
	LISTEN_NOT_A_SOCKET = 1, /* something else stands at the path */
	LISTEN_IN_USE, /* somebody listens there */
	LISTEN_BUSY, /* the directory stays locked by another */
	LISTEN_REPLACED, /* something else was put in its place */
	LISTEN_IS_STALE, /* within: a socket that nobody listens on */
};

/*
 * In two steps, so that all addresses can be tried before any is taken: of two that are
 * started at the same moment, with the same addresses in the same order, one gets all.
 *
 * listen_prepare() tells what speaks against an address and keeps nobody from it: an IP
 * socket is bound, at a path nothing is done.  (An abstract name and a port of vsock are
 * taken by being bound.)  listen_begin() takes it.  Where an
 * address is in use, and listeners of ours may be why (beside), it is shared with them
 * until they are closed.
 *
 * Sockets are non-blocking and close-on-exec.  Both return 0, a problem, or -errno.  A
 * socket that was prepared is the caller's, to be closed in any case.
 */
int listen_prepare(const struct address *address, const struct listen_settings *settings,
		   const int *beside, size_t n_beside, struct listener_socket *ret);
int listen_begin(struct listener_socket *socket, const int *beside, size_t n_beside);

/* Can one that listens have other settings?  Else it takes another socket. */
bool listen_can_change(const struct listener_socket *socket,
		       const struct listen_settings *settings);

/* Give it other settings; they are as before unless that returns 0: a problem, or
 * -errno. */
int listen_change(struct listener_socket *socket, const struct listen_settings *settings);

/* Does the path of a Unix socket still lead to it?  Other sockets have none to lose, and
 * that of one that was passed to us is not ours. */
bool listen_is_intact(const struct listener_socket *socket);

/* Is it the Unix socket that another spelling of its path leads to? */
bool listen_is_at(const struct listener_socket *socket, const struct address *address);

/* Take no new clients, who may find another listener from now on; those that wait can be
 * accepted.  To be closed soon.  Nothing is done to a socket that was passed to us. */
void listen_retire(const struct listener_socket *socket);

/* Stop listening; remove the path of a Unix socket while it is still ours.  A socket that
 * was passed to us is left as it is, and open; one that is stored is closed here alone,
 * and clients go on to wait in it. */
void listen_close(struct listener_socket *socket);
