/* SPDX-License-Identifier: MIT */

/*
 * What a service manager passes is taken by its names and looked at; what does not fit
 * together is an error; and whatever we do to a socket of its, it goes on.
 *
 * links: net/passed net/listen net/options net/rights net/addr net/addr_parse base/answers base/text base/number
 * no valgrind: the C library keeps variables behind marked pointers
 */

#include "net/passed.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/base.h"

#include "tap.h"

enum { FIRST = 6 }; /* below that nothing may stay */

static int listen_at(int family, int type)
{
	struct address address = { .at.any.sa_family = (sa_family_t)family };
	int fd = socket(family, type | SOCK_CLOEXEC, 0);

	address.size = family == AF_UNIX    ? sizeof(sa_family_t)
		       : family == AF_INET6 ? sizeof(address.at.v6)
					    : sizeof(address.at.v4);
	if (fd < 0 || bind(fd, &address.at.any, address.size) < 0 ||
	    (type != SOCK_DGRAM && listen(fd, 4) < 0))
		printf("Bail out! cannot listen\n");
	return fd;
}

/* The program's own descriptor, at that number, not closed on exec. */
static void place(int fd, int at)
{
	if (fd != at) {
		(void)dup2(fd, at);
		(void)close(fd);
	}
}

static void say(const char *pid, const char *fds, const char *names)
{
	char own[16];

	(void)snprintf(own, sizeof(own), "%d", (int)getpid());
	(void)setenv("LISTEN_PID", pid != NULL ? pid : own, 1);
	(void)setenv("LISTEN_FDS", fds, 1);
	if (names != NULL)
		(void)setenv("LISTEN_FDNAMES", names, 1);
	else
		(void)unsetenv("LISTEN_FDNAMES");
}

static bool is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

static bool all_unset(void)
{
	return getenv("LISTEN_PID") == NULL && getenv("LISTEN_FDS") == NULL &&
	       getenv("LISTEN_FDNAMES") == NULL;
}

/* Three that are good and some that are not, and what is said of each. */
static void test_kinds(void)
{
	static const char *const problems[] = { NULL,
						NULL,
						NULL,
						"datagrams",
						"does not listen",
						"is not a socket",
						"is a connection" };
	struct passed passed = { 0 };
	struct address *address;
	int pair[2];

	for (int fd = 3; fd < 32; fd++)
		(void)close(fd);
	place(listen_at(AF_INET, SOCK_STREAM), 3);
	place(listen_at(AF_INET6, SOCK_STREAM), 4);
	place(listen_at(AF_UNIX, SOCK_SEQPACKET), 5);
	place(listen_at(AF_INET, SOCK_DGRAM), 6);
	place(socket(AF_INET, SOCK_STREAM, 0), 7);
	place(open("/dev/null", O_RDONLY), 8);
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0)
		return;
	place(pair[0], 9);
	place(open("/dev/null", O_RDONLY), 20);
	say(NULL, "7", "a:b:a:c:d:e:f");
	is(passed_take(FIRST, &passed), 0, "all are taken");
	ok(passed.error == NULL, "... without an error");
	is((int64_t)passed.n, 7, "... seven of them");
	for (size_t i = 0; i < passed.n; i++) {
		const struct passed_socket *socket = &passed.sockets[i];

		ok(socket->fd >= FIRST && (fcntl(socket->fd, F_GETFD) & FD_CLOEXEC),
		   "%zu: out of the way, and closed on exec", i);
		is(socket->was, 3 + (int)i, "... it is known where it was");
		ok(problems[i] == NULL ? socket->problem == NULL
				       : socket->problem != NULL &&
						 strstr(socket->problem, problems[i]),
		   "... what is it? %s",
		   socket->problem != NULL ? socket->problem : "it can be served");
	}
	ok(!is_open(3) && !is_open(4) && !is_open(5), "below the first nothing is left");
	ok(!is_open(20), "what was not passed is closed");
	ok(all_unset(), "the variables are gone");

	is(passed_find(&passed, "a", 0), 1, "the first of a name");
	is(passed_find(&passed, "a", 1), 3, "the second one");
	is(passed_find(&passed, "a", 3), 0, "there are no more");
	is(passed_find(&passed, "none", 0), 0, "a name that was not passed");
	is(passed_find(&passed, "", 0), 0, "no name");

	address = &passed.sockets[0].address;
	ok(address->at.any.sa_family == AF_INET && address_port(address) != 0,
	   "its address is known");
	ok(passed.sockets[2].address.seqpacket, "and its type");
	is(passed.sockets[1].address.v6_only, MAYBE_NO, "and what it takes beside");
	passed_done(&passed);
	(void)close(pair[1]);
}

