/* SPDX-License-Identifier: MIT */

/*
 * A command gets the connection as its stdio and nothing else, as the account and
 * with the environment that were planned; a plan with root in it is never
 * started, and what fails is told by step and error.
 *
 * links: run/spawn run/birth run/clone3 run/child run/failure run/env run/tree run/cgroup run/cgroup_left run/cgroup_signal base/file base/number base/text base/words run/starter
 * no valgrind: it supports no clone(2) but that of threads and of fork
 */

#include "run/spawn.h"
#include "run/starter.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/text.h"
#include "base/words.h"
#include "run/tree.h"

#include "tap.h"

static struct spawner *spawner;
static int stderr_fd = -1; /* of what is started */
static bool copies; /* our memory; else the child shares it */
static bool privileged;

/* What is the same for all plans here; as root that of nobody, else our own. */
static gid_t groups[64];
static size_t n_groups;

static struct spawn_plan plan_of(const char *path, const char *const *argv)
{
	struct spawn_plan plan = {
		.path = path,
		.argv = (char *const *)argv, /* execve(2) changes none */
		.uid = privileged ? 65534 : geteuid(),
		.gid = privileged ? 65534 : getegid(),
		.groups = groups,
		.n_groups = n_groups,
		.set_groups = privileged,
		.no_new_privs = true,
		.directory = "/",
		.umask = 027,
		.stderr_is_connection = true,
		.limits = { { "limit_nofile", RLIMIT_NOFILE, false, { 64, 128 } } },
		.n_limits = 1,
		.late_limits = 1,
	};

	if (copies)
		strcpy(plan.oom_score, "700");
	return plan;
}

enum { NOT_STARTED = 1000 };

/* Look after it until it runs the command, or has ended instead. */
static int settle(struct process *process, struct start_failure *failure)
{
	struct pollfd at = { .fd = process->pidfd, .events = POLLIN };
	struct ending ending;

	while (process->start != NULL) {
		if (poll(&at, 1, 1) == 0) {
			(void)start_look(process);
		} else if (start_failed(process, failure)) {
			(void)tree_reap(process, &ending); /* the caller looks for it */
			close_fd(&process->pidfd);
			return NOT_STARTED;
		}
	}
	return 0;
}

/* Start it with one end of a pair; 0, NOT_STARTED, or what start_run() said. */
static int begin(const struct spawn_plan *plan, struct process *process,
		 struct start_failure *failure, int *ret_peer)
{
	auto_words struct words base = { 0 };
	int missing = 0;
	struct start *start = spawner_take(spawner, &missing);
	int pair[2], r;

