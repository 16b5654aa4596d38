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

enum { LOCK_TRIES = 4, STALE_LOOKS = 3, LOCK_PAUSE_NSEC = 1000 * 1000 };

static int in_use_or(int error)
{
	return error == EADDRINUSE ? LISTEN_IN_USE : -error;
}

/* What must be known before it is bound. */
static int set_before(int fd, const struct address *address,
		      const struct socket_options *options, bool shares)
{
	const int on = 1, only = address->v6_only == MAYBE_YES,
		  device = (int)address->device;

	if ((address->both || address->v6_only != MAYBE_UNSET) &&
	    address->at.any.sa_family == AF_INET6 &&
	    setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &only, sizeof(only)) < 0)
		return -errno;
	if (device != 0 &&
	    setsockopt(fd, SOL_SOCKET, SO_BINDTOIFINDEX, &device, sizeof(device)) < 0)
		return -errno;
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0 ||
	    (shares && setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on)) < 0))
		return -errno;
	return options_set(fd, address, options);
}

/* Only bound, an IP socket keeps nobody else from the address. */
static int bind_one(struct listener_socket *ret, bool shares)
{
	struct address bound = ret->address;
	auto_close int fd = -1;
	int r;

	fd = socket(bound.at.any.sa_family,
		    address_type(&bound) | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	r = set_before(fd, &bound, &ret->settings.options, shares);
	if (r < 0)
		return r;
	if (bind(fd, &bound.at.any, bound.size) < 0)
		return in_use_or(errno);
	bound.size = sizeof(bound.at);
	if (getsockname(fd, &bound.at.any, &bound.size) < 0)
		return -errno;
	ret->address = bound;
	ret->fd = steal_fd(&fd);
	return 0;
}

/* IPv4 alone where there is no IPv6. */
static int bind_any(struct listener_socket *ret, bool shares)
{
	const struct address wanted = ret->address;
	struct address v4 = wanted;
	int r = bind_one(ret, shares);

	if (!wanted.both || (r != -EAFNOSUPPORT && r != -EADDRNOTAVAIL))
		return r;
	v4.at.v4 = (struct sockaddr_in){ .sin_family = AF_INET,
					 .sin_port = wanted.at.v6.sin6_port };
	v4.size = sizeof(v4.at.v4);
	ret->address = v4;
	return bind_one(ret, shares);
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

/* The file that bind() has just made, and nothing that was put there since: it is a
 * socket of ours, and with no more rights than it was made with.  Nobody can connect
 * before it listens, and with others to own it this one has no rights at all, which no
 * other socket of ours has. */
static int find_own(struct listener_socket *socket, mode_t made, int *ret_file)
{
	struct stat st;
	auto_close int file = rights_open(socket->address.at.un.sun_path, &st);

	if (file < 0)
		return file == -ENOENT ? LISTEN_REPLACED : file;
	if (!S_ISSOCK(st.st_mode) || st.st_uid != geteuid() ||
	    (st.st_mode & 07777 & ~made) != 0)
		return LISTEN_REPLACED;
	socket->device = st.st_dev;
	socket->inode = st.st_ino;
	socket->made_gid = st.st_gid;
	*ret_file = steal_fd(&file);
	return 0;
}

/* Bound to its path: take what is made there, and listen. */
static int listen_at_path(struct listener_socket *socket, mode_t made)
{
	auto_close int file = -1;
	int r = find_own(socket, made, &file);

	if (r != 0)
		return r;
	r = rights_set(file, &socket->settings.rights, socket->made_gid);
	if (r == 0 && listen(socket->fd, socket->settings.options.backlog) < 0)
		r = in_use_or(errno);
	if (r != 0 && listen_is_intact(socket))
		(void)unlink(socket->address.at.un.sun_path); /* or it is stale */
	return r;
}

/* Bind to the path, in the place of a socket that nobody listens on any more. */
static int begin_path(struct listener_socket *ret)
{
	const mode_t made = rights_at_birth(&ret->settings.rights);
	auto_close int lock = -1;
	mode_t umask_before;
	int r = look_at_path(&ret->address);

	if (r == LISTEN_IS_STALE)
		r = remove_stale(&ret->address, &lock);
	if (r != 0)
		return r;
	ret->fd = socket(AF_UNIX,
			 address_type(&ret->address) | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (ret->fd < 0)
		return -errno;
	/* Its rights are right from the first moment on. */
	umask_before = umask(0777 & ~made);
	r = bind(ret->fd, &ret->address.at.any, ret->address.size) < 0 ? in_use_or(errno)
								       : 0;
	(void)umask(umask_before); /* cannot fail */
	if (r == 0)
		r = listen_at_path(ret, made);
	if (r != 0)
		close_fd(&ret->fd);
	return r;
}

/* Both the one that listens and the one that wants to must allow it. */
static void share(const int *fds, size_t n, int on)
{
	for (size_t i = 0; i < n; i++)
		/* Where that fails the address stays in use, which is told. */
		(void)setsockopt(fds[i], SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on));
}

int listen_prepare(const struct address *address, const struct listen_settings *settings,
		   const int *beside, size_t n_beside, struct listener_socket *ret)
{
	struct listener_socket socket = { .fd = -1,
					  .address = *address,
					  .settings = *settings };
	int r;

	if (address_is_path(address)) {
		r = look_at_path(address);
		r = r == LISTEN_IS_STALE ? 0 : r;
	} else {
		r = bind_any(&socket, false);
		if (r == LISTEN_IN_USE && n_beside > 0 && address_is_ip(address)) {
			socket.address = *address;
			share(beside, n_beside, 1);
			r = bind_any(&socket, true);
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

	if (address_is_path(&socket->address))
		return begin_path(socket);
	share(&socket->fd, 1, n_beside > 0);
	share(beside, n_beside, 1);
	if (listen(socket->fd, socket->settings.options.backlog) < 0)
		r = in_use_or(errno);
	share(beside, n_beside, 0);
	share(&socket->fd, 1, 0); /* nobody else may listen beside it */
	return r;
}

bool listen_settings_equal(const struct listen_settings *a,
			   const struct listen_settings *b)
{
	return options_equal(&a->options, &b->options) &&
	       rights_equal(&a->rights, &b->rights);
}

bool listen_can_change(const struct listener_socket *socket,
		       const struct listen_settings *settings)
{
	return options_can_change(&socket->address, &socket->settings.options,
				  &settings->options);
}

static int change_rights(const struct listener_socket *socket,
			 const struct socket_rights *rights)
{
	struct stat st;
	auto_close int file = rights_open(socket->address.at.un.sun_path, &st);

	if (file < 0)
		return file;
	if (st.st_dev != socket->device || st.st_ino != socket->inode)
		return LISTEN_REPLACED;
	return rights_set(file, rights, socket->made_gid);
}

static int change(const struct listener_socket *socket,
		  const struct listen_settings *from, const struct listen_settings *to)
{
	int r = options_change(socket->fd, &socket->address, &from->options,
			       &to->options);

	if (r == 0 && address_is_path(&socket->address) &&
	    !rights_equal(&from->rights, &to->rights))
		r = change_rights(socket, &to->rights);
	return r;
}

int listen_change(struct listener_socket *socket, const struct listen_settings *settings)
{
	int r = change(socket, &socket->settings, settings);

	if (r == 0)
		socket->settings = *settings;
	else
		/* What was changed can be changed back. */
		(void)change(socket, settings, &socket->settings);
	return r;
}

bool listen_is_at(const struct listener_socket *socket, const struct address *address)
{
	struct stat st;

	return address_is_path(&socket->address) && address_is_path(address) &&
	       socket->address.seqpacket == address->seqpacket &&
	       lstat(address->at.un.sun_path, &st) == 0 && st.st_dev == socket->device &&
	       st.st_ino == socket->inode;
}

bool listen_is_intact(const struct listener_socket *socket)
{
	return !address_is_path(&socket->address) || socket->address.passed != 0 ||
	       listen_is_at(socket, &socket->address);
}

void listen_retire(const struct listener_socket *socket)
{
	/* An interface that there is not: nothing that arrives belongs to this one. */
	const int nowhere = INT_MAX;

	if (socket->address.passed != 0)
		return;
	if (address_is_path(&socket->address)) {
		if (listen_is_intact(socket))
			/* What cannot be removed is found stale next time. */
			(void)unlink(socket->address.at.un.sun_path);
	} else if (socket->address.at.any.sa_family == AF_UNIX) {
		/* Where these fail, who comes in the last moment is lost. */
		(void)shutdown(socket->fd, SHUT_RD);
	} else {
		(void)setsockopt(socket->fd, SOL_SOCKET, SO_BINDTOIFINDEX, &nowhere,
				 sizeof(nowhere));
	}
}

void listen_close(struct listener_socket *socket)
{
	if (socket->fd < 0)
		return; /* or it has not begun */
	if (socket->address.passed != 0) {
		socket->fd = -1;
		return;
	}
	if (socket->stored != 0) {
		close_fd(&socket->fd);
		return;
	}
	listen_retire(socket);
	/* A child that was just cloned has it for a moment longer, but for nobody. */
	if (!address_is_path(&socket->address))
		(void)shutdown(socket->fd, SHUT_RDWR);
	close_fd(&socket->fd);
}
