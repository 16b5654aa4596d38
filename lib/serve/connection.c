/* SPDX-License-Identifier: MIT */

/*
 * connection.c - the timed wait: what happens to a command, in its order.
 *
 * RUNNING, until the leader ends (its pidfd tells) or its time is over; then
 * ENDING after the first signal and KILLED after the second.  When the leader is
 * reaped and others of its cgroup or group are LEFT, they are signalled too, and looked
 * at with growing pauses until they are gone.
 */

#include "serve/connection.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>

#include "run/contain.h"
#include "serve/client.h"
#include "serve/describe.h"
#include "serve/outcome.h"
#include "serve/pause.h"
#include "serve/quota.h"
#include "serve/server.h"
#include "serve/service.h"

#define PROBE_FIRST (1 * USEC_PER_MSEC)
#define PROBE_LONGEST (100 * USEC_PER_MSEC)

/* How long what was killed may take to be gone before the slot is free anyway:
 * a process in the hands of a dead file system does not even die. */
#define KILL_PATIENCE (1 * USEC_PER_SEC)

static const struct service_settings *settings_of(const struct connection *connection)
{
	return connection->plan->settings;
}

/* The ticket */

static struct connection *connection_new(struct service *service)
{
	struct connection *connection = calloc(1, sizeof(*connection));

	if (connection == NULL)
		return NULL;
	connection->service = service;
	connection->plan = plan_hold(service->plan);
	connection->process.pidfd = -1;
	connection->next = service->first;
	if (service->first != NULL)
		service->first->previous = connection;
	service->first = connection;
	service->live++;
	service->server->live++;
	return connection;
}

/* A child that was just cloned may have our pidfds, too: closing ours is not enough to
 * hear no more of it. */
static void disarm(struct connection *connection)
{
	if (connection->is_armed)
		/* It is in there. */
		(void)epoll_ctl(connection->service->server->ended, EPOLL_CTL_DEL,
				connection->process.pidfd, NULL);
	connection->is_armed = false;
}

static void connection_free(struct connection *connection)
{
	struct service *service = connection->service;

	heap_remove(&service->deadlines, &connection->deadline);
	if (connection->previous != NULL)
		connection->previous->next = connection->next;
	else
		service->first = connection->next;
	if (connection->next != NULL)
		connection->next->previous = connection->previous;
	disarm(connection);
	close_fd(&connection->process.pidfd);
	cgroup_let_go(connection->process.cgroup);
	plan_release(connection->plan);
	free(connection->local);
	quota_release(service, &connection->ticket);
	service->live--;
	service->server->live--;
	service->server->is_to_sweep |= service_is_over(service);
	free(connection);
}

static void set_deadline(struct connection *connection, uint64_t at)
{
	struct service *service = connection->service;

	if (at == USEC_INFINITY) {
		heap_remove(&service->deadlines, &connection->deadline);
		return;
	}
	heap_put(&service->deadlines, &connection->deadline, at); /* room was reserved */
	service_arm(service);
}

/* The tree is gone: write the record, give the slot back. */
static void finish(struct connection *connection)
{
	struct service *service = connection->service;
	struct server *server = service->server;
	const bool was_full = server_is_full(server);
	const enum outcome outcome = outcome_of(connection);

	outcome_write(connection, outcome,
		      outcome == OUTCOME_FAILED ? "how it ended is not known" : NULL);
	server->exit_status = outcome_exit_status(connection, outcome);
	connection_free(connection);
	server_released(server, service, was_full);
}

/* No command ran: say why, and let the service pause. */
static void fail(struct connection *connection, const struct start_failure *failure)
{
	struct service *service = connection->service;
	const struct service_plan *plan;
	auto_text struct text why = { 0 };

	start_failure_show(failure, &connection->plan->spawn, &why);
	if (connection->process.cgroup != NULL)
		cgroup_spoil(connection->process.cgroup);
	if (failure->is_stuck)
		(void)plan_hold(connection->plan); /* for the child, and for ever */
	outcome_write(connection, OUTCOME_FAILED, text_get(&why));
	service->server->exit_status = EXIT_NOT_STARTED;
	plan = connection->plan; /* only to be compared */
	connection_free(connection);
	service_start_failed(service, plan);
}

/* The start */

/* The process runs: wait for it, and for its time. */
static void watch(struct connection *connection)
{
	struct server *server = connection->service->server;
	/* Once: a child that was just cloned has our pidfds too until it closes them,
	 * and as long the kernel would tell of one that we have closed. */
	struct epoll_event event = { .events = EPOLLIN | EPOLLONESHOT,
				     .data.ptr = connection };

	set_deadline(connection,
		     usec_after(connection->began, settings_of(connection)->time_limit));
	server_add_pending(server, connection);
	connection->service->starting++;
	connection->is_armed = epoll_ctl(server->ended, EPOLL_CTL_ADD,
					 connection->process.pidfd, &event) == 0;
	if (connection->is_armed)
		return;
	/* What cannot be watched cannot be left running; its end is asked for. */
	log_line(server->log, LOG_ERR, settings_of(connection)->name,
		 "cannot watch pid %d, which is ended: %s", (int)connection->process.pid,
		 strerror(errno));
	tree_signal(&connection->process, SIGKILL);
	connection->state = CONNECTION_KILLED;
	connection->kill_at = now_usec();
	set_deadline(connection, connection->kill_at + PROBE_FIRST);
}

