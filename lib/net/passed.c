/* SPDX-License-Identifier: MIT */

/* passed.c - takes descriptors by their names, and looks at what they are. */

#include "net/passed.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <string.h>
#include <systemd/sd-daemon.h>

#include "base/base.h"

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif

enum { NAME_MAX_SIZE = 255 }; /* as systemd has it */

static int get_option(int fd, int level, int name, int otherwise)
{
	int value = otherwise;
	socklen_t size = sizeof(value);

	return getsockopt(fd, level, name, &value, &size) < 0 ? otherwise : value;
}

/* Is it one that our own could be?  NULL, or what speaks against it. */
static const char *family_problem(int fd, int type, const struct address *address)
{
	const int protocol = get_option(fd, SOL_SOCKET, SO_PROTOCOL, 0);
	const char *path = address->at.un.sun_path;

	switch (address->at.any.sa_family) {
	case AF_INET:
	case AF_INET6:
		return protocol == IPPROTO_TCP || protocol == IPPROTO_MPTCP
			       ? NULL
			       : "is of a protocol other than TCP";
	case AF_UNIX:
		return memchr(path, '\0', sizeof(address->at.un.sun_path)) != NULL
			       ? NULL
			       : "has a path of 108 bytes, which is too long";
	case AF_VSOCK:
		return type == SOCK_STREAM ? NULL : "is not a stream, over vsock";
	default:
		return "is of a family that is not served";
	}
}

/* NULL, or why nobody can be accepted there. */
static const char *look_at(int fd, struct address *ret)
{
	struct address address = { .size = sizeof(address.at) }, peer = address;
	const int type = get_option(fd, SOL_SOCKET, SO_TYPE, -1);
	const char *problem;

	if (type < 0)
		return "is not a socket";
	if (type != SOCK_STREAM && type != SOCK_SEQPACKET)
		return "is a socket for datagrams, which are not served";
	if (get_option(fd, SOL_SOCKET, SO_ACCEPTCONN, 0) == 0)
		return getpeername(fd, &peer.at.any, &peer.size) == 0
			       ? "is a connection, which spawnd -i would serve"
			       : "is a socket that does not listen";
	if (getsockname(fd, &address.at.any, &address.size) < 0)
		return "is a socket that has no address";
	problem = family_problem(fd, type, &address);
	if (problem != NULL)
		return problem;
	address.seqpacket = type == SOCK_SEQPACKET;
	if (address.at.any.sa_family == AF_INET6)
		address.v6_only = get_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 0) != 0
					  ? MAYBE_YES
					  : MAYBE_NO;
	if (address_is_ip(&address))
		address.device =
			(unsigned)get_option(fd, SOL_SOCKET, SO_BINDTOIFINDEX, 0);
	*ret = address;
	return NULL;
}

/* The room for one more. */
static struct passed_socket *add(struct passed *passed, const char *name)
{
	struct passed_socket *sockets = reallocarray(passed->sockets, passed->n + 1,
						     sizeof(struct passed_socket));
	struct passed_socket *socket;

	if (sockets == NULL)
		return NULL;
	passed->sockets = sockets;
	socket = &sockets[passed->n];
	*socket = (struct passed_socket){ .name = strdup(name), .was = -1, .fd = -1 };
	if (socket->name == NULL)
		return NULL;
	passed->n++;
	socket->address.passed = (unsigned)passed->n;
	return socket;
}

/* The names belong to the descriptors from 3 on, which are open. */
static int take_all(int first, char *const *names, int n, struct passed *passed)
{
	for (int i = 0; i < n; i++) {
		struct passed_socket *socket = add(passed, names[i]);
		const unsigned number = (unsigned)passed->n;
		int fd = SD_LISTEN_FDS_START + i;

		if (socket == NULL)
			return -ENOMEM;
		socket->was = fd;
		if (fd < first) {
			socket->fd = fcntl(fd, F_DUPFD_CLOEXEC, first);
			if (socket->fd < 0)
				return -errno;
			close_fd(&fd);
		} else {
			socket->fd = fd;
		}
		socket->problem = look_at(socket->fd, &socket->address);
		socket->address.passed = number;
	}
	return 0;
}

