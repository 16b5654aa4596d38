/* SPDX-License-Identifier: MIT */

/*
 * child.c - the drop from spawnd to a command, in the order that keeps it safe:
 * cgroup, descriptors, session, limits, root, groups, gid, uid, capabilities, verify,
 * execute.
 *
 * Where the parent's table of descriptors is shared, close_range() parts them first,
 * and copies the few below SLOTS_END only.  After the drop of
 * the uid other processes of the account can stop or kill this one; the parent
 * never waits for it without a limit.
 */

#include "run/child.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <linux/close_range.h>
#include <linux/futex.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "run/raw.h"

/* Nothing that instruments code may write into memory that is not ours. */
#define CHILD_CODE \
	__attribute__((no_sanitize("address", "undefined"), no_stack_protector))

/* Have the parent told when this copy of its memory is left: CLONE_CHILD_CLEARTID
 * does that for memory that is shared alone. */
CHILD_CODE static long announce_end(struct child_state *state)
{
	if (!state->copies)
		return 0;
	state->robust.list.next = &state->robust_tid;
	state->robust_tid.next = &state->robust.list;
	state->robust.futex_offset = (long)offsetof(struct child_state, tid) -
				     (long)offsetof(struct child_state, robust_tid);
	state->robust.list_op_pending = 0;
	__atomic_store_n(&state->tid, (uint32_t)RAW0(SYS_gettid), __ATOMIC_RELEASE);
	return RAW2(SYS_set_robust_list, &state->robust, sizeof(state->robust));
}

/* The pid, in decimal: the place has room for any. */
CHILD_CODE static void write_pid(char *place)
{
	unsigned long pid = (unsigned long)RAW0(SYS_getpid);
	unsigned long unit = 1;

	while (pid / unit >= 10)
		unit *= 10;
	for (; unit > 0; unit /= 10)
		*place++ = (char)('0' + pid / unit % 10);
	*place = '\0';
}

CHILD_CODE static long pass_connection(const struct child_state *state)
{
	if (state->pid_place != NULL)
		write_pid(state->pid_place);
	return state->connection == PASSED_CONNECTION
		       ? RAW3(SYS_fcntl, PASSED_CONNECTION, F_SETFD, 0)
		       : RAW3(SYS_dup3, state->connection, PASSED_CONNECTION, 0);
}

/* Only one that could not be born there. */
CHILD_CODE static long enter_cgroup(int procs)
{
	long r = procs >= 0 ? RAW3(SYS_write, procs, "0", 1) : 0;

	return r < 0 ? r : 0;
}

CHILD_CODE static long take_descriptors(struct child_state *state)
{
	const bool passes = state->plan->passes_connection;
	long r = 0;

	if (state->shares) {
		r = RAW3(SYS_close_range, SLOTS_END, ~0U, CLOSE_RANGE_UNSHARE);
		if (r < 0)
			return r;
		__atomic_store_n(&state->unshared, 1, __ATOMIC_RELEASE);
		/* Its result does not matter: who waits looks again anyway. */
		RAW3(SYS_futex, &state->unshared, FUTEX_WAKE, 1);
	}
	for (int fd = 0; r >= 0 && fd < 3; fd++)
		r = RAW3(SYS_dup3, fd == 2 ? state->error_output : state->input_output,
			 fd, 0);
	if (r >= 0 && passes)
		r = pass_connection(state);
	if (r < 0)
		return r;
	return RAW3(SYS_close_range, passes ? PASSED_CONNECTION + 1 : 3, ~0U, 0);
}

CHILD_CODE static long set_oom_score(const char *score)
{
	long fd, r = 0;
	size_t size = 0;

	while (score[size] != '\0')
		size++;
	if (size == 0)
		return 0;
	/* The files in /proc of a process that is not dumpable are root's, and our memory
	 * is a copy of one in which others may have changed their accounts.  Those who
	 * may not trace us cannot do so now either: they lack our capabilities, and the
	 * drop makes us what we were. */
	RAW5(SYS_prctl, PR_SET_DUMPABLE, 1, 0, 0, 0); /* if not, the next one fails */
	fd = RAW4(SYS_openat, AT_FDCWD, "/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC,
		  0);
	if (fd < 0)
		return fd;
	r = RAW3(SYS_write, fd, score, size);
	RAW1(SYS_close, fd); /* its result was the write's */
	return r;
}

/* More than is possible now, if nobody asked for it: our own hard limit may have
 * been lowered since it was the starter's. */
CHILD_CODE static long set_limit(const struct child_limit *limit)
{
	struct limit_value now, value = limit->value;
	long r = RAW4(SYS_prlimit64, 0, limit->resource, &value, 0);

	if (r != -EPERM || !limit->yields)
		return r;
	r = RAW4(SYS_prlimit64, 0, limit->resource, 0, &now);
	if (r < 0)
		return r;
	value.soft = value.soft < now.hard ? value.soft : now.hard;
	value.hard = value.hard < now.hard ? value.hard : now.hard;
	return RAW4(SYS_prlimit64, 0, limit->resource, &value, 0);
}

CHILD_CODE static long set_limits(struct child_state *state, unsigned from, unsigned to)
{
	long r = 0;

	for (unsigned i = from; r >= 0 && i < to; i++) {
		state->limit = i;
		r = set_limit(&state->plan->limits[i]);
	}
	return r;
}

CHILD_CODE static long change_root(const char *root)
{
	long r = root != NULL ? RAW1(SYS_chroot, root) : 0;

	return r == 0 && root != NULL ? RAW1(SYS_chdir, "/") : r;
}

