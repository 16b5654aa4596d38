/* SPDX-License-Identifier: MIT */

/* show.c - the settings, with what they do not say themselves as comments. */

#include "serve/show.h"

#include <string.h>

#include "conf/export.h"
#include "run/contain.h"

static void show_line(const char *what, const char *name, const char *behind,
		      struct text *text)
{
	text_add(text, what);
	text_add_escaped(text, name, strlen(name));
	text_add(text, behind);
}

static const char *reach_of(const struct service_plan *plan)
{
	if (plan->in_cgroup)
		return "its time limit reaches the cgroup of the connection, which no "
		       "process leaves";
	if (plan->settings->contain == CONTAIN_CGROUP)
		return "it needs a cgroup for each connection, which there is not here";
	return "its time limit reaches its process group: a command that calls "
	       "setsid(2) escapes";
}

static void show_service(const struct service_plan *plan, struct text *text)
{
	text_addf(text, "\n# %s\n", reach_of(plan));
	if (plan->settings->allow_setuid_programs)
		text_add(text, "# its command may gain privileges: no_new_privs is not "
			       "set\n");
	export_service(plan->settings, text);
}

void show_load(const struct load *load, const struct load_request *request,
	       struct text *text)
{
	const struct conf *conf = load->conf;

	show_line("# ", conf->path, ", as it is in force\n", text);
	for (size_t i = 0; i < conf->includes.n; i++)
		show_line("# with ", conf->includes.at[i], "\n", text);
	text_add(text, "\n");
	export_global(&conf->global, text);
	text_addf(text, "# at most %u commands at once, as the system is now\n",
		  load->max_processes);
	if (request->contain != NULL)
		show_line("# contain = auto is cgroup, below ",
			  contain_path(request->contain), "\n", text);
	else
		show_line("# contain = auto is process-group: ", request->no_contain,
			  "\n", text);
	for (size_t i = 0; i < load->n; i++)
		show_service(load->plans[i], text);
}
