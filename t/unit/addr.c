/* SPDX-License-Identifier: MIT */

/*
 * Addresses are read strictly and shown as they can be read again, one address is
 * known in all its disguises, and no peer's name is shown raw.
 *
 * links: net/addr base/text base/number
 */

#include "net/addr.h"

#include <arpa/inet.h>
#include <net/if.h>

#include "tap.h"

/* A NULL for shown: refused, and "why" is part of the reason. */
static const struct {
	const char *text, *shown, *why;
} cases[] = {
	{ "7777", "*:7777" },
	{ "0", "*:0" },
	{ "65535", "*:65535" },
	{ "*:80", "*:80" },
	{ "0.0.0.0:80", "0.0.0.0:80" },
	{ "127.0.0.1:80", "127.0.0.1:80" },
	{ "[::]:80", "[::]:80" },
	{ "[::1]:80", "[::1]:80" },
	{ "[0:0:0:0:0:0:0:1]:80", "[::1]:80" },
	{ "[2001:DB8::1]:80", "[2001:db8::1]:80" },
	{ "[::ffff:127.0.0.1]:80", "127.0.0.1:80" },
	{ "[::ffff:7f00:1]:80", "127.0.0.1:80" },
	{ "[fe80::1%lo]:80", "[fe80::1%lo]:80" },
	{ "/run/x", "/run/x" },
	{ "/x", "/x" },
	{ "//run///x", "/run/x" },
	{ "/run/./x", "/run/x" },
	{ "/./run/././x", "/run/x" },
	{ "/run/.x", "/run/.x" },
	{ "/run/a:80", "/run/a:80" },
	{ "/run/\x1b\n\xff", "/run/\\x1b\\x0a\\xff" },

	{ "", NULL, "not a port" },
	{ "65536", NULL, "a port is 0 to 65535" },
	{ "70000", NULL, "a port is 0 to 65535" },
	{ "18446744073709551617", NULL, "a port is 0 to 65535" },
	{ "127.0.0.1:65536", NULL, "a port is 0 to 65535" },
	{ "080", NULL, "not a port" },
	{ "-1", NULL, "not a port" },
	{ "+80", NULL, "not a port" },
	{ "0x50", NULL, "not a port" },
	{ "80 ", NULL, "not a port" },
	{ "127.0.0.1", NULL, "not a port" },
	{ "127.0.0.1:", NULL, "not a port" },
	{ "[::1]", NULL, "not a port" },
	{ "[::1]:", NULL, "not a port" },
	{ "run/x", NULL, "not a port" },
	{ "./x", NULL, "not a port" },
	{ "127.0.0.1:80:80", NULL, "brackets" },
	{ ":80", NULL, "not an address" },
	{ "127.0.0.1.1:80", NULL, "not an IPv4 address" },
	{ "127.0.0:80", NULL, "not an IPv4 address" },
	{ "127.1:80", NULL, "not an IPv4 address" },
	{ "127.0.0.256:80", NULL, "not an IPv4 address" },
	{ "2130706433:80", NULL, "not an IPv4 address" },
	{ "127.0.0.01:80", NULL, "not an IPv4 address" },
	{ "0x7f.0.0.1:80", NULL, "host names are not looked up" },
	{ "localhost:80", NULL, "host names are not looked up" },
	{ "example.org:80", NULL, "host names are not looked up" },
	{ " 127.0.0.1:80", NULL, "not an address" },
	{ "**:80", NULL, "not an address" },
	{ "::1:80", NULL, "stands in brackets" },
	{ "::80", NULL, "stands in brackets" },
	{ "[:80", NULL, "not an address" },
	{ "[]:80", NULL, "not an IPv6 address" },
	{ "[x]:80", NULL, "not an IPv6 address" },
	{ "[::1]]:80", NULL, "not an IPv6 address" },
	{ "[[::1]]:80", NULL, "not an IPv6 address" },
	{ "[::1]x:80", NULL, "brackets" },
	{ "[127.0.0.1]:80", NULL, "brackets are for IPv6 addresses" },
	{ "[fe80::1%nosuchinterface0]:80", NULL, "no such network interface" },
	{ "[fe80::1%nosuchif]:80", NULL, "no such network interface" },
	{ "[fe80::1%]:80", NULL, "no such network interface" },
	{ "/", NULL, "names a directory" },
	{ "//", NULL, "names a directory" },
	{ "/run/", NULL, "names a directory" },
	{ "/run/.", NULL, "names a directory" },
	{ "/run/..", NULL, "names a directory" },
	{ "\x1b[2J:80", NULL, "\"\\x1b[2J:80\"" },
};

