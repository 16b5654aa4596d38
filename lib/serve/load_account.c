/* SPDX-License-Identifier: MIT */

/*
 * load_account.c - whose account each command gets.
 *
 * Privileged, each service names a user, who must be allowed; unprivileged,
 * commands run as spawnd itself does, and a service may name only that.
 */

#include "serve/load_account.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>

struct lookup {
	struct load *load;
	const struct privilege *privilege;
	struct answers *answers;
	struct problems *problems;
	struct account_request *requests; /* services first, reserved users behind */
	size_t n;
	struct account *reserved;
	const char **reserved_names;
	size_t n_reserved;
};

/* What is asked of the name services. */
static int make_requests(struct lookup *lookup)
{
	const struct load *load = lookup->load;
	const struct words *reserved = &load->conf->global.reserved_users;

	lookup->n = load->n + reserved->n;
	lookup->requests = calloc(lookup->n + 1, sizeof(*lookup->requests));
	lookup->reserved = calloc(reserved->n + 1, sizeof(*lookup->reserved));
	lookup->reserved_names = calloc(reserved->n + 1, sizeof(char *));
	if (lookup->requests == NULL || lookup->reserved == NULL ||
	    lookup->reserved_names == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < load->n; i++) {
		const struct service_settings *settings = load->plans[i]->settings;

		/* Who names nobody gets root, which is then refused; see below. */
		lookup->requests[i].user =
			settings->user != NULL ? settings->user : "0:0";
		lookup->requests[i].groups = &settings->groups;
	}
	for (size_t i = 0; i < reserved->n; i++) {
		lookup->requests[load->n + i].user = reserved->at[i];
		lookup->requests[load->n + i].all_groups = true;
	}
	return 0;
}

/* The reserved accounts.  They must exist, but for the default, which then is not
 * set. */
static void take_reserved(struct lookup *lookup)
{
	struct global_settings *global = &lookup->load->conf->global;
	const struct place at = global_place(global, "reserved_users");

	for (size_t i = lookup->load->n; i < lookup->n; i++) {
		struct account_request *request = &lookup->requests[i];

		if (request->problem == NULL) {
			lookup->reserved_names[lookup->n_reserved] = request->user;
			lookup->reserved[lookup->n_reserved++] = request->found;
		} else if (at.file == NULL) {
			words_done(&global->reserved_users);
			return;
		} else {
			problem_error(lookup->problems, at, "global", "reserved_users",
				      "%s", request->problem);
		}
	}
}

static void take_privileged(struct lookup *lookup, size_t number,
			    const struct reserved *reserved)
{
	struct service_plan *plan = lookup->load->plans[number];
	const struct service_settings *settings = plan->settings;
	struct account_request *request = &lookup->requests[number];
	const char *key = request->about_groups ? "groups" : "user";
	auto_text struct text why = { 0 };

	if (settings->user == NULL) {
		problem_error(lookup->problems, settings->at, settings->name, NULL,
			      "needs the key \"user\": no command runs as root");
		return;
	}
	if (request->problem != NULL) {
		problem_error(lookup->problems, service_place(settings, key),
			      settings->name, key, "%s", request->problem);
		return;
	}
	if (!account_is_allowed(&request->found, reserved, &why)) {
		problem_error(lookup->problems, service_place(settings, "user"),
			      settings->name, "user", "\"%s\" %s", settings->user,
			      text_get(&why));
		return;
	}
	plan->account = request->found;
	request->found = (struct account){ 0 };
}

/* Two commands of one account can signal and trace each other. */
static void warn_shared(const struct lookup *lookup)
{
	const struct load *load = lookup->load;

	for (size_t i = 0; i < load->n; i++) {
		const struct service_settings *settings = load->plans[i]->settings;

		for (size_t j = 0; j < i; j++) {
			const struct service_settings *other = load->plans[j]->settings;

			if (!settings->enabled || !other->enabled ||
			    load->plans[i]->account.uid == 0 ||
			    load->plans[i]->account.uid != load->plans[j]->account.uid)
				continue;
			problem_warn(
				lookup->problems, service_place(settings, "user"),
				settings->name, "user",
				"is also the account of %s: their commands can signal "
				"and trace each other",
				other->name);
			break;
		}
	}
}

/* Without these spawnd could start commands and not end them. */
static void check_capabilities(const struct lookup *lookup)
{
	static const struct {
		int capability;
		const char *name;
	} needed[] = { { CAP_SETUID, "CAP_SETUID" },
		       { CAP_SETGID, "CAP_SETGID" },
		       { CAP_KILL, "CAP_KILL" } };

	for (size_t i = 0; i < ARRAY_SIZE(needed); i++)
		if (!privilege_has(lookup->privilege, needed[i].capability))
			problem_error(lookup->problems,
				      (struct place){ lookup->load->conf->path, 0 }, NULL,
				      NULL,
				      "to run commands as other users spawnd needs %s",
				      needed[i].name);
}

