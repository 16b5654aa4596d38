/* SPDX-License-Identifier: MIT */

/* announce.c - what is said of limits that begin to hold, go on and are over. */

#include "serve/announce.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/number.h"
#include "serve/accept.h"
#include "serve/client.h"
#include "serve/server.h"
#include "serve/service.h"

/* Whoever floods us for days is told of so often. */
#define SUM_PERIOD (60 * USEC_PER_SEC)

enum { REASON_ROOM = RATE_ROOM + 32 };

static struct log *log_of(const struct service *service)
{
	return service->server->log;
}

static struct announced *announced_full(struct service *service)
{
	return &service->announced[REFUSED_MAX_CONNECTIONS];
}

/* A limit of its own and that of all are one matter: there is no room. */
static enum refusal matter_of(enum refusal refusal)
{
	return refusal == REFUSED_MAX_PROCESSES ? REFUSED_MAX_CONNECTIONS : refusal;
}

static void begin(struct service *service, struct announced *announced)
{
	announced->on = true;
	announced->since = now_usec();
	server_watch_limits(service->server);
}

void service_announce_full(struct service *service)
{
	const struct service_settings *settings = service->plan->settings;
	const bool own = service_is_full_itself(service);
	const char *limit = own ? "max_connections" : "max_processes";
	const struct log_event event = { .service = service->name,
					 .kind = EVENT_LIMIT_REACHED,
					 .fields = { { "SPAWND_STATUS", limit } } };
	struct announced *full = announced_full(service);

	full->hit = true;
	if (full->on)
		return;
	begin(service, full);
	log_event(log_of(service), LOG_NOTICE, &event, "%s = %u reached; clients %s",
		  limit,
		  own ? settings->max_connections : service->server->load->max_processes,
		  settings->when_full == WHEN_FULL_WAIT ? "wait" : "are refused");
}

void service_announce_rate(struct service *service)
{
	const struct log_event event = { .service = service->name,
					 .kind = EVENT_LIMIT_REACHED,
					 .fields = { { "SPAWND_STATUS", "rate" } } };
	struct announced *reached = &service->rate_reached;
	char rate[RATE_ROOM];

	reached->hit = true;
	if (reached->on)
		return;
	begin(service, reached);
	log_event(log_of(service), LOG_NOTICE, &event, "rate = %s reached; clients wait",
		  rate_format(&service->plan->settings->rate, rate));
}

/* With the limit that was reached, where it is one of those that matter to a source; a
 * reload may have lifted it. */
static const char *reason_of(const struct service *service, enum refusal refusal,
			     char buf[static REASON_ROOM])
{
	const struct source_limits *limits = &service->sources.limits;
	char rate[RATE_ROOM];
	static const char *const reasons[] = {
		[REFUSED_ACCESS_TIMES] = "outside of access_times",
		[REFUSED_ALLOW] = "not in allow",
		[REFUSED_DENY] = "in deny",
		[REFUSED_MAX_CONNECTIONS] = "max_connections reached",
		[REFUSED_MAX_PROCESSES] = "max_processes reached",
		[REFUSED_MAX_PER_SOURCE] = "max_per_source reached",
		[REFUSED_RATE_PER_SOURCE] = "rate_per_source reached",
	};
	_Static_assert(ARRAY_SIZE(reasons) == REFUSALS, "each refusal has its words");

	if (refusal == REFUSED_MAX_PER_SOURCE && limits->max != COUNT_INFINITY)
		(void)snprintf(buf, REASON_ROOM, "%s = %u reached", /* fits */
			       refusal_key(refusal), limits->max);
	else if (refusal == REFUSED_RATE_PER_SOURCE && limits->rate.count > 0)
		(void)snprintf(buf, REASON_ROOM, "%s = %s reached", /* fits */
			       refusal_key(refusal), rate_format(&limits->rate, rate));
	else
		return reasons[refusal];
	return buf;
}

