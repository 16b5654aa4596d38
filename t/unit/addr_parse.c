/* SPDX-License-Identifier: MIT */

/*
 * Addresses are read strictly, each form and each range of them, and names of ports are
 * asked on one side and taken on the other.
 *
 * links: net/addr net/addr_parse base/answers base/text base/number
 */

#include <errno.h>

#include "net/addr.h"

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
	{ "6000-6000", "*:6000" },
	{ "@x", "@x" },
	{ "@", NULL, "has no name" },
	{ "@/run/x:80 y", "@/run/x:80 y" },
	{ "@\xc3\xa4\"", "@\\xc3\\xa4\\\"" },
	{ "seqpacket:/run//x", "seqpacket:/run/x" },
	{ "seqpacket:@x", "seqpacket:@x" },
	{ "vsock:1024", "vsock:*:1024" },
	{ "vsock:*:1024", "vsock:*:1024" },
	{ "vsock:3:4294967294", "vsock:3:4294967294" },
	{ "vsock:0:0", "vsock:0:0" },
	{ "vsock:4294967294:1", "vsock:4294967294:1" },

	{ "@a\x1b", NULL, "a control character in the name" },
	{ "@a\nb", NULL, "a control character in the name" },
	{ "@\x7f", NULL, "a control character in the name" },
	{ "seqpacket:80", NULL, "stands before a /path or an @name" },
	{ "seqpacket:127.0.0.1:80", NULL, "stands before a /path or an @name" },
	{ "seqpacket:vsock:3:80", NULL, "stands before a /path or an @name" },
	{ "seqpacket:", NULL, "stands before a /path or an @name" },
	{ "seqpacket:seqpacket:/x", NULL, "stands before a /path or an @name" },
	{ "seqpacket:/", NULL, "names a directory" },
	{ "seqpacket:@", NULL, "has no name" },
	{ "Seqpacket:/x", NULL, "not a port" },
	{ "vsock:", NULL, "not vsock:PORT or vsock:CID:PORT" },
	{ "vsock:*", NULL, "not vsock:PORT or vsock:CID:PORT" },
	{ "vsock:3:", NULL, "not vsock:PORT or vsock:CID:PORT" },
	{ "vsock::80", NULL, "not vsock:PORT or vsock:CID:PORT" },
	{ "vsock:-1:80", NULL, "not vsock:PORT or vsock:CID:PORT" },
	{ "vsock:3:4:5", NULL, "not vsock:PORT or vsock:CID:PORT" },
	{ "vsock:host:80", NULL, "not vsock:PORT or vsock:CID:PORT" },
	{ "vsock:3:http", NULL, "not vsock:PORT or vsock:CID:PORT" },
	{ "vsock:3:80-89", NULL, "not vsock:PORT or vsock:CID:PORT" },
	{ "vsock:03:80", NULL, "not vsock:PORT or vsock:CID:PORT" },
	{ "vsock:4294967295:80", NULL, "a vsock CID is 0 to 4294967294" },
	{ "vsock:3:4294967295", NULL, "a vsock port is 0 to 4294967294" },
	{ "udp:69", NULL, "datagrams are not served" },
	{ "udp:[::]:69", NULL, "datagrams are not served" },
	{ "6019-6000", NULL, "from low to high" },
	{ "1-1025", NULL, "at most 1024 ports, not 1025" },
	{ "1-65535", NULL, "at most 1024 ports, not 65535" },
	{ "0-5", NULL, "begins at 1" },
	{ "65530-65536", NULL, "a port is 0 to 65535" },
	{ "80-99999999999999999999", NULL, "a port is 0 to 65535" },
	{ "6000-", NULL, "not a range of ports" },
	{ "6000--6010", NULL, "not a range of ports" },
	{ "6000-6010-6020", NULL, "not a range of ports" },
	{ "06000-6010", NULL, "not a range of ports" },
	{ "6000-06010", NULL, "not a range of ports" },
	{ "-6010", NULL, "not a port" },
	{ "127.0.0.1-127.0.0.9:80", NULL, "not an address" },

	{ "", NULL, "not a port" },
	{ "65536", NULL, "a port is 0 to 65535" },
	{ "70000", NULL, "a port is 0 to 65535" },
	{ "18446744073709551617", NULL, "a port is 0 to 65535" },
	{ "127.0.0.1:65536", NULL, "a port is 0 to 65535" },
	{ "080", NULL, "not a port" },
	{ "-1", NULL, "not a port" },
	{ "+80", NULL, "not a port" },
	{ "80 ", NULL, "not a port" },
	{ "127.0.0.1", NULL, "the port is missing" },
	{ "127.0.0.1:", NULL, "the port is missing" },
	{ "[::1]", NULL, "the port is missing" },
	{ "[::1]:", NULL, "the port is missing" },
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
		int r = parse(cases[i].text, &address, &why);
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
		is(parse(path, &address, &why), size > 107, "a path of %zu bytes", size);
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
		is(parse(path, &address, &why), 0,
		   "slashes that say nothing do not count");
		is((int64_t)strlen(address.at.un.sun_path), 101, "... nor stay");
	}
}

