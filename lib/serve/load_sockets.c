/* SPDX-License-Identifier: MIT */

/*
 * load_sockets.c - turns the settings of sockets into what the kernel is told, and looks
 * up whose the path of a Unix socket is to be.
 */

#include "serve/load_sockets.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "conf/keys.h"
#include "run/account.h"

/* How a connection whose other end is silent is probed, see spawnd.conf(5): each that
 * long behind the one before, as the kernel does it at most, and so often. */
enum { PROBE_SECONDS_MAX = 75, PROBES = 5 };

static void set_option(struct socket_options *options, enum socket_option option,
		       uint64_t value)
{
	options->at[option].is_set = true;
	options->at[option].value = (int)value; /* the table of keys bounds it */
}

static void set_maybe(struct socket_options *options, enum socket_option option,
		      int maybe)
{
	if (maybe != MAYBE_UNSET)
		set_option(options, option, maybe == MAYBE_YES);
}

static void set_keep_alive(struct socket_options *options, const struct span *span)
{
	const uint64_t seconds = span->usec / USEC_PER_SEC;

	if (!span->is_set)
		return;
	set_option(options, OPTION_KEEP_ALIVE, span->usec != USEC_INFINITY);
	if (span->usec == USEC_INFINITY)
		return;
	set_option(options, OPTION_KEEP_IDLE, seconds);
	set_option(options, OPTION_KEEP_INTERVAL, MIN(seconds, PROBE_SECONDS_MAX));
	set_option(options, OPTION_KEEP_COUNT, PROBES);
}

static void load_options(const struct service_settings *settings,
			 struct socket_options *ret)
{
	struct socket_options options = { .backlog = INT_MAX }; /* more is cut */

	if (settings->backlog != 0 && settings->backlog != COUNT_INFINITY)
		options.backlog = (int)settings->backlog;
	set_maybe(&options, OPTION_FREE_BIND, settings->free_bind);
	set_maybe(&options, OPTION_NO_DELAY, settings->no_delay);
	set_keep_alive(&options, &settings->keep_alive);
	if (settings->user_timeout.is_set)
		set_option(&options, OPTION_USER_TIMEOUT,
			   settings->user_timeout.usec / USEC_PER_MSEC);
	if (settings->defer_accept.is_set)
		set_option(&options, OPTION_DEFER_ACCEPT,
			   settings->defer_accept.usec / USEC_PER_SEC);
	if (settings->receive_buffer != 0)
		set_option(&options, OPTION_RECEIVE_BUFFER, settings->receive_buffer);
	if (settings->send_buffer != 0)
		set_option(&options, OPTION_SEND_BUFFER, settings->send_buffer);
	*ret = options;
}

static void warn_backlog(const struct service_settings *settings,
			 struct problems *problems)
{
	const uint64_t most = number_read_file("/proc/sys/net/core/somaxconn", INT_MAX);

	if (settings->backlog != COUNT_INFINITY && settings->backlog > most)
		problem_warn(problems, service_place(settings, "backlog"), settings->name,
			     "backlog",
			     "the kernel cuts it to net.core.somaxconn, %" PRIu64, most);
}

static bool is_any(const struct address *address)
{
	(void)address;
	return true;
}

/* What each key is about: one that is about nothing that the service has is a mistake.
 * As a default of all services it is none, and not set for this one. */
static const struct {
	const char *key;
	bool (*applies)(const struct address *address);
	const char *to;
} applications[] = {
	{ "backlog", is_any, "an address" },
	{ "socket_user", address_is_path, "the path of a Unix socket" },
	{ "socket_group", address_is_path, "the path of a Unix socket" },
	{ "socket_mode", address_is_path, "the path of a Unix socket" },
	{ "bind_device", address_is_ip, "an IP address" },
	{ "free_bind", address_is_ip, "an IP address" },
	{ "ipv6_only", address_is_v6, "an IPv6 address" },
	{ "no_delay", address_is_ip, "an IP address" },
	{ "keep_alive", address_is_ip, "an IP address" },
	{ "user_timeout", address_is_ip, "an IP address" },
	{ "defer_accept", address_is_ip, "an IP address" },
	{ "receive_buffer", address_is_ip, "an IP address" },
	{ "send_buffer", address_is_ip, "an IP address" },
};

static bool applies(const struct service_plan *plan,
		    bool (*is_one)(const struct address *address))
{
	for (size_t i = 0; i < plan->n_addresses; i++)
		if (plan->addresses[i].passed == 0 && is_one(&plan->addresses[i]))
			return true;
	return plan->n_addresses == 0; /* which was told already */
}

