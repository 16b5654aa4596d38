/* SPDX-License-Identifier: MIT */

/* admit.c - asks the settings and the limits of a service about one client. */

#include "serve/admit.h"

#include <time.h>

#include "base/base.h"
#include "serve/client.h"
#include "serve/quota.h"
#include "serve/server.h"
#include "serve/service.h"

static const char *const keys_of[] = {
	[REFUSED_ACCESS_TIMES] = "access_times",
	[REFUSED_ALLOW] = "allow",
	[REFUSED_DENY] = "deny",
	[REFUSED_MAX_CONNECTIONS] = "max_connections",
	[REFUSED_MAX_PROCESSES] = "max_processes",
	[REFUSED_MAX_PER_SOURCE] = "max_per_source",
	[REFUSED_RATE_PER_SOURCE] = "rate_per_source",
};
_Static_assert(ARRAY_SIZE(keys_of) == REFUSALS, "each refusal comes from a key");

const char *refusal_key(enum refusal refusal)
{
	return keys_of[refusal];
}

bool service_is_full_itself(const struct service *service)
{
	return service->live >= service->plan->settings->max_connections;
}

bool service_is_full(const struct service *service)
{
	return service_is_full_itself(service) || server_is_full(service->server);
}

/* May one more start be made?  Not too many may be in flight, so that no service
 * takes them all; and one alone as long as it is not known whether the command can
 * be started at all: no more clients than that are lost by it. */
static bool can_start(const struct service *service)
{
	return service->starting <
		       (service->is_proven ? service->server->starts_a_service : 1) &&
	       server_can_start(service->server);
}

bool admit_can_ask(const struct service *service)
{
	/* A rate makes clients wait, whatever holds besides. */
	if (!quota_has_token(service))
		return false;
	return service_is_full(service)
		       ? service->plan->settings->when_full == WHEN_FULL_REFUSE
		       : can_start(service);
}

bool admit_can_serve_kept(const struct service *service)
{
	return service->kept.is_admitted ? !service_is_full(service) && can_start(service)
					 : admit_can_ask(service);
}

static bool is_the_time(const struct hours *hours)
{
	const time_t now = time(NULL);
	struct tm local;

	/* A year that no int holds is no time to be served. */
	return hours->n == 0 ||
	       (localtime_r(&now, &local) != NULL && hours_contain(hours, &local));
}

static enum access_verdict judge(const struct access_rules *rules,
				 const struct client *client)
{
	struct access_who who = { .peer = &client->peer };
	auto_free gid_t *groups = NULL;
	const bool denies_groups = access_lists_have(&rules->deny, ORIGIN_GID);

	if (!rules->has_allow && rules->deny.n == 0)
		return ACCESS_GRANTED;
	if (client->peer.family == AF_UNSPEC && rules->deny.n > 0)
		return ACCESS_DENIED; /* who knows who that was: it has reset, see -i */
	if (client->peer.family == AF_UNIX &&
	    (denies_groups || access_lists_have(&rules->allow, ORIGIN_GID)) &&
	    access_groups(client->fd, &groups, &who.n_groups) < 0 && denies_groups)
		return ACCESS_DENIED; /* who knows its groups */
	who.groups = groups;
	return access_judge(rules, &who);
}

enum refusal admit(struct service *service, struct client *client)
{
	const struct service_plan *plan = service->plan;
	enum access_verdict verdict;

	if (!is_the_time(&plan->access_times))
		return REFUSED_ACCESS_TIMES;
	verdict = judge(&plan->access, client);
	if (verdict != ACCESS_GRANTED)
		return verdict == ACCESS_DENIED ? REFUSED_DENY : REFUSED_ALLOW;
	if (service->server->single)
		return ADMITTED; /* whoever accepts counts */
	if (service_is_full_itself(service))
		return REFUSED_MAX_CONNECTIONS;
	if (server_is_full(service->server))
		return REFUSED_MAX_PROCESSES;
	return quota_take(service, client); /* the last one, since it takes */
}