void service_announce_refusal(struct service *service, enum refusal refusal,
			      const struct client *client)
{
	struct announced *announced = &service->announced[matter_of(refusal)];
	char peer[PEER_ROOM], reason[REASON_ROOM];
	const struct log_event event = {
		.service = service->name,
		.kind = EVENT_REFUSED,
		.fields = { { "SPAWND_PEER", peer_format(&client->peer, peer) },
			    { "SPAWND_OUTCOME", "refused" },
			    { "SPAWND_STATUS", refusal_key(refusal) } },
	};

	if (matter_of(refusal) == REFUSED_MAX_CONNECTIONS) {
		service_announce_full(service);
		announced->refused++;
		return;
	}
	announced->hit = true;
	if (announced->on) {
		announced->refused++;
		return;
	}
	begin(service, announced);
	log_event(log_of(service), LOG_NOTICE, &event, "refused %s: %s", peer,
		  reason_of(service, refusal, reason));
}

static void sum_up(struct service *service, enum refusal refusal)
{
	struct announced *announced = &service->announced[refusal];
	char reason[REASON_ROOM];
	const struct log_event event = {
		.service = service->name,
		.kind = EVENT_REFUSED,
		.fields = { { "SPAWND_OUTCOME", "refused" },
			    { "SPAWND_STATUS", refusal_key(refusal) } },
	};

	if (announced->refused > 0)
		log_event(log_of(service), LOG_NOTICE, &event,
			  "refused %" PRIu64 " more clients: %s", announced->refused,
			  reason_of(service, refusal, reason));
	announced->refused = 0;
	announced->since = now_usec();
}

static void look_at_full(struct service *service)
{
	const struct log_event event = { .service = service->name,
					 .kind = EVENT_LIMIT_OVER };
	struct announced *full = announced_full(service);

	if (full->on && !full->hit && !service_is_full(service)) {
		log_event(log_of(service), LOG_NOTICE, &event,
			  "below its limit again; refused %" PRIu64 " clients meanwhile",
			  full->refused);
		*full = (struct announced){ 0 };
	}
	full->hit = false;
}

static void look_at_rate(struct service *service)
{
	const struct log_event event = { .service = service->name,
					 .kind = EVENT_LIMIT_OVER };
	struct announced *reached = &service->rate_reached;

	if (!reached->on)
		return;
	reached->on = reached->hit;
	reached->hit = false;
	if (reached->on)
		service_review(service); /* to hear of the next one who waits */
	else
		log_event(log_of(service), LOG_NOTICE, &event,
			  "below its rate again; nobody waits");
}

static void look_at(struct service *service, enum refusal refusal)
{
	struct announced *announced = &service->announced[refusal];

	if (announced->on &&
	    (!announced->hit || now_usec() >= usec_after(announced->since, SUM_PERIOD)))
		sum_up(service, refusal);
	announced->on &= announced->hit;
	announced->hit = false;
}

bool service_look_at_limits(struct service *service)
{
	bool any;

	look_at_rate(service);
	any = service->rate_reached.on;
	for (int i = 0; i < REFUSALS; i++) {
		if (i == REFUSED_MAX_CONNECTIONS)
			look_at_full(service);
		else
			look_at(service, i);
		any |= service->announced[i].on;
	}
	return any;
}

void service_sum_up(struct service *service)
{
	const struct log_event event = { .service = service->name,
					 .kind = EVENT_LIMIT_OVER };
	const struct announced *full = announced_full(service);

	if (full->refused > 0)
		log_event(log_of(service), LOG_NOTICE, &event,
			  "refused %" PRIu64 " clients at its limit", full->refused);
	for (int i = 0; i < REFUSALS; i++) {
		if (i != REFUSED_MAX_CONNECTIONS)
			sum_up(service, i);
		service->announced[i] = (struct announced){ 0 };
	}
	service->rate_reached = (struct announced){ 0 };
}
