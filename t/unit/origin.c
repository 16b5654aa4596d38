/* SPDX-License-Identifier: MIT */

/*
 * Origins are read strictly; what is nearly one is corrected, and no name of a host is
 * one.
 *
 * links: base/origin base/number base/text
 */

#include "base/origin.h"

#include <arpa/inet.h>

#include "tap.h"

/* A NULL for shown: refused, and "why" is part of the reason. */
static const struct {
	const char *word, *shown, *why;
} words[] = {
	{ "10.0.0.0/8", "4 10.0.0.0/8" },
	{ "192.0.2.1", "4 192.0.2.1/32" },
	{ "192.0.2.1/32", "4 192.0.2.1/32" },
	{ "0.0.0.0/0", "4 0.0.0.0/0" },
	{ "128.0.0.0/1", "4 128.0.0.0/1" },
	{ "255.255.255.254/31", "4 255.255.255.254/31" },
	{ "2001:db8::/32", "6 2001:db8::/32" },
	{ "2001:DB8:0::/32", "6 2001:db8::/32" },
	{ "::1", "6 ::1/128" },
	{ "::/0", "6 ::/0" },
	{ "fe80::/10", "6 fe80::/10" },
	{ "2001:db8:0:8000::/49", "6 2001:db8:0:8000::/49" },
	{ "::ffff:10.0.0.0/104", "4 10.0.0.0/8" },
	{ "::ffff:a00:0/104", "4 10.0.0.0/8" },
	{ "::ffff:0.0.0.0/96", "4 0.0.0.0/0" },
	{ "::ffff:192.0.2.1", "4 192.0.2.1/32" },
	{ "uid:0", "uid 0" },
	{ "uid:4294967294", "uid 4294967294" },
	{ "uid:alice", "uid \"alice\"" },
	{ "uid:4x", "uid \"4x\"" },
	{ "gid:100", "gid 100" },
	{ "gid:users", "gid \"users\"" },
	{ "cid:3", "cid 3" },
	{ "all", "all" },

	{ "10.1.2.3/8", NULL, "10.1.2.3/8: has host bits set; did you mean 10.0.0.0/8?" },
	{ "10.0.0.1/31", NULL, "did you mean 10.0.0.0/31?" },
	{ "128.0.0.0/0", NULL, "has host bits set; so few bits are everybody" },
	{ "::ffff:10.0.0.0/96", NULL, "has host bits set; so few bits are everybody" },
	{ "10.0.0.0/8,", NULL, "blanks separate words, not commas" },
	{ "10.0.0.0,::1", NULL, "blanks separate words, not commas" },
	{ "uid:a,uid:b", NULL, "blanks separate words, not commas" },
	{ "all,", NULL, "blanks separate words, not commas" },
	{ "2001:db8::1/32", NULL, "did you mean 2001:db8::/32?" },
	{ "2001:db8:0:8000::/48", NULL, "did you mean 2001:db8::/48?" },
	{ "::1/127", NULL, "did you mean ::/127?" },
	{ "::ffff:10.1.2.3/104", NULL, "did you mean 10.0.0.0/8?" },
	{ "::ffff:10.0.0.0/8", NULL, "an IPv4 network is written as one" },
	{ "::ffff:0:0/95", NULL, "an IPv4 network is written as one" },
	{ "10.0.0.0/33", NULL, "a number of bits, 0 to 32" },
	{ "10.0.0.0/", NULL, "a number of bits, 0 to 32" },
	{ "10.0.0.0/08", NULL, "a number of bits, 0 to 32" },
	{ "10.0.0.0/-1", NULL, "a number of bits, 0 to 32" },
	{ "10.0.0.0/8/8", NULL, "a number of bits, 0 to 32" },
	{ "10.0.0.0/255.0.0.0", NULL, "a number of bits, not a mask" },
	{ "10.0.0.0/4294967304", NULL, "a number of bits, 0 to 32" },
	{ "::/129", NULL, "a number of bits, 0 to 128" },
	{ "::ffff:10.0.0.0/129", NULL, "a number of bits, 0 to 128" },
	{ "10.", NULL, "not an IPv4 address; a network is 10.0.0.0/8" },
	{ "10/8", NULL, "not an IPv4 address" },
	{ "010.0.0.1", NULL, "not an IPv4 address" },
	{ "127.0-5.", NULL, "host names are not looked up" },
	{ "1.2.3.256", NULL, "not an IPv4 address" },
	{ "2002/64", NULL, "not an IPv4 address" },
	{ ":", NULL, "not an IPv6 address" },
	{ "10.0.0.1:80", NULL, "not an IPv6 address" },
	{ "[::1]", NULL, "without brackets" },
	{ "[::1]/128", NULL, "without brackets" },
	{ "fe80::1%eth0", NULL, "a zone" },
	{ "fe80::%lo/10", NULL, "a zone" },
	{ "localhost", NULL, "host names are not looked up" },
	{ ".example.org", NULL, "host names are not looked up" },
	{ "*", NULL, "host names are not looked up" },
	{ "", NULL, "not an address" },
	{ "/8", NULL, "not an address" },
	{ "ALL", NULL, "host names are not looked up" },
	{ "@/x", NULL, "host names are not looked up" },
	{ "uid:", NULL, "nothing is behind the colon" },
	{ "gid:", NULL, "nothing is behind the colon" },
	{ "cid:", NULL, "nothing is behind the colon" },
	{ "uid:01", NULL, "not the number of an account" },
	{ "uid:4294967295", NULL, "not the number of an account" },
	{ "gid:4294967295", NULL, "not the number of a group" },
	{ "cid:4294967295", NULL, "not the number of a machine" },
	{ "cid:host", NULL, "not the number of a machine" },
	{ "uid:a:b", NULL, "not the name" },
	{ "UID:0", NULL, "not an IPv6 address" },
	{ "1\x1b[2J", NULL, "\"1\\x1b[2J\": not" },
	{ "1111111111111111111111111111111111111111111111111111111111111111111111111111"
	  "1111111111111111111111111111",
	  NULL, "not an IPv4 address" },
};

