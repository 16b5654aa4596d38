/* SPDX-License-Identifier: MIT */

/*
 * output.c - descriptors that are written as they can be.
 *
 * A pipe and a terminal can be opened anew through /proc; a socket cannot, and is
 * written with MSG_DONTWAIT.  Where neither works (no /proc, a file of somebody else)
 * it is asked with poll(2) before each piece, and the piece is one that a pipe then
 * takes whole.
 */

#include "report/output.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "base/base.h"
#include "base/trusted.h"

struct output output_stderr(void)
{
	struct output output = { OUTPUT_NONE, -1, false };
	struct stat st;

	if (fstat(STDERR_FILENO, &st) < 0)
		return output;
	output.fd = STDERR_FILENO;
	if (S_ISSOCK(st.st_mode)) {
		output.kind = OUTPUT_SOCKET;
		return output;
	}
	if (S_ISREG(st.st_mode)) {
		/* Others who write to it share our place in it only through this
		 * descriptor. */
		output.kind = OUTPUT_FILE;
		return output;
	}
	output.kind = OUTPUT_POLLED;
	output.fd = open("/proc/self/fd/2", O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	output.fd_is_ours = output.fd >= 0;
	if (output.fd_is_ours)
		output.kind = OUTPUT_NONBLOCK;
	else
		output.fd = STDERR_FILENO;
	return output;
}

void output_close(struct output *output)
{
	if (output->fd_is_ours)
		close_fd(&output->fd);
	*output = (struct output){ OUTPUT_NONE, -1, false };
}

/* Does JOURNAL_STREAM name the very file that standard error is? */
bool stderr_is_journal(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	uint64_t device, inode;
	struct stat st;

	return stream != NULL && fstat(STDERR_FILENO, &st) == 0 &&
	       sscanf(stream, "%" SCNu64 ":%" SCNu64, &device, &inode) == 2 &&
	       st.st_dev == device && st.st_ino == inode;
}

static int refuse(struct text *why, const char *reason)
{
	text_add(why, reason);
	return 1;
}

int output_file(const char *path, struct output *ret, struct text *why)
{
	auto_close int fd = -1;
	struct stat st;
	int r;

	r = trusted_open(path, O_WRONLY | O_APPEND | O_CREAT, 0640, &fd, why);
	if (r == 0 && fstat(fd, &st) < 0)
		r = -errno;
	if (r == -ENXIO || (r == 0 && !S_ISREG(st.st_mode))) /* ENXIO: an unread FIFO */
		return refuse(why, "is not a regular file");
	if (r < 0 && r != -ENOMEM)
		return refuse(why, strerror(-r));
	if (r == 0)
		*ret = (struct output){ OUTPUT_FILE, steal_fd(&fd), true };
	return r;
}

static ssize_t write_polled(int fd, const struct iovec *pieces, size_t n)
{
	struct pollfd at = { .fd = fd, .events = POLLOUT };
	size_t size = 0, fit = 0;

	/* An error is found out by writing, and ends the waiting. */
	if (poll(&at, 1, 0) != 1 || at.revents == 0) {
		errno = EAGAIN;
		return -1;
	}
	while (fit < n && size + pieces[fit].iov_len <= PIPE_BUF)
		size += pieces[fit++].iov_len;
	return writev(fd, pieces, (int)fit);
}

ssize_t output_write(const struct output *output, const struct iovec *pieces, size_t n)
{
	const struct msghdr message = { .msg_iov = (struct iovec *)(uintptr_t)pieces,
					.msg_iovlen = n };
	ssize_t r = 0;

	switch (output->kind) {
	case OUTPUT_FILE:
	case OUTPUT_NONBLOCK:
		r = writev(output->fd, pieces, (int)n);
		break;
	case OUTPUT_SOCKET:
		r = sendmsg(output->fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
		break;
	case OUTPUT_POLLED:
		r = write_polled(output->fd, pieces, n);
		break;
	case OUTPUT_NONE:
		for (size_t i = 0; i < n; i++)
			r += (ssize_t)pieces[i].iov_len;
		return r;
	}
	return r < 0 ? -errno : r;
}
