/* SPDX-License-Identifier: MIT */

/*
 * A signal reaches every process of the group, stopped ones too, before and after
 * its leader is reaped, and the end of the leader is told as it was.
 *
 * links: run/tree run/cgroup run/cgroup_left run/cgroup_signal base/file base/number base/text
 * no valgrind: it does not know pidfd_open(2)
 */

#include "run/tree.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "tap.h"

/* The child's part; the pipe closes when the last of its processes is gone. */
typedef void role(int ready);

static void say_ready(int ready)
{
	(void)!write(ready, "", 1); /* the test waits for it */
}

static void exit_3(int ready)
{
	say_ready(ready);
	_exit(3);
}

static void wait_for_ever(int ready)
{
	say_ready(ready);
	for (;;)
		(void)pause();
}

static void stop_for_ever(int ready)
{
	say_ready(ready);
	for (;;)
		(void)raise(SIGSTOP);
}

static void burn(int ready)
{
	const uint64_t until = now_usec() + 30000;

	while (now_usec() < until)
		;
	exit_3(ready);
}

/* A leader with a child that waits; the leader ends at once. */
static void leave_one(int ready)
{
	if (fork() == 0)
		wait_for_ever(ready);
	_exit(0);
}

/* A leader and two more, one of which is stopped. */
static void be_three(int ready)
{
	if (fork() == 0)
		wait_for_ever(ready);
	if (fork() == 0)
		stop_for_ever(ready);
	wait_for_ever(ready);
}

static struct process begin(role *part, int n_ready, int *ret_gone)
{
	struct process process = { .pidfd = -1 };
	int ends[2];
	char byte;

	if (pipe(ends) < 0)
		_exit(1);
	process.pid = fork();
	if (process.pid == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		(void)close(ends[0]);
		(void)setsid();
		part(ends[1]);
	}
	(void)close(ends[1]);
	process.pidfd = pidfd_open(process.pid, 0);
	for (int i = 0; i < n_ready; i++)
		(void)!read(ends[0], &byte, 1); /* shown by what follows */
	*ret_gone = ends[0];
	return process;
}

/* Wait for the end of a process, or of all that hold the pipe. */
static bool ends_soon(int fd)
{
	struct pollfd at = { .fd = fd, .events = POLLIN };

	return poll(&at, 1, 10000) == 1;
}

/* All have ended; whoever lost its parent is our child now. */
static void reap_orphans(void)
{
	while (waitpid(-1, NULL, 0) > 0)
		;
}

static void finish(struct process *process, int gone)
{
	struct pollfd at = { .fd = gone, .events = POLLIN };

	if (poll(&at, 1, 0) == 0) /* the test failed */
		(void)kill(-process->pid, SIGKILL);
	close_fd(&process->pidfd);
	(void)close(gone);
	reap_orphans();
}

static void test_exit(void)
{
	struct ending ending = { 0 };
	int gone;
	struct process process = begin(exit_3, 1, &gone);

	ok(ends_soon(process.pidfd), "a command exits");
	is(tree_reap(&process, &ending), 0, "it is reaped");
	ok(!ending.by_signal && ending.status == 3, "with its status");
	is(tree_reap(&process, &ending), -ECHILD, "and only once");
	tree_signal(&process, SIGTERM);
	ok(true, "a signal for what is gone reaches nobody");
	finish(&process, gone);
}

static void test_running(void)
{
	struct ending ending = { .status = 4711 };
	int gone;
	struct process process = begin(wait_for_ever, 1, &gone);

	is(tree_reap(&process, &ending), 1, "a running command is not reaped");
	is(ending.status, 4711, "... and nothing is said of its end");
	tree_signal(&process, SIGTERM);
	ok(ends_soon(process.pidfd), "it ends by a signal");
	is(tree_reap(&process, &ending), 0, "... and is reaped");
	ok(ending.by_signal && ending.status == SIGTERM, "... with the signal");
	finish(&process, gone);
}

static void test_cpu(void)
{
	struct ending ending = { 0 };
	int gone;
	struct process process = begin(burn, 1, &gone);

	ok(ends_soon(process.pidfd) && tree_reap(&process, &ending) == 0,
	   "a command that computes");
	ok(ending.cpu_usec > 1000 && ending.cpu_usec < 10000000,
	   "its processor time is told");
	finish(&process, gone);
}

static void test_group(void)
{
	struct ending ending = { 0 };
	int gone;
	struct process process = begin(be_three, 3, &gone);

	tree_signal(&process, SIGTERM);
	ok(ends_soon(gone), "TERM ends all three, the stopped one too");
	ok(ends_soon(process.pidfd) && tree_reap(&process, &ending) == 0,
	   "the leader is reaped");
	ok(ending.by_signal && ending.status == SIGTERM, "it ended by TERM");
	finish(&process, gone);

	process = begin(be_three, 3, &gone);
	tree_signal(&process, SIGKILL);
	ok(ends_soon(gone) && ends_soon(process.pidfd), "KILL ends all three");
	is(tree_reap(&process, &ending), 0, "the leader is reaped");
	finish(&process, gone);
}

static void test_stopped(void)
{
	struct ending ending = { 0 };
	siginfo_t info;
	int gone;
	struct process process = begin(stop_for_ever, 1, &gone);

	is(waitid(P_PID, (id_t)process.pid, &info, WSTOPPED | WNOWAIT), 0,
	   "a leader is stopped");
	tree_signal(&process, SIGTERM);
	ok(ends_soon(process.pidfd), "TERM ends it all the same");
	tree_signal(&process, SIGKILL);
	(void)ends_soon(process.pidfd);
	is(tree_reap(&process, &ending), 0, "it is reaped");
	ok(ending.by_signal && ending.status == SIGTERM, "it ended by TERM");
	finish(&process, gone);
}

static void test_left(void)
{
	struct ending ending = { 0 };
	int gone;
	struct process process = begin(leave_one, 1, &gone);

	ok(ends_soon(process.pidfd), "a leader ends and leaves a child");
	if (tree_outlives_leader()) {
		is(tree_reap(&process, &ending), 0, "it is reaped");
		ok(tree_signal_left(&process, 0), "one is left");
		ok(tree_signal_left(&process, SIGTERM), "it gets a signal");
		ok(ends_soon(gone), "it ends");
		reap_orphans();
		ok(!tree_signal_left(&process, 0), "then nobody is left");
	} else {
		tree_signal(&process, SIGKILL);
		ok(ends_soon(gone), "it gets a signal while the leader is a zombie");
		is(tree_reap(&process, &ending), 0, "the leader is reaped");
	}
	ok(!ending.by_signal && ending.status == 0, "the leader's own end is told");
	finish(&process, gone);
}

int main(void)
{
	/* Orphans are ours, so that it is known when they are reaped. */
	(void)prctl(PR_SET_CHILD_SUBREAPER, 1);
	test_exit();
	test_running();
	test_cpu();
	test_group();
	test_stopped();
	test_left();
	return done();
}
