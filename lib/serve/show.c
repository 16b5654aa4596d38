/* SPDX-License-Identifier: MIT */

/* show.c - a load as text, with what is no setting as comments. */

#include "serve/show.h"

#include <string.h>

#include "base/text.h"
#include "conf/export.h"
#include "serve/load.h"

void show_load(const struct load *load, struct text *text)
{
	text_add(text, "# ");
	text_add_escaped(text, load->conf->path, strlen(load->conf->path));
	text_add(text, ", as it is in force\n");
	for (size_t i = 0; i < load->conf->includes.n; i++) {
		const char *path = load->conf->includes.at[i];

		text_add(text, "# with ");
		text_add_escaped(text, path, strlen(path));
		text_add(text, "\n");
	}
	text_add(text, "\n");
	export_global(&load->conf->global, text);
	text_addf(text, "# at most %u commands at once, as the system is now\n",
		  load->max_processes);
	for (size_t i = 0; i < load->n; i++) {
		const struct service_settings *settings = load->plans[i]->settings;

		text_add(text, "\n# its time limit reaches its process group: a command "
			       "that calls setsid(2) escapes\n");
		if (settings->allow_setuid_programs)
			text_add(text, "# its command may gain privileges: no_new_privs "
				       "is not set\n");
		export_service(settings, text);
	}
}
