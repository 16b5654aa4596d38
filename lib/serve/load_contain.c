/* SPDX-License-Identifier: MIT */

/* load_contain.c - asks for cgroups and their controllers. */

#include "serve/load_contain.h"

#include "run/contain.h"

/* What of a service is limited, and the controller that does it. */
struct wish {
	const char *key;
	enum controller controller;
	bool is_made;
};

static void wishes_of(const struct cgroup_limits *limits, struct wish ret[CONTROLLERS])
{
	ret[0] =
		(struct wish){ "memory_max", CONTROLLER_MEMORY, limits->memory_max != 0 };
	ret[1] = (struct wish){ "tasks_max", CONTROLLER_PIDS, limits->tasks_max != 0 };
	ret[2] = (struct wish){ "cpu_weight", CONTROLLER_CPU, limits->cpu_weight != 0 };
}

/* Infinity, which is what there is without, undoes what [global] says. */
static struct cgroup_limits limits_of(const struct service_settings *settings)
{
	return (struct cgroup_limits){
		.memory_max =
			settings->memory_max != LIMIT_INFINITY ? settings->memory_max : 0,
		.tasks_max =
			settings->tasks_max != COUNT_INFINITY ? settings->tasks_max : 0,
		.cpu_weight =
			settings->cpu_weight != COUNT_INFINITY ? settings->cpu_weight : 0,
	};
}

static void complain(struct problems *problems, const struct service_settings *settings,
		     const char *key, const char *what, const char *why)
{
	problem_error(problems, service_place(settings, key), settings->name, key, "%s%s",
		      what, why);
}

/* Who only looks may do so where spawnd will not be started, and cannot know then. */
static bool is_unknown(const struct load_request *request)
{
	return request->contain == NULL &&
	       (request->privilege->is_assumed || request->shows);
}

static void check_wish(const struct load_request *request,
		       const struct service_settings *settings, const struct wish *wish,
		       struct problems *problems)
{
	if (settings->contain == CONTAIN_PROCESS_GROUP)
		complain(
			problems, settings, wish->key,
			"needs a cgroup for each connection, and contain = process-group "
			"gives it none",
			"");
	else if (is_unknown(request) || !load_serves(request, settings))
		return;
	else if (request->contain == NULL)
		complain(problems, settings, wish->key,
			 "needs a cgroup for each connection: ", request->no_contain);
	else if (!contain_offers(request->contain, wish->controller))
		problem_error(problems, service_place(settings, wish->key),
			      settings->name, wish->key,
			      "the cgroup %s has no controller \"%s\"",
			      contain_path(request->contain),
			      controller_name(wish->controller));
}

static void load_one(struct service_plan *plan, const struct load_request *request,
		     struct problems *problems)
{
	const struct service_settings *settings = plan->settings;
	struct wish wishes[CONTROLLERS];

	plan->limits = limits_of(settings);
	plan->in_cgroup =
		settings->contain != CONTAIN_PROCESS_GROUP && request->contain != NULL;
	if (settings->contain == CONTAIN_CGROUP && request->contain == NULL &&
	    !is_unknown(request) && load_serves(request, settings))
		complain(problems, settings, "contain",
			 "there is no cgroup for it: ", request->no_contain);
	wishes_of(&plan->limits, wishes);
	for (size_t i = 0; i < CONTROLLERS; i++)
		if (wishes[i].is_made)
			check_wish(request, settings, &wishes[i], problems);
}

void load_contain(struct load *load, const struct load_request *request,
		  struct problems *problems)
{
	for (size_t i = 0; i < load->n; i++)
		load_one(load->plans[i], request, problems);
}

static int take_for(const struct service_plan *plan, struct contain *contain,
		    struct text *why)
{
	struct wish wishes[CONTROLLERS];
	int r = contain_take(contain, why);

	wishes_of(&plan->limits, wishes);
	for (size_t i = 0; r == 0 && i < CONTROLLERS; i++)
		if (wishes[i].is_made)
			r = contain_enable(contain, wishes[i].controller, why);
	return r;
}

static bool insists(const struct service_plan *plan)
{
	struct wish wishes[CONTROLLERS];
	bool any = plan->settings->contain == CONTAIN_CGROUP;

	wishes_of(&plan->limits, wishes);
	for (size_t i = 0; i < CONTROLLERS; i++)
		any |= wishes[i].is_made;
	return any;
}

int load_take_cgroup(const struct load *load, const struct load_request *request,
		     struct text *why)
{
	for (size_t i = 0; i < load->n; i++) {
		const struct service_plan *plan = load->plans[i];
		auto_text struct text reason = { 0 };
		int r;

		if (!plan->in_cgroup || !load_serves(request, plan->settings))
			continue;
		r = take_for(plan, request->contain, &reason);
		if (r == 0)
			continue;
		if (why->size == 0)
			text_add(why, text_get(&reason));
		if (insists(plan))
			return r;
	}
	return 0;
}