	if (start == NULL || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		return -ENOMEM;
	if (words_add(&base, "A=1") < 0 || env_begin(start_env(start), &base) < 0)
		return -ENOMEM;
	env_add(start_env(start), "B", "2");
	if (plan->passes_connection)
		env_add_pid(start_env(start), "P");
	r = start_run(start, plan, pair[1], stderr_fd, process, &missing);
	(void)close(pair[1]);
	*ret_peer = pair[0];
	return r == 0 ? settle(process, failure) : r;
}

/* All that the command says, up to the end of its connection. */
static void read_all(int fd, struct text *text)
{
	struct pollfd at = { .fd = fd, .events = POLLIN };
	char buf[4096];
	ssize_t n;

	while (poll(&at, 1, 10000) == 1 && (n = read(fd, buf, sizeof(buf))) > 0)
		text_add_bytes(text, buf, (size_t)n);
}

static void reap(struct process *process, struct ending *ending)
{
	struct pollfd at = { .fd = process->pidfd, .events = POLLIN };

	(void)poll(&at, 1, 10000);
	is(tree_reap(process, ending), 0, "it is reaped");
	close_fd(&process->pidfd);
}

static int own_oom_score(void)
{
	FILE *file = fopen("/proc/self/oom_score_adj", "re");
	int score = -1;

	if (file == NULL || fscanf(file, "%d", &score) != 1)
		printf("Bail out! no oom_score_adj\n");
	if (file != NULL)
		(void)fclose(file); /* only read from */
	return score;
}

static void test_context(void)
{
	static const char *const argv[] = {
		"own-name", "-c",
		"echo $0; echo $A$B; id -u; id -g; umask; pwd; ulimit -n; ulimit -Hn;"
		" grep -E '^(NoNewPrivs|SigBlk|SigIgn|CapEff|CapPrm|CapInh|CapAmb)'"
		" /proc/self/status | tr -d '\\n\\t'; echo;"
		" cat /proc/self/oom_score_adj;"
		" set -- /proc/self/fd/*; echo $#; echo err >&2; cat",
		NULL
	};
	struct spawn_plan plan = plan_of("/bin/sh", argv);
	struct start_failure failure = { 0 };
	struct process process;
	struct ending ending = { 0 };
	auto_text struct text said = { 0 }, expected = { 0 };
	int peer = -1;

	is(begin(&plan, &process, &failure, &peer), 0, "a command is started");
	is((int64_t)getsid(process.pid), process.pid, "in a session of its own");
	(void)!write(peer, "in\n", 3);
	(void)shutdown(peer, SHUT_WR);
	read_all(peer, &said);
	reap(&process, &ending);
	ok(!ending.by_signal && ending.status == 0, "and exits with 0");
	/* The shell's own descriptors, and the one with which it lists them. */
	text_addf(&expected,
		  "own-name\n12\n%u\n%u\n0027\n/\n64\n128\n"
		  "SigBlk:0000000000000000SigIgn:0000000000000000"
		  "CapInh:0000000000000000CapPrm:0000000000000000CapEff:0000000000000000"
		  "CapAmb:0000000000000000NoNewPrivs:1\n%d\n4\nerr\nin\n",
		  plan.uid, plan.gid, copies ? 700 : own_oom_score());
	is_str(text_get(&said), text_get(&expected), "it saw what was planned");
	(void)close(peer);
}

static void test_stderr(void)
{
	static const char *const argv[] = { "sh", "-c", "echo err >&2; echo out", NULL };
	struct spawn_plan plan = plan_of("/bin/sh", argv);
	struct start_failure failure = { 0 };
	struct process process;
	struct ending ending = { 0 };
	auto_text struct text said = { 0 }, told = { 0 };
	int peer = -1, ends[2];

	plan.stderr_is_connection = false;
	is(begin(&plan, &process, &failure, &peer), 0, "standard error to nowhere");
	read_all(peer, &said);
	is_str(text_get(&said), "out\n", "... does not reach the client");
	reap(&process, &ending);
	(void)close(peer);

	if (pipe2(ends, O_CLOEXEC) < 0)
		return;
	stderr_fd = ends[1];
	is(begin(&plan, &process, &failure, &peer), 0, "standard error to a pipe");
	stderr_fd = -1;
	(void)close(ends[1]);
	text_done(&said);
	read_all(peer, &said);
	read_all(ends[0], &told);
	is_str(text_get(&said), "out\n", "... does not reach the client");
	is_str(text_get(&told), "err\n",
	       "... but the pipe, of which nothing is left open here");
	reap(&process, &ending);
	(void)close(peer);
	(void)close(ends[0]);
}

/* The connection as descriptor 3, and its pid in the environment. */
static void test_passed(void)
{
	static const char *const argv[] = {
		"sh", "-c",
		"read -r line || echo no input >&3; read -r line <&3; echo got $line >&3;"
		" [ $P = $$ ] && echo is its pid >&3; echo lost;"
		" set -- /proc/self/fd/*; echo $# >&3; echo err >&2",
		NULL
	};
	struct spawn_plan plan = plan_of("/bin/sh", argv);
	struct start_failure failure = { 0 };
	struct process process;
	struct ending ending = { 0 };
	auto_text struct text said = { 0 };
	int peer = -1;

	plan.passes_connection = true;
	for (int i = 0; i < 2; i++) {
		plan.stderr_is_connection = i == 1;
		is(begin(&plan, &process, &failure, &peer), 0, "a passed connection");
		(void)!write(peer, "in\n", 3);
		(void)shutdown(peer, SHUT_WR);
		text_done(&said);
		read_all(peer, &said);
		/* 0 to 3, and the one with which it lists them. */
		is_str(text_get(&said),
		       i == 1 ? "no input\ngot in\nis its pid\n5\nerr\n"
			      : "no input\ngot in\nis its pid\n5\n",
		       "... is descriptor 3, and no other unless that is asked for");
		reap(&process, &ending);
		(void)close(peer);
	}
}

/* A plan with root in it is not tried. */
static void test_not_allowed(void)
{
	static const char *const argv[] = { "true", NULL };
	static gid_t with_root[] = { 0, 5 }, with_none[] = { 5, (gid_t)-1 };
	static const struct {
		const char *name;
		uid_t uid;
		gid_t gid, *groups;
	} bad[] = {
		{ "uid 0", 0, 65534, NULL },
		{ "uid -1", (uid_t)-1, 65534, NULL },
		{ "gid 0", 65534, 0, NULL },
		{ "gid -1", 65534, (gid_t)-1, NULL },
		{ "a group 0", 65534, 65534, with_root },
		{ "a group -1", 65534, 65534, with_none },
	};

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct spawn_plan plan = plan_of("/bin/true", argv);
		struct start_failure failure = { 0 };
		struct process process;
		int peer = -1;

		plan.uid = bad[i].uid;
		plan.gid = bad[i].gid;
		plan.groups = bad[i].groups;
		plan.n_groups = bad[i].groups != NULL ? 2 : 0;
		is(begin(&plan, &process, &failure, &peer), START_NOT_ALLOWED,
		   "%s is not started", bad[i].name);
		is(waitpid(-1, NULL, WNOHANG), -1, "... and there is no process");
		(void)close(peer);
	}
}

