/* SPDX-License-Identifier: MIT */

/* addr.c - reads, compares and shows addresses of the families that we serve. */

#include "net/addr.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"

static int bad(struct text *why, const char *text, const char *what)
{
	char shown[ESCAPED_ROOM(128)];

	(void)escape(shown, sizeof(shown), text, strlen(text)); /* cut if long */
	text_addf(why, "\"%s\": %s", shown, what);
	return 1;
}

static int parse_port(const char *text, const char *port, in_port_t *ret,
		      struct text *why)
{
	uint64_t number = 0;
	int r = number_parse(port, 65535, &number);

	if (r == NUMBER_RANGE)
		return bad(why, text, "a port is 0 to 65535");
	if (r != 0)
		return bad(why, text, "not a port, an ADDRESS:PORT or a /path");
	*ret = htons((in_port_t)number);
	return 0;
}

/* Write a path without the parts that say nothing: "//" and "/./". */
static int parse_path(const char *text, struct address *ret, struct text *why)
{
	struct address address = { .at.un.sun_family = AF_UNIX };
	char *to = address.at.un.sun_path, *end = to + sizeof(address.at.un.sun_path) - 1;

	for (const char *p = text; *p != '\0'; p++) {
		if (*p == '/' && (p[1] == '/' || (p[1] == '.' && p[2] == '/'))) {
			p += p[1] == '.';
			continue;
		}
		if (to == end) {
			auto_text struct text what = { 0 };

			text_addf(&what, "a socket's path has at most %zu bytes, not %zu",
				  sizeof(address.at.un.sun_path) - 1, strlen(text));
			return bad(why, text, text_get(&what));
		}
		*to++ = *p;
	}
	if (to[-1] == '/' || strcmp(strrchr(address.at.un.sun_path, '/'), "/.") == 0 ||
	    strcmp(strrchr(address.at.un.sun_path, '/'), "/..") == 0)
		return bad(why, text, "names a directory");
	address.size = (socklen_t)sizeof(address.at.un);
	*ret = address;
	return 0;
}

/* "::1", "fe80::1%eth0" */
static int parse_v6(const char *text, const char *host, struct address *address,
		    struct text *why)
{
	char copy[INET6_ADDRSTRLEN + IF_NAMESIZE + 1];
	char *zone;

	if (strlen(host) >= sizeof(copy))
		return bad(why, text, "not an IPv6 address in brackets");
	memcpy(copy, host, strlen(host) + 1);
	zone = strchr(copy, '%');
	if (zone != NULL)
		*zone++ = '\0';
	address->at.v6.sin6_family = AF_INET6;
	address->size = sizeof(address->at.v6);
	if (inet_pton(AF_INET6, copy, &address->at.v6.sin6_addr) != 1) {
		struct in_addr v4;

		return bad(why, text,
			   inet_pton(AF_INET, copy, &v4) == 1
				   ? "brackets are for IPv6 addresses"
				   : "not an IPv6 address in brackets");
	}
	if (zone != NULL) {
		address->at.v6.sin6_scope_id = if_nametoindex(zone);
		if (address->at.v6.sin6_scope_id == 0)
			return bad(why, text, "no such network interface");
	}
	return 0;
}

static int parse_v4(const char *text, const char *host, struct address *address,
		    struct text *why)
{
	address->at.v4.sin_family = AF_INET;
	address->size = sizeof(address->at.v4);
	if (inet_pton(AF_INET, host, &address->at.v4.sin_addr) == 1)
		return 0;
	if (strchr(host, ':') != NULL)
		return bad(why, text, "an IPv6 address stands in brackets, [::1]:80");
	if (host[0] != '\0' && host[strspn(host, "0123456789.")] == '\0')
		return bad(why, text, "not an IPv4 address");
	return bad(why, text, "not an address; host names are not looked up");
}

