/* SPDX-License-Identifier: MIT */

/*
 * spawn.c - the parent's side of a start.
 *
 * The child is cloned with our memory, and finds its socket at SLOT_CONNECTION of
 * its table or where it is in ours.  The kernel clears the tid word when the child
 * executes the command or ends (CLONE_CHILD_CLEARTID, see set_tid_address(2)): from
 * then on the stack and the environment are ours again.
 *
 * Only a plan with an oom_score gets a child with a copy of our memory, since the
 * kernel gives all who share memory the same score, us included.  What such a child
 * tells is in memory that is shared with any child, and it clears the tid word by its
 * robust list.
 */

#include "run/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>

#include "run/birth.h"
#include "run/raw.h"

enum { STACK_SIZE = 32 * 1024, GUARD_SIZE = 4096 * 16 };

struct start {
	struct spawner *spawner;
	char *stack; /* with the guard below; NULL: not used yet */
	bool taken;
	bool killed; /* by us: it took too long */
	uid_t uid;
	struct cgroup *cgroup; /* NULL: ours */
	bool abandoned; /* nobody waits for it any more, but a child stands on it */
	uint64_t began;
	struct child_state *state; /* in memory that is shared, also with a copy of us */
	struct env env;
	gid_t *groups;
	size_t groups_room;
};

struct spawner {
	int null; /* /dev/null, for the slots */
	int last_pidfd; /* of the last start */
	bool has_abandoned; /* or had */
	struct child_state *states; /* one for each of the starts */
	struct start starts[STARTS_MAX];
};

static bool is_left(const struct start *start)
{
	return (__atomic_load_n(&start->state->tid, __ATOMIC_ACQUIRE) & FUTEX_TID_MASK) ==
	       0;
}

static int fill_slot(int fd, int slot)
{
	return dup3(fd, slot, O_CLOEXEC) < 0 ? -errno : 0;
}