static void test_parse(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct address address = { .size = 4711 };
		auto_text struct text why = { 0 }, shown = { 0 };
		int r = address_parse(cases[i].text, &address, &why);
		char name[128];

		(void)escape(name, sizeof(name), cases[i].text, strlen(cases[i].text));
		is(r, cases[i].shown == NULL, "address \"%s\"", name);
		if (r == 0)
			address_show(&address, &shown);
		if (cases[i].shown != NULL)
			is_str(text_get(&shown), cases[i].shown, "... is shown so");
		else if (!ok(strstr(text_get(&why), cases[i].why) != NULL &&
				     address.size == 4711,
			     "... saying why, and the result is untouched"))
			printf("# says: %s\n# not:  %s\n", text_get(&why), cases[i].why);
	}
}

/* A path of 107 bytes is the longest that leaves room for its NUL. */
static void test_path_size(void)
{
	char path[600];

	memset(path, 'x', sizeof(path));
	path[0] = '/';
	for (size_t size = 106; size <= 109; size++) {
		struct address address = { 0 };
		auto_text struct text why = { 0 }, shown = { 0 };

		path[size] = '\0';
		is(address_parse(path, &address, &why), size > 107, "a path of %zu bytes",
		   size);
		if (size <= 107) {
			address_show(&address, &shown);
			is_str(text_get(&shown), path, "... is whole");
		} else {
			ok(strstr(text_get(&why), "at most 107 bytes, not 10") != NULL,
			   "... is refused with both numbers");
		}
		path[size] = 'x';
	}
	path[sizeof(path) - 1] = '\0';
	for (size_t i = 0; i < 490; i++)
		path[i] = '/';
	{
		struct address address = { 0 };
		auto_text struct text why = { 0 };

		path[590] = '\0';
		is(address_parse(path, &address, &why), 0,
		   "slashes that say nothing do not count");
		is((int64_t)strlen(address.at.un.sun_path), 101, "... nor stay");
	}
}

static void test_long_bad(void)
{
	struct address address = { 0 };
	auto_text struct text why = { 0 };
	char text[5000];

	memset(text, '[', sizeof(text));
	memcpy(text + sizeof(text) - 4, ":80", 4);
	is(address_parse(text, &address, &why), 1, "a very long address is refused");
	ok(why.size < 1000, "... and shown cut");
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
		{ "/run/x", "/run/x", true },
		{ "/run/x", "//run/./x", true },
		{ "/run/x", "/run/y", false },
		{ "/run/x", "80", false },
		{ "/run/x", "0", false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(pairs); i++) {
		struct address a = { 0 }, b = { 0 };
		auto_text struct text why = { 0 };

		ok(address_parse(pairs[i].a, &a, &why) == 0 &&
			   address_parse(pairs[i].b, &b, &why) == 0,
		   "%s and %s", pairs[i].a, pairs[i].b);
		is(addresses_overlap(&a, &b), pairs[i].overlap, "... %s",
		   pairs[i].overlap ? "are one" : "are two");
		is(addresses_overlap(&b, &a), pairs[i].overlap, "... in the other order");
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
	};

	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		struct address address = { 0 };
		struct endpoint end;
		auto_text struct text why = { 0 };

		is(address_parse(parts[i].text, &address, &why), 0, "%s", parts[i].text);
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
		is(address_parse(ip[i].text, &address, &why), 0, "peer %s", ip[i].text);
		peer_from(&address, -1, &peer);
		is(peer.family, ip[i].family, "... its family");
		is_str(peer_format(&peer, buf), ip[i].shown, "... is shown so");
	}
	peer.scope = UINT32_MAX;
	(void)snprintf(zone, sizeof(zone), "[fe80::1%%%u]:5", UINT32_MAX);
	is_str(peer_format(&peer, buf), zone, "an interface that is gone is a number");

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
	test_parse();
	test_path_size();
	test_long_bad();
	test_overlap();
	test_parts();
	test_unix_peers();
	test_peers();
	return done();
}