int address_parse(const char *text, struct address *ret, struct text *why)
{
	struct address address = { 0 };
	char host[256];
	const char *colon = strrchr(text, ':');
	in_port_t port = 0;
	size_t size;
	int r;

	if (text[0] == '/')
		return parse_path(text, ret, why);
	r = parse_port(text, colon != NULL ? colon + 1 : text, &port, why);
	if (r != 0)
		return r;
	size = colon != NULL ? (size_t)(colon - text) : 0;
	if (size >= sizeof(host))
		return bad(why, text, "not an address");
	memcpy(host, text, size);
	host[size] = '\0';
	if (colon == NULL || strcmp(host, "*") == 0) {
		address.at.v6.sin6_family = AF_INET6;
		address.size = sizeof(address.at.v6);
		address.both = true;
	} else if (host[0] == '[' && host[size - 1] == ']') {
		host[size - 1] = '\0';
		r = parse_v6(text, host + 1, &address, why);
	} else {
		r = parse_v4(text, host, &address, why);
	}
	if (r != 0)
		return r;
	if (address.at.any.sa_family == AF_INET)
		address.at.v4.sin_port = port;
	else
		address.at.v6.sin6_port = port;
	*ret = address;
	return 0;
}

/* The IPv4 address in it, where it is one in whichever form. */
static bool as_v4(const struct address *address, struct in_addr *ret)
{
	if (address->at.any.sa_family == AF_INET) {
		*ret = address->at.v4.sin_addr;
		return true;
	}
	if (address->at.any.sa_family == AF_INET6 &&
	    IN6_IS_ADDR_V4MAPPED(&address->at.v6.sin6_addr)) {
		memcpy(ret, address->at.v6.sin6_addr.s6_addr + 12, sizeof(*ret));
		return true;
	}
	return false;
}

static in_port_t network_port(const struct address *address)
{
	if (address->at.any.sa_family == AF_INET)
		return address->at.v4.sin_port;
	if (address->at.any.sa_family == AF_INET6)
		return address->at.v6.sin6_port;
	return 0;
}

unsigned address_port(const struct address *address)
{
	return ntohs(network_port(address));
}

bool address_is_wildcard(const struct address *address)
{
	struct in_addr v4;

	if (as_v4(address, &v4))
		return v4.s_addr == htonl(INADDR_ANY);
	return address->at.any.sa_family == AF_INET6 &&
	       IN6_IS_ADDR_UNSPECIFIED(&address->at.v6.sin6_addr);
}

bool addresses_overlap(const struct address *a, const struct address *b)
{
	struct in_addr v4_a = { 0 }, v4_b = { 0 };
	bool is_v4_a, is_v4_b;

	if ((a->at.any.sa_family == AF_UNIX) != (b->at.any.sa_family == AF_UNIX))
		return false;
	if (a->at.any.sa_family == AF_UNIX)
		return strcmp(a->at.un.sun_path, b->at.un.sun_path) == 0;
	if (network_port(a) != network_port(b) || network_port(a) == 0)
		return false;
	is_v4_a = as_v4(a, &v4_a);
	is_v4_b = as_v4(b, &v4_b);
	/* The IPv6 wildcard takes IPv4 too; the IPv4 one takes only its own. */
	if ((address_is_wildcard(a) && (!is_v4_a || is_v4_b)) ||
	    (address_is_wildcard(b) && (!is_v4_b || is_v4_a)))
		return true;
	if (is_v4_a != is_v4_b)
		return false;
	if (is_v4_a)
		return v4_a.s_addr == v4_b.s_addr;
	if (!IN6_ARE_ADDR_EQUAL(&a->at.v6.sin6_addr, &b->at.v6.sin6_addr))
		return false;
	/* Elsewhere a zone means nothing. */
	return !IN6_IS_ADDR_LINKLOCAL(&a->at.v6.sin6_addr) ||
	       a->at.v6.sin6_scope_id == b->at.v6.sin6_scope_id;
}