/* A cgroup for it, where the service has some; returns 0 or -errno. */
static int take_cgroup(struct connection *connection, struct start *start)
{
	const struct service_plan *plan = connection->plan;
	struct cgroups *cgroups =
		contain_cgroups(connection->service->server->request->contain);
	int r;

	if (!plan->in_cgroup || cgroups == NULL)
		return 0;
	r = cgroup_new(cgroups, &plan->limits, plan->account.uid,
		       &connection->process.cgroup);
	if (r == 0)
		start_in_cgroup(start, connection->process.cgroup);
	return r;
}

int connection_begin(struct service *service, struct client *client)
{
	struct server *server = service->server;
	struct connection *connection = connection_new(service);
	struct start_failure failure = { .step = STEP_VERIFY, .error = EPERM };
	struct start *start;
	int r, missing = ENOMEM;

	if (connection == NULL)
		return ENOMEM;
	start = spawner_take(server->spawner, &missing);
	connection->id = server->next_id;
	connection->peer = client->peer;
	r = start == NULL ? -missing : heap_reserve(&service->deadlines, service->live);
	if (r == 0)
		r = describe_connection(connection, client, start_env(start));
	if (r == 0)
		r = take_cgroup(connection, start);
	if (r < 0) {
		if (start != NULL)
			start_drop(start);
		connection_free(connection);
		return -r;
	}
	describe_local(connection, &client->local);
	connection->began = connection->ended = now_usec();
	r = start_run(start, &connection->plan->spawn, client->fd, service->stderr_fd,
		      &connection->process, &missing);
	if (r == START_NO_PROCESS) {
		connection_free(connection);
		return missing;
	}
	server->next_id++;
	close_fd(&client->fd); /* the command has its own */
	connection->ticket = client->ticket;
	client->ticket.kind = TICKET_NONE;
	if (r == 0) {
		watch(connection);
		return 0;
	}
	fail(connection, &failure);
	return 0;
}

/* It is known what became of the start. */
static void forget_start(struct connection *connection)
{
	server_remove_pending(connection->service->server, connection);
	connection->service->starting--;
}

void connection_look_at_start(struct connection *connection)
{
	struct service *service = connection->service;

	if (!start_look(&connection->process)) {
		/* One that does not even die is given up as any other that does not. */
		if (start_was_killed(&connection->process) &&
		    connection->state == CONNECTION_RUNNING)
			connection_end(connection, true);
		return;
	}
	forget_start(connection);
	service_started(service, connection->plan);
	service_released(service);
}

/* The end */

/* Others live on: look after them until they do not. */
static void wait_for_left(struct connection *connection, uint64_t now)
{
	const uint64_t kill_after = settings_of(connection)->kill_after;

	switch (connection->state) {
	case CONNECTION_RUNNING:
		connection->kill_at = usec_after(now, kill_after);
		break;
	case CONNECTION_ENDING:
		break; /* as it was set then */
	case CONNECTION_KILLED:
	case CONNECTION_LEFT:
		connection->kill_at = now;
	}
	connection->state = CONNECTION_LEFT;
	connection->probe = PROBE_FIRST;
	set_deadline(connection, MIN(connection->kill_at, now + connection->probe));
}

/* Can those who are left be reached when the leader is reaped? */
static bool outlives_leader(const struct connection *connection)
{
	return connection->process.cgroup != NULL ||
	       connection->service->server->group_by_pidfd;
}

/* The signal that those get who are left when the leader ends. */
static int signal_for_left(const struct connection *connection)
{
	const struct service_settings *settings = settings_of(connection);

	switch (connection->state) {
	case CONNECTION_RUNNING:
		return settings->kill_after == 0 ? SIGKILL : settings->kill_signal;
	case CONNECTION_ENDING:
		return 0; /* they have had it */
	case CONNECTION_KILLED:
	case CONNECTION_LEFT:
		break;
	}
	return SIGKILL;
}