CHILD_CODE static long clear_capabilities(void)
{
	struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct none[2];

	for (int i = 0; i < 2; i++)
		none[i].effective = none[i].permitted = none[i].inheritable = 0;
	/* The ambient set goes with the permitted and the inheritable one. */
	return RAW2(SYS_capset, &header, none);
}

CHILD_CODE static bool has_capabilities(void)
{
	struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct have[2];

	if (RAW2(SYS_capget, &header, have) < 0)
		return true;
	for (int i = 0; i < 2; i++)
		if ((have[i].effective | have[i].permitted | have[i].inheritable) != 0)
			return true;
	return false;
}

/* A drop that says it worked is not believed: the kernel is asked. */
CHILD_CODE static bool account_is(const struct child_state *state)
{
	const struct spawn_plan *plan = state->plan;
	uid_t uid[3];
	gid_t gid[3];
	long n;

	if (RAW3(ID_CALL(getresuid), &uid[0], &uid[1], &uid[2]) < 0 ||
	    RAW3(ID_CALL(getresgid), &gid[0], &gid[1], &gid[2]) < 0)
		return false;
	for (int i = 0; i < 3; i++)
		if (uid[i] != plan->uid || gid[i] != plan->gid || uid[i] == 0 ||
		    gid[i] == 0)
			return false;
	n = RAW2(ID_CALL(getgroups), plan->n_groups + 1, state->groups_room);
	if (n < 0 || (size_t)n != plan->n_groups)
		return false;
	for (long i = 0; i < n; i++)
		if (state->groups_room[i] != plan->groups[i] ||
		    state->groups_room[i] == 0)
			return false;
	if (plan->no_new_privs && RAW5(SYS_prctl, PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1)
		return false;
	return !has_capabilities();
}

/* "#! /bin/sh -e": put a NUL behind the interpreter.  False: it exists. */
CHILD_CODE static bool lacks_interpreter(char *head)
{
	char *name = head + 2, *end;

	while (*name == ' ' || *name == '\t')
		name++;
	for (end = name; *end != '\0' && *end != ' ' && *end != '\t' && *end != '\n';)
		end++;
	*end = '\0';
	return end > name && RAW3(SYS_faccessat, AT_FDCWD, name, F_OK) < 0;
}

/* There is no such file, says execve(), and means the command, its interpreter or
 * its loader.  The parent is to tell which one without looking at files, which can
 * take for ever: only we have the time. */
CHILD_CODE static void read_head(struct child_state *state)
{
	char *head = state->head;
	long fd = RAW4(SYS_openat, AT_FDCWD, state->plan->path,
		       O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0);
	long n = fd < 0 ? fd : RAW3(SYS_read, fd, head, HEAD_SIZE - 1);

	head[n > 0 ? n : 0] = '\0';
	if (head[0] == '#' && head[1] == '!' && !lacks_interpreter(head))
		head[0] = '\0';
}

CHILD_CODE static long do_step(enum child_step step, struct child_state *state)
{
	const struct spawn_plan *plan = state->plan;
	/* The kernel's sigset_t. */
	uint64_t no_signals[_NSIG / 64] = { 0 };
	long r;

	switch (step) {
	case STEP_BORN:
		return announce_end(state);
	case STEP_CGROUP:
		return enter_cgroup(state->cgroup);
	case STEP_DESCRIPTORS:
		return take_descriptors(state);
	case STEP_SESSION:
		return RAW0(SYS_setsid);
	case STEP_OOM_SCORE:
		r = set_oom_score(plan->oom_score);
		return plan->oom_score_yields ? 0 : r;
	case STEP_NICE:
		r = RAW3(SYS_setpriority, PRIO_PROCESS, 0, plan->nice);
		return plan->nice_yields ? 0 : r;
	case STEP_LIMITS:
		RAW1(SYS_umask, plan->umask); /* cannot fail */
		return set_limits(state, 0, plan->late_limits);
	case STEP_ROOT:
		return change_root(plan->root);
	case STEP_GROUPS:
		return plan->set_groups
			       ? RAW2(ID_CALL(setgroups), plan->n_groups, plan->groups)
			       : 0;
	case STEP_GID:
		return RAW3(ID_CALL(setresgid), plan->gid, plan->gid, plan->gid);
	case STEP_PRIVILEGES:
		return plan->no_new_privs
			       ? RAW5(SYS_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
			       : 0;
	case STEP_UID:
		return RAW3(ID_CALL(setresuid), plan->uid, plan->uid, plan->uid);
	case STEP_LATE_LIMITS:
		return set_limits(state, plan->late_limits, plan->n_limits);
	case STEP_CAPABILITIES:
		return clear_capabilities();
	case STEP_VERIFY:
		return account_is(state) ? 0 : -EPERM;
	case STEP_DIRECTORY:
		return RAW1(SYS_chdir, plan->directory);
	case STEP_SIGNALS:
		return RAW4(SYS_rt_sigprocmask, SIG_SETMASK, no_signals, 0,
			    sizeof(no_signals));
	case STEP_EXEC:
		return RAW3(SYS_execve, plan->path, plan->argv, state->env);
	}
	return -EINVAL;
}

CHILD_CODE int child_main(void *data)
{
	struct child_state *state = data;

	for (enum child_step step = STEP_BORN; step <= STEP_EXEC; step++) {
		long r;

		__atomic_store_n(&state->step, step, __ATOMIC_RELAXED);
		r = do_step(step, state);
		if (r < 0) {
			state->error = (int)-r;
			if (step == STEP_EXEC && r == -ENOENT)
				read_head(state);
			__atomic_store_n(&state->failed, 1, __ATOMIC_RELEASE);
			break;
		}
	}
	RAW1(SYS_exit_group, 127);
	return 127;
}
