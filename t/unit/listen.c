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
#include <netinet/tcp.h>
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

/* A port that is nobody's at any address: of one that is free at 127.0.0.1 alone the
 * wildcard may be in use. */
static unsigned free_port(void)
{
	struct listener_socket all;
	unsigned port;

	is(open_at("*:0", &all), 0, "a port that is free everywhere");
	port = address_port(&all.address);
	listen_close(&all);
	return port;
}

/* From one of these addresses to the other of the same port. */
static void moves(const char *from, const char *to)
{
	struct listener_socket old, other;
	char a[64], b[64];
	unsigned port;

	port = free_port();
	(void)snprintf(a, sizeof(a), "%s:%u", from, port);
	is(open_at(a, &old), 0, "%s is listened on", a);
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
	char at[64], beside[64];

	if (other_text != NULL)
		(void)snprintf(at, sizeof(at), "%s:%u", text, free_port());
	else
		(void)snprintf(at, sizeof(at), "%s", text);
	is(open_at(at, &old), 0, "%s", at);
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

/* Abstract names belong to who listens, and to nobody when he is gone. */
static void abstract(void)
{
	struct listener_socket one, two;
	char name[64], packets[80];

	(void)snprintf(name, sizeof(name), "@spawnd-unit-%d", (int)getpid());
	(void)snprintf(packets, sizeof(packets), "seqpacket:%s", name);
	is(open_at(name, &one), 0, "an abstract name");
	ok(is_cloexec_and_nonblocking(one.fd), "... closed on exec, never waiting");
	ok(listen_is_intact(&one), "... has no path to lose");
	is(open_at(name, &two), LISTEN_IN_USE, "... is in use");
	is(open_beside(name, &one, &two), LISTEN_IN_USE, "... also for ourselves");
	is(open_at(packets, &two), 0, "... but not for packets");
	listen_close(&one);
	listen_close(&two);
	is(open_at(name, &one), 0, "closed, it is free");
	listen_close(&one);
}

static int value_of(int fd, int level, int name)
{
	int value = -1;
	socklen_t size = sizeof(value);

	is(getsockopt(fd, level, name, &value, &size), 0, "option %d of %d", name, level);
	return value;
}

/* Set before it listens, changed while it does, and back to what the kernel says. */
static void options(const char *text)
{
	const struct address address = parse(text);
	struct listen_settings first = plain, second = plain;
	struct listener_socket socket;
	int idle;

	first.options.at[OPTION_NO_DELAY].is_set = true;
	first.options.at[OPTION_NO_DELAY].value = 1;
	first.options.at[OPTION_KEEP_IDLE].is_set = true;
	first.options.at[OPTION_KEEP_IDLE].value = 33;
	first.options.at[OPTION_RECEIVE_BUFFER].is_set = true;
	first.options.at[OPTION_RECEIVE_BUFFER].value = 16384;
	second.options.backlog = 3;
	second.options.at[OPTION_FREE_BIND].is_set = true;
	second.options.at[OPTION_FREE_BIND].value = 1;
	second.options.at[OPTION_RECEIVE_BUFFER].is_set = true;
	second.options.at[OPTION_RECEIVE_BUFFER].value = 1 << 30;

	is(open_at(text, &socket), 0, "%s, with nothing set", text);
	idle = value_of(socket.fd, IPPROTO_TCP, TCP_KEEPIDLE);
	listen_close(&socket);
	is(listen_prepare(&address, &first, NULL, 0, &socket), 0, "... with options");
	is(value_of(socket.fd, IPPROTO_TCP, TCP_NODELAY), 1, "... which it has at once");
	is(listen_begin(&socket, NULL, 0), 0, "... it listens");
	ok(listen_can_change(&socket, &second), "others can be had");
	is(listen_change(&socket, &second), 0, "... are changed");
	is(value_of(socket.fd, IPPROTO_TCP, TCP_NODELAY), 0, "... one is gone");
	is(value_of(socket.fd, IPPROTO_TCP, TCP_KEEPIDLE), idle, "... as is another");
	is(value_of(socket.fd, IPPROTO_IP, IP_FREEBIND), 1, "... one is new");
	ok(options_cut(socket.fd, &socket.address, &second.options,
		       OPTION_RECEIVE_BUFFER) > 0,
	   "... one is cut");
	is(options_cut(socket.fd, &socket.address, &second.options, OPTION_SEND_BUFFER),
	   0, "... one that is not set is not");
	ok(answers(&socket.address), "... and it listens");
	ok(!listen_can_change(&socket, &plain), "a buffer cannot be given back");
	listen_close(&socket);
	is(open_at(text, &socket), 0, "one without");
	ok(!listen_can_change(&socket, &first),
	   "... cannot get one, as that could not be "
	   "undone");
	listen_close(&socket);
}

static unsigned mode_of(const char *path)
{
	struct stat st = { 0 };

	ok(lstat(path, &st) == 0, "%s is there", path);
	return st.st_mode & 07777;
}

static void rights(const char *folder)
{
	struct listen_settings settings = plain;
	struct listener_socket socket;
	struct address address;
	char path[128], other[128];

	(void)snprintf(path, sizeof(path), "%s/rights", folder);
	(void)snprintf(other, sizeof(other), "%s/other", folder);
	address = parse(path);
	settings.rights = (struct socket_rights){ geteuid(), getegid(), 0640 };
	is(listen_prepare(&address, &settings, NULL, 0, &socket), 0, "a path");
	is(listen_begin(&socket, NULL, 0), 0, "... with rights");
	is(mode_of(path), 0640, "... has them");
	is(listen_change(&socket, &plain), 0, "others");
	is(mode_of(path), 0666, "... are set");
	settings.rights.mode = 0;
	is(listen_change(&socket, &settings), 0, "none");
	is(mode_of(path), 0, "... at all");

	ok(rename(path, other) == 0 && symlink("other", path) == 0,
	   "a link stands there");
	is(listen_change(&socket, &plain), LISTEN_REPLACED, "... which is told");
	is(mode_of(other), 0, "... and not followed");
	is((int)socket.settings.rights.mode, 0, "... and the settings are the old ones");
	unlink(path);
	is(listen_change(&socket, &plain), -ENOENT, "nothing is there");
	listen_close(&socket);
	is(mode_of(other), 0, "what is elsewhere stays there");
	unlink(other);
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
	retires("127.0.0.1", "0.0.0.0");
	retires("127.0.0.1", "*");
	retires("[::1]", "*");
	(void)snprintf(path, sizeof(path), "@%s/retired", folder);
	retires(path, NULL);
	abstract();
	options("127.0.0.1:0");
	options("[::1]:0");
	options("*:0");
	rights(folder);
	failures(folder);
	rmdir(folder);
	return done();
}
