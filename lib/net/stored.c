/* SPDX-License-Identifier: MIT */

/* stored.c - the names of what is kept, and how it is known again. */

#include "net/stored.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "base/base.h"
#include "base/number.h"

#ifndef SO_NETNS_COOKIE
#define SO_NETNS_COOKIE 71
#endif

const char *stored_name(const struct listener_socket *socket,
			char buf[static STORED_NAME_ROOM])
{
	/* Both fit. */
	if (address_is_path(&socket->address))
		(void)snprintf(buf, STORED_NAME_ROOM,
			       PASSED_STORED "%" PRIu32 "/%ju/%ju/%u", socket->stored,
			       (uintmax_t)socket->device, (uintmax_t)socket->inode,
			       (unsigned)socket->made_gid);
	else
		(void)snprintf(buf, STORED_NAME_ROOM, PASSED_STORED "%" PRIu32,
			       socket->stored);
	return buf;
}

/* The numbers of a name: as many as there are, or -1. */
static int read_name(const char *name, uint64_t numbers[static 4])
{
	char copy[STORED_NAME_ROOM], *rest = copy;
	int n = 0;

	if (strlen(name) >= sizeof(copy))
		return -1;
	(void)strcpy(copy, name + strlen(PASSED_STORED));
	while (rest != NULL && n < 4) {
		const char *word = strsep(&rest, "/");

		if (number_parse(word, UINT64_MAX, &numbers[n++]) != 0)
			return -1;
	}
	return rest == NULL ? n : -1;
}

int stored_take(struct passed *from, struct passed *ret)
{
	struct passed kept = { .sockets = calloc(from->n + 1, sizeof(*kept.sockets)) };
	size_t n = 0;

	if (kept.sockets == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < from->n; i++) {
		struct passed_socket socket = from->sockets[i];

		if (strncmp(socket.name, PASSED_STORED, strlen(PASSED_STORED)) == 0) {
			socket.address.passed = 0; /* it is ours */
			kept.sockets[kept.n++] = socket;
		} else {
			socket.address.passed = (unsigned)n + 1;
			from->sockets[n++] = socket;
		}
	}
	from->n = n;
	*ret = kept;
	return 0;
}

static uint64_t cookie_of(int fd)
{
	uint64_t cookie = 0;
	socklen_t size = sizeof(cookie);

	return getsockopt(fd, SOL_SOCKET, SO_COOKIE, &cookie, &size) == 0 ? cookie : 0;
}

bool stored_is_same(const struct passed_socket *a, const struct passed_socket *b)
{
	/* The addresses first, since of them there may be many. */
	const uint64_t cookie =
		addresses_equal(&a->address, &b->address) ? cookie_of(a->fd) : 0;

	return cookie != 0 && cookie == cookie_of(b->fd);
}

/* A unit may have got a network of its own since: then this one would go on to let in
 * clients of the other.  A path is of none.  Before Linux 5.14 none tells. */
static bool is_of_this_network(int fd, const struct address *address)
{
	auto_close int fresh = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	uint64_t own = 0, its = 0;
	socklen_t own_size = sizeof(own), its_size = sizeof(its);

	return address_is_path(address) ||
	       getsockopt(fresh, SOL_SOCKET, SO_NETNS_COOKIE, &own, &own_size) < 0 ||
	       getsockopt(fd, SOL_SOCKET, SO_NETNS_COOKIE, &its, &its_size) < 0 ||
	       own == its;
}

/* Whose the path is now, to have its rights set as those of a socket that stands. */
static void look_at_rights(struct listener_socket *socket)
{
	struct stat st;
	auto_close int file = rights_open(socket->address.at.un.sun_path, &st);

	if (file >= 0)
		socket->settings.rights =
			(struct socket_rights){ st.st_uid, st.st_gid, st.st_mode & 0777 };
}

const char *stored_listen(const struct passed_socket *from, struct listener_socket *ret)
{
	struct listener_socket socket = { .fd = from->fd, .address = from->address };
	const int flags = fcntl(from->fd, F_GETFL);
	const bool is_path = address_is_path(&from->address);
	char again[STORED_NAME_ROOM];
	uint64_t numbers[4];

	if (read_name(from->name, numbers) != (is_path ? 4 : 1) || numbers[0] == 0 ||
	    numbers[0] > STORED_NUMBER_MAX)
		return "has a name that this spawnd gives to no socket of that kind";
	socket.stored = (uint32_t)numbers[0];
	if (is_path) {
		socket.device = (dev_t)numbers[1];
		socket.inode = (ino_t)numbers[2];
		socket.made_gid = (gid_t)numbers[3];
	}
	if (strcmp(stored_name(&socket, again), from->name) != 0)
		return "has a name with a number that is too large";
	if (from->problem != NULL)
		return from->problem;
	if (!is_of_this_network(from->fd, &from->address))
		return "is of another network namespace";
	/* It does not block, unless somebody else has had it. */
	if (flags < 0 || fcntl(from->fd, F_SETFL, flags | O_NONBLOCK) < 0 ||
	    options_get(socket.fd, &socket.address, &socket.settings.options) < 0)
		return "does not tell its options";
	if (is_path)
		look_at_rights(&socket);
	*ret = socket;
	return NULL;
}

/* The one interface that it is for, by whichever of two ways; or 0. */
static unsigned interface_of(const struct address *address)
{
	const struct sockaddr_in6 *v6 = &address->at.v6;

	if (address->device != 0 || address->at.any.sa_family != AF_INET6)
		return address->device;
	return IN6_IS_ADDR_LINKLOCAL(&v6->sin6_addr) ? v6->sin6_scope_id : 0;
}

/* Does IPv4 come in there or not, as is wanted?  That counts where it could. */
static bool is_as_wide(const struct address *bound, const struct address *wanted)
{
	enum maybe only = wanted->both ? MAYBE_NO : wanted->v6_only;

	if (!IN6_IS_ADDR_UNSPECIFIED(&bound->at.v6.sin6_addr))
		return true;
	if (only == MAYBE_UNSET)
		only = number_read_file("/proc/sys/net/ipv6/bindv6only", 0) != 0
			       ? MAYBE_YES
			       : MAYBE_NO;
	return bound->v6_only == only;
}

static bool is_same_ip(const struct address *bound, const struct address *wanted)
{
	if (address_port(bound) != address_port(wanted) || address_port(wanted) == 0 ||
	    interface_of(bound) != interface_of(wanted))
		return false;
	if (bound->at.any.sa_family == AF_INET)
		return bound->at.v4.sin_addr.s_addr == wanted->at.v4.sin_addr.s_addr;
	return IN6_ARE_ADDR_EQUAL(&bound->at.v6.sin6_addr, &wanted->at.v6.sin6_addr) &&
	       is_as_wide(bound, wanted);
}

bool stored_is_at(const struct address *bound, const struct address *wanted)
{
	const sa_family_t family = bound->at.any.sa_family;

	if (wanted->passed != 0 || family != wanted->at.any.sa_family ||
	    bound->seqpacket != wanted->seqpacket)
		return false;
	if (family == AF_VSOCK)
		return address_port(wanted) != 0 &&
		       address_port(bound) == address_port(wanted) &&
		       bound->at.vm.svm_cid == wanted->at.vm.svm_cid;
	return family == AF_UNIX ? addresses_overlap(bound, wanted)
				 : is_same_ip(bound, wanted);
}
