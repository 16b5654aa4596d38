/* SPDX-License-Identifier: MIT */

/*
 * load_environment.c - the environment that all connections of a service share, and
 * those of environment_from.
 *
 * From the weakest to the strongest: pass_environment, the account, environment_file,
 * environment, environment_from.  Nothing is put together when a client comes: who is of
 * an origin has an environment that is made now.
 */

#include "serve/load_environment.h"

#include <errno.h>
#include <string.h>

#include "conf/environment_file.h"
#include "run/env.h"

static int put_account(const struct account *account, struct words *words)
{
	const struct {
		const char *name, *value;
	} variables[] = { { "USER", account->name },
			  { "LOGNAME", account->name },
			  { "HOME", account->home },
			  { "SHELL", account->shell } };
	int r = 0;

	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(variables); i++)
		if (variables[i].value != NULL)
			r = env_put(words, variables[i].name, variables[i].value);
	return r;
}

static int put_passed(const struct words *names, struct words *words)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < names->n; i++) {
		const char *value = getenv(names->at[i]);

		if (value != NULL && value[0] != '\0')
			r = env_put(words, names->at[i], value);
	}
	return r;
}

/* The entries up to the first that is none. */
static int put_entries(char *const *entries, size_t n, struct words *words)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < n && strchr(entries[i], '=') != NULL; i++)
		r = env_put_entry(words, entries[i]);
	return r;
}

static int put_files(const struct service_settings *settings, struct answers *answers,
		     struct problems *problems, struct words *words)
{
	const struct words *files = &settings->environment_file;
	auto_text struct text because = { 0 };
	int r = 0;

	text_addf(&because, " (environment_file of %s at ", settings->name);
	place_show(service_place(settings, "environment_file"), &because);
	text_add(&because, ")");
	for (size_t i = 0; r == 0 && i < files->n; i++) {
		auto_words struct words variables = { 0 };

		r = environment_file_load(answers, files->at[i], text_get(&because),
					  problems, &variables);
		if (r == 0)
			r = put_entries(variables.at, variables.n, words);
	}
	return r;
}

/* One for each origin, in their order: what all have, and its own. */
static int load_from(struct service_plan *plan)
{
	const struct words *from = &plan->settings->environment_from.words;
	int r = 0;

	plan->environments = calloc(from->n + 1, sizeof(*plan->environments));
	if (plan->environments == NULL)
		return -ENOMEM;
	for (size_t i = 0; r == 0 && i < from->n; i++) {
		struct words *to = &plan->environments[plan->n_environments];

		if (strchr(from->at[i], '=') != NULL)
			continue;
		plan->n_environments++;
		for (size_t j = 0; r == 0 && j < plan->environment.n; j++)
			r = words_add(to, plan->environment.at[j]);
		if (r == 0)
			r = put_entries(from->at + i + 1, from->n - i - 1, to);
	}
	return r;
}

int load_environment(struct service_plan *plan, struct answers *answers,
		     struct problems *problems)
{
	const struct service_settings *settings = plan->settings;
	struct words *words = &plan->environment;
	int r = env_put(words, "PATH", DEFAULT_PATH);

	if (r == 0)
		r = put_passed(&settings->pass_environment, words);
	if (r == 0)
		r = put_account(&plan->account, words);
	if (r == 0)
		r = put_files(settings, answers, problems, words);
	if (r == 0)
		r = put_entries(settings->environment.at, settings->environment.n, words);
	if (r == 0)
		r = env_put(words, "SPAWND_SERVICE", settings->name);
	return r == 0 ? load_from(plan) : r;
}
