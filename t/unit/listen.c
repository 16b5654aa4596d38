/* SPDX-License-Identifier: MIT */

/*
 * Who listens where: an address in use is shared with listeners of ours that are about
 * to go, and with nobody else; a path is taken over from nobody who lives.
 *
 * links: net/listen net/options net/rights net/addr net/addr_parse base/answers base/text base/number
 */

#include "net/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/base.h"
#include "base/text.h"

#include "tap.h"

static struct address parse(const char *text)
{
	auto_text struct text why = { 0 };
	struct address_range range = { 0 };
	struct answers none = { 0 };

	if (address_parse(text, &none, &range, &why) != 0)
		printf("Bail out! %s: %s\n", text, text_get(&why));
	return range.first;
}

static struct listener_socket nobody = { .fd = -1 };

static const struct listen_settings plain = { .options.backlog = 128,
					      .rights = { (uid_t)-1, (gid_t)-1, 0666 } };

/* Both steps. */
static int open_both(const struct address *address, const int *beside, size_t n,
		     struct listener_socket *ret)
{
	int r;

	*ret = nobody;
	r = listen_prepare(address, &plain, beside, n, ret);
	if (r == 0)
		r = listen_begin(ret, beside, n);
	if (r != 0)
		listen_close(ret);
	return r;
}

static int open_at(const char *text, struct listener_socket *ret)
{
	const struct address address = parse(text);

	return open_both(&address, NULL, 0, ret);
}

static int open_beside(const char *text, const struct listener_socket *beside,
		       struct listener_socket *ret)
{
	const struct address address = parse(text);

	return open_both(&address, &beside->fd, 1, ret);
}

/* Can somebody else listen beside it?  As root we try as another account, with
 * SO_REUSEPORT; the kernel cannot be kept from letting our own account do that. */
static bool can_join(unsigned port)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_port = htons((uint16_t)port),
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	const bool is_stranger = geteuid() == 0 && seteuid(65534) == 0;
	auto_close int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	const int on = 1;
	bool joins;

	setsockopt(fd, SOL_SOCKET, is_stranger ? SO_REUSEPORT : SO_REUSEADDR, &on,
		   sizeof(on));
	joins = bind(fd, (struct sockaddr *)&at, sizeof(at)) == 0 && listen(fd, 1) == 0;
	if (is_stranger)
		ok(seteuid(0) == 0, "root again");
	return joins;
}