/* What fails in the child is told by its step and its error. */
static void test_failures(void)
{
	static const char *const argv[] = { "x", NULL };
	static const struct {
		const char *name, *path, *directory;
		enum child_step step;
		int error;
		const char *shown;
	} bad[] = {
		{ "no such file", "/nonexistent/\x1b", "/", STEP_EXEC, ENOENT,
		  "cannot execute /nonexistent/\\x1b: No such file or directory" },
		{ "a directory", "/tmp", "/", STEP_EXEC, EACCES,
		  "cannot execute /tmp: Permission denied" },
		{ "not executable", "/etc/passwd", "/", STEP_EXEC, EACCES,
		  "cannot execute /etc/passwd: Permission denied" },
		{ "no such folder", "/bin/true", "/nonexistent", STEP_DIRECTORY, ENOENT,
		  "cannot change to directory /nonexistent: No such file or directory" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct spawn_plan plan = plan_of(bad[i].path, argv);
		struct start_failure failure = { 0 };
		struct process process;
		auto_text struct text said = { 0 }, shown = { 0 };
		int peer = -1;

		plan.directory = bad[i].directory;
		is(begin(&plan, &process, &failure, &peer), NOT_STARTED,
		   "%s: not started", bad[i].name);
		is(failure.step, bad[i].step, "... at this step");
		is(failure.error, bad[i].error, "... for this reason");
		start_failure_show(&failure, &plan, &shown);
		is_str(text_get(&shown), bad[i].shown, "... told so");
		read_all(peer, &said);
		is((int64_t)said.size, 0, "... and the client sees the end");
		is(waitpid(-1, NULL, WNOHANG), -1, "... and no child is left");
		(void)close(peer);
	}
}

/* A file that can be executed: the path is made by mkstemp(). */
static void make_program(char *path, const char *bytes, size_t size)
{
	int fd = mkstemp(path);

	if (fd < 0 || write(fd, bytes, size) != (ssize_t)size || fchmod(fd, 0755) < 0)
		printf("Bail out! cannot write %s\n", path);
	(void)close(fd);
}

/* That file is not started; behind its name the failure says this. */
static void lacks(const char *name, const char *bytes, size_t size, const char *expected)
{
	static const char *const argv[] = { "x", NULL };
	char path[] = "/tmp/spawnd-unit.XXXXXX";
	struct start_failure failure = { 0 };
	struct spawn_plan plan;
	struct process process;
	auto_text struct text shown = { 0 }, whole = { 0 };
	int peer = -1;

	make_program(path, bytes, size);
	plan = plan_of(path, argv);
	is(begin(&plan, &process, &failure, &peer), NOT_STARTED, "%s: not started", name);
	start_failure_show(&failure, &plan, &shown);
	text_addf(&whole, "cannot execute %s: %sNo such file or directory", path,
		  expected);
	is_str(text_get(&shown), text_get(&whole), "... and it is told what is missing");
	(void)close(peer);
	(void)unlink(path);
}

/* Files of which the kernel says that they do not exist, while it is what they name
 * that does not. */
static void test_missing(void)
{
	static const char script[] = "#! /nonexistent/sh -e\n";
	static char program[1 << 20];
	char other[] = "/tmp/spawnd-unit.XXXXXX", nested[64];
	auto_close int fd = open("/bin/true", O_RDONLY | O_CLOEXEC);
	ssize_t size = read(fd, program, sizeof(program));
	char *loader = memmem(program, (size_t)MAX(size, 0), "/ld-linux", 9);

	lacks("a script without its interpreter", script, strlen(script),
	      "its interpreter /nonexistent/sh does not exist: ");
	make_program(other, script, strlen(script));
	(void)snprintf(nested, sizeof(nested), "#!%s\n", other);
	lacks("a script whose interpreter is one", nested, strlen(nested), "");
	(void)unlink(other);
	ok(loader != NULL, "a program has a loader");
	if (loader == NULL)
		return;
	loader[1] = 'x';
	lacks("a program without its loader", program, (size_t)size,
	      "its loader (dynamic linker) does not exist: ");
}

static const char *const limits_argv[] = { "sh", "-c", "ulimit -Sn; ulimit -Hn", NULL };

/* A limit above what there is fails the start, unless nobody asked for it. */
static void test_limits(void)
{
	struct spawn_plan plan = plan_of("/bin/sh", limits_argv);
	struct start_failure failure = { 0 };
	struct rlimit own = { 0 };
	struct process process;
	struct ending ending = { 0 };
	auto_text struct text said = { 0 }, shown = { 0 }, expected = { 0 };
	int peer = -1;

	(void)getrlimit(RLIMIT_NOFILE, &own);
	plan.limits[1] = plan.limits[0];
	plan.limits[1].value = (struct limit_value){ 5, UINT64_MAX };
	plan.n_limits = 2;
	plan.late_limits = 1;
	is(begin(&plan, &process, &failure, &peer), NOT_STARTED, "a limit too high");
	start_failure_show(&failure, &plan, &shown);
	is_str(text_get(&shown), "cannot set limit_nofile: Operation not permitted",
	       "... is told");
	(void)close(peer);

	plan.limits[0].value = (struct limit_value){ UINT64_MAX, UINT64_MAX };
	plan.limits[0].yields = true;
	plan.n_limits = 1;
	is(begin(&plan, &process, &failure, &peer), 0,
	   "if it yields it is as high as can be");
	read_all(peer, &said);
	reap(&process, &ending);
	text_addf(&expected, "%llu\n%llu\n", (unsigned long long)own.rlim_max,
		  (unsigned long long)own.rlim_max);
	is_str(text_get(&said), text_get(&expected), "... which is the hard limit");
	(void)close(peer);
}

/* Starts come back: more of them than there are, one after another. */
static void test_many(void)
{
	int missing = 0;
	static const char *const argv[] = { "true", NULL };
	const struct spawn_plan plan = plan_of("/bin/true", argv);
	struct start *taken[STARTS_MAX];
	size_t n = 0;
	bool good = true;

	for (int i = 0; i < 3 * STARTS_MAX; i++) {
		struct start_failure failure;
		struct process process;
		struct ending ending;
		struct pollfd at;
		int peer = -1;

		good = good && begin(&plan, &process, &failure, &peer) == 0;
		if (!good)
			break;
		at = (struct pollfd){ .fd = process.pidfd, .events = POLLIN };
		good = poll(&at, 1, 10000) == 1 && tree_reap(&process, &ending) == 0;
		close_fd(&process.pidfd);
		(void)close(peer);
	}
	ok(good, "%d commands, one after another", 3 * STARTS_MAX);
	while (n < STARTS_MAX && (taken[n] = spawner_take(spawner, &missing)) != NULL)
		n++;
	is((int64_t)n, STARTS_MAX, "all starts are free again");
	ok(spawner_take(spawner, &missing) == NULL && missing == EBUSY,
	   "and there is no more of them");
	while (n > 0)
		start_drop(taken[--n]);
}

static void open_many(void)
{
	for (int i = 0; i < 2 * FILES_TO_COPY; i++)
		(void)open("/dev/null", O_RDONLY | O_CLOEXEC);
}

int main(void)
{
	sigset_t all;
	int n;

	starter_reset_signals(); /* as the caller of start_run() does */
	is(spawner_new(&spawner), 0, "the slots are taken");
	privileged = geteuid() == 0;
	n = privileged ? 0 : getgroups(ARRAY_SIZE(groups), groups);
	n_groups = n > 0 ? (size_t)n : 0;
	sigfillset(&all);
	(void)sigprocmask(SIG_SETMASK, &all, NULL); /* as spawnd has it */
	(void)umask(077);
	/* With few descriptors open, and with so many that they are not copied; with our
	 * memory shared, and with a copy of it. */
	for (int i = 0; i < 4; i++) {
		const int score = own_oom_score();

		copies = i % 2 != 0;
		test_context();
		test_stderr();
		test_passed();
		test_not_allowed();
		test_failures();
		test_missing();
		test_limits();
		test_many();
		is(own_oom_score(), score, "our own oom score is what it was");
		if (copies)
			open_many();
	}
	spawner_free(spawner);
	return done();
}
