/* SPDX-License-Identifier: MIT */

/*
 * addr.h - addresses to listen on, and the peers that come from there.
 *
 * Addresses are numbers, never host names: nothing here asks a name service.
 * An IPv4-mapped IPv6 address is an IPv4 address wherever it is shown, compared
 * or counted.
 */
#pragma once

#include <netinet/in.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/text.h"

struct address {
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
		struct sockaddr_un un;
	} at;
	socklen_t size;
	bool both; /* written as PORT or *:PORT: IPv6 and IPv4 on one socket */
};

/*
 * Read PORT, *:PORT, ADDR:PORT, [V6]:PORT or /path.  Returns 0, or 1 with the
 * reason in why; the result is not touched then.
 */
int address_parse(const char *text, struct address *ret, struct text *why);

/* Would the second be refused (or shadowed) while the first listens?  Port 0 is
 * never the same as anything. */
bool addresses_overlap(const struct address *a, const struct address *b);

/* A number that addresses which overlap have in common. */
uint32_t address_key(const struct address *address);

/* Are they the very same, as they were written? */
bool addresses_equal(const struct address *a, const struct address *b);

/* "127.0.0.1:80", "[::1]:80", "/run/x" (escaped), "unix" without a name. */
void address_show(const struct address *address, struct text *text);

/* What an endpoint is, as plain text for an environment; "" where unknown. */
struct endpoint {
	char ip[INET6_ADDRSTRLEN + 16]; /* with a zone where it needs one */
	char port[6];
	char path[sizeof(((struct sockaddr_un *)0)->sun_path) + 1];
};
void address_endpoint(const struct address *address, struct endpoint *ret);

/* Is this a wildcard: must a connection be asked for its own address? */
bool address_is_wildcard(const struct address *address);

/* The TCP port, in host order; 0 for none. */
unsigned address_port(const struct address *address);

/* Who connected, kept as small as a connection needs it. */
struct peer {
	sa_family_t family; /* AF_INET, AF_INET6, AF_UNIX or AF_UNSPEC */
	in_port_t port; /* network order */
	uint32_t scope;
	union {
		struct in_addr v4;
		struct in6_addr v6;
		struct ucred unix_;
	} id;
};

/* From what accept() gave; for a Unix socket the kernel is asked about fd. */
void peer_from(const struct address *address, int fd, struct peer *ret);

/* "127.0.0.1:40512", "[::1]:40512", "uid:1000"; returns buf. */
enum { PEER_ROOM = INET6_ADDRSTRLEN + 32 };
const char *peer_format(const struct peer *peer, char buf[static PEER_ROOM]);