int spawner_new(struct spawner **ret)
{
	struct spawner *spawner;
	struct child_state *states;
	int fd;

	/* Below SLOTS_END nothing of ours may ever stand. */
	do {
		fd = open("/dev/null", O_RDWR | O_CLOEXEC);
		if (fd < 0)
			return -errno;
		if (fd < 3 && fcntl(fd, F_SETFD, 0) < 0)
			return -errno;
	} while (fd < SLOTS_END);
	/* Also if something else stood there. */
	if (fill_slot(fd, SLOT_NULL) < 0)
		return -errno;
	states = mmap(NULL, STARTS_MAX * sizeof(*states), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	spawner = states != MAP_FAILED ? calloc(1, sizeof(*spawner)) : NULL;
	if (spawner == NULL) {
		/* At the start of a process that ends then. */
		(void)close(fd);
		return -ENOMEM;
	}
	spawner->null = fd;
	spawner->states = states;
	for (size_t i = 0; i < STARTS_MAX; i++) {
		spawner->starts[i].spawner = spawner;
		spawner->starts[i].state = &states[i];
	}
	*ret = spawner;
	return 0;
}

struct spawner *spawner_free(struct spawner *spawner)
{
	bool all_left = true;

	if (spawner == NULL)
		return NULL;
	for (size_t i = 0; i < STARTS_MAX; i++) {
		struct start *start = &spawner->starts[i];

		if (!is_left(start)) {
			all_left = false;
			continue; /* a child that cannot die stands on it */
		}
		if (start->stack != NULL)
			(void)munmap(start->stack, STACK_SIZE + GUARD_SIZE); /* ours */
		env_done(&start->env);
		free(start->groups);
	}
	if (all_left)
		(void)munmap(spawner->states,
			     STARTS_MAX * sizeof(*spawner->states)); /* ours */
	close_fd(&spawner->null);
	free(spawner);
	return NULL;
}

static int give_stack(struct start *start)
{
	char *stack;

	if (start->stack != NULL)
		return 0;
	stack = mmap(NULL, STACK_SIZE + GUARD_SIZE, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
	if (stack == MAP_FAILED)
		return -errno;
	if (mprotect(stack, GUARD_SIZE, PROT_NONE) < 0) {
		int error = errno;

		(void)munmap(stack, STACK_SIZE + GUARD_SIZE); /* ours */
		return -error;
	}
	start->stack = stack;
	return 0;
}

struct start *spawner_take(struct spawner *spawner, int *ret_missing)
{
	*ret_missing = EBUSY;
	for (size_t i = 0; i < STARTS_MAX; i++) {
		struct start *start = &spawner->starts[i];

		if (start->abandoned && is_left(start))
			start->abandoned = start->taken = false;
		if (start->taken)
			continue;
		if (give_stack(start) == 0) {
			start->taken = true;
			start->cgroup = NULL;
			return start;
		}
		*ret_missing = ENOMEM;
	}
	return NULL;
}

void start_drop(struct start *start)
{
	start->taken = false;
}

struct env *start_env(struct start *start)
{
	return &start->env;
}

void start_in_cgroup(struct start *start, struct cgroup *cgroup)
{
	start->cgroup = cgroup;
}

static int give_groups_room(struct start *start, size_t n)
{
	gid_t *room;

	if (n + 1 <= start->groups_room)
		return 0;
	room = reallocarray(start->groups, n + 1, sizeof(*room));
	if (room == NULL)
		return -ENOMEM;
	start->groups = room;
	start->groups_room = n + 1;
	return 0;
}

static bool has_ended(int pidfd)
{
	struct pollfd at = { .fd = pidfd, .events = POLLIN };

	return poll(&at, 1, 0) == 1;
}

/* As long as the child shares our table the slots must not change.  To leave it
 * is what the child does first, or after it moved to its cgroup, and nobody but root
 * can stop it before; so this takes no longer than the kernel does, and is bounded all
 * the same. */
static void wait_unshared(struct start *start, int pidfd)
{
	const uint64_t until = now_usec() + START_LIMIT_USEC;
	const struct timespec look = { .tv_nsec = START_WAIT_USEC * 1000 };

	/* Woken, interrupted, too late: the words tell, and the pidfd of one that ended
	 * before it could have its end announced. */
	while (!__atomic_load_n(&start->state->unshared, __ATOMIC_ACQUIRE) &&
	       !is_left(start) && !has_ended(pidfd)) {
		if (now_usec() > until) {
			(void)pidfd_send_signal(pidfd, SIGKILL, NULL,
						0); /* or it ended */
			return;
		}
		(void)RAW4(SYS_futex, &start->state->unshared, FUTEX_WAIT, 0, &look);
	}
}

/* The child has left: what did it leave behind? */
static bool take_failure(struct start *start, struct start_failure *ret)
{
	const struct child_state *state = start->state;
	bool failed = __atomic_load_n(&state->failed, __ATOMIC_ACQUIRE) != 0;

	if (!failed && state->step == STEP_EXEC)
		return false;
	*ret = (struct start_failure){ .step = state->step,
				       .error = failed ? state->error : 0,
				       .limit = state->limit };
	if (failed)
		memcpy(ret->head, state->head, sizeof(ret->head));
	return true;
}

/* The last look before a start, whatever was checked when the plan was made. */
static bool plan_is_allowed(const struct spawn_plan *plan)
{
	if (plan->uid == 0 || plan->uid == (uid_t)-1 || plan->gid == 0 ||
	    plan->gid == (gid_t)-1)
		return false;
	for (size_t i = 0; i < plan->n_groups; i++)
		if (plan->groups[i] == 0 || plan->groups[i] == (gid_t)-1)
			return false;
	return true;
}

/* What the child is to take over, and where it finds that. */
static int give_descriptors(struct start *start, const struct spawn_plan *plan,
			    int connection, int stderr_fd, bool shares)
{
	const int error = plan->stderr_is_connection ? connection
			  : stderr_fd >= 0           ? stderr_fd
						     : start->spawner->null;
	struct child_state *state = start->state;
	int r;

	state->shares = shares;
	state->connection = shares ? SLOT_CONNECTION : connection;
	state->error_output = shares ? SLOT_STDERR : error;
	state->input_output = !plan->passes_connection ? state->connection
			      : shares                 ? SLOT_NULL
						       : start->spawner->null;
	if (!shares)
		return 0;
	r = fill_slot(connection, SLOT_CONNECTION);
	return r < 0 ? r : fill_slot(error, SLOT_STDERR);
}

/* What stands in the slots stays open here, and its client would never see the end. */
static void empty_slots(const struct spawner *spawner)
{
	/* Putting one open file over another cannot fail. */
	(void)fill_slot(spawner->null, SLOT_CONNECTION);
	(void)fill_slot(spawner->null, SLOT_STDERR);
}

/* An account that stops its own starts for ever (in a file system of its own, say) must
 * not use up those of all. */
static bool has_stuck(const struct spawner *spawner, uid_t uid)
{
	unsigned n = 0;

	for (size_t i = 0; spawner->has_abandoned && i < STARTS_MAX; i++) {
		const struct start *start = &spawner->starts[i];

		n += start->abandoned && !is_left(start) && start->uid == uid;
	}
	return n >= STUCK_MAX;
}

int start_run(struct start *start, const struct spawn_plan *plan, int connection,
	      int stderr_fd, struct process *ret, int *ret_missing)
{
	struct process process = { .pidfd = -1, .start = start, .cgroup = start->cgroup };
	const struct birth birth = { .state = start->state,
				     .stack = start->stack + GUARD_SIZE,
				     .stack_size = STACK_SIZE,
				     .cgroup = start->cgroup };
	auto_close int procs = -1; /* while the child may write there */
	/* Both had the lowest free number when they were opened: about as many are. */
	const int open_files = MAX(connection, start->spawner->last_pidfd);
	const bool shares = open_files >= FILES_TO_COPY;
	int r;

	if (!plan_is_allowed(plan)) {
		start_drop(start);
		return START_NOT_ALLOWED;
	}
	if (has_stuck(start->spawner, plan->uid)) {
		*ret_missing = EBUSY;
		start_drop(start);
		return START_NO_PROCESS;
	}
	start->uid = plan->uid;
	r = give_groups_room(start, plan->n_groups);
	*start->state = (struct child_state){
		.plan = plan,
		.env = env_finish(&start->env),
		.groups_room = start->groups,
		.pid_place = start->env.pid,
		.copies = plan->oom_score[0] != '\0',
		.cgroup = -1,
	};
	if (r == 0)
		r = give_descriptors(start, plan, connection, stderr_fd, shares);
	if (r == 0) {
		start->began = now_usec();
		start->killed = false;
		start->state->tid = 1;
		r = clone_child(&birth, &process, &procs);
	}
	if (r < 0) {
		*ret_missing = -r;
		start->state->tid = 0;
		start_drop(start);
	} else if (shares) {
		wait_unshared(start, process.pidfd);
	}
	if (shares)
		empty_slots(start->spawner);
	if (r < 0)
		return START_NO_PROCESS;
	start->spawner->last_pidfd = process.pidfd;
	*ret = process;
	return 0;
}

bool start_look(struct process *process)
{
	struct start *start = process->start;

	if (is_left(start)) {
		if (__atomic_load_n(&start->state->failed, __ATOMIC_ACQUIRE) != 0 ||
		    start->state->step != STEP_EXEC || start->killed)
			return false; /* it is ending: start_failed() will tell why */
		start_drop(start);
		process->start = NULL;
		return true;
	}
	/* It may be gone by now, and then there is nobody to signal. */
	(void)pidfd_send_signal(process->pidfd, SIGCONT, NULL, 0);
	if (now_usec() - start->began > START_LIMIT_USEC) {
		start->killed = true;
		(void)pidfd_send_signal(process->pidfd, SIGKILL, NULL, 0);
	}
	return false;
}

bool start_was_killed(const struct process *process)
{
	return process->start->killed;
}

bool start_failed(struct process *process, struct start_failure *ret)
{
	struct start *start = process->start;
	bool failed = true;

	process->start = NULL;
	/* It may have ended before the kernel knew of its tid word. */
	if (!is_left(start) && pidfd_send_signal(process->pidfd, 0, NULL, 0) < 0 &&
	    errno == ESRCH)
		start->state->tid = 0;
	if (!is_left(start)) {
		*ret = (struct start_failure){ .step = STEP_EXEC,
					       .error = ETIMEDOUT,
					       .is_stuck = !start->state->copies };
		start->abandoned = true;
		start->spawner->has_abandoned = true;
		return true;
	}
	if (start->killed && !start->state->failed)
		*ret = (struct start_failure){ .step = start->state->step,
					       .error = ETIMEDOUT };
	else
		failed = take_failure(start, ret);
	start_drop(start);
	return failed;
}
