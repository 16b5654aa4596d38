/* SPDX-License-Identifier: MIT */

/*
 * Addresses as xinetd and inetd write them come out as networks without host bits, or
 * not at all; and no two services that would listen at one address are both taken.
 *
 * links: conf/import_address base/words base/text base/number
 */

#include "conf/import_address.h"

#include "base/text.h"

#include "tap.h"

static void test_networks(void)
{
	static const struct {
		const char *word, *networks;
		int r;
	} cases[] = {
		{ "10.1.2.3", "10.1.2.3/32", 0 },
		{ "10.1.2.0", "10.1.2.0/24", 0 },
		{ "10.1.0.0", "10.1.0.0/16", 0 },
		{ "10.0.0.0", "10.0.0.0/8", 0 },
		{ "0.0.0.0", "0.0.0.0/0", 0 },
		{ "10.0.2.0", "10.0.2.0/24", 0 },
		{ "10.0.0.1", "10.0.0.1/32", 0 },
		{ "10.1", "10.0.0.1/32", 0 }, /* as getaddrinfo(3) reads it */
		{ "10.1.2.3/24", "10.1.2.0/24", 0 },
		{ "10.1.2.255/25", "10.1.2.128/25", 0 },
		{ "10.1.2.3/0", "0.0.0.0/0", 0 },
		{ "10.1.2.0/32", "10.1.2.0/32", 0 },
		{ "1.2.3.{4,50,255}", "1.2.3.4/32 1.2.3.50/32 1.2.3.255/32", 0 },
		{ "1.2.{3,0}", "1.2.3.0/24 1.2.0.0/24", 0 },
		{ "1.{2}", "1.2.0.0/16", 0 },
		{ "{10,11}", "10.0.0.0/8 11.0.0.0/8", 0 },
		{ "1.2.3.{4,4}", "1.2.3.4/32", 0 },
		{ "::1", "::1/128", 0 },
		{ "::", "::/0", 0 },
		{ "2001:db8::", "2001:db8::/128", 0 },
		{ "2001:db8:ffff::1/33", "2001:db8:8000::/33", 0 },
		{ "::ffff:10.1.2.3", "10.1.2.3/32", 0 },
		{ "::ffff:10.1.2.0", "10.1.2.0/32", 0 }, /* zeros mean nothing there */
		{ "::ffff:10.1.2.3/104", "10.0.0.0/8", 0 },
		{ "::ffff:a00:0/104", "10.0.0.0/8", 0 },
		{ "::ffff:0:0/96", "0.0.0.0/0", 0 },
		{ "::ffff:0:0/95", "::fffe:0:0/95", 0 },
		{ "::fffe:10.0.0.0/104", "::fffe:a00:0/104", 0 },
		{ "localhost", "", IMPORT_NETWORK_NAME },
		{ ".example.com", "", IMPORT_NETWORK_NAME },
		{ "300.1.1.1", "", IMPORT_NETWORK_NAME },
		{ "", "", IMPORT_NETWORK_BAD },
		{ "10.0.0.0/33", "", IMPORT_NETWORK_BAD },
		{ "10.0.0.0/", "", IMPORT_NETWORK_BAD },
		{ "10.0.0.0/-1", "", IMPORT_NETWORK_BAD },
		{ "10.0.0.0/255.0.0.0", "", IMPORT_NETWORK_BAD },
		{ "host/24", "", IMPORT_NETWORK_BAD },
		{ "/24", "", IMPORT_NETWORK_BAD },
		{ "::1/129", "", IMPORT_NETWORK_BAD },
		{ ":x", "", IMPORT_NETWORK_BAD },
		{ "10.0.0.0,", "", IMPORT_NETWORK_BAD },
		{ "1.2.3.4.{5}", "", IMPORT_NETWORK_BAD },
		{ "1.2.3.{256}", "", IMPORT_NETWORK_BAD },
		{ "1.2.3.{}", "", IMPORT_NETWORK_BAD },
		{ "1..{3}", "", IMPORT_NETWORK_BAD },
		{ "1.2{3}", "", IMPORT_NETWORK_BAD },
		{ "{", "", IMPORT_NETWORK_BAD },
		{ "a{1}", "", IMPORT_NETWORK_BAD },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		auto_words struct words networks = { 0 };
		auto_text struct text shown = { 0 };

		is(import_networks(cases[i].word, &networks), cases[i].r,
		   "\"%s\" is read or not", cases[i].word);
		for (size_t j = 0; j < networks.n; j++)
			text_addf(&shown, "%s%s", j > 0 ? " " : "", networks.at[j]);
		if (cases[i].r == 0)
			is_str(text_get(&shown), cases[i].networks, "... as networks");
	}
	{
		auto_words struct words networks = { 0 };

		/* What was good in front of it is dropped with the service. */
		is(import_networks("1.2.3.{4,x}", &networks), IMPORT_NETWORK_BAD,
		   "a list with an error in it");
	}
}