static void show(const struct origin *origin, const char *name, struct text *text)
{
	static const char *const numbers[] = {
		[ORIGIN_UID] = "uid", [ORIGIN_GID] = "gid", [ORIGIN_CID] = "cid"
	};
	char host[INET6_ADDRSTRLEN];
	uint32_t number;

	if (origin->kind == ORIGIN_ALL) {
		text_add(text, "all");
	} else if (origin->kind <= ORIGIN_V6) {
		const bool v6 = origin->kind == ORIGIN_V6;

		inet_ntop(v6 ? AF_INET6 : AF_INET, origin->key, host, sizeof(host));
		text_addf(text, "%d %s/%u", v6 ? 6 : 4, host, origin->bits);
	} else if (name != NULL) {
		text_addf(text, "%s \"%s\"", numbers[origin->kind], name);
	} else {
		memcpy(&number, origin->key, sizeof(number));
		text_addf(text, "%s %u", numbers[origin->kind], ntohl(number));
	}
}

static void test_words(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		struct origin origin = { .bits = 200 };
		auto_text struct text why = { 0 }, shown = { 0 };
		const char *name = NULL;
		const int r = origin_parse(words[i].word, &origin, &name, &why);
		char escaped[256];

		(void)escape(escaped, sizeof(escaped), words[i].word,
			     strlen(words[i].word));
		is(r, words[i].shown == NULL, "\"%s\"", escaped);
		if (r == 0)
			show(&origin, name, &shown);
		if (words[i].shown != NULL)
			is_str(text_get(&shown), words[i].shown, "... is read so");
		else if (!ok(strstr(text_get(&why), words[i].why) != NULL &&
				     origin.bits == 200,
			     "... saying why, and the result is untouched"))
			printf("# says: %s\n# not:  %s\n", text_get(&why), words[i].why);
	}
}

int main(void)
{
	test_words();
	return done();
}
