/* SPDX-License-Identifier: MIT */

/*
 * listen.c - bind, then listen, and the question whether a Unix socket is stale.
 *
 * Asking and replacing is not one step for the kernel, and two daemons that
 * start together would both find the socket stale.  So the directory is locked
 * meanwhile (flock).
 */

#include "net/listen.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* The rights of a Unix socket: connecting to it takes the right to write.  As
 * with a port, whoever is on this machine may. */
enum { SOCKET_UMASK = 0111 };

enum { LOCK_TRIES = 4, STALE_LOOKS = 3, LOCK_PAUSE_NSEC = 1000 * 1000 };

static int in_use_or(int error)
{
	return error == EADDRINUSE ? LISTEN_IN_USE : -error;
}

/* Only bound, it keeps nobody else from the address. */
static int bind_ip(struct address *address, bool shares, int *ret_fd)
{
	struct address bound = { .size = sizeof(bound.at), .both = address->both };
	auto_close int fd = -1;
	const int off = 0, on = 1;

	fd = socket(address->at.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
		    0);
	if (fd < 0)
		return -errno;
	if (address->both && address->at.any.sa_family == AF_INET6 &&
	    setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off)) < 0)
		return -errno;
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0 ||
	    (shares && setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on)) < 0))
		return -errno;
	if (bind(fd, &address->at.any, address->size) < 0)
		return in_use_or(errno);
	if (getsockname(fd, &bound.at.any, &bound.size) < 0)
		return -errno;
	*address = bound;
	*ret_fd = steal_fd(&fd);
	return 0;
}

/* Both families on one socket; IPv4 alone where there is no IPv6. */
static int bind_both(struct address *address, bool shares, int *ret_fd)
{
	struct address v4 = { .size = sizeof(v4.at.v4), .both = true };
	int r = bind_ip(address, shares, ret_fd);

	if (r != -EAFNOSUPPORT && r != -EADDRNOTAVAIL)
		return r;
	v4.at.v4.sin_family = AF_INET;
	v4.at.v4.sin_port = address->at.v6.sin6_port;
	*address = v4;
	return bind_ip(address, shares, ret_fd);
}

/* Lock the directory in which the socket stands: tried for a moment only, since whoever
 * can read the directory can lock it, too. */
static int lock_directory(const char *path, int *ret_fd)
{
	char copy[sizeof(((struct sockaddr_un *)0)->sun_path) + 1];
	const struct timespec pause = { .tv_nsec = LOCK_PAUSE_NSEC };
	auto_close int fd = -1;

	(void)snprintf(copy, sizeof(copy), "%s", path); /* fits */
	fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	for (int tries = LOCK_TRIES; flock(fd, LOCK_EX | LOCK_NB) < 0; tries--) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return -errno;
		if (tries == 0)
			return LISTEN_BUSY;
		(void)nanosleep(&pause, NULL); /* shorter is as good */
	}
	*ret_fd = steal_fd(&fd);
	return 0;
}

/* What stands at the path: LISTEN_IS_STALE, a problem, or 0: nothing. */
static int look_at_path(const struct address *address)
{
	auto_close int fd = -1;
	struct stat st;

	if (lstat(address->at.un.sun_path, &st) < 0)
		return errno == ENOENT ? 0 : -errno;
	if (!S_ISSOCK(st.st_mode))
		return LISTEN_NOT_A_SOCKET;
	/* Asked with another type of socket: who listens there is not disturbed by a
	 * connection, but is found (EPROTOTYPE, see unix(7)) or not. */
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	if (connect(fd, &address->at.any, address->size) == 0 || errno != ECONNREFUSED)
		return LISTEN_IN_USE;
	return LISTEN_IS_STALE;
}

/* Somebody else may be about to do the same: that takes a lock, which is held until we
 * listen there.  Or to bind, and then the path stands there before its socket can be
 * found: so look more than once. */
static int remove_stale(const struct address *address, int *ret_lock)
{
	const struct timespec pause = { .tv_nsec = LOCK_PAUSE_NSEC };
	int r = lock_directory(address->at.un.sun_path, ret_lock);

	for (int looks = STALE_LOOKS; r == 0 && looks > 0; looks--) {
		(void)nanosleep(&pause, NULL); /* shorter is as good */
		r = look_at_path(address);
		if (r != LISTEN_IS_STALE)
			return r;
		r = looks > 1 ? 0 : r;
	}
	if (r != LISTEN_IS_STALE)
		return r;
	return unlink(address->at.un.sun_path) < 0 && errno != ENOENT ? -errno : 0;
}

