/* SPDX-License-Identifier: MIT */

/* addr.c - compares and shows addresses of the families that we serve. */

#include "net/addr.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

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
	const unsigned vm = address->at.vm.svm_port;

	if (address->at.any.sa_family == AF_VSOCK)
		return vm == VMADDR_PORT_ANY ? 0 : vm;
	return ntohs(network_port(address));
}

bool address_is_path(const struct address *address)
{
	return address->at.any.sa_family == AF_UNIX && address->at.un.sun_path[0] != '\0';
}

bool address_is_ip(const struct address *address)
{
	return address->at.any.sa_family == AF_INET ||
	       address->at.any.sa_family == AF_INET6;
}

bool address_is_v6(const struct address *address)
{
	struct in_addr v4;

	return address->at.any.sa_family == AF_INET6 && !as_v4(address, &v4);
}

int address_type(const struct address *address)
{
	return address->seqpacket ? SOCK_SEQPACKET : SOCK_STREAM;
}

bool address_is_wildcard(const struct address *address)
{
	struct in_addr v4;

	if (as_v4(address, &v4))
		return v4.s_addr == htonl(INADDR_ANY);
	if (address->at.any.sa_family == AF_VSOCK)
		return address->at.vm.svm_cid == VMADDR_CID_ANY;
	return address->at.any.sa_family == AF_INET6 &&
	       IN6_IS_ADDR_UNSPECIFIED(&address->at.v6.sin6_addr);
}

/* A path is one whatever type of socket stands there; abstract names are of a type. */
static bool unix_overlap(const struct address *a, const struct address *b)
{
	if (address_is_path(a) || address_is_path(b))
		return strcmp(a->at.un.sun_path, b->at.un.sun_path) == 0;
	return a->seqpacket == b->seqpacket && a->size == b->size &&
	       memcmp(&a->at.un, &b->at.un, a->size) == 0;
}

/* Does it take all of IPv4 (is_v4), or of IPv6?  The IPv6 wildcard takes both, unless it
 * is told not to. */
static bool takes_all(const struct address *address, bool is_v4)
{
	if (!address_is_wildcard(address))
		return false;
	return address_is_v6(address) ? !is_v4 || address->v6_only != MAYBE_YES : is_v4;
}

static bool ip_overlap(const struct address *a, const struct address *b)
{
	struct in_addr v4_a = { 0 }, v4_b = { 0 };
	const bool is_v4_a = as_v4(a, &v4_a), is_v4_b = as_v4(b, &v4_b);

	if (a->device != 0 && b->device != 0 && a->device != b->device)
		return false;
	if (takes_all(a, is_v4_b) || takes_all(b, is_v4_a))
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

bool addresses_overlap(const struct address *a, const struct address *b)
{
	const sa_family_t family_a = a->at.any.sa_family, family_b = b->at.any.sa_family;

	if (a->passed != 0 && b->passed != 0)
		return a->passed == b->passed;
	if (family_a == AF_UNIX && family_b == AF_UNIX)
		return unix_overlap(a, b);
	if (address_port(a) != address_port(b) || address_port(a) == 0)
		return false;
	if (family_a == AF_VSOCK && family_b == AF_VSOCK)
		return a->at.vm.svm_cid == b->at.vm.svm_cid || address_is_wildcard(a) ||
		       address_is_wildcard(b);
	return address_is_ip(a) && address_is_ip(b) && ip_overlap(a, b);
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

/* A path as it is; an abstract name behind an "@", which in the kernel is a NUL. */
static void unix_endpoint(const struct address *address, char *path, size_t room)
{
	const size_t head = offsetof(struct sockaddr_un, sun_path);
	size_t size = address->size > head ? address->size - head : 0;

	size = MIN(size, room - 1);
	memcpy(path, address->at.un.sun_path, size);
	path[size] = '\0';
	if (size < 2 || path[0] != '\0')
		return;
	path[0] = '@';
	if (strlen(path) != size)
		path[0] = '\0'; /* a NUL within: no text can say that */
}

void address_endpoint(const struct address *address, struct endpoint *ret)
{
	struct in_addr v4;

	ret->ip[0] = ret->cid[0] = ret->port[0] = ret->path[0] = '\0';
	if (address->at.any.sa_family == AF_UNIX) {
		unix_endpoint(address, ret->path, sizeof(ret->path));
		return;
	}
	/* All of them have room. */
	if (address->at.any.sa_family == AF_VSOCK && address_is_wildcard(address))
		(void)strcpy(ret->cid, "*");
	else if (address->at.any.sa_family == AF_VSOCK)
		(void)snprintf(ret->cid, sizeof(ret->cid), "%u", address->at.vm.svm_cid);
	else if (as_v4(address, &v4))
		(void)inet_ntop(AF_INET, &v4, ret->ip, sizeof(ret->ip));
	else if (address->at.any.sa_family == AF_INET6)
		format_v6(&address->at.v6.sin6_addr, address->at.v6.sin6_scope_id,
			  ret->ip, sizeof(ret->ip));
	else
		return;
	(void)snprintf(ret->port, sizeof(ret->port), "%u", address_port(address));
}

uint32_t address_key(const struct address *address)
{
	struct endpoint end;

	if (address->at.any.sa_family != AF_UNIX)
		return address_port(address);
	address_endpoint(address, &end);
	return text_hash(end.path);
}

bool addresses_equal(const struct address *a, const struct address *b)
{
	return a->passed == b->passed && a->both == b->both &&
	       a->seqpacket == b->seqpacket && a->v6_only == b->v6_only &&
	       a->device == b->device && a->size == b->size &&
	       memcmp(&a->at, &b->at, a->size) == 0;
}

void address_show(const struct address *address, struct text *text)
{
	struct endpoint end;

	address_endpoint(address, &end);
	if (address->both)
		text_addf(text, "*:%s", end.port);
	else if (end.cid[0] != '\0')
		text_addf(text, "vsock:%s:%s", end.cid, end.port);
	else if (end.path[0] != '\0') {
		text_add(text, address->seqpacket ? "seqpacket:" : "");
		text_add_escaped(text, end.path, strlen(end.path));
	} else if (end.ip[0] == '\0')
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
	} else if (peer.family == AF_VSOCK) {
		peer.id.vsock.cid = address->at.vm.svm_cid;
		peer.id.vsock.port = address->at.vm.svm_port;
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
	case AF_VSOCK:
		(void)snprintf(buf, PEER_ROOM, "vsock:%u:%u",
			       (unsigned)peer->id.vsock.cid,
			       (unsigned)peer->id.vsock.port);
		break;
	default:
		(void)snprintf(buf, PEER_ROOM, "unknown");
	}
	return buf;
}
