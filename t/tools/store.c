/* SPDX-License-Identifier: MIT */

/*
 * store - a service manager that keeps descriptors, see "FDSTORE=1" in sd_notify(3).
 *
 *     store ADDRESS                     listens there, shows each message as one line,
 * with
 *                                       "|" for its newlines, and keeps what it is told
 * to store -l ADDRESS                  shows the names of what it has store -a NAME
 * ADDRESS             gives it descriptor 3 under this name store [-m MAX] -x ADDRESS
 * PROGRAM [ARG]... executes a program with all that it has, which says that it keeps up
 * to MAX (4096)
 *
 * As systemd does, it hands the last one over first, keeps none twice, and forgets those
 * that hang up.
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/kcmp.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

enum { KEPT_MAX = 500, FIRST = 3 };

static struct {
	char name[256];
	int fd;
} kept[KEPT_MAX];
static int n_kept;

static void fail(const char *what)
{
	perror(what);
	exit(200);
}

/* The second socket, for those who ask, is called as the first one and ".ask". */
static struct sockaddr_un address_of(const char *path, const char *end)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };

	snprintf(at.sun_path, sizeof(at.sun_path), "%s%s", path, end);
	return at;
}

static int listen_on(const char *path, const char *end, int type)
{
	const struct sockaddr_un at = address_of(path, end);
	const int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);

	unlink(at.sun_path);
	if (fd < 0 || bind(fd, (const struct sockaddr *)&at, sizeof(at)) < 0 ||
	    (type == SOCK_SEQPACKET && listen(fd, 4) < 0))
		fail(path);
	return fd;
}

/* At most one descriptor goes along; -1: none. */
static ssize_t receive(int from, char *text, size_t room, int *ret_fd)
{
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(int))];
	} control;
	struct iovec part = { .iov_base = text, .iov_len = room - 1 };
	struct msghdr header = { .msg_iov = &part,
				 .msg_iovlen = 1,
				 .msg_control = &control,
				 .msg_controllen = sizeof(control) };
	const ssize_t n = recvmsg(from, &header, MSG_CMSG_CLOEXEC);

	*ret_fd = -1;
	if (n >= 0 && CMSG_FIRSTHDR(&header) != NULL)
		memcpy(ret_fd, CMSG_DATA(&control.header), sizeof(*ret_fd));
	text[n >= 0 ? n : 0] = '\0';
	return n;
}

static void send_one(int to, const char *text, int fd)
{
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(int))];
	} control = { .header = { .cmsg_level = SOL_SOCKET,
				  .cmsg_type = SCM_RIGHTS,
				  .cmsg_len = CMSG_LEN(sizeof(int)) } };
	struct iovec part = { .iov_base = (char *)text, .iov_len = strlen(text) };
	struct msghdr header = { .msg_iov = &part,
				 .msg_iovlen = 1,
				 .msg_control = &control,
				 .msg_controllen = sizeof(control) };

	memcpy(CMSG_DATA(&control.header), &fd, sizeof(fd));
	if (sendmsg(to, &header, 0) < 0)
		fail("sendmsg");
}

static void forget(int i)
{
	close(kept[i].fd);
	n_kept--;
	memmove(&kept[i], &kept[i + 1], sizeof(kept[0]) * (size_t)(n_kept - i));
}

static int has(int fd)
{
	for (int i = 0; i < n_kept; i++)
		if (syscall(SYS_kcmp, getpid(), getpid(), KCMP_FILE, fd, kept[i].fd) == 0)
			return 1;
	return 0;
}

static void take_message(int notify)
{
	char text[4096];
	int fd;

	if (receive(notify, text, sizeof(text), &fd) < 0)
		return;
	for (char *p = text; *p != '\0'; p++)
		if (*p == '\n')
			*p = '|';
	printf("%s\n", text);
	fflush(stdout);
	if (strncmp(text, "FDSTORE=1|FDNAME=", 17) == 0 && fd >= 0 && n_kept < KEPT_MAX &&
	    !has(fd)) {
		snprintf(kept[n_kept].name, sizeof(kept[0].name), "%.255s", text + 17);
		kept[n_kept++].fd = fd;
		return;
	}
	if (strncmp(text, "FDSTOREREMOVE=1|FDNAME=", 23) == 0)
		for (int i = n_kept - 1; i >= 0; i--)
			if (strcmp(kept[i].name, text + 23) == 0)
				forget(i);
	if (fd >= 0)
		close(fd);
}

