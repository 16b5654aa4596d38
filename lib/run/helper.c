/* SPDX-License-Identifier: MIT */

/* helper.c - fork, one pipe, one answer, a limit. */

#include "run/helper.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/base.h"
#include "base/text.h"

/* The one descriptor that the helper keeps beside its stdio. */
enum { ANSWER_FD = 3 };

static int write_all(int fd, const char *bytes, size_t size)
{
	while (size > 0) {
		ssize_t n = write(fd, bytes, size);

		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0) {
			bytes += n;
			size -= (size_t)n;
		}
	}
	return 0;
}

/* Never returns. */
static void be_helper(helper_work *work, void *data, int fd)
{
	auto_text struct text answer = { 0 };
	int r;

	if (fd != ANSWER_FD && dup2(fd, ANSWER_FD) < 0)
		_exit(1);
	if (close_range(ANSWER_FD + 1, ~0U, 0) < 0)
		_exit(1);
	r = work(data, &answer);
	if (r != 0 || text_failed(&answer))
		_exit(r > 0 && r < 128 ? r : ENOMEM);
	_exit(write_all(ANSWER_FD, text_get(&answer), answer.size) < 0 ? EPIPE : 0);
}

/* Read to the end of the answer, or to the end of the time. */
static int read_answer(int fd, uint64_t until, struct text *answer)
{
	char buf[16384];

	for (;;) {
		struct pollfd at = { .fd = fd, .events = POLLIN };
		uint64_t now = now_usec();
		ssize_t n;

		if (now >= until)
			return -ETIMEDOUT;
		n = poll(&at, 1, (int)MIN((until - now) / 1000 + 1, 1000000));
		if (n <= 0)
			continue; /* interrupted, or late: the clock tells */
		n = read(fd, buf, sizeof(buf));
		if (n == 0)
			return 0;
		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0)
			text_add_bytes(answer, buf, (size_t)n);
		if (text_failed(answer) || answer->size > ANSWER_MAX)
			return -ENOMEM;
	}
}

/* Reap the helper; 0 if it ended well, else what it said was wrong. */
static int reap(pid_t pid)
{
	int status = 0;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	if (WIFEXITED(status))
		return -WEXITSTATUS(status);
	return -ECHILD;
}

int helper_run(helper_work *work, void *data, uint64_t usec, char **ret_answer,
	       size_t *ret_size)
{
	auto_text struct text answer = { 0 };
	int ends[2];
	pid_t pid;
	int r, ended;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	pid = fork();
	if (pid == 0)
		be_helper(work, data, ends[1]);
	r = pid < 0 ? -errno : 0;
	(void)close(ends[1]); /* nothing was written through it */
	if (r == 0) {
		r = read_answer(ends[0], usec_after(now_usec(), usec), &answer);
		if (r < 0)
			(void)kill(pid, SIGKILL); /* not reaped yet: it is still ours */
		ended = reap(pid);
		if (r == 0)
			r = ended;
	}
	(void)close(ends[0]); /* only read from */
	if (r < 0)
		return r;
	*ret_size = answer.size;
	*ret_answer = text_steal(&answer);
	return *ret_answer != NULL ? 0 : -ENOMEM;
}
