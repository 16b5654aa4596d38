/* SPDX-License-Identifier: MIT */

/*
 * What was kept of ours is told from what others have passed, by its name; and known
 * again by how it is bound, whatever way the configuration says that.
 *
 * links: net/stored net/passed net/listen net/options net/rights net/addr net/addr_parse base/answers base/text base/number
 */

#include "net/stored.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/base.h"

#include "tap.h"

static struct address address_of(const char *text)
{
	struct address_range range = { 0 };
	auto_text struct text why = { 0 };

	if (address_parse(text, NULL, &range, &why) != 0)
		printf("Bail out! %s: %s\n", text, text_get(&why));
	return range.first;
}

/* As the kernel tells it. */
static struct address bound_to(const char *text, enum maybe only)
{
	struct address address = address_of(text);

	address.both = false;
	address.v6_only = only;
	return address;
}

static void test_names(void)
{
	struct listener_socket socket = { .stored = 17, .address = address_of("80") };
	char buf[STORED_NAME_ROOM];

	is_str(stored_name(&socket, buf), "spawnd/17", "the name of a port");
	socket.address = address_of("@name");
	is_str(stored_name(&socket, buf), "spawnd/17", "of an abstract name");
	socket.address = address_of("/path");
	socket.device = (dev_t)-1;
	socket.inode = (ino_t)-1;
	socket.made_gid = (gid_t)-1;
	socket.stored = STORED_NUMBER_MAX;
	is_str(stored_name(&socket, buf),
	       "spawnd/1000000000/18446744073709551615/18446744073709551615/4294967295",
	       "the longest one fits");
	ok(strlen(buf) < 256, "... into what a manager takes");
	is_str(passed_name_problem(buf),
	       "what is called spawnd/... is a socket of spawnd's own",
	       "nobody else can ask for it");
	is_str(passed_name_problem("spawnd"), NULL, "a name like ours is none of ours");
	is_str(passed_name_problem("spawnd-7.socket"), NULL, "nor is that of a unit");
}

static void add(struct passed *passed, const char *name)
{
	struct passed_socket *socket = &passed->sockets[passed->n++];

	*socket = (struct passed_socket){ .name = strdup(name), .was = 3, .fd = -1 };
	socket->address.passed = (unsigned)passed->n;
}

static void test_take(void)
{
	static const char *const names[] = { "spawnd/1", "web", "spawnd/2", "spawnd/new",
					     "spawnd",   "web", "spawnd/3" };
	struct passed passed = { .sockets = calloc(ARRAY_SIZE(names),
						   sizeof(struct passed_socket)) };
	struct passed stored = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		add(&passed, names[i]);
	is(stored_take(&passed, &stored), 0, "ours are taken out");
	is((int64_t)stored.n, 4, "... all of them");
	is_str(stored.sockets[2].name, "spawnd/new", "... of whatever kind");
	is(stored.sockets[3].address.passed, 0, "... and are not passed ones");
	is((int64_t)passed.n, 3, "the others stay");
	is(passed_find(&passed, "web", 0), 1, "... and are found");
	is(passed_find(&passed, "web", 1), 3, "... all of a name");
	is(passed_find(&passed, "spawnd", 0), 2, "... one like ours, too");
	is(passed.sockets[2].address.passed, 3, "... by their new numbers");
	is(passed_find(&passed, "spawnd/1", 0), 0, "... and none of ours");
	passed_done(&passed);
	passed_done(&stored);
}

static const struct {
	const char *bound;
	enum maybe only;
	const char *wanted;
	enum maybe wanted_only;
	bool fits;
} cases[] = {
	{ "127.0.0.1:80", MAYBE_UNSET, "127.0.0.1:80", MAYBE_UNSET, true },
	{ "127.0.0.1:80", MAYBE_UNSET, "127.0.0.1:81", MAYBE_UNSET, false },
	{ "127.0.0.1:80", MAYBE_UNSET, "127.0.0.2:80", MAYBE_UNSET, false },
	{ "127.0.0.1:80", MAYBE_UNSET, "0.0.0.0:80", MAYBE_UNSET, false },
	{ "0.0.0.0:80", MAYBE_UNSET, "127.0.0.1:80", MAYBE_UNSET, false },
	{ "127.0.0.1:80", MAYBE_UNSET, "127.0.0.1:0", MAYBE_UNSET, false },
	{ "127.0.0.1:80", MAYBE_UNSET, "[::ffff:127.0.0.1]:80", MAYBE_UNSET, false },
	{ "[::1]:80", MAYBE_NO, "[::1]:80", MAYBE_UNSET, true },
	{ "[::1]:80", MAYBE_NO, "[::1]:80", MAYBE_YES, true },
	{ "[::1]:80", MAYBE_NO, "[::2]:80", MAYBE_UNSET, false },
	{ "[::]:80", MAYBE_NO, "80", MAYBE_UNSET, true },
	{ "[::]:80", MAYBE_NO, "*:80", MAYBE_UNSET, true },
	{ "[::]:80", MAYBE_YES, "80", MAYBE_UNSET, false },
	{ "[::]:80", MAYBE_YES, "[::]:80", MAYBE_YES, true },
	{ "[::]:80", MAYBE_NO, "[::]:80", MAYBE_YES, false },
	{ "[::]:80", MAYBE_NO, "[::]:80", MAYBE_NO, true },
	{ "[::]:80", MAYBE_YES, "[::]:80", MAYBE_NO, false },
	{ "0.0.0.0:80", MAYBE_UNSET, "80", MAYBE_UNSET, false },
	{ "/run/x", MAYBE_UNSET, "/run/x", MAYBE_UNSET, true },
	{ "/run/x", MAYBE_UNSET, "/run/y", MAYBE_UNSET, false },
	{ "/run/x", MAYBE_UNSET, "/run/xy", MAYBE_UNSET, false },
	{ "/run/x", MAYBE_UNSET, "seqpacket:/run/x", MAYBE_UNSET, false },
	{ "/run/x", MAYBE_UNSET, "@/run/x", MAYBE_UNSET, false },
	{ "@x", MAYBE_UNSET, "@x", MAYBE_UNSET, true },
	{ "@x", MAYBE_UNSET, "@xy", MAYBE_UNSET, false },
	{ "seqpacket:@x", MAYBE_UNSET, "seqpacket:@x", MAYBE_UNSET, true },
	{ "seqpacket:@x", MAYBE_UNSET, "@x", MAYBE_UNSET, false },
	{ "vsock:1:80", MAYBE_UNSET, "vsock:1:80", MAYBE_UNSET, true },
	{ "vsock:1:80", MAYBE_UNSET, "vsock:*:80", MAYBE_UNSET, false },
	{ "vsock:*:80", MAYBE_UNSET, "vsock:80", MAYBE_UNSET, true },
	{ "vsock:1:80", MAYBE_UNSET, "vsock:1:81", MAYBE_UNSET, false },
	{ "vsock:1:80", MAYBE_UNSET, "127.0.0.1:80", MAYBE_UNSET, false },
};

