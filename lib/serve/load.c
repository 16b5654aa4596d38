/* SPDX-License-Identifier: MIT */

/*
 * load.c - from settings to plans: what one service needs, and what services may
 * not do to each other.
 */

#include "serve/load.h"

#include <errno.h>
#include <string.h>

#include "conf/keys.h"
#include "run/helper.h"
#include "run/limits.h"
#include "serve/load_access.h"
#include "serve/load_account.h"
#include "serve/load_command.h"
#include "serve/load_contain.h"
#include "serve/load_environment.h"
#include "serve/load_limits.h"
#include "serve/load_listen.h"
#include "serve/load_sockets.h"

static int load_arguments(struct service_plan *plan)
{
	const struct service_settings *settings = plan->settings;
	const struct words *command = &settings->command;

	plan->argv = calloc(command->n + 1, sizeof(char *));
	if (plan->argv == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < command->n; i++)
		plan->argv[i] = command->at[i];
	if (settings->argv0 != NULL && command->n > 0)
		plan->argv[0] = settings->argv0;
	return 0;
}

/* A command that knows its connection from its output says there what its client is not
 * to read: only where it is asked for, that goes to the client. */
static void load_stderr(struct service_plan *plan)
{
	struct service_settings *settings = plan->settings;

	if (settings->pass == PASS_LISTEN_FDS &&
	    settings->set_at[key_number(keys_find("stderr"))].file == NULL)
		settings->stderr_to = STDERR_LOG;
}

/* What the child is told; what points, points into the plan. */
static void load_spawn(struct service_plan *plan, const struct load_request *request)
{
	const struct service_settings *settings = plan->settings;

	plan->spawn = (struct spawn_plan){
		.path = plan->path,
		.argv = plan->argv,
		.uid = plan->account.uid,
		.gid = plan->account.gid,
		.groups = plan->account.groups,
		.n_groups = plan->account.n_groups,
		.set_groups = request->privilege->privileged,
		.no_new_privs = !settings->allow_setuid_programs,
		.directory = settings->working_directory,
		.umask = settings->umask,
		.stderr_is_connection = settings->stderr_to == STDERR_SOCKET,
		.passes_connection = settings->pass == PASS_LISTEN_FDS,
		.root = settings->root_directory,
	};
}

static int load_hours(struct service_plan *plan, struct problems *problems)
{
	const struct service_settings *settings = plan->settings;

	if (hours_look_reversed(&settings->access_times))
		problem_warn(problems, service_place(settings, "access_times"),
			     settings->name, "access_times",
			     "\"%s\" is all day, and the times before it are for every "
			     "day: days stand in front of their times",
			     settings->access_times.at[settings->access_times.n - 1]);
	return hours_from_words(&settings->access_times, &plan->access_times);
}

static void check_enabled(const struct load *load, struct problems *problems)
{
	size_t enabled = 0;

	for (size_t i = 0; i < load->n; i++)
		enabled += load->plans[i]->settings->enabled;
	if (enabled == 0 && problems->errors == 0)
		problem_error(problems, (struct place){ load->conf->path, 0 }, NULL, NULL,
			      load->n > 0 ? "no service is enabled"
					  : "there is no service in it");
}

/* All that needs the machine; only said of settings that could be read. */
static int load_services(struct load *load, const struct load_request *request,
			 struct answers *answers, struct problems *problems)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < load->n; i++)
		r = load_listen(load->plans[i], request->passed, answers, problems);
	if (r == 0 && request->only == NULL)
		r = load_check_listen(load, request, problems);
	if (r == 0)
		r = load_sockets(load, request, answers, problems);
	if (r == 0)
		r = load_accounts(load, request->privilege, answers, problems);
	if (r == 0)
		r = load_commands(load, request, answers, problems);
	if (r == 0)
		r = load_access(load, request, answers, problems);
	for (size_t i = 0; r == 0 && i < load->n; i++) {
		r = load_hours(load->plans[i], problems);
		if (r == 0)
			r = load_environment(load->plans[i], answers, problems);
		if (r == 0)
			r = load_arguments(load->plans[i]);
		load_stderr(load->plans[i]);
		if (r == 0)
			load_spawn(load->plans[i], request);
	}
	if (r == 0)
		r = load_limits(load, request, answers, problems);
	load_contain(load, request, problems);
	if (r == 0 && request->only == NULL)
		check_enabled(load, problems);
	return r;
}

static struct service_plan *plan_new(struct service_settings *settings)
{
	struct service_plan *plan = calloc(1, sizeof(*plan));

	if (plan == NULL)
		return NULL;
	plan->holders = 1;
	plan->settings = settings;
	return plan;
}