/* The kernel takes any bytes, and needs no NUL at the end. */
static void test_abstract_size(void)
{
	char name[120];

	memset(name, 'x', sizeof(name));
	name[0] = '@';
	for (size_t size = 107; size <= 109; size++) {
		struct address address = { 0 };
		auto_text struct text why = { 0 }, shown = { 0 };

		name[size] = '\0';
		is(parse(name, &address, &why), size > 108, "an abstract name of %zu",
		   size);
		if (size <= 108) {
			address_show(&address, &shown);
			is_str(text_get(&shown), name, "... is whole");
			is(address.size, offsetof(struct sockaddr_un, sun_path) + size,
			   "... and no longer for the kernel");
			is(address.at.un.sun_path[0], '\0', "... where it is a NUL");
		} else {
			ok(strstr(text_get(&why), "at most 108 bytes, not 109") != NULL,
			   "... is refused with both numbers");
		}
		name[size] = 'x';
	}
}

/* Every port of a range, of each kind of address. */
static void test_ranges(void)
{
	static const struct {
		const char *text;
		unsigned n;
		const char *first, *last;
	} ranges[] = {
		{ "80", 1, "*:80", "*:80" },
		{ "6000-6019", 20, "*:6000", "*:6019" },
		{ "*:6000-6019", 20, "*:6000", "*:6019" },
		{ "127.0.0.1:1-1024", 1024, "127.0.0.1:1", "127.0.0.1:1024" },
		{ "[::1]:65534-65535", 2, "[::1]:65534", "[::1]:65535" },
		{ "[::ffff:127.0.0.1]:7-8", 2, "127.0.0.1:7", "127.0.0.1:8" },
		{ "vsock:3:80", 1, "vsock:3:80", "vsock:3:80" },
		{ "/run/6000-6019", 1, "/run/6000-6019", "/run/6000-6019" },
		{ "@6000-6019", 1, "@6000-6019", "@6000-6019" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(ranges); i++) {
		struct answers none = { 0 };
		struct address_range range = { 0 };
		auto_text struct text why = { 0 }, first = { 0 }, last = { 0 };
		struct address at;

		is(address_parse(ranges[i].text, &none, &range, &why), 0, "range %s",
		   ranges[i].text);
		is(range.n, ranges[i].n, "... how many");
		at = address_of_range(&range, 0);
		address_show(&at, &first);
		is_str(text_get(&first), ranges[i].first, "... the first");
		at = address_of_range(&range, range.n - 1);
		address_show(&at, &last);
		is_str(text_get(&last), ranges[i].last, "... the last");
	}
}

/* Asked on one side, taken on the other; an address that cannot be read asks as well,
 * since on the other side it may be one that can. */
static void test_names(void)
{
	static const struct {
		const char *text, *shown, *why;
	} names[] = {
		{ "http", "*:80" },
		{ "www", "*:80" },
		{ "*:http", "*:80" },
		{ "127.0.0.1:http", "127.0.0.1:80" },
		{ "[::1]:domain", "[::1]:53" },
		{ "300.0.0.1:http", NULL, "not an IPv4 address" },
		{ "fe80::a", NULL, "stands in brackets" },
		{ "htpp", NULL, "no such service \"htpp\" in services(5)" },
		{ "127.0.0.1:htpp", NULL, "no such service \"htpp\" in services(5)" },
		{ "0x50", NULL, "no such service \"0x50\" in services(5)" },
		{ "tftp", NULL, "no such service \"tftp\"" }, /* UDP alone */
		{ "[::1]:daytime", "[::1]:13" },
	};
	struct answers asking = { .asks = true }, taking = { 0 };
	struct address_range range;

	for (int side = 0; side < 2; side++) {
		struct answers *answers = side == 0 ? &asking : &taking;

		for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
			auto_text struct text why = { 0 }, shown = { 0 };
			int r = address_parse(names[i].text, answers, &range, &why);

			is(r, names[i].shown == NULL, "%s %s",
			   side == 0 ? "asks" : "takes", names[i].text);
			if (r == 0)
				address_show(&range.first, &shown);
			if (names[i].shown != NULL)
				is_str(text_get(&shown), names[i].shown, "... its port");
			else if (!ok(strstr(text_get(&why), names[i].why) != NULL,
				     "... saying why"))
				printf("# says: %s\n", text_get(&why));
		}
		taking.bytes = text_get(&asking.given);
		taking.size = asking.given.size;
	}
	is((int64_t)taking.taken, (int64_t)taking.size, "all answers were taken");
	{
		auto_text struct text why = { 0 };

		is(address_parse("http", &taking, &range, &why), -EBADMSG,
		   "one that was not given is an error");
	}
	text_done(&asking.given);
}

static void test_long_bad(void)
{
	struct address address = { 0 };
	auto_text struct text why = { 0 };
	char text[5000];

	memset(text, '[', sizeof(text));
	memcpy(text + sizeof(text) - 4, ":80", 4);
	is(parse(text, &address, &why), 1, "a very long address is refused");
	ok(why.size < 1000, "... and shown cut");
}

int main(void)
{
	test_parse();
	test_path_size();
	test_abstract_size();
	test_ranges();
	test_names();
	test_long_bad();
	return done();
}
