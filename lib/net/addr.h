/* SPDX-License-Identifier: MIT */

/*
 * addr.h - addresses to listen on, and the peers that come from there.
 *
 * Addresses are numbers, never host names; the names of ports are looked up where that
 * may take its time, see base/answers.h.  An IPv4-mapped IPv6 address is an IPv4 address
 * wherever it is shown, compared or counted.
 */
#pragma once

#include <netinet/in.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <linux/vm_sockets.h> /* wants sys/socket.h before it */

#include "base/answers.h"
#include "base/text.h"

struct address {
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
		struct sockaddr_un un;
		struct sockaddr_vm vm;
	} at;
	socklen_t size;
	bool both; /* written as PORT or *:PORT: IPv6 and IPv4 on one socket */
	bool seqpacket; /* a Unix socket of that type, not a stream */
	/* More that belongs to what is listened on, set by who knows: */
	enum maybe v6_only; /* of an IPv6 address; not set: as the kernel has it */
	unsigned device; /* the one interface that it is listened on at; 0: all */
	unsigned passed; /* its socket was passed to us, see passed.h; 0: it is ours */
};

enum { RANGE_MAX = 1024 };

/* Addresses that differ in their ports alone, one behind the other. */
struct address_range {
	struct address first;
	unsigned n; /* 1 to RANGE_MAX */
};

/*
 * Read PORT, *:PORT, ADDR:PORT, [V6]:PORT, /path, @name, vsock:PORT, vsock:*:PORT or
 * vsock:CID:PORT; /path and @name with or without seqpacket: in front.  Where it is not
 * of vsock a port may be FIRST-LAST or a name from services(5), which is looked up, or
 * taken from the answers.
 *
 * Returns 0; 1 with the reason in why; or -errno of the answers.  The result is not
 * touched unless that is 0.
 */
int address_parse(const char *text, struct answers *answers, struct address_range *ret,
		  struct text *why);

/* One of the range, counted from 0. */
struct address address_of_range(const struct address_range *range, unsigned number);

/* Does it stand in the file system? */
bool address_is_path(const struct address *address);

bool address_is_ip(const struct address *address);
bool address_is_v6(const struct address *address); /* and not IPv4 in disguise */

/* SOCK_STREAM or SOCK_SEQPACKET. */
int address_type(const struct address *address);

/* Would the second be refused (or shadowed) while the first listens?  Port 0 is
 * never the same as anything.  Of sockets that were passed that is for who passed them:
 * two are the same only if they are one. */
bool addresses_overlap(const struct address *a, const struct address *b);

/* A number that addresses which overlap have in common. */
uint32_t address_key(const struct address *address);

/* Are they the very same, as they were written? */
bool addresses_equal(const struct address *a, const struct address *b);

/* "127.0.0.1:80", "[::1]:80", "/run/x" and "@x" (escaped), "vsock:3:80", "unix" without
 * a name. */
void address_show(const struct address *address, struct text *text);

/* What an endpoint is, as plain text for an environment; "" where unknown. */
struct endpoint {
	char ip[INET6_ADDRSTRLEN + 16]; /* with a zone where it needs one */
	char cid[sizeof("4294967295")]; /* of vsock */
	char port[sizeof("4294967295")];
	char path[sizeof(((struct sockaddr_un *)0)->sun_path) + 1]; /* or "@name" */
};
void address_endpoint(const struct address *address, struct endpoint *ret);

/* Is this a wildcard: must a connection be asked for its own address? */
bool address_is_wildcard(const struct address *address);

/* The port, in host order; 0 for none, and for one that the kernel is to choose. */
unsigned address_port(const struct address *address);

/* Who connected, kept as small as a connection needs it. */
struct peer {
	sa_family_t family; /* AF_INET, AF_INET6, AF_UNIX, AF_VSOCK or AF_UNSPEC */
	in_port_t port; /* network order */
	uint32_t scope;
	union {
		struct in_addr v4;
		struct in6_addr v6;
		struct ucred unix_;
		struct {
			uint32_t cid, port;
		} vsock;
	} id;
};

/* From what accept() gave; for a Unix socket the kernel is asked about fd. */
void peer_from(const struct address *address, int fd, struct peer *ret);

/* "127.0.0.1:40512", "[::1]:40512", "uid:1000", "vsock:3:1024"; returns buf. */
enum { PEER_ROOM = INET6_ADDRSTRLEN + 32 };
const char *peer_format(const struct peer *peer, char buf[static PEER_ROOM]);