static bool answers(const struct address *address)
{
	auto_close int fd =
		socket(address->at.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	return connect(fd, &address->at.any, address->size) == 0;
}

static bool is_cloexec_and_nonblocking(int fd)
{
	return (fcntl(fd, F_GETFD) & FD_CLOEXEC) && (fcntl(fd, F_GETFL) & O_NONBLOCK);
}

/* From one of these addresses to the other of the same port. */
static void moves(const char *from, const char *to)
{
	struct listener_socket old, other;
	char a[64], b[64];
	unsigned port;

	(void)snprintf(a, sizeof(a), "%s:0", from);
	is(open_at(a, &old), 0, "%s is listened on", a);
	port = address_port(&old.address);
	ok(!can_join(port), "... by nobody else");
	(void)snprintf(b, sizeof(b), "%s:%u", to, port);
	is(open_at(b, &other), LISTEN_IN_USE, "%s is in use", b);
	is(open_beside(b, &old, &other), 0, "... unless that one is ours");
	ok(is_cloexec_and_nonblocking(other.fd), "... closed on exec, never waiting");
	ok(!can_join(port), "... and nobody else joins the two");
	listen_close(&old);
	ok(!can_join(port), "... nor the one that is left");
	ok(answers(&other.address) || address_is_wildcard(&other.address),
	   "... which answers");
	listen_close(&other);
	ok(can_join(port), "... until it is closed");
}

/* One that is not ours is in the way, and stays as it was. */
static void in_use(void)
{
	struct listener_socket foreign, ours, other;
	char text[64];
	unsigned port;

	is(open_at("127.0.0.1:0", &foreign), 0, "somebody listens");
	is(open_at("127.0.0.1:0", &ours), 0, "and so do we, elsewhere");
	port = address_port(&foreign.address);
	(void)snprintf(text, sizeof(text), "*:%u", port);
	is(open_beside(text, &ours, &other), LISTEN_IN_USE, "his port is in use for us");
	ok(other.fd < 0, "... and nothing is opened");
	ok(!can_join(port) && !can_join(address_port(&ours.address)),
	   "... nor anything left open for others");
	listen_close(&foreign);
	listen_close(&ours);
}

static void paths(const char *folder)
{
	struct listener_socket one, two;
	struct stat st;
	char path[128];
	int fd;

	(void)snprintf(path, sizeof(path), "%s/path", folder);
	is(open_at(path, &one), 0, "a path");
	ok(stat(path, &st) == 0 && (st.st_mode & 07777) == 0666, "... with its rights");
	ok(listen_is_intact(&one), "... leads to it");
	is(open_at(path, &two), LISTEN_IN_USE, "... is in use");
	is(open_beside(path, &one, &two), LISTEN_IN_USE, "... also for ourselves");
	unlink(path);
	ok(!listen_is_intact(&one), "removed, it leads nowhere");
	is(open_beside(path, &one, &two), 0, "... and can be made anew");
	ok(listen_is_intact(&two) && !listen_is_intact(&one),
	   "... which leads to the new one");
	listen_close(&one);
	ok(listen_is_intact(&two), "... and the old one takes nothing along");
	close(two.fd);
	two.fd = -1;
	is(open_at(path, &two), 0, "what nobody listens on is replaced");
	listen_close(&two);
	ok(lstat(path, &st) < 0 && errno == ENOENT, "the last one removes it");

	fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	is(open_at(path, &two), LISTEN_NOT_A_SOCKET, "a file is no socket");
	ok(fstat(fd, &st) == 0 && st.st_nlink == 1, "... and is left alone");
	close(fd);
	unlink(path);
	ok(symlink("/nowhere", path) == 0, "a link");
	is(open_at(path, &two), LISTEN_NOT_A_SOCKET, "... is no socket either");
	unlink(path);
}

/* Who waits can be accepted, whoever comes finds the other one, or nobody. */
static void retires(const char *text, const char *other_text)
{
	struct listener_socket old, other = nobody;
	auto_close int before = -1, behind = -1;
	char beside[64];

	is(open_at(text, &old), 0, "%s", text);
	if (other_text != NULL) {
		(void)snprintf(beside, sizeof(beside), "%s:%u", other_text,
			       address_port(&old.address));
		is(open_beside(beside, &old, &other), 0, "... and %s", beside);
	}
	ok(answers(&old.address), "a client waits");
	listen_retire(&old);
	is(answers(&old.address), other_text != NULL, "the next one finds another");
	before = accept4(old.fd, NULL, NULL, SOCK_CLOEXEC);
	ok(before >= 0, "who waited is there");
	ok(accept4(old.fd, NULL, NULL, SOCK_CLOEXEC) < 0 && errno == EAGAIN,
	   "... and nobody else");
	if (other_text != NULL) {
		behind = accept4(other.fd, NULL, NULL, SOCK_CLOEXEC);
		ok(behind >= 0, "who came then is with the other one");
	}
	listen_close(&old);
	listen_close(&other);
}

static void failures(const char *folder)
{
	struct listener_socket socket;
	char path[128];

	(void)snprintf(path, sizeof(path), "%s/missing/path", folder);
	is(open_at(path, &socket), -ENOENT, "no folder");
	is(open_at("192.0.2.1:0", &socket), -EADDRNOTAVAIL,
	   "an address of somebody else");
	is(open_at("127.0.0.1:0", &socket), 0, "an address of ours");
	listen_close(&socket);
	is(socket.fd, -1, "closed");
	listen_close(&socket);
	is(socket.fd, -1, "twice does no harm");
}

int main(void)
{
	char folder[] = "/tmp/spawnd-unit.XXXXXX", path[128];

	if (mkdtemp(folder) == NULL)
		return 1;
	moves("127.0.0.1", "0.0.0.0");
	moves("0.0.0.0", "127.0.0.1");
	moves("127.0.0.1", "*");
	moves("*", "127.0.0.1");
	moves("*", "0.0.0.0");
	moves("127.0.0.1", "127.0.0.1");
	in_use();
	paths(folder);
	(void)snprintf(path, sizeof(path), "%s/retired", folder);
	retires(path, NULL);
	retires("127.0.0.1:0", NULL);
	retires("127.0.0.1:0", "0.0.0.0");
	retires("127.0.0.1:0", "*");
	retires("[::1]:0", "*");
	failures(folder);
	rmdir(folder);
	return done();
}
