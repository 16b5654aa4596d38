/* SPDX-License-Identifier: MIT */

/* load_command.c - has the commands looked at, and tells what was found. */

#include "serve/load_command.h"

#include <errno.h>
#include <string.h>

#include "run/command.h"

/* What the words alone tell.  tcpd executes what its argv[0] names: without one it
 * would execute itself, for ever. */
static void check_words(const struct service_settings *settings,
			struct problems *problems)
{
	const char *program, *slash;

	if (settings->command.n == 0)
		return;
	program = settings->command.at[0];
	slash = strrchr(program, '/');
	if (slash != NULL && program[0] != '/')
		problem_error(
			problems, service_place(settings, "command"), settings->name,
			"command",
			"\"%s\" is neither an absolute path nor a name without a slash",
			program);
	if (settings->argv0 == NULL &&
	    strcmp(slash != NULL ? slash + 1 : program, "tcpd") == 0)
		problem_error(problems, service_place(settings, "command"),
			      settings->name, "command",
			      "tcpd executes what its argv[0] names; set argv0 to the "
			      "program that it is to execute");
}

static void tell(const struct service_settings *settings,
		 const struct command_check *check, struct problems *problems)
{
	const struct place at = service_place(settings, "command");

	if (check->error != NULL)
		problem_error(problems, at, settings->name, "command", "%s",
			      check->error);
	for (char *line = check->warnings; line != NULL && *line != '\0';) {
		char *end = strchr(line, '\n');

		*end = '\0';
		problem_warn(problems, at, settings->name, "command", "%s", line);
		line = end + 1;
	}
}

/* What started spawnd can have taken away what the key gives, for good. */
static void warn_no_effect(const struct service_settings *settings,
			   const struct load_request *request, struct problems *problems)
{
	const char *key = "allow_setuid_programs";

	if (settings->allow_setuid_programs && load_serves(request, settings) &&
	    request->privilege->no_new_privs)
		problem_warn(problems, service_place(settings, key), settings->name, key,
			     "has no effect: spawnd itself was started with no_new_privs "
			     "(NoNewPrivileges= of its unit, or what implies it)");
}

/* With whose eyes a command can be looked at: a service whose account is wrong has
 * errors enough, and an ordinary user can check (-n) but not become others. */
static int look_of(const struct account *account, const struct privilege *privilege)
{
	if (account->uid == 0)
		return LOOK_AS_ROOT;
	if (!privilege->privileged)
		return LOOK_AS_WE_ARE;
	return privilege->can_switch ? LOOK_AS_ACCOUNT : LOOK_AS_ROOT;
}

int load_commands(struct load *load, const struct load_request *request,
		  struct answers *answers, struct problems *problems)
{
	const struct privilege *privilege = request->privilege;
	struct command_check *checks = calloc(load->n + 1, sizeof(*checks));
	int r;

	if (checks == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < load->n; i++) {
		const struct service_settings *settings = load->plans[i]->settings;
		const struct account *account = &load->plans[i]->account;

		check_words(settings, problems);
		warn_no_effect(settings, request, problems);
		checks[i] = (struct command_check){
			.word = settings->command.n > 0 ? settings->command.at[0] : "/",
			.search_path = DEFAULT_PATH,
			.account = account,
			.look = look_of(account, privilege),
			.own_groups = privilege->groups,
			.n_own_groups = privilege->n_groups,
			.allow_privilege = settings->allow_setuid_programs,
			.root = settings->root_directory,
		};
	}
	r = commands_check(answers, checks, load->n);
	for (size_t i = 0; i < load->n; i++) {
		const struct service_settings *settings = load->plans[i]->settings;

		if (r == 0 && settings->command.n > 0)
			tell(settings, &checks[i], problems);
		load->plans[i]->path = steal_ptr(&checks[i].path);
		free(checks[i].error);
		free(checks[i].warnings);
	}
	free(checks);
	return r;
}