/* A plan for each service, which takes its settings over. */
static int make_plans(struct load *load)
{
	struct conf *conf = load->conf;

	load->plans = calloc(conf->n + 1, sizeof(struct service_plan *));
	if (load->plans == NULL)
		return -ENOMEM;
	for (; load->n < conf->n; load->n++) {
		struct service_plan *plan = plan_new(conf->services[load->n]);

		if (plan == NULL)
			return -ENOMEM;
		conf->services[load->n] = NULL;
		load->plans[load->n] = plan;
	}
	return 0;
}

static int keep_warnings(struct load *load, const struct problems *problems)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < problems->n; i++)
		if (problems->list[i].warning)
			r = words_add(&load->warnings, problems->list[i].text);
	return r;
}

static int load_all(const struct load_request *request, struct answers *answers,
		    struct problems *problems, struct load **ret)
{
	struct load *load = calloc(1, sizeof(*load));
	struct conf *conf = NULL;
	unsigned system, wanted;
	int r;

	if (load == NULL)
		return -ENOMEM;
	r = conf_read(&request->conf, answers, problems, &conf);
	load->conf = conf;
	if (r == 0)
		r = make_plans(load);
	if (r == 0 && load->conf->is_read)
		r = load_services(load, request, answers, problems);
	if (r < 0) {
		load_free(load);
		return r;
	}
	system = limits_processes(request->privilege->privileged);
	wanted = load->conf->global.max_processes;
	load->max_processes = wanted == 0 ? system : MIN(wanted, system);
	r = keep_warnings(load, problems);
	if (r < 0)
		load_free(load);
	else
		*ret = load;
	return r;
}

int load_ask(void *data, struct text *answer)
{
	struct problems *problems = calloc(1, sizeof(*problems)); /* told by the daemon */
	struct answers answers = { .asks = true };
	struct load *load = NULL;
	int r = problems != NULL ? load_all(data, &answers, problems, &load) : -ENOMEM;

	/* The helper ends with this: nothing needs to be released. */
	*answer = answers.given;
	return -r;
}

int load_answered(const struct load_request *request, int error, const char *answer,
		  size_t size, struct problems *problems, struct load **ret)
{
	const char *path = request->conf.path;
	struct answers answers = { .bytes = answer, .size = size };
	int r = error == 0 ? load_all(request, &answers, problems, ret) : error;

	*ret = r < 0 ? NULL : *ret;
	if (r == -ENOMEM || r == 0)
		return r;
	problem_error(problems, (struct place){ path != NULL ? path : "spawnd", 0 }, NULL,
		      NULL, "cannot look up what it names: %s",
		      r == -ETIMEDOUT ? "a name service or file system is silent"
		      : r == -ECHILD  ? "the process that does it was killed"
		      : r == -EFBIG   ? "there is too much of it"
		      : r == -EBADMSG ? "something has changed meanwhile"
				      : strerror(-r));
	return 0;
}

int load_configuration(const struct load_request *request, struct problems *problems,
		       struct load **ret)
{
	struct load_request asked = *request;
	auto_free char *answer = NULL;
	size_t size = 0;
	int r = helper_run(load_ask, &asked, LOAD_USEC, &answer, &size);

	return load_answered(request, r, answer, size, problems, ret);
}

bool load_serves(const struct load_request *request,
		 const struct service_settings *settings)
{
	return request->only != NULL ? strcmp(request->only, settings->name) == 0
				     : settings->enabled;
}

struct service_plan *plan_hold(struct service_plan *plan)
{
	plan->holders++;
	return plan;
}

struct service_plan *plan_release(struct service_plan *plan)
{
	if (plan == NULL || --plan->holders > 0)
		return NULL;
	free(plan->addresses);
	hours_done(&plan->access_times);
	account_done(&plan->account);
	free(plan->path);
	free(plan->argv);
	words_done(&plan->environment);
	access_lists_done(&plan->access.allow);
	access_lists_done(&plan->access.deny);
	access_release(plan->environment_origins);
	for (size_t i = 0; i < plan->n_environments; i++)
		words_done(&plan->environments[i]);
	free(plan->environments);
	service_settings_free(plan->settings);
	free(plan);
	return NULL;
}

struct load *load_free(struct load *load)
{
	if (load == NULL)
		return NULL;
	for (size_t i = 0; i < load->n; i++) {
		service_settings_forget_places(load->plans[i]->settings);
		plan_release(load->plans[i]);
	}
	free(load->plans);
	words_done(&load->warnings);
	conf_free(load->conf);
	free(load);
	return NULL;
}

struct service_plan *load_find(const struct load *load, const char *name)
{
	for (size_t i = 0; i < load->n; i++)
		if (strcmp(load->plans[i]->settings->name, name) == 0)
			return load->plans[i];
	return NULL;
}
