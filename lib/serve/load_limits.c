/* SPDX-License-Identifier: MIT */

/* load_limits.c - turns the settings of limits, nice and oom score into what the child
 * sets, and asks the kernel whether it may. */

#include "serve/load_limits.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "conf/keys.h"
#include "run/limits.h"

static const struct {
	const char *key;
	int resource;
} resources[] = {
	{ "limit_as", RLIMIT_AS },         { "limit_cpu", RLIMIT_CPU },
	{ "limit_core", RLIMIT_CORE },     { "limit_data", RLIMIT_DATA },
	{ "limit_fsize", RLIMIT_FSIZE },   { "limit_memlock", RLIMIT_MEMLOCK },
	{ "limit_nofile", RLIMIT_NOFILE }, { "limit_stack", RLIMIT_STACK },
	{ "limit_nproc", RLIMIT_NPROC }, /* the last: it is set after the drop */
};

_Static_assert(ARRAY_SIZE(resources) + 1 <= LIMITS_MAX, "and one of them twice");

/* What has to be asked of the kernel, and who wants it. */
struct question {
	const struct service_settings *settings;
	const char *key;
	struct text what;
	int capability;
};

struct loader {
	const struct load_request *request;
	struct problems *problems;
	bool has_oom_score;
	int oom_score; /* our own */
	rlim_t hard[RLIM_NLIMITS]; /* our own */
	struct question *questions;
	struct limit_trial *trials; /* one for each question */
	size_t n;
};

static uint64_t value_of(rlim_t value)
{
	return value == RLIM_INFINITY ? LIMIT_INFINITY : value;
}

static void ask(struct loader *loader, const struct service_settings *settings,
		const char *key, struct limit_trial trial)
{
	struct question *question = &loader->questions[loader->n];

	if (!load_serves(loader->request, settings) ||
	    loader->request->privilege->is_assumed)
		return;
	*question = (struct question){ .settings = settings, .key = key };
	switch (trial.what) {
	case TRY_HARD_LIMIT:
		text_addf(&question->what, "more than spawnd's own hard limit, %" PRIu64,
			  (uint64_t)loader->hard[trial.resource]);
		question->capability = CAP_SYS_RESOURCE;
		break;
	case TRY_NICE:
		text_addf(&question->what, "%d", trial.value);
		question->capability = CAP_SYS_NICE;
		break;
	case TRY_OOM_SCORE:
		text_addf(&question->what, "%d", trial.value);
		question->capability = CAP_SYS_RESOURCE;
		break;
	}
	loader->trials[loader->n++] = trial;
}

/* More descriptors than that the kernel gives nobody; it is what infinity stands for
 * here. */
static bool bound_files(struct loader *loader, const struct service_settings *settings,
			struct limit *limit)
{
	const uint64_t most = number_read_file("/proc/sys/fs/nr_open", LIMIT_INFINITY);

	if (limit->hard != LIMIT_INFINITY && limit->hard > most) {
		problem_error(loader->problems, service_place(settings, "limit_nofile"),
			      settings->name, "limit_nofile",
			      "more than the kernel gives any process, fs.nr_open = "
			      "%" PRIu64,
			      most);
		return false;
	}
	limit->soft = MIN(limit->soft, most);
	limit->hard = MIN(limit->hard, most);
	return true;
}

static void add_limit(struct spawn_plan *spawn, const char *name, int resource,
		      uint64_t soft, uint64_t hard, bool yields)
{
	spawn->limits[spawn->n_limits++] = (struct child_limit){
		.name = name,
		.resource = resource,
		.yields = yields,
		.value = { soft, hard },
	};
}

/* The kernel refuses to execute for an account that has more processes than the limit
 * has at the setresuid().  It is the command that is limited, not its start: so that is
 * done with as much as we have, and the limit set behind it. */
static void load_processes(struct spawn_plan *spawn, const struct limit *limit)
{
	spawn->late_limits = spawn->n_limits;
	if (!limit->is_set)
		return;
	add_limit(spawn, "limit_nproc", RLIMIT_NPROC, LIMIT_INFINITY, LIMIT_INFINITY,
		  true);
	spawn->late_limits = spawn->n_limits;
	add_limit(spawn, "limit_nproc", RLIMIT_NPROC, limit->soft, limit->hard, false);
}