static void forget_dead(void)
{
	for (int i = n_kept - 1; i >= 0; i--) {
		struct pollfd at = { .fd = kept[i].fd };

		if (poll(&at, 1, 0) == 1 && (at.revents & (POLLHUP | POLLERR)) != 0)
			forget(i);
	}
}

static void answer(int asked)
{
	const int fd = accept(asked, NULL, NULL);

	for (int i = n_kept - 1; i >= 0; i--)
		send_one(fd, kept[i].name, kept[i].fd);
	close(fd);
}

static int manage(const char *path)
{
	struct pollfd at[] = {
		{ .fd = listen_on(path, ".ask", SOCK_SEQPACKET), .events = POLLIN },
		{ .fd = listen_on(path, "", SOCK_DGRAM), .events = POLLIN },
	};

	for (;;) {
		if (poll(at, 2, 20) < 0 && errno != EINTR)
			return 1;
		/* What was told comes first. */
		if ((at[1].revents & POLLIN) != 0)
			take_message(at[1].fd);
		forget_dead();
		if ((at[0].revents & POLLIN) != 0 && (at[1].revents & POLLIN) == 0)
			answer(at[0].fd);
	}
}

/* All that the manager has; names are put behind one another, with ":". */
static int fetch(const char *path, char *names, size_t room)
{
	const struct sockaddr_un at = address_of(path, ".ask");
	const int from = socket(AF_UNIX, SOCK_SEQPACKET, 0);
	char name[256];
	size_t size = 0;
	int n = 0, fd;

	if (from < 0 || connect(from, (const struct sockaddr *)&at, sizeof(at)) < 0)
		fail(path);
	/* The way that they come by must not stand in their places. */
	if (dup2(from, FIRST + KEPT_MAX) < 0)
		fail("dup2");
	close(from);
	while (receive(FIRST + KEPT_MAX, name, sizeof(name), &fd) > 0) {
		if (fd != FIRST + n && dup2(fd, FIRST + n) < 0)
			fail("dup2");
		if (fd != FIRST + n)
			close(fd);
		fcntl(FIRST + n++, F_SETFD, 0);
		size += (size_t)snprintf(names + size, room - size, "%s%s",
					 size > 0 ? ":" : "", name);
	}
	close(FIRST + KEPT_MAX);
	return n;
}

static void execute(const char *path, const char *max, char **argv)
{
	static char names[KEPT_MAX * 32];
	char number[16];
	int n;

	for (int fd = FIRST; fd < FIRST + 64; fd++)
		close(fd);
	n = fetch(path, names, sizeof(names));
	if (n > 0) {
		setenv("LISTEN_FDNAMES", names, 1);
		snprintf(number, sizeof(number), "%d", n);
		setenv("LISTEN_FDS", number, 1);
		snprintf(number, sizeof(number), "%d", (int)getpid());
		setenv("LISTEN_PID", number, 1);
	}
	setenv("FDSTORE", max, 1);
	setenv("NOTIFY_SOCKET", path, 1);
	execvp(argv[0], argv);
	fail(argv[0]);
}

int main(int argc, char **argv)
{
	static char names[KEPT_MAX * 256];
	const char *max = "500";
	int c, list = 0, run = 0;

	while ((c = getopt(argc, argv, "+lm:x")) != -1)
		switch (c) {
		case 'l':
			list = 1;
			break;
		case 'm':
			max = optarg;
			break;
		case 'x':
			run = 1;
			break;
		default:
			return 2;
		}
	if (optind >= argc)
		return 2;
	if (run && optind + 1 < argc)
		execute(argv[optind], max, argv + optind + 1);
	if (!list)
		return manage(argv[optind]);
	if (fetch(argv[optind], names, sizeof(names)) > 0)
		for (char *p = names, *name; (name = strsep(&p, ":")) != NULL;)
			puts(name);
	return 0;
}