static void free_names(char **names)
{
	for (char **name = names; name != NULL && *name != NULL; name++)
		free(*name);
	free(names);
}

/* How many there are, with their names; the variables are gone afterwards. */
static int ask(char ***ret_names, const char **ret_error)
{
	int n = sd_listen_fds(0);

	if (n == -EBADF)
		*ret_error = "a descriptor below 3 + LISTEN_FDS is not open";
	else if (n < 0)
		*ret_error = "LISTEN_FDS or LISTEN_PID is not a number";
	/* It closes them on exec, and compares the number of names. */
	n = sd_listen_fds_with_names(1, ret_names);
	if (n == -ENOMEM)
		return n;
	if (n < 0 && *ret_error == NULL)
		*ret_error = "LISTEN_FDNAMES has not one name for each";
	return n < 0 ? 0 : n;
}

int passed_take(int first, struct passed *ret)
{
	struct passed passed = { 0 };
	char **names = NULL;
	int n = ask(&names, &passed.error);
	int r = n < 0 ? n : 0;

	if (close_range(SD_LISTEN_FDS_START + (unsigned)MAX(n, 0), ~0U, 0) < 0)
		r = -errno;
	if (r == 0)
		r = take_all(first, names, n, &passed);
	free_names(names);
	if (r < 0)
		passed_done(&passed);
	else
		*ret = passed;
	return r;
}

void passed_close(struct passed_socket *socket)
{
	close_fd(&socket->fd);
}

void passed_close_all(struct passed *passed)
{
	for (size_t i = 0; i < passed->n; i++)
		passed_close(&passed->sockets[i]);
}

void passed_done(struct passed *passed)
{
	passed_close_all(passed);
	for (size_t i = 0; i < passed->n; i++)
		free(passed->sockets[i].name);
	free(passed->sockets);
	*passed = (struct passed){ 0 };
}

const char *passed_name(const char *word)
{
	static const char prefix[] = "systemd:";
	const size_t size = strlen(prefix);

	return strncmp(word, prefix, size) == 0 ? word + size : NULL;
}

const char *passed_name_problem(const char *name)
{
	if (name[0] == '\0')
		return "the socket has no name";
	if (strlen(name) > NAME_MAX_SIZE)
		return "a name of a socket has at most 255 characters";
	if (strncmp(name, PASSED_STORED, strlen(PASSED_STORED)) == 0)
		return "what is called " PASSED_STORED "... is a socket of spawnd's own";
	for (; *name != '\0'; name++)
		if (*name < ' ' || *name > '~' || *name == ':')
			return "the name of a socket has neither \":\" nor other than "
			       "printable characters";
	return NULL;
}

int passed_find(struct passed *passed, const char *name, size_t behind)
{
	for (size_t i = behind; i < passed->n; i++)
		if (strcmp(passed->sockets[i].name, name) == 0)
			return (int)i + 1;
	if (!passed->is_open || behind > 0)
		return 0;
	return add(passed, name) != NULL ? (int)passed->n : -ENOMEM;
}

int passed_listen(const struct passed *passed, const struct address *address,
		  struct listener_socket *ret)
{
	const int fd = passed->sockets[address->passed - 1].fd;
	const int flags = fcntl(fd, F_GETFL);

	if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0)
		return -errno;
	*ret = (struct listener_socket){ .fd = fd, .address = *address };
	return 0;
}

void passed_show(const struct passed *passed, const struct address *address,
		 struct text *text)
{
	const bool is_known = address->at.any.sa_family != AF_UNSPEC;
	const char *name;

	if (is_known)
		address_show(address, text);
	if (address->passed == 0)
		return;
	name = passed->sockets[address->passed - 1].name;
	text_add(text, is_known ? " (systemd:" : "systemd:");
	text_add_escaped(text, name, strlen(name));
	text_add(text, is_known ? ")" : "");
}