/* The leader was reaped: was it a command at all, and is that all? */
static void after_leader(struct connection *connection)
{
	struct server *server = connection->service->server;
	struct start_failure failure;
	const bool was_pending = connection->process.start != NULL;
	const bool may_stay = connection->state == CONNECTION_RUNNING &&
			      settings_of(connection)->leftovers == LEFTOVERS_KEEP;

	if (was_pending) {
		forget_start(connection);
		if (start_failed(&connection->process, &failure)) {
			const bool was_full = server_is_full(server);
			struct service *service = connection->service;

			if (failure.error == 0 &&
			    connection->state != CONNECTION_RUNNING) {
				finish(connection); /* we ended it, and know why */
				return;
			}
			fail(connection, &failure);
			server_released(server, service, was_full);
			return;
		}
		service_started(connection->service, connection->plan);
	}
	if (may_stay && connection->process.cgroup != NULL)
		cgroup_let_run(connection->process.cgroup);
	if (may_stay || !outlives_leader(connection) ||
	    !tree_signal_left(&connection->process, signal_for_left(connection))) {
		finish(connection);
		return;
	}
	wait_for_left(connection, connection->ended);
	if (was_pending)
		service_released(connection->service); /* one more may be started */
}

/* The leader should be reaped and cannot be: a tracer has it first (gdb, or any
 * process of the account), or even KILL does not end it.  Nothing will tell when that
 * is over, so look again, but not for ever.  True: it is given up. */
static bool wait_for_leader(struct connection *connection)
{
	struct server *server = connection->service->server;
	const uint64_t now = now_usec();

	if (!connection->is_stuck && connection->state == CONNECTION_RUNNING)
		connection->kill_at =
			usec_after(now, settings_of(connection)->kill_after);
	connection->is_stuck = true;
	if (now >= connection->kill_at)
		tree_signal(&connection->process, SIGKILL);
	if (now < usec_after(connection->kill_at, KILL_PATIENCE)) {
		set_deadline(connection, now + PROBE_LONGEST);
		return false;
	}
	connection->ending = (struct ending){ .by_signal = true, .status = SIGKILL };
	server_abandon_leader(server);
	return true;
}

void connection_on_end(struct connection *connection)
{
	struct server *server = connection->service->server;
	const bool keeps = connection->state == CONNECTION_RUNNING &&
			   settings_of(connection)->leftovers == LEFTOVERS_KEEP;
	siginfo_t info = { 0 };
	int r;

	/* Before Linux 6.9 a group can be signalled for sure only as long as the
	 * leader is a zombie; so what is left then gets no time to end. */
	if (!outlives_leader(connection) && !keeps &&
	    waitid(P_PIDFD, (id_t)connection->process.pidfd, &info,
		   WEXITED | WNOHANG | WNOWAIT) == 0 &&
	    info.si_pid != 0)
		tree_signal(&connection->process, SIGKILL);
	r = tree_reap(&connection->process, &connection->ending);
	if (r > 0 && !wait_for_leader(connection))
		return;
	if (r < 0) {
		connection->ending = (struct ending){ .is_unknown = true };
		log_line(server->log, LOG_ERR, settings_of(connection)->name,
			 "pid %d was reaped by somebody else: %s",
			 (int)connection->process.pid, strerror(-r));
	}
	disarm(connection);
	connection->is_stuck = false;
	connection->ended = now_usec();
	after_leader(connection);
}

static void look_at_left(struct connection *connection, uint64_t now)
{
	const bool kills = now >= connection->kill_at;

	if (!tree_signal_left(&connection->process, kills ? SIGKILL : 0) ||
	    now >= usec_after(connection->kill_at, KILL_PATIENCE)) {
		finish(connection);
		return;
	}
	connection->probe = MIN(2 * connection->probe, PROBE_LONGEST);
	set_deadline(connection,
		     kills ? now + connection->probe
			   : MIN(connection->kill_at, now + connection->probe));
}

void connection_on_deadline(struct connection *connection, uint64_t now)
{
	if (connection->is_stuck) {
		connection_on_end(connection);
		return;
	}
	switch (connection->state) {
	case CONNECTION_RUNNING:
		connection->timed_out = true;
		connection_end(connection, false);
		break;
	case CONNECTION_ENDING:
		connection_end(connection, true);
		break;
	case CONNECTION_KILLED:
		connection_on_end(connection);
		break;
	case CONNECTION_LEFT:
		look_at_left(connection, now);
	}
}

void connection_end(struct connection *connection, bool kill)
{
	const struct service_settings *settings = settings_of(connection);
	const uint64_t now = now_usec();

	if (connection->is_stuck || (connection->state == CONNECTION_LEFT && kill)) {
		connection->kill_at = MIN(connection->kill_at, now);
		set_deadline(connection, now);
	} else if ((connection->state == CONNECTION_RUNNING ||
		    connection->state == CONNECTION_ENDING) &&
		   (kill || settings->kill_after == 0)) {
		tree_signal(&connection->process, SIGKILL);
		connection->state = CONNECTION_KILLED;
		connection->kill_at = now;
		/* The pidfd tells before, unless it cannot even die. */
		set_deadline(connection, now + KILL_PATIENCE);
	} else if (connection->state == CONNECTION_RUNNING) {
		tree_signal(&connection->process, settings->kill_signal);
		connection->state = CONNECTION_ENDING;
		connection->kill_at = usec_after(now, settings->kill_after);
		set_deadline(connection, connection->kill_at);
	}
}
