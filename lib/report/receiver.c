/* SPDX-License-Identifier: MIT */

/*
 * receiver.c - connects without waiting, and sends without waiting.
 *
 * This is what sd_journal_send() and syslog(3) do, but those wait for a reader that has
 * stopped to read (tried: after 11 messages), and with them all of the daemon would.
 */

#include "report/receiver.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/un.h>

#include "base/base.h"

#define RETRY_USEC (1 * USEC_PER_SEC)

/* A datagram socket is connected again as it is, so that whoever watches the descriptor
 * goes on to; a stream cannot be, and a new socket takes the place of the old one. */
static int new_socket(struct receiver *receiver, bool is_stream)
{
	auto_close int fd = -1;

	if (receiver->fd >= 0 && !is_stream && !receiver->is_stream)
		return 0;
	fd = socket(AF_UNIX,
		    (is_stream ? SOCK_STREAM : SOCK_DGRAM) | SOCK_CLOEXEC | SOCK_NONBLOCK,
		    0);
	if (fd < 0)
		return -errno;
	if (receiver->fd >= 0 && dup3(fd, receiver->fd, O_CLOEXEC) < 0)
		return -errno;
	if (receiver->fd < 0)
		receiver->fd = steal_fd(&fd);
	receiver->is_stream = is_stream;
	return 0;
}

static int try_as(struct receiver *receiver, bool is_stream)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	const size_t size = strlen(receiver->path);
	int r;

	if (size >= sizeof(to.sun_path))
		return -ENAMETOOLONG;
	(void)memcpy(to.sun_path, receiver->path, size);
	r = new_socket(receiver, is_stream);
	if (r < 0)
		return r;
	return connect(receiver->fd, (const struct sockaddr *)&to, sizeof(to)) < 0
		       ? -errno
		       : 0;
}

int receiver_connect(struct receiver *receiver)
{
	const uint64_t now = now_usec();
	int r;

	if (receiver->is_connected)
		return 0;
	if (now < receiver->retry_at)
		return -receiver->error;
	r = try_as(receiver, false);
	if (r == -EPROTOTYPE)
		r = try_as(receiver, true);
	receiver->is_connected = r == 0;
	receiver->is_proven = false;
	receiver->error = -r;
	receiver->retry_at = now + RETRY_USEC;
	return r;
}

void receiver_failed(struct receiver *receiver, int error)
{
	receiver->is_connected = false;
	receiver->error = error;
	if (receiver->is_proven)
		receiver->retry_at = 0;
}

int receiver_send(struct receiver *receiver, struct mmsghdr *messages, unsigned n)
{
	int r = sendmmsg(receiver->fd, messages, n, MSG_DONTWAIT | MSG_NOSIGNAL);

	if (r > 0)
		receiver->is_proven = true;
	return r < 0 ? -errno : r;
}

ssize_t receiver_write(struct receiver *receiver, const struct msghdr *message)
{
	ssize_t r = sendmsg(receiver->fd, message, MSG_DONTWAIT | MSG_NOSIGNAL);

	if (r > 0)
		receiver->is_proven = true;
	return r < 0 ? -errno : r;
}

void receiver_close(struct receiver *receiver)
{
	close_fd(&receiver->fd);
	receiver->is_connected = false;
}