static void test_addresses(void)
{
	struct address bound, wanted;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		bound = bound_to(cases[i].bound, cases[i].only);
		wanted = address_of(cases[i].wanted);
		wanted.v6_only = cases[i].wanted_only;
		is(stored_is_at(&bound, &wanted), cases[i].fits, "%s (%d) for %s (%d)",
		   cases[i].bound, cases[i].only, cases[i].wanted, cases[i].wanted_only);
	}
	bound = bound_to("127.0.0.1:80", MAYBE_UNSET);
	wanted = bound;
	wanted.passed = 1;
	ok(!stored_is_at(&bound, &wanted), "not for one that was passed");
	wanted.passed = 0;
	bound.device = 2;
	ok(!stored_is_at(&bound, &wanted), "one of an interface not for all");
	wanted.device = 3;
	ok(!stored_is_at(&bound, &wanted), "... nor for another");
	wanted.device = 2;
	ok(stored_is_at(&bound, &wanted), "... but for that");
}

/* The kernel makes of a zone an interface, and of an interface a zone. */
static void test_zones(void)
{
	struct address bound = bound_to("[::1]:80", MAYBE_NO), wanted;

	bound.at.v6.sin6_addr.s6_addr[0] = 0xfe;
	bound.at.v6.sin6_addr.s6_addr[1] = 0x80;
	wanted = bound;
	bound.device = bound.at.v6.sin6_scope_id = 2;
	wanted.at.v6.sin6_scope_id = 2;
	ok(stored_is_at(&bound, &wanted), "a zone that was written");
	wanted.at.v6.sin6_scope_id = 0;
	wanted.device = 2;
	ok(stored_is_at(&bound, &wanted), "... or comes of the interface");
	wanted.device = 3;
	ok(!stored_is_at(&bound, &wanted), "... another interface");
	wanted.device = 0;
	wanted.at.v6.sin6_scope_id = 3;
	ok(!stored_is_at(&bound, &wanted), "... another zone");
}

/* What a socket has that others have not. */
static void test_options(void)
{
	struct address address = address_of("127.0.0.1:0");
	struct socket_options set = { .backlog = 7 }, got;
	socklen_t size = sizeof(int);
	auto_close int fd = socket(AF_INET, SOCK_STREAM, 0);
	int usual = 0;

	(void)getsockopt(fd, SOL_SOCKET, SO_RCVBUF, &usual, &size);
	is(options_get(fd, &address, &got), 0, "the options of a socket");
	is(got.backlog, -1, "... without the backlog");
	for (enum socket_option i = 0; i < OPTIONS; i++)
		ok(!got.at[i].is_set, "... and option %d is not set", (int)i);
	set.at[OPTION_NO_DELAY].is_set = set.at[OPTION_KEEP_IDLE].is_set = true;
	set.at[OPTION_RECEIVE_BUFFER].is_set = true;
	set.at[OPTION_NO_DELAY].value = 1;
	set.at[OPTION_KEEP_IDLE].value = 31;
	set.at[OPTION_RECEIVE_BUFFER].value = usual / 2; /* as it is */
	(void)options_set(fd, &address, &set);
	is(options_get(fd, &address, &got), 0, "set");
	set.backlog = -1;
	ok(options_equal(&set, &got), "... they are found, that of the usual size too");
	address = address_of("/path");
	is(options_get(-1, &address, &got), 0, "a Unix socket has none");
}

int main(void)
{
	test_names();
	test_take();
	test_addresses();
	test_zones();
	test_options();
	return done();
}
