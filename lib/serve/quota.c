/* SPDX-License-Identifier: MIT */

/* quota.c - the rate of a service, its sources, and what a reload makes of both. */

#include "serve/quota.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "serve/client.h"
#include "serve/connection.h"
#include "serve/server.h"
#include "serve/service.h"
#include "serve/timer.h"

static const struct rate *rate_of(const struct service *service)
{
	return &service->plan->settings->rate;
}

bool quota_has_token(const struct service *service)
{
	return rate_of(service)->count == 0 ||
	       bucket_has(&service->bucket, rate_of(service), now_usec());
}

void quota_await_token(struct service *service)
{
	const uint64_t now = now_usec();
	const uint64_t at = bucket_ready_at(&service->bucket, rate_of(service), now);

	if (at > now && timer_set(service->token_timer, at) < 0)
		/* Nothing would ever end it: better too many than none. */
		service->bucket = (struct bucket){ 0 };
}

enum refusal quota_take(struct service *service, struct client *client)
{
	const uint64_t now = now_usec();
	enum source_answer answer = SOURCE_FITS;

	if (source_limits_any(&service->sources.limits))
		answer = sources_take(service->server->sources, &service->sources,
				      &client->peer, now, &client->ticket);
	if (answer != SOURCE_FITS)
		return answer == SOURCE_HAS_TOO_MANY ? REFUSED_MAX_PER_SOURCE
						     : REFUSED_RATE_PER_SOURCE;
	bucket_take(&service->bucket, rate_of(service), now);
	return ADMITTED;
}

void quota_release(struct service *service, struct source_ticket *ticket)
{
	/* There is a ticket only as long as there is a table. */
	if (ticket->kind != TICKET_NONE)
		sources_release(service->server->sources, &service->sources, ticket);
}

/* All who are counted, or should be: what to do with their tickets. */
typedef void with_ticket(struct service *service, const struct peer *peer,
			 struct source_ticket *ticket);

static void for_each(struct service *service, with_ticket *call)
{
	for (struct connection *i = service->first; i != NULL; i = i->next)
		call(service, &i->peer, &i->ticket);
	if (service->kept.fd >= 0 && service->kept.is_admitted)
		call(service, &service->kept.peer, &service->kept.ticket);
}

static void release(struct service *service, const struct peer *peer,
		    struct source_ticket *ticket)
{
	(void)peer;
	quota_release(service, ticket);
}

static void hold(struct service *service, const struct peer *peer,
		 struct source_ticket *ticket)
{
	if (ticket->kind == TICKET_NONE)
		sources_hold(service->server->sources, &service->sources, peer,
			     now_usec(), ticket);
}

/* Reloads */

static struct source_limits limits_of(const struct service_settings *settings)
{
	_Static_assert(COUNT_INFINITY == UINT_MAX, "as the limits of a source have it");
	return (struct source_limits){
		.max = settings->max_per_source,
		.rate = settings->rate_per_source,
		.v4_bits = settings->source_prefix.v4,
		.v6_bits = settings->source_prefix.v6,
	};
}

int quota_prepare(struct server *server, const struct load *load)
{
	uint64_t secret[2];
	bool any = false;

	for (size_t i = 0; i < load->n; i++) {
		const struct source_limits limits = limits_of(load->plans[i]->settings);

		any |= load->plans[i]->settings->enabled && source_limits_any(&limits);
	}
	if (!any || server->sources != NULL)
		return 0;
	/* It never waits; where it is forbidden there is no better secret. */
	if (getrandom(secret, sizeof(secret), GRND_INSECURE) != sizeof(secret)) {
		secret[0] = server->began;
		secret[1] = (uint64_t)(uintptr_t)server;
	}
	if (sources_new(secret, &server->sources) == 0)
		return 0;
	log_line(server->log, LOG_ERR, NULL, "%s", strerror(ENOMEM));
	return -ENOMEM;
}

void quota_change(struct service *service, const struct service_plan *plan)
{
	const struct rate none = { 0 };
	const struct rate *before = service->plan != NULL ? rate_of(service) : &none;
	const struct source_limits limits = limits_of(plan->settings);
	const struct source_limits *old = &service->sources.limits;

	if (!rates_equal(before, &plan->settings->rate))
		bucket_convert(&service->bucket, before, &plan->settings->rate,
			       now_usec());
	if (old->v4_bits != limits.v4_bits || old->v6_bits != limits.v6_bits) {
		for_each(service, release);
		source_group_forget(&service->sources);
	}
	source_group_change(&service->sources, &limits);
}

/* Does the table have anything that is to change? */
static bool is_unsettled(const struct server *server)
{
	for (size_t i = 0; i < server->n_services; i++)
		if (source_group_is_unsettled(&server->services[i]->sources))
			return true;
	return false;
}

static void settle(struct server *server)
{
	if (server->sources != NULL && is_unsettled(server))
		sources_settle(server->sources, now_usec());
	for (size_t i = 0; i < server->n_services; i++)
		source_group_settled(&server->services[i]->sources);
}

/* Those too that are removed and serve their last clients. */
static bool is_limited(const struct service *service)
{
	return source_limits_any(&service->sources.limits) && !service_is_over(service);
}

/* Without limits there is no table, and no ticket. */
static void drop_table(struct server *server)
{
	if (server->sources == NULL)
		return;
	for (size_t i = 0; i < server->n_services; i++)
		if (is_limited(server->services[i]))
			return;
	for (size_t i = 0; i < server->n_services; i++)
		for_each(server->services[i], release);
	server->sources = sources_free(server->sources);
}

void quota_settle(struct server *server)
{
	settle(server);
	for (size_t i = 0; i < server->n_services; i++) {
		struct service *service = server->services[i];

		if (is_limited(service) && service->sources.limits.max != COUNT_INFINITY)
			for_each(service, hold);
	}
	drop_table(server);
}

void quota_sweep(struct server *server)
{
	for (size_t i = 0; i < server->n_services; i++)
		if (service_is_over(server->services[i]))
			source_group_forget(&server->services[i]->sources);
	settle(server);
	drop_table(server);
}
