/* SPDX-License-Identifier: MIT */

/*
 * A signal goes to those that a cgroup lists before and after they are held, and to no
 * other: here the lists are ours, in the place of the kernel's.
 *
 * links: run/cgroup_signal
 * no valgrind: it does not know pidfd_open(2)
 */

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/base.h"
#include "run/cgroup.h"
#include "tap.h"

enum { CHILDREN = 300, READS_MAX = 16 };

/* What is read the first time, the second ...; the last one again and again. */
static const char *lists[READS_MAX];
static size_t n_lists, n_reads;

int cgroup_open(const struct cgroup *cgroup, const char *file, int flags)
{
	const char *list = lists[MIN(n_reads, n_lists - 1)];
	int fd = memfd_create(file, MFD_CLOEXEC);

	(void)cgroup;
	(void)flags;
	n_reads++;
	if (list == NULL) {
		close_fd(&fd);
		return -ENODEV;
	}
	if (fd < 0 || write(fd, list, strlen(list)) < 0 || lseek(fd, 0, SEEK_SET) < 0)
		abort();
	return fd;
}

/* What each child has had: USR1 counts, and CONT. */
static volatile struct {
	int usr1, cont;
	bool is_ready;
} * had;
static int own_number;

static void on_signal(int signal)
{
	if (signal == SIGPWR)
		_exit(0);
	if (signal == SIGUSR1)
		had[own_number].usr1++;
	else
		had[own_number].cont++;
}

static pid_t children[CHILDREN];

static void be_child(int number)
{
	static const int signals[] = { SIGUSR1, SIGCONT, SIGPWR };
	struct sigaction action = { .sa_handler = on_signal };

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL); /* cannot fail with that */
	own_number = number;
	/* One at a time, in the order of their numbers: PWR is the last. */
	sigfillset(&action.sa_mask);
	for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
		(void)sigaction(signals[i], &action, NULL); /* these exist */
	had[number].is_ready = true;
	for (;;)
		(void)pause();
}

static void start_children(void)
{
	for (int i = 0; i < CHILDREN; i++) {
		children[i] = fork();
		if (children[i] == 0)
			be_child(i);
	}
	for (int i = 0; i < CHILDREN; i++)
		while (!had[i].is_ready)
			(void)usleep(1000);
}

/* When the last signal has ended it, a child has had all that were sent before. */
static void end_children(void)
{
	for (int i = 0; i < CHILDREN; i++)
		(void)kill(children[i], SIGPWR);
	for (int i = 0; i < CHILDREN; i++)
		(void)waitpid(children[i], NULL, 0);
}

static void signal_with(const char *const *some, size_t n, bool and_continue,
			pid_t except)
{
	memcpy(lists, some, n * sizeof(*some));
	n_lists = n;
	n_reads = 0;
	cgroup_signal(NULL, SIGUSR1, and_continue, except);
}

static int total(void)
{
	int sum = 0;

	for (int i = 0; i < CHILDREN; i++)
		sum += had[i].usr1;
	return sum;
}

/* The children from one number on, a line each. */
static const char *list_of(int from, int to)
{
	static char text[READS_MAX][CHILDREN * 12];
	static size_t n;
	char *buf = text[n++ % READS_MAX];
	size_t size = 0;

	buf[0] = '\0';
	for (int i = from; i < to; i++)
		size += (size_t)sprintf(buf + size, "%d\n", (int)children[i]);
	return buf;
}

#define SIGNAL_WITH(and_continue, except, ...)                                        \
	signal_with((const char *const[]){ __VA_ARGS__ },                             \
		    ARRAY_SIZE(((const char *const[]){ __VA_ARGS__ })), and_continue, \
		    except)

int main(void)
{
	struct rlimit few;

	had = mmap(NULL, sizeof(*had) * CHILDREN, PROT_READ | PROT_WRITE,
		   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	start_children();

	/* 0 and 1 are listed; 1 is not any more when both are held. */
	SIGNAL_WITH(false, 0, list_of(0, 2), list_of(0, 1));
	/* 10 to 19 come while the others are signalled. */
	SIGNAL_WITH(false, 0, list_of(5, 10), list_of(5, 10), list_of(5, 20));
	SIGNAL_WITH(true, children[21], list_of(20, 23));
	SIGNAL_WITH(false, 0, list_of(30, 280));
	SIGNAL_WITH(false, 0, NULL);
	SIGNAL_WITH(false, 0, list_of(280, 281), NULL);
	SIGNAL_WITH(false, 0, "0\n");
	SIGNAL_WITH(false, 0, "");
	/* Always new ones: there is an end to that. */
	SIGNAL_WITH(false, 0, list_of(282, 283), list_of(282, 283), list_of(283, 284),
		    list_of(283, 284), list_of(284, 285), list_of(284, 285),
		    list_of(285, 286), list_of(285, 286), list_of(286, 287));
	is(n_reads, 8, "what is born again and again is followed for four rounds");
	few.rlim_cur = few.rlim_max = (rlim_t)dup(0) + 6;
	(void)setrlimit(RLIMIT_NOFILE, &few); /* less than there was */
	SIGNAL_WITH(false, 0, list_of(287, 300));
	end_children();

	is(had[0].usr1, 1, "one in both lists is signalled, once");
	is(had[1].usr1, 0, "one whose number is another's by then is not");
	is(had[0].cont, 0, "no CONT is sent that was not asked for");
	for (int i = 5; i < 20; i++)
		is(had[i].usr1, 1, "one of those that were born meanwhile, %d", i);
	is(had[20].usr1 + had[22].usr1, 2, "all but one");
	is(had[21].usr1 + had[21].cont, 0, "not that one");
	is(had[20].cont, 1, "CONT is sent too");
	for (int i = 30; i < 280; i++)
		if (had[i].usr1 != 1)
			is(had[i].usr1, 1, "one of 250, %d", i);
	is(had[280].usr1, 0, "without a second list nobody is");
	for (int i = 282; i < 286; i++)
		is(had[i].usr1, 1, "one of the four rounds, %d", i);
	is(had[286].usr1, 0, "the fifth is not");
	for (int i = 287; i < 300; i++)
		is(had[i].usr1, 1, "one of 13, with a few descriptors, %d", i);
	is(total(), 1 + 15 + 2 + 250 + 4 + 13, "and nobody else");
	return done();
}
