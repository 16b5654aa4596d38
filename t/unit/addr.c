/* SPDX-License-Identifier: MIT */

/*
 * One address is known in all its disguises and shown as it can be read again, and no
 * peer's name is shown raw.
 *
 * links: net/addr net/addr_parse base/answers base/text base/number
 */

#include "net/addr.h"

#include <arpa/inet.h>
#include <net/if.h>

#include "tap.h"

/* Without a name service. */
static int parse(const char *text, struct address *ret, struct text *why)
{
	struct answers none = { 0 };
	struct address_range range = { 0 };
	int r = address_parse(text, &none, &range, why);

	if (r == 0)
		*ret = range.first;
	return r;
}

static void test_overlap(void)
{
	static const struct {
		const char *a, *b;
		bool overlap;
	} pairs[] = {
		{ "80", "80", true },
		{ "80", "*:80", true },
		{ "80", "81", false },
		{ "0", "0", false },
		{ "127.0.0.1:0", "127.0.0.1:0", false },
		{ "80", "127.0.0.1:80", true },
		{ "80", "[::1]:80", true },
		{ "80", "0.0.0.0:80", true },
		{ "80", "[::]:80", true },
		{ "80", "[::ffff:127.0.0.1]:80", true },
		{ "80", "127.0.0.1:81", false },
		{ "0.0.0.0:80", "127.0.0.1:80", true },
		{ "0.0.0.0:80", "[::ffff:127.0.0.1]:80", true },
		{ "0.0.0.0:80", "[::ffff:0.0.0.0]:80", true },
		{ "[::ffff:0.0.0.0]:80", "127.0.0.1:80", true },
		{ "[::ffff:0.0.0.0]:80", "[::1]:80", false },
		{ "0.0.0.0:80", "[::1]:80", false },
		{ "0.0.0.0:80", "[::]:80", true },
		{ "[::]:80", "[::1]:80", true },
		{ "[::]:80", "127.0.0.1:80", true },
		{ "[::]:80", "[::ffff:127.0.0.1]:80", true },
		{ "127.0.0.1:80", "127.0.0.1:80", true },
		{ "127.0.0.1:80", "127.0.0.2:80", false },
		{ "127.0.0.1:80", "127.0.0.1:81", false },
		{ "127.0.0.1:80", "[::1]:80", false },
		{ "127.0.0.1:80", "[::ffff:127.0.0.1]:80", true },
		{ "127.0.0.1:80", "[::ffff:7f00:1]:80", true },
		{ "[::1]:80", "[0::0:1]:80", true },
		{ "[::1]:80", "[::2]:80", false },
		{ "[::1]:80", "[::1]:81", false },
		{ "[fe80::1%lo]:80", "[fe80::1%lo]:80", true },
		{ "[fe80::1%lo]:80", "[fe80::1]:80", false },
		/* a zone means nothing but to a link-local address */
		{ "[::1]:80", "[::1%lo]:80", true },
		{ "@x", "@x", true },
		{ "@x", "@xy", false },
		{ "@x", "/x", false },
		{ "@x", "seqpacket:@x", false }, /* for the kernel, too */
		{ "/run/x", "seqpacket:/run/./x", true },
		{ "seqpacket:@x", "seqpacket:@x", true },
		{ "@80", "80", false },
		{ "vsock:3:80", "vsock:3:80", true },
		{ "vsock:3:80", "vsock:4:80", false },
		{ "vsock:3:80", "vsock:3:81", false },
		{ "vsock:80", "vsock:3:80", true },
		{ "vsock:80", "vsock:*:80", true },
		{ "vsock:80", "80", false },
		{ "vsock:0", "vsock:0", false },
		{ "/run/x", "/run/x", true },
		{ "/run/x", "//run/./x", true },
		{ "/run/x", "/run/y", false },
		{ "/run/x", "80", false },
		{ "/run/x", "0", false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(pairs); i++) {
		struct address a = { 0 }, b = { 0 };
		auto_text struct text why = { 0 };

		ok(parse(pairs[i].a, &a, &why) == 0 && parse(pairs[i].b, &b, &why) == 0,
		   "%s and %s", pairs[i].a, pairs[i].b);
		is(addresses_overlap(&a, &b), pairs[i].overlap, "... %s",
		   pairs[i].overlap ? "are one" : "are two");
		is(addresses_overlap(&b, &a), pairs[i].overlap, "... in the other order");
	}
}

/* What an address is told beside its text. */
static void test_told(void)
{
	static const struct {
		const char *a;
		enum maybe only_a;
		unsigned device_a;
		const char *b;
		enum maybe only_b;
		unsigned device_b;
		bool overlap;
	} pairs[] = {
		{ "[::]:80", MAYBE_YES, 0, "0.0.0.0:80", MAYBE_UNSET, 0, false },
		{ "[::]:80", MAYBE_YES, 0, "127.0.0.1:80", MAYBE_UNSET, 0, false },
		{ "[::]:80", MAYBE_NO, 0, "0.0.0.0:80", MAYBE_UNSET, 0, true },
		{ "[::]:80", MAYBE_NO, 0, "127.0.0.1:80", MAYBE_UNSET, 0, true },
		{ "[::]:80", MAYBE_UNSET, 0, "0.0.0.0:80", MAYBE_UNSET, 0, true },
		{ "[::]:80", MAYBE_YES, 0, "[::1]:80", MAYBE_UNSET, 0, true },
		{ "[::]:80", MAYBE_YES, 0, "[::]:80", MAYBE_NO, 0, true },
		{ "[::]:80", MAYBE_YES, 0, "[::]:80", MAYBE_YES, 0, true },
		{ "80", MAYBE_UNSET, 1, "80", MAYBE_UNSET, 2, false },
		{ "80", MAYBE_UNSET, 1, "80", MAYBE_UNSET, 1, true },
		{ "80", MAYBE_UNSET, 1, "80", MAYBE_UNSET, 0, true },
		{ "127.0.0.1:80", MAYBE_UNSET, 1, "127.0.0.1:80", MAYBE_UNSET, 2, false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(pairs); i++) {
		struct address a = { 0 }, b = { 0 };
		auto_text struct text why = { 0 };

		ok(parse(pairs[i].a, &a, &why) == 0 && parse(pairs[i].b, &b, &why) == 0,
		   "%s and %s, told %zu", pairs[i].a, pairs[i].b, i);
		a.v6_only = pairs[i].only_a;
		b.v6_only = pairs[i].only_b;
		a.device = pairs[i].device_a;
		b.device = pairs[i].device_b;
		is(addresses_overlap(&a, &b), pairs[i].overlap, "... overlap or not");
		is(addresses_overlap(&b, &a), pairs[i].overlap, "... in the other order");
		is(address_key(&a) == address_key(&b), true, "... and are compared");
		b = a;
		ok(addresses_equal(&a, &b), "... a copy is the same");
		b.device++;
		ok(!addresses_equal(&a, &b), "... at another device it is not");
		b = a;
		b.v6_only = a.v6_only == MAYBE_NO ? MAYBE_YES : MAYBE_NO;
		ok(!addresses_equal(&a, &b), "... nor told otherwise");
	}
}

static void test_parts(void)
{
	static const struct {
		const char *text;
		bool wildcard;
		unsigned port;
		const char *ip, *shown_port, *path;
	} parts[] = {
		{ "7", true, 7, "::", "7", "" },
		{ "[::]:7", true, 7, "::", "7", "" },
		{ "0.0.0.0:65535", true, 65535, "0.0.0.0", "65535", "" },
		{ "[::ffff:0.0.0.0]:7", true, 7, "0.0.0.0", "7", "" },
		{ "127.0.0.1:7", false, 7, "127.0.0.1", "7", "" },
		{ "[::1]:7", false, 7, "::1", "7", "" },
		{ "[::ffff:127.0.0.1]:7", false, 7, "127.0.0.1", "7", "" },
		{ "/run/x", false, 0, "", "", "/run/x" },
		{ "@x", false, 0, "", "", "@x" },
		{ "vsock:7", true, 7, "", "7", "" },
		{ "vsock:3:4294967294", false, 4294967294, "", "4294967294", "" },
		{ "vsock:3:0", false, 0, "", "0", "" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		struct address address = { 0 };
		struct endpoint end;
		auto_text struct text why = { 0 };

		is(parse(parts[i].text, &address, &why), 0, "%s", parts[i].text);
		is(address_is_wildcard(&address), parts[i].wildcard, "... wildcard");
		is(address_port(&address), parts[i].port, "... port");
		address_endpoint(&address, &end);
		is_str(end.ip, parts[i].ip, "... ip");
		is_str(end.port, parts[i].shown_port, "... port as text");
		is_str(end.path, parts[i].path, "... path");
	}
}

/* What the kernel gives for a peer that is bound to nothing, or to every byte. */
static void test_unix_peers(void)
{
	struct address none = { .at.un.sun_family = AF_UNIX,
				.size = offsetof(struct sockaddr_un, sun_path) };
	struct address full = { .at.un.sun_family = AF_UNIX,
				.size = sizeof(struct sockaddr_un) };
	auto_text struct text shown = { 0 };
	struct endpoint end;

	address_show(&none, &shown);
	is_str(text_get(&shown), "unix", "a Unix socket without a name");
	memset(full.at.un.sun_path, 'x', sizeof(full.at.un.sun_path));
	address_endpoint(&full, &end);
	is((int64_t)strlen(end.path), sizeof(full.at.un.sun_path),
	   "a path without a NUL is whole, and ends");

	full.at.un.sun_path[0] = '\0';
	address_endpoint(&full, &end);
	is((int64_t)strlen(end.path), sizeof(full.at.un.sun_path),
	   "an abstract name is whole");
	is(end.path[0], '@', "... and begins with what stands for its NUL");
	full.at.un.sun_path[5] = '\0';
	address_endpoint(&full, &end);
	is_str(end.path, "", "with a NUL within it is nothing that can be shown");
}

static void test_peers(void)
{
	char buf[PEER_ROOM], zone[PEER_ROOM];
	struct address address = { 0 };
	struct peer peer;
	auto_text struct text why = { 0 };
	int pair[2];

	static const struct {
		const char *text, *shown;
		int family;
	} ip[] = {
		{ "127.0.0.1:40512", "127.0.0.1:40512", AF_INET },
		{ "[::1]:1", "[::1]:1", AF_INET6 },
		{ "[::ffff:10.1.2.3]:65535", "10.1.2.3:65535", AF_INET },
		{ "[1111:2222:3333:4444:5555:6666:7777:8888]:65535",
		  "[1111:2222:3333:4444:5555:6666:7777:8888]:65535", AF_INET6 },
		{ "[fe80::1%lo]:5", "[fe80::1%lo]:5", AF_INET6 },
	};
	for (size_t i = 0; i < ARRAY_SIZE(ip); i++) {
		is(parse(ip[i].text, &address, &why), 0, "peer %s", ip[i].text);
		peer_from(&address, -1, &peer);
		is(peer.family, ip[i].family, "... its family");
		is_str(peer_format(&peer, buf), ip[i].shown, "... is shown so");
	}
	peer.scope = UINT32_MAX;
	(void)snprintf(zone, sizeof(zone), "[fe80::1%%%u]:5", UINT32_MAX);
	is_str(peer_format(&peer, buf), zone, "an interface that is gone is a number");

	address = (struct address){ .at.vm = { .svm_family = AF_VSOCK,
					       .svm_cid = UINT32_MAX - 1,
					       .svm_port = UINT32_MAX - 1 },
				    .size = sizeof(struct sockaddr_vm) };
	peer_from(&address, -1, &peer);
	is(peer.family, AF_VSOCK, "a peer of vsock");
	is_str(peer_format(&peer, buf), "vsock:4294967294:4294967294",
	       "... is shown with its CID");

	address = (struct address){ .at.un.sun_family = AF_UNIX,
				    .size = offsetof(struct sockaddr_un, sun_path) };
	is(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0, "a Unix peer");
	peer_from(&address, pair[0], &peer);
	is((int64_t)peer.id.unix_.uid, (int64_t)geteuid(),
	   "... its uid, from the kernel");
	(void)snprintf(zone, sizeof(zone), "uid:%u", geteuid());
	is_str(peer_format(&peer, buf), zone, "... and is shown so");
	close(pair[0]);
	close(pair[1]);
	peer_from(&address, -1, &peer);
	is_str(peer_format(&peer, buf), "unknown", "a peer that cannot be asked about");
}

int main(void)
{
	test_overlap();
	test_told();
	test_parts();
	test_unix_peers();
	test_peers();
	return done();
}