static void check_applications(const struct service_plan *plan, struct problems *problems)
{
	struct service_settings *settings = plan->settings;
	const bool any_own = applies(plan, is_any);

	for (size_t i = 0; i < ARRAY_SIZE(applications); i++) {
		const struct key *key = keys_find(applications[i].key);
		const struct place at = settings->set_at[key_number(key)];

		if (applies(plan, applications[i].applies))
			continue;
		if (at.file != NULL && !at.is_default && any_own)
			problem_error(problems, at, settings->name, key->name,
				      "none of its addresses is %s", applications[i].to);
		else if (at.file != NULL && !at.is_default)
			problem_error(problems, at, settings->name, key->name,
				      "all its sockets are passed to spawnd: the unit "
				      "that opens them says that");
		/* So that -T shows what can be read again. */
		key->kind->clear(key_field(key, settings));
		settings->set_at[key_number(key)] = (struct place){ 0 };
	}
}

/* Owners */

/* A user or a group that the path of a service is to have. */
struct wish {
	struct service_plan *plan;
	const char *key, *name;
	bool is_group;
	char *text; /* what is asked */
};

struct owners {
	const struct load_request *request;
	struct problems *problems;
	struct wish *wishes;
	struct account_request *requests; /* one for each wish */
	size_t n;
};

/* To ask for one alone root stands for the other. */
static int add_wish(struct owners *owners, struct service_plan *plan, const char *key,
		    const char *name, bool is_group)
{
	struct wish *wish = &owners->wishes[owners->n];

	if (name == NULL)
		return 0;
	*wish = (struct wish){
		.plan = plan, .key = key, .name = name, .is_group = is_group
	};
	if (asprintf(&wish->text, is_group ? "0:%s" : "%s:0", name) < 0)
		return -ENOMEM;
	owners->requests[owners->n++].user = wish->text;
	return 0;
}

static int make_wishes(struct owners *owners, const struct load *load)
{
	int r = 0;

	owners->wishes = calloc(2 * load->n + 1, sizeof(*owners->wishes));
	owners->requests = calloc(2 * load->n + 1, sizeof(*owners->requests));
	if (owners->wishes == NULL || owners->requests == NULL)
		return -ENOMEM;
	for (size_t i = 0; r == 0 && i < load->n; i++) {
		struct service_plan *plan = load->plans[i];

		r = add_wish(owners, plan, "socket_user", plan->settings->socket_user,
			     false);
		if (r == 0)
			r = add_wish(owners, plan, "socket_group",
				     plan->settings->socket_group, true);
	}
	return r;
}

static bool is_own_group(const struct privilege *privilege, gid_t gid)
{
	for (size_t i = 0; i < privilege->n_groups; i++)
		if (privilege->groups[i] == gid)
			return true;
	return privilege->gid == gid;
}

/* May we give a file to that one? */
static bool may_give(const struct owners *owners, const struct wish *wish,
		     const struct account *to)
{
	const struct load_request *request = owners->request;
	const struct privilege *privilege = request->privilege;

	return privilege_has(privilege, CAP_CHOWN) || request->only != NULL ||
	       !load_serves(request, wish->plan->settings) ||
	       (wish->is_group ? is_own_group(privilege, to->gid)
			       : to->uid == privilege->uid);
}

static void take_wish(const struct owners *owners, size_t number)
{
	const struct wish *wish = &owners->wishes[number];
	const struct account_request *request = &owners->requests[number];
	const struct service_settings *settings = wish->plan->settings;
	const struct place at = service_place(settings, wish->key);
	struct socket_rights *rights = &wish->plan->listening.rights;

	if (strchr(wish->name, ':') != NULL)
		problem_error(owners->problems, at, settings->name, wish->key,
			      "takes one name, not \"%s\"", wish->name);
	else if (request->problem != NULL)
		problem_error(owners->problems, at, settings->name, wish->key, "%s",
			      request->problem);
	else if (!may_give(owners, wish, &request->found))
		problem_error(owners->problems, at, settings->name, wish->key,
			      "\"%s\" needs the capability CAP_CHOWN", wish->name);
	else if (wish->is_group)
		rights->gid = request->found.gid;
	else
		rights->uid = request->found.uid;
}

static int load_owners(struct load *load, const struct load_request *request,
		       struct answers *answers, struct problems *problems)
{
	struct owners owners = { .request = request, .problems = problems };
	int r = make_wishes(&owners, load);

	if (r == 0)
		r = accounts_find(answers, owners.requests, owners.n);
	for (size_t i = 0; r == 0 && i < owners.n; i++)
		take_wish(&owners, i);
	for (size_t i = 0; i < owners.n; i++) {
		account_done(&owners.requests[i].found);
		free(owners.requests[i].problem);
		free(owners.wishes[i].text);
	}
	free(owners.requests);
	free(owners.wishes);
	return r;
}

int load_sockets(struct load *load, const struct load_request *request,
		 struct answers *answers, struct problems *problems)
{
	for (size_t i = 0; i < load->n; i++) {
		struct service_plan *plan = load->plans[i];

		check_applications(plan, problems);
		load_options(plan->settings, &plan->listening.options);
		plan->listening.rights = (struct socket_rights){
			(uid_t)-1, (gid_t)-1, (mode_t)plan->settings->socket_mode.value
		};
		warn_backlog(plan->settings, problems);
	}
	return load_owners(load, request, answers, problems);
}