/* Bind to the path, in the place of a socket that nobody listens on any more. */
static int bind_unix(const struct address *address, struct listener_socket *ret)
{
	auto_close int fd = -1, lock = -1;
	mode_t umask_before;
	struct stat st;
	int r = look_at_path(address);

	if (r == LISTEN_IS_STALE)
		r = remove_stale(address, &lock);
	if (r != 0)
		return r;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	/* Its rights are right from the first moment on. */
	umask_before = umask(SOCKET_UMASK);
	r = bind(fd, &address->at.any, address->size) < 0 ? in_use_or(errno) : 0;
	(void)umask(umask_before); /* cannot fail */
	if (r != 0)
		return r;
	if (listen(fd, SOMAXCONN) < 0 || lstat(address->at.un.sun_path, &st) < 0) {
		r = in_use_or(errno);
		(void)unlink(address->at.un.sun_path); /* or it is stale */
		return r;
	}
	ret->device = st.st_dev;
	ret->inode = st.st_ino;
	ret->fd = steal_fd(&fd);
	return 0;
}

static int prepare_ip(struct listener_socket *socket, bool shares)
{
	return socket->address.both ? bind_both(&socket->address, shares, &socket->fd)
				    : bind_ip(&socket->address, shares, &socket->fd);
}

/* Both the one that listens and the one that wants to must allow it. */
static void share(const int *fds, size_t n, int on)
{
	for (size_t i = 0; i < n; i++)
		/* Where that fails the address stays in use, which is told. */
		(void)setsockopt(fds[i], SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on));
}

int listen_prepare(const struct address *address, const int *beside, size_t n_beside,
		   struct listener_socket *ret)
{
	struct listener_socket socket = { .fd = -1, .address = *address };
	int r;

	if (address->at.any.sa_family == AF_UNIX) {
		r = look_at_path(address);
		r = r == LISTEN_IS_STALE ? 0 : r;
	} else {
		r = prepare_ip(&socket, false);
		if (r == LISTEN_IN_USE && n_beside > 0) {
			share(beside, n_beside, 1);
			r = prepare_ip(&socket, true);
			share(beside, n_beside, 0);
		}
	}
	if (r == 0)
		*ret = socket;
	return r;
}

int listen_begin(struct listener_socket *socket, const int *beside, size_t n_beside)
{
	int r = 0;

	if (socket->address.at.any.sa_family == AF_UNIX)
		return bind_unix(&socket->address, socket);
	share(&socket->fd, 1, n_beside > 0);
	share(beside, n_beside, 1);
	if (listen(socket->fd, SOMAXCONN) < 0)
		r = in_use_or(errno);
	share(beside, n_beside, 0);
	share(&socket->fd, 1, 0); /* nobody else may listen beside it */
	return r;
}

bool listen_is_at(const struct listener_socket *socket, const struct address *address)
{
	struct stat st;

	return socket->address.at.any.sa_family == AF_UNIX &&
	       address->at.any.sa_family == AF_UNIX &&
	       lstat(address->at.un.sun_path, &st) == 0 && st.st_dev == socket->device &&
	       st.st_ino == socket->inode;
}

bool listen_is_intact(const struct listener_socket *socket)
{
	return socket->address.at.any.sa_family != AF_UNIX ||
	       listen_is_at(socket, &socket->address);
}

void listen_retire(const struct listener_socket *socket)
{
	/* An interface that there is not: nothing that arrives belongs to this one. */
	const int nowhere = INT_MAX;

	if (socket->address.at.any.sa_family != AF_UNIX)
		/* Where that fails, who comes in the last moment is lost. */
		(void)setsockopt(socket->fd, SOL_SOCKET, SO_BINDTOIFINDEX, &nowhere,
				 sizeof(nowhere));
	else if (listen_is_intact(socket))
		/* What cannot be removed is found stale next time. */
		(void)unlink(socket->address.at.un.sun_path);
}

void listen_close(struct listener_socket *socket)
{
	if (socket->fd < 0)
		return; /* or it has not begun */
	listen_retire(socket);
	/* A child that was just cloned has it for a moment longer, but for nobody. */
	if (socket->address.at.any.sa_family != AF_UNIX)
		(void)shutdown(socket->fd, SHUT_RDWR);
	close_fd(&socket->fd);
}