/* To listen on it and to leave it again does nothing to it. */
static void test_goes_on(void)
{
	struct passed passed = { 0 };
	struct listener_socket ours = { .fd = -1 };
	auto_text struct text shown = { 0 }, expected = { 0 };
	auto_close int kept = -1, client = -1, accepted = -1;
	struct address address;

	for (int fd = 3; fd < 32; fd++)
		(void)close(fd);
	place(listen_at(AF_INET, SOCK_STREAM), 3);
	place(dup(3), 4); /* of the same socket */
	say(NULL, "2", "web:other");
	is(passed_take(FIRST, &passed), 0, "one is taken");
	kept = fcntl(passed.sockets[1].fd, F_DUPFD_CLOEXEC, 500);
	passed_close(&passed.sockets[1]);
	is(passed.sockets[1].fd, -1, "another one is given up");
	address = passed.sockets[0].address;
	is(passed_listen(&passed, &address, &ours), 0, "it is listened on");
	ok(fcntl(ours.fd, F_GETFL) & O_NONBLOCK, "... never waiting");
	passed_show(&passed, &address, &shown);
	text_addf(&expected, "0.0.0.0:%u (systemd:web)", address_port(&address));
	is_str(text_get(&shown), text_get(&expected), "... shown with its name");
	listen_retire(&ours);
	listen_close(&ours);
	is(ours.fd, -1, "... and left");
	ok(is_open(passed.sockets[0].fd), "... but open");
	passed_done(&passed);

	address.at.v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	is(connect(client, &address.at.any, address.size), 0,
	   "who has it still is connected to");
	accepted = accept4(kept, NULL, NULL, SOCK_CLOEXEC);
	ok(accepted >= 0, "... and accepts");
}

/* What does not fit together. */
static void test_errors(void)
{
	static const struct {
		const char *name, *pid, *fds, *names, *error;
		size_t n;
	} cases[] = {
		{ "one name for two", NULL, "2", "a", "LISTEN_FDNAMES has not one name" },
		{ "three names for two", NULL, "2", "a:b:c", "not one name for each" },
		{ "one that is not open", NULL, "3", "a:b:c", "is not open" },
		{ "very many", NULL, "2000000000", NULL, "is not open" },
		{ "no number", NULL, "two", NULL, "not a number" },
		{ "a negative one", NULL, "-1", NULL, "not a number" },
		{ "none", NULL, "0", NULL, "not a number" },
		{ "no pid", "x", "2", NULL, "not a number" },
		{ "that of somebody else", "1", "2", "a", NULL, 0 },
		{ "without names", NULL, "2", NULL, NULL, 2 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct passed passed = { 0 };

		for (int fd = 3; fd < 32; fd++)
			(void)close(fd);
		place(listen_at(AF_INET, SOCK_STREAM), 3);
		place(listen_at(AF_INET, SOCK_STREAM), 4);
		say(cases[i].pid, cases[i].fds, cases[i].names);
		is(passed_take(FIRST, &passed), 0, "%s: looked at", cases[i].name);
		ok(cases[i].error == NULL
			   ? passed.error == NULL
			   : passed.error != NULL && strstr(passed.error, cases[i].error),
		   "... %s", passed.error != NULL ? passed.error : "no error");
		is((int64_t)passed.n, (int64_t)cases[i].n, "... so many are taken");
		ok(!is_open(3) && !is_open(4), "... and the descriptors are free");
		ok(all_unset(), "... the variables are gone");
		if (passed.n > 0)
			is_str(passed.sockets[1].name, "unknown",
			       "... as sd-daemon says");
		passed_done(&passed);
	}
}

/* For a check there is each name that is looked for. */
static void test_open(void)
{
	struct passed any = { .is_open = true };
	auto_text struct text shown = { 0 };

	is(passed_find(&any, "web", 0), 1, "any name is there");
	is(passed_find(&any, "web", 1), 0, "... once");
	is(passed_find(&any, "mail", 0), 2, "... each");
	is(passed_find(&any, "web", 0), 1, "... and is the same one again");
	passed_show(&any, &any.sockets[1].address, &shown);
	is_str(text_get(&shown), "systemd:mail", "... shown by its name");
	ok(addresses_overlap(&any.sockets[0].address, &any.sockets[0].address) &&
		   !addresses_overlap(&any.sockets[0].address, &any.sockets[1].address),
	   "... and is in its own way alone");
	passed_done(&any);
}

static void test_names(void)
{
	static const struct {
		const char *word, *name, *problem;
	} cases[] = {
		{ "systemd:web", "web", NULL },
		{ "systemd:a b", "a b", NULL },
		{ "systemd:", "", "no name" },
		{ "systemd:a:b", "a:b", "neither" },
		{ "systemd:a\nb", "a\nb", "neither" },
		{ "systemd:\xc3\xa4", "\xc3\xa4", "neither" },
		{ "Systemd:x", NULL, NULL },
		{ "8080", NULL, NULL },
	};
	char longest[257];

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const char *name = passed_name(cases[i].word), *problem;

		is_str(name, cases[i].name, "\"%s\"", cases[i].word);
		problem = name != NULL ? passed_name_problem(name) : NULL;
		ok(cases[i].problem == NULL
			   ? problem == NULL
			   : problem != NULL && strstr(problem, cases[i].problem),
		   "... %s", problem != NULL ? problem : "is good");
	}
	memset(longest, 'x', sizeof(longest) - 1);
	longest[256] = '\0';
	ok(passed_name_problem(longest) != NULL, "a name of 256 characters");
	ok(passed_name_problem(longest + 1) == NULL, "a name of 255 characters");
}

int main(void)
{
	test_kinds();
	test_goes_on();
	test_errors();
	test_open();
	test_names();
	return done();
}