static void test_odd(void)
{
	static const char *const odd[] = { "10.1",      "10.1.2",    "167772161",
					   "010.1.2.3", "0xa.1.2.3", "10.1/16" };
	static const char *const plain[] = { "10.1.2.3",  "10.0.0.0/8",
					     "::1",       "::ffff:10.0.0.1",
					     "localhost", "",
					     "/8",        "1.2.{3,4}" };

	for (size_t i = 0; i < ARRAY_SIZE(odd); i++)
		ok(import_address_is_odd(odd[i]), "\"%s\" is odd", odd[i]);
	for (size_t i = 0; i < ARRAY_SIZE(plain); i++)
		ok(!import_address_is_odd(plain[i]), "\"%s\" is not", plain[i]);
}

static void test_within(void)
{
	static const struct {
		const char *network, *other;
		bool has;
	} cases[] = {
		{ "10.0.0.0/8", "10.1.2.3/32", true },
		{ "10.0.0.0/8", "10.0.0.0/8", true },
		{ "10.1.2.3/32", "10.0.0.0/8", false },
		{ "10.0.0.0/9", "10.128.0.0/9", false },
		{ "0.0.0.0/0", "10.0.0.0/8", true },
		{ "0.0.0.0/0", "::1/128", false },
		{ "::/0", "10.0.0.0/8", false },
		{ "::/80", "::ffff:0:0/96", true },
		{ "2001:db8::/33", "2001:db8:7fff::/48", true },
		{ "2001:db8::/33", "2001:db8:8000::/48", false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		is(import_network_has(cases[i].network, cases[i].other), cases[i].has,
		   "%s in %s", cases[i].other, cases[i].network);
}

static void test_overlap(void)
{
	struct import_address any4 = { .v4 = true, .any = true, .port = 80 };
	struct import_address any6 = { .v6 = true, .any = true, .port = 80 };
	struct import_address both = { .v4 = true, .v6 = true, .any = true, .port = 80 };
	struct import_address one = { 0 }, two = { 0 }, six = { 0 };

	ok(import_address_parse("127.0.0.1", &one), "an IPv4 address");
	ok(import_address_parse("127.0.0.2", &two), "another");
	ok(import_address_parse("::1", &six), "an IPv6 address");
	ok(!import_address_parse("localhost", &two), "a name is none");
	ok(!import_address_parse("1.2.3", &two), "nor is half an address");
	one.port = two.port = six.port = 80;
	ok(import_addresses_overlap(&any4, &one), "any and one");
	ok(import_addresses_overlap(&both, &one), "both families and one");
	ok(import_addresses_overlap(&both, &six), "... of either");
	ok(import_addresses_overlap(&both, &any6), "... or all of one");
	ok(import_addresses_overlap(&one, &one), "the very same");
	ok(!import_addresses_overlap(&any4, &any6), "not of two families");
	ok(!import_addresses_overlap(&any6, &one), "not one of the other family");
	ok(!import_addresses_overlap(&one, &two), "not two addresses");
	any4.port = 81;
	ok(!import_addresses_overlap(&any4, &one), "not at two ports");
}

static void test_port(void)
{
	is(import_port("80"), 80, "a number");
	is(import_port("http"), 80, "a name");
	is(import_port("0"), 0, "0 is none");
	is(import_port("65536"), 0, "65536 is none");
	is(import_port("080"), 0, "nor is a number with a zero in front");
	is(import_port("no-such-service"), 0, "nor a name that nobody knows");
	is(import_port("tftp"), 0, "nor one of UDP alone");
}

int main(void)
{
	test_networks();
	test_odd();
	test_within();
	test_overlap();
	test_port();
	return done();
}