static void load_resources(struct loader *loader, struct service_plan *plan)
{
	const struct service_settings *settings = plan->settings;
	const struct rlimit *files = &loader->request->open_files;

	for (size_t i = 0; i < ARRAY_SIZE(resources); i++) {
		const char *key = resources[i].key;
		const int resource = resources[i].resource;
		struct limit limit =
			*(const struct limit *)key_field_const(keys_find(key), settings);

		if (resource == RLIMIT_NOFILE && !limit.is_set)
			add_limit(&plan->spawn, key, resource, value_of(files->rlim_cur),
				  value_of(files->rlim_max), true);
		if (resource == RLIMIT_NOFILE && limit.is_set &&
		    !bound_files(loader, settings, &limit))
			continue;
		if (limit.is_set && limit.hard > value_of(loader->hard[resource]))
			ask(loader, settings, key,
			    (struct limit_trial){ .what = TRY_HARD_LIMIT,
						  .resource = resource,
						  .hard = (rlim_t)limit.hard });
		if (resource == RLIMIT_NPROC)
			load_processes(&plan->spawn, &limit);
		else if (limit.is_set)
			add_limit(&plan->spawn, key, resource, limit.soft, limit.hard,
				  false);
	}
}

/* The default is what is wished for, not what must be: a spawnd that was made nice
 * cannot take that back by itself. */
static void load_nice(struct loader *loader, struct service_plan *plan)
{
	const struct service_settings *settings = plan->settings;

	plan->spawn.nice = settings->nice.value;
	plan->spawn.nice_yields =
		settings->set_at[key_number(keys_find("nice"))].file == NULL;
	if (!plan->spawn.nice_yields &&
	    settings->nice.value < getpriority(PRIO_PROCESS, 0))
		ask(loader, settings, "nice",
		    (struct limit_trial){ .what = TRY_NICE,
					  .value = settings->nice.value });
}

/* A command does not inherit what protects spawnd from the OOM killer. */
static void load_oom_score(struct loader *loader, struct service_plan *plan)
{
	const struct service_settings *settings = plan->settings;
	const struct integer *wanted = &settings->oom_score_adjust;
	struct spawn_plan *spawn = &plan->spawn;

	spawn->oom_score_yields = !wanted->is_set;
	if (wanted->is_set ? loader->has_oom_score && wanted->value == loader->oom_score
			   : !loader->has_oom_score || loader->oom_score >= 0)
		return;
	(void)snprintf(spawn->oom_score, sizeof(spawn->oom_score), "%d",
		       wanted->value); /* fits */
	if (wanted->is_set && wanted->value < loader->oom_score)
		ask(loader, settings, "oom_score_adjust",
		    (struct limit_trial){ .what = TRY_OOM_SCORE,
					  .value = wanted->value });
}

static void check_root(const struct loader *loader,
		       const struct service_settings *settings)
{
	if (load_serves(loader->request, settings) && settings->root_directory != NULL &&
	    !privilege_has(loader->request->privilege, CAP_SYS_CHROOT))
		problem_error(loader->problems, service_place(settings, "root_directory"),
			      settings->name, "root_directory",
			      "needs the capability CAP_SYS_CHROOT");
}

static void tell_refused(const struct loader *loader)
{
	for (size_t i = 0; i < loader->n; i++) {
		const struct question *question = &loader->questions[i];
		const struct service_settings *settings = question->settings;
		const bool has =
			privilege_has(loader->request->privilege, question->capability);

		if (loader->trials[i].refused)
			problem_error(
				loader->problems, service_place(settings, question->key),
				settings->name, question->key,
				"%s needs the capability %s%s", text_get(&question->what),
				question->capability == CAP_SYS_NICE ? "CAP_SYS_NICE"
								     : "CAP_SYS_RESOURCE",
				has ? " of the first user namespace" : "");
	}
}

static void loader_begin(struct loader *loader)
{
	loader->has_oom_score = limits_oom_score(&loader->oom_score);
	for (size_t i = 0; i < ARRAY_SIZE(resources); i++) {
		const int resource = resources[i].resource;
		struct rlimit own = { RLIM_INFINITY, RLIM_INFINITY };

		/* Cannot fail for a resource that exists. */
		(void)getrlimit((__rlimit_resource_t)resource, &own);
		loader->hard[resource] = own.rlim_max;
	}
}

int load_limits(struct load *load, const struct load_request *request,
		struct answers *answers, struct problems *problems)
{
	struct loader loader = { .request = request, .problems = problems };
	const size_t most = load->n * (ARRAY_SIZE(resources) + 2) + 1;
	int r = 0;

	loader.questions = calloc(most, sizeof(*loader.questions));
	loader.trials = calloc(most, sizeof(*loader.trials));
	if (loader.questions == NULL || loader.trials == NULL)
		r = -ENOMEM;
	else
		loader_begin(&loader);
	for (size_t i = 0; r == 0 && i < load->n; i++) {
		load_resources(&loader, load->plans[i]);
		load_nice(&loader, load->plans[i]);
		load_oom_score(&loader, load->plans[i]);
		check_root(&loader, load->plans[i]->settings);
	}
	if (r == 0)
		r = limits_try(answers, loader.trials, loader.n);
	if (r == 0)
		tell_refused(&loader);
	for (size_t i = 0; i < loader.n; i++)
		text_done(&loader.questions[i].what);
	free(loader.questions);
	free(loader.trials);
	return r;
}
