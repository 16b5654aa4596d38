/* SPDX-License-Identifier: MIT */

/* stream.c - connects without waiting, and says whose lines will follow. */

#include "report/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/base.h"
#include "base/text.h"

static const char standard[] = "/run/systemd/journal/stdout";

static int connect_to(const char *path, int *ret_fd)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	auto_close int fd =
		socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (strlen(path) >= sizeof(to.sun_path))
		return -ENAMETOOLONG;
	memcpy(to.sun_path, path, strlen(path));
	/* EAGAIN: too many wait already to be accepted. */
	if (fd < 0 || connect(fd, (const struct sockaddr *)&to, sizeof(to)) < 0)
		return -errno;
	*ret_fd = steal_fd(&fd);
	return 0;
}

/*
 * A line each: who; of which unit, which the journal knows by itself; the priority; 0,
 * that is "<3>" in front of a line sets no other one, since a client may have a say in
 * what a command writes; and three for what is passed on to others.
 */
static int send_head(int fd, const struct stream_request *request)
{
	auto_text struct text head = { 0 };
	ssize_t n;

	text_addf(&head, "%s\n\n%d\n0\n0\n0\n0\n", request->identifier,
		  request->priority);
	if (text_failed(&head))
		return -ENOMEM;
	n = send(fd, text_get(&head), head.size, MSG_NOSIGNAL);
	if (n < 0)
		return -errno;
	return (size_t)n == head.size ? 0 : -EIO;
}

int stream_open(const struct stream_request *request, int *ret_fd)
{
	auto_close int fd = -1;
	int r = connect_to(request->socket != NULL ? request->socket : standard, &fd);

	if (r == 0)
		r = send_head(fd, request);
	if (r == 0 && (shutdown(fd, SHUT_RD) < 0 || fcntl(fd, F_SETFL, O_RDWR) < 0))
		r = -errno;
	if (r == 0)
		*ret_fd = steal_fd(&fd);
	return r;
}
