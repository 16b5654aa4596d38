/* SPDX-License-Identifier: MIT */

/* outcome.c - from a connection that has ended to what is told of it. */

#include "serve/outcome.h"

#include "run/cgroup.h"
#include "serve/connection.h"
#include "serve/server.h"
#include "serve/service.h"

enum outcome outcome_of(const struct connection *connection)
{
	if (connection->ending.is_unknown)
		return OUTCOME_FAILED;
	if (connection->timed_out)
		return OUTCOME_TIMEOUT;
	return connection->ending.by_signal ? OUTCOME_SIGNAL : OUTCOME_EXIT;
}

void outcome_write(const struct connection *connection, enum outcome outcome,
		   const char *failure)
{
	const struct service_settings *settings = connection->plan->settings;
	struct cgroup_usage usage = { 0 };
	char peer[PEER_ROOM];
	struct record record = {
		.service = settings->name,
		.id = connection->id,
		.peer = peer_format(&connection->peer, peer),
		.local = connection->local,
		.uid = connection->plan->account.uid,
		.pid = connection->process.pid,
		.outcome = outcome,
		.by_signal = connection->ending.by_signal,
		.status = connection->ending.status,
		.failure = failure,
		.time_limit = settings->time_limit,
		.run_usec = connection->ended - connection->began,
		.cpu_usec = connection->ending.cpu_usec,
	};

	if (settings->record == RECORD_NONE ||
	    (settings->record == RECORD_FAILURES && record_level(&record) == LOG_INFO))
		return;
	if (connection->process.cgroup != NULL)
		cgroup_look(connection->process.cgroup, &usage);
	record.memory_peak = usage.memory_peak;
	/* 0 where it was killed for want of memory of all. */
	record.memory_max = usage.out_of_memory ? connection->plan->limits.memory_max : 0;
	record_write(&record, connection->service->server->log);
}

int outcome_exit_status(const struct connection *connection, enum outcome outcome)
{
	switch (outcome) {
	case OUTCOME_EXIT:
		return connection->ending.status;
	case OUTCOME_SIGNAL:
		return EXIT_BY_SIGNAL + connection->ending.status;
	case OUTCOME_TIMEOUT:
		return EXIT_TIMED_OUT;
	case OUTCOME_FAILED:
		break;
	}
	return EXIT_NOT_STARTED;
}
