/* SPDX-License-Identifier: MIT */

/* helper.c - fork, one pipe, one answer. */

#include "run/helper.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/base.h"

/* The one descriptor that the helper keeps beside its stdio. */
enum { ANSWER_FD = 3 };

/* How long a helper that ends, or was killed, may take to be gone before it is left
 * alone. */
#define KILL_PATIENCE (1 * USEC_PER_SEC)

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

void helper_end_with_parent(void)
{
	(void)prctl(PR_SET_PDEATHSIG,
		    SIGKILL); /* cannot fail with a signal that exists */
}

static _Noreturn void be_helper(helper_work *work, void *data, int fd, pid_t parent)
{
	auto_text struct text answer = { 0 };
	int r;

	/* What nobody waits for must not go on; and the parent may be gone already. */
	helper_end_with_parent();
	if (getppid() != parent)
		_exit(1);
	if (fd != ANSWER_FD && dup2(fd, ANSWER_FD) < 0)
		_exit(1);
	if (close_range(ANSWER_FD + 1, ~0U, 0) < 0)
		_exit(1);
	r = work(data, &answer);
	if (r != 0 || text_failed(&answer))
		_exit(r > 0 && r < 128 ? r : ENOMEM);
	_exit(write_all(ANSWER_FD, text_get(&answer), answer.size) < 0 ? EPIPE : 0);
}

int helper_start(helper_work *work, void *data, struct helper *ret)
{
	const pid_t parent = getpid();
	auto_close int from = -1, to = -1;
	int ends[2];
	struct helper helper = { 0 };

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	from = ends[0];
	to = ends[1];
	if (fcntl(from, F_SETFL, O_RDONLY | O_NONBLOCK) < 0)
		return -errno;
	helper.pid = fork();
	if (helper.pid < 0)
		return -errno;
	if (helper.pid == 0)
		be_helper(work, data, to, parent);
	helper.fd = steal_fd(&from);
	*ret = helper;
	return 0;
}

int helper_read(struct helper *helper)
{
	char buf[16384];

	for (;;) {
		ssize_t n = read(helper->fd, buf, sizeof(buf));

		if (n == 0)
			return 0;
		if (n < 0 && errno == EAGAIN)
			return 1;
		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0)
			text_add_bytes(&helper->answer, buf, (size_t)n);
		if (text_failed(&helper->answer))
			return -ENOMEM;
		if (helper->answer.size > ANSWER_MAX)
			return -EFBIG;
	}
}

int helper_reap(const struct helper *helper)
{
	siginfo_t info = { 0 };

	while (waitid(P_PID, (id_t)helper->pid, &info, WEXITED | WNOHANG) < 0)
		if (errno != EINTR)
			return -errno;
	if (info.si_pid == 0)
		return 1;
	return info.si_code == CLD_EXITED ? -info.si_status : -ECHILD;
}

void helper_kill(const struct helper *helper)
{
	/* Not reaped yet: the number is still its own. */
	(void)kill(helper->pid, SIGKILL);
}

void helper_done(struct helper *helper)
{
	close_fd(&helper->fd);
	text_done(&helper->answer);
}

/* Until one of them can be read, or the time is over. */
static void await(int fd, uint64_t until)
{
	struct pollfd at = { .fd = fd, .events = POLLIN };
	const uint64_t now = now_usec();

	/* Interrupted, or late: the caller looks. */
	if (now < until)
		(void)poll(&at, 1, (int)MIN((until - now) / 1000 + 1, 1000000));
}

static int read_all(struct helper *helper, uint64_t until)
{
	int r;

	while ((r = helper_read(helper)) == 1) {
		if (now_usec() >= until)
			return -ETIMEDOUT;
		await(helper->fd, until);
	}
	return r;
}

/* It is about to end; 1: it does not even die. */
static int reap_late(const struct helper *helper)
{
	const struct timespec pause = { .tv_nsec = 100 * 1000 };
	const uint64_t until = now_usec() + KILL_PATIENCE;
	int r;

	while ((r = helper_reap(helper)) == 1 && now_usec() < until)
		(void)nanosleep(&pause, NULL); /* shorter is as good */
	return r;
}

int helper_end(const struct helper *helper)
{
	helper_kill(helper);
	return reap_late(helper);
}

int helper_run(helper_work *work, void *data, uint64_t usec, char **ret_answer,
	       size_t *ret_size)
{
	struct helper helper = { .fd = -1 };
	int r = helper_start(work, data, &helper), ended;

	if (r < 0)
		return r;
	r = read_all(&helper, usec_after(now_usec(), usec));
	if (r < 0)
		helper_kill(&helper);
	ended = reap_late(&helper);
	if (r == 0)
		r = ended > 0 ? -ETIMEDOUT : ended;
	if (r == 0) {
		*ret_size = helper.answer.size;
		*ret_answer = text_steal(&helper.answer);
		r = *ret_answer != NULL ? 0 : -ENOMEM;
	}
	helper_done(&helper);
	return r;
}