static int look_up(struct lookup *lookup)
{
	struct reserved reserved;
	int r = make_requests(lookup);

	if (r == 0)
		r = accounts_find(lookup->answers, lookup->requests, lookup->n);
	if (r < 0)
		return r;
	take_reserved(lookup);
	reserved = (struct reserved){ .accounts = lookup->reserved,
				      .names = lookup->reserved_names,
				      .n = lookup->n_reserved,
				      .has_own = true,
				      .own_uid = lookup->privilege->uid,
				      .own_gid = lookup->privilege->gid };
	for (size_t i = 0; i < lookup->load->n; i++)
		take_privileged(lookup, i, &reserved);
	warn_shared(lookup);
	return 0;
}

static int load_privileged(struct load *load, const struct privilege *privilege,
			   struct answers *answers, struct problems *problems)
{
	struct lookup lookup = { .load = load,
				 .privilege = privilege,
				 .answers = answers,
				 .problems = problems };
	int r;

	check_capabilities(&lookup);
	r = look_up(&lookup);
	for (size_t i = 0; lookup.requests != NULL && i < lookup.n; i++) {
		account_done(&lookup.requests[i].found);
		free(lookup.requests[i].problem);
	}
	free(lookup.requests);
	free(lookup.reserved);
	free(lookup.reserved_names);
	return r;
}

/* Unprivileged */

static bool is_itself(const struct account *account, const struct privilege *privilege,
		      bool with_groups)
{
	if (account->uid != privilege->uid || account->gid != privilege->gid)
		return false;
	return !with_groups || (account->n_groups == privilege->n_groups &&
				(account->n_groups == 0 ||
				 memcmp(account->groups, privilege->groups,
					account->n_groups * sizeof(gid_t)) == 0));
}

static int own_account(const struct privilege *privilege, const struct account *entry,
		       struct account *ret)
{
	struct account own = { .uid = privilege->uid,
			       .gid = privilege->gid,
			       .groups = privilege->groups,
			       .n_groups = privilege->n_groups,
			       .name = entry->name,
			       .home = entry->home,
			       .shell = entry->shell };

	return account_copy(&own, ret);
}

static void take_unprivileged(struct load *load, size_t number,
			      const struct account_request *request,
			      const struct privilege *privilege,
			      struct problems *problems)
{
	const struct service_settings *settings = load->plans[number]->settings;
	const char *key = request->about_groups ? "groups" : "user";

	if (request->problem != NULL && (settings->user != NULL || request->about_groups))
		problem_error(problems, service_place(settings, key), settings->name, key,
			      "%s", request->problem);
	else if (settings->user != NULL && !is_itself(&request->found, privilege, false))
		problem_error(problems, service_place(settings, "user"), settings->name,
			      "user",
			      "only root, or CAP_SETUID, can run commands as \"%s\": "
			      "unprivileged, they run as spawnd itself (uid %u, gid %u)",
			      settings->user, (unsigned)privilege->uid,
			      (unsigned)privilege->gid);
	else if (settings->groups.n > 0 && !is_itself(&request->found, privilege, true))
		problem_error(
			problems, service_place(settings, "groups"), settings->name,
			"groups",
			"an unprivileged spawnd cannot change its groups, and so not "
			"those of its commands");
}

static int load_unprivileged(struct load *load, const struct privilege *privilege,
			     struct answers *answers, struct problems *problems)
{
	const struct place at = { load->conf->path, 0 };
	const struct reserved none = { 0 };
	struct account_request *requests = calloc(load->n + 1, sizeof(*requests));
	auto_free char *itself = NULL;
	struct account own = { 0 };
	auto_text struct text why = { 0 };
	int r;

	if (requests == NULL || asprintf(&itself, "%u:%u", (unsigned)privilege->uid,
					 (unsigned)privilege->gid) < 0) {
		free(requests);
		return -ENOMEM;
	}
	for (size_t i = 0; i < load->n; i++) {
		const struct service_settings *settings = load->plans[i]->settings;

		requests[i].user = settings->user != NULL ? settings->user : itself;
		requests[i].groups = &settings->groups;
	}
	requests[load->n].user = itself;
	r = accounts_find(answers, requests, load->n + 1);
	if (r == 0)
		r = own_account(privilege, &requests[load->n].found, &own);
	if (r == 0 && !account_is_allowed(&own, &none, &why))
		problem_error(
			problems, at, NULL, NULL,
			"spawnd's own account %s; start it as an ordinary user with "
			"an ordinary group (docker -u 1000:1000)",
			text_get(&why));
	for (size_t i = 0; r == 0 && i < load->n; i++) {
		take_unprivileged(load, i, &requests[i], privilege, problems);
		r = account_copy(&own, &load->plans[i]->account);
	}
	for (size_t i = 0; i <= load->n; i++) {
		account_done(&requests[i].found);
		free(requests[i].problem);
	}
	free(requests);
	account_done(&own);
	return r;
}

int load_accounts(struct load *load, const struct privilege *privilege,
		  struct answers *answers, struct problems *problems)
{
	return privilege->privileged
		       ? load_privileged(load, privilege, answers, problems)
		       : load_unprivileged(load, privilege, answers, problems);
}