static void format_v6(const struct in6_addr *v6, uint32_t scope, char *buf, size_t room)
{
	char zone[IF_NAMESIZE];
	size_t size;

	(void)inet_ntop(AF_INET6, v6, buf, (socklen_t)room); /* has room */
	if (scope != 0 && IN6_IS_ADDR_LINKLOCAL(v6)) {
		size = strlen(buf);
		if (if_indextoname(scope, zone) != NULL)
			(void)snprintf(buf + size, room - size, "%%%s", zone);
		else
			(void)snprintf(buf + size, room - size, "%%%" PRIu32, scope);
	}
}

void address_endpoint(const struct address *address, struct endpoint *ret)
{
	struct in_addr v4;

	ret->ip[0] = ret->port[0] = ret->path[0] = '\0';
	if (address->at.any.sa_family == AF_UNIX) {
		size_t head = offsetof(struct sockaddr_un, sun_path);
		size_t size = address->size > head ? address->size - head : 0;

		size = MIN(size, sizeof(ret->path) - 1);
		memcpy(ret->path, address->at.un.sun_path, size);
		ret->path[size] = '\0';
		return;
	}
	if (as_v4(address, &v4))
		(void)inet_ntop(AF_INET, &v4, ret->ip, sizeof(ret->ip)); /* has room */
	else if (address->at.any.sa_family == AF_INET6)
		format_v6(&address->at.v6.sin6_addr, address->at.v6.sin6_scope_id,
			  ret->ip, sizeof(ret->ip));
	else
		return;
	(void)snprintf(ret->port, sizeof(ret->port), "%u", address_port(address));
}

uint32_t address_key(const struct address *address)
{
	return address->at.any.sa_family == AF_UNIX ? text_hash(address->at.un.sun_path)
						    : address_port(address);
}

bool addresses_equal(const struct address *a, const struct address *b)
{
	return a->both == b->both && a->size == b->size &&
	       memcmp(&a->at, &b->at, a->size) == 0;
}

void address_show(const struct address *address, struct text *text)
{
	struct endpoint end;

	address_endpoint(address, &end);
	if (address->both)
		text_addf(text, "*:%s", end.port);
	else if (end.path[0] != '\0')
		text_add_escaped(text, end.path, strlen(end.path));
	else if (end.ip[0] == '\0')
		text_add(text, "unix");
	else
		text_addf(text, strchr(end.ip, ':') != NULL ? "[%s]:%s" : "%s:%s", end.ip,
			  end.port);
}

void peer_from(const struct address *address, int fd, struct peer *ret)
{
	struct peer peer = { .family = address->at.any.sa_family,
			     .port = network_port(address) };
	socklen_t size = sizeof(peer.id.unix_);

	if (as_v4(address, &peer.id.v4)) {
		peer.family = AF_INET;
	} else if (peer.family == AF_INET6) {
		peer.id.v6 = address->at.v6.sin6_addr;
		peer.scope = address->at.v6.sin6_scope_id;
	} else if (peer.family != AF_UNIX ||
		   getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer.id.unix_, &size) < 0) {
		peer.family = AF_UNSPEC;
	}
	*ret = peer;
}

const char *peer_format(const struct peer *peer, char buf[static PEER_ROOM])
{
	char ip[INET6_ADDRSTRLEN + IF_NAMESIZE + 1];

	switch (peer->family) {
	case AF_INET:
		(void)inet_ntop(AF_INET, &peer->id.v4, ip, sizeof(ip)); /* has room */
		(void)snprintf(buf, PEER_ROOM, "%s:%u", ip, (unsigned)ntohs(peer->port));
		break;
	case AF_INET6:
		format_v6(&peer->id.v6, peer->scope, ip, sizeof(ip));
		(void)snprintf(buf, PEER_ROOM, "[%s]:%u", ip,
			       (unsigned)ntohs(peer->port));
		break;
	case AF_UNIX:
		(void)snprintf(buf, PEER_ROOM, "uid:%u", (unsigned)peer->id.unix_.uid);
		break;
	default:
		(void)snprintf(buf, PEER_ROOM, "unknown");
	}
	return buf;
}
