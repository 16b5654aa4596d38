/* SPDX-License-Identifier: MIT */

/* options.c - the table of socket options, set and changed. */

#include "net/options.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#ifndef SO_BUF_LOCK
#define SO_BUF_LOCK 72
#endif

static const struct {
	int level, name;
	int name_v6; /* at IPPROTO_IPV6, where it is another one there */
} table[OPTIONS] = {
	[OPTION_FREE_BIND] = { IPPROTO_IP, IP_FREEBIND, IPV6_FREEBIND },
	[OPTION_NO_DELAY] = { IPPROTO_TCP, TCP_NODELAY },
	[OPTION_KEEP_ALIVE] = { SOL_SOCKET, SO_KEEPALIVE },
	[OPTION_KEEP_IDLE] = { IPPROTO_TCP, TCP_KEEPIDLE },
	[OPTION_KEEP_INTERVAL] = { IPPROTO_TCP, TCP_KEEPINTVL },
	[OPTION_KEEP_COUNT] = { IPPROTO_TCP, TCP_KEEPCNT },
	[OPTION_USER_TIMEOUT] = { IPPROTO_TCP, TCP_USER_TIMEOUT },
	[OPTION_DEFER_ACCEPT] = { IPPROTO_TCP, TCP_DEFER_ACCEPT },
	[OPTION_RECEIVE_BUFFER] = { SOL_SOCKET, SO_RCVBUF },
	[OPTION_SEND_BUFFER] = { SOL_SOCKET, SO_SNDBUF },
};

static bool is_buffer(enum socket_option option)
{
	return option == OPTION_RECEIVE_BUFFER || option == OPTION_SEND_BUFFER;
}

static bool is_v6_name(const struct address *address, enum socket_option option)
{
	return address->at.any.sa_family == AF_INET6 && table[option].name_v6 != 0;
}

static int set_one(int fd, const struct address *address, enum socket_option option,
		   int value)
{
	const bool v6 = is_v6_name(address, option);

	if (setsockopt(fd, v6 ? IPPROTO_IPV6 : table[option].level,
		       v6 ? table[option].name_v6 : table[option].name, &value,
		       sizeof(value)) < 0)
		return -errno;
	return 0;
}

static int get_one(int fd, const struct address *address, enum socket_option option,
		   int *ret)
{
	const bool v6 = is_v6_name(address, option);
	socklen_t size = sizeof(*ret);

	if (getsockopt(fd, v6 ? IPPROTO_IPV6 : table[option].level,
		       v6 ? table[option].name_v6 : table[option].name, ret, &size) < 0)
		return -errno;
	return 0;
}

bool options_equal(const struct socket_options *a, const struct socket_options *b)
{
	for (enum socket_option i = 0; i < OPTIONS; i++)
		if (a->at[i].is_set != b->at[i].is_set ||
		    a->at[i].value != b->at[i].value)
			return false;
	return a->backlog == b->backlog;
}

int options_set(int fd, const struct address *address,
		const struct socket_options *options)
{
	int r = 0;

	if (!address_is_ip(address))
		return 0;
	for (enum socket_option i = 0; r == 0 && i < OPTIONS; i++)
		if (options->at[i].is_set)
			r = set_one(fd, address, i, options->at[i].value);
	return r;
}

bool options_can_change(const struct address *address, const struct socket_options *from,
			const struct socket_options *to)
{
	for (enum socket_option i = 0; address_is_ip(address) && i < OPTIONS; i++)
		if (is_buffer(i) && from->at[i].is_set != to->at[i].is_set)
			return false;
	return true;
}

/* What it is on a socket that nobody has touched. */
static int set_default(int fd, const struct address *address, enum socket_option option)
{
	auto_close int fresh =
		socket(address->at.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int value = 0, r;

	if (fresh < 0)
		return -errno;
	r = get_one(fresh, address, option, &value);
	return r == 0 ? set_one(fd, address, option, value) : r;
}

/* Was a buffer given its size?  It may be the one that all have. */
static bool is_sized(int fd, enum socket_option option, bool is_unusual)
{
	const int bit = option == OPTION_SEND_BUFFER
				? 1
				: 2; /* SOCK_SNDBUF_LOCK, SOCK_RCVBUF_LOCK */
	int locks = 0;
	socklen_t size = sizeof(locks);

	/* Before Linux 5.14 nothing better is known. */
	return getsockopt(fd, SOL_SOCKET, SO_BUF_LOCK, &locks, &size) < 0
		       ? is_unusual
		       : (locks & bit) != 0;
}

int options_get(int fd, const struct address *address, struct socket_options *ret)
{
	struct socket_options options = { .backlog = -1 };
	auto_close int fresh = -1;
	int r = 0;

	if (address_is_ip(address)) {
		fresh = socket(address->at.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
		r = fresh < 0 ? -errno : 0;
	}
	for (enum socket_option i = 0; fresh >= 0 && r == 0 && i < OPTIONS; i++) {
		int value = 0, by_default = 0;

		r = get_one(fd, address, i, &value);
		if (r == 0)
			r = get_one(fresh, address, i, &by_default);
		options.at[i].is_set = value != by_default;
		if (is_buffer(i))
			options.at[i].is_set = is_sized(fd, i, value != by_default);
		if (options.at[i].is_set)
			options.at[i].value = is_buffer(i) ? value / 2 : value;
	}
	if (r == 0)
		*ret = options;
	return r;
}

static int change_one(int fd, const struct address *address, enum socket_option option,
		      const struct socket_options *from, const struct socket_options *to)
{
	const bool was_set = from->at[option].is_set, is_set = to->at[option].is_set;

	if (is_set && was_set && from->at[option].value == to->at[option].value)
		return 0;
	if (is_set)
		return set_one(fd, address, option, to->at[option].value);
	return was_set ? set_default(fd, address, option) : 0;
}

int options_change(int fd, const struct address *address,
		   const struct socket_options *from, const struct socket_options *to)
{
	int r = 0;

	for (enum socket_option i = 0; r == 0 && address_is_ip(address) && i < OPTIONS;
	     i++)
		r = change_one(fd, address, i, from, to);
	/* Of a socket that listens this changes no more than that. */
	if (r == 0 && from->backlog != to->backlog && listen(fd, to->backlog) < 0)
		r = -errno;
	return r;
}

int options_cut(int fd, const struct address *address,
		const struct socket_options *options, enum socket_option buffer)
{
	int got = 0;

	if (!address_is_ip(address) || !options->at[buffer].is_set ||
	    get_one(fd, address, buffer, &got) < 0)
		return 0;
	return got / 2 < options->at[buffer].value ? got / 2 : 0;
}
