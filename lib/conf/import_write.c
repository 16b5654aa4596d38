/* SPDX-License-Identifier: MIT */

/*
 * import_write.c - the file that comes out: what holds for all in [global], then a
 * section for each service, one that is not served as comments.
 */

#include "conf/import_write.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "conf/reader.h"

static bool overlap(const struct import_service *a, const struct import_service *b)
{
	for (size_t i = 0; i < a->listen.n; i++)
		if (a->listen.at[i][0] == '/' && words_have(&b->listen, a->listen.at[i]))
			return true;
	for (size_t i = 0; i < a->n_addresses; i++)
		for (size_t j = 0; j < b->n_addresses; j++)
			if (import_addresses_overlap(&a->addresses[i], &b->addresses[j]))
				return true;
	return false;
}

bool import_is_served(const struct import_service *service)
{
	return !service->dropped && !service->disabled && service->winner == NULL;
}

/* Of two that want one address the first gets it, unless the very same words come
 * again where the later holds. */
static void settle_overlaps(struct import *import, bool later)
{
	for (size_t i = 0; i < import->n; i++)
		import->list[i]->winner = NULL;
	for (size_t i = 0; i < import->n; i++)
		for (size_t j = 0; j < i && import_is_served(import->list[i]); j++) {
			struct import_service *a = import->list[j];
			struct import_service *b = import->list[i];

			if (!import_is_served(a) || !overlap(a, b))
				continue;
			if (later && words_equal(&a->listen, &b->listen))
				a->winner = b;
			else
				b->winner = a;
		}
}

/* All of it is a comment. */
static bool is_comment(const struct import_service *service)
{
	return service->dropped || service->winner != NULL;
}

static bool is_taken(const struct sections *names, const char *name)
{
	return strcasecmp(name, "global") == 0 || sections_find(names, name) != NULL;
}

/* A name for the section, which nobody has. */
static int choose_name(struct sections *names, struct import_service *service)
{
	char base[SECTION_NAME_MAX + 1], name[SECTION_NAME_MAX + 1];
	const char *slash = strrchr(service->name, '/');

	(void)snprintf(base, sizeof(base), "%s", /* shorter is as good */
		       slash != NULL ? slash + 1 : service->name);
	for (char *p = base; *p != '\0'; p++) {
		const char one[] = { *p, '\0' };

		if (section_name_problem(one) != NULL)
			*p = '-';
	}
	if (base[0] == '\0')
		(void)snprintf(base, sizeof(base), "service"); /* fits */
	memcpy(name, base, sizeof(name));
	for (unsigned i = 2; is_taken(names, name); i++)
		(void)snprintf(name, sizeof(name), "%.40s-%u", base, i); /* fits */
	free(service->section);
	service->section = strdup(name);
	return service->section != NULL &&
			       sections_add(names, name, service->at, false) != NULL
		       ? 0
		       : -ENOMEM;
}

/* What is served comes first. */
static void choose_names(struct import *import, struct sections *names, bool comments)
{
	for (size_t i = 0; i < import->n && import->error == 0; i++)
		if (is_comment(import->list[i]) == comments)
			import->error = choose_name(names, import->list[i]);
}

/* Lines, each behind a "#" if it is only to be seen. */
static void add_lines(struct text *output, const char *lines, bool as_comment)
{
	while (*lines != '\0') {
		size_t size = strcspn(lines, "\n") + 1;

		text_add(output, as_comment ? "#" : "");
		text_add_bytes(output, lines, size);
		lines += size;
	}
}

static void write_section(struct import *import, const struct import_service *service,
			  struct text *output)
{
	auto_text struct text section = { 0 };
	char file[IMPORT_SHOWN], shown[IMPORT_SHOWN], winner[IMPORT_SHOWN];

	text_addf(output, "\n# %s:%u: %s%s\n", import_shown(service->at.file, file),
		  service->at.line, import_shown(service->name, shown),
		  is_comment(service) ? ", not served" : "");
	text_add(output, text_get(&service->remarks));
	if (service->dropped && !service->outlined)
		return;
	if (service->winner != NULL)
		text_addf(output,
			  "# %s:%u: not served, as by %s: \"%s\" at %s:%u has its "
			  "address\n",
			  file, service->at.line, import->from,
			  import_shown(service->winner->name, shown),
			  import_shown(service->winner->at.file, winner),
			  service->winner->at.line);
	text_addf(&section, "[%s]\n", service->section);
	if (service->listen.n > 0) {
		text_add(&section, "listen =");
		for (size_t i = 0; i < service->listen.n; i++) {
			text_add(&section, " ");
			words_quote(&section, service->listen.at[i], false);
		}
		text_add(&section, "\n");
	}
	text_add(&section, text_get(&service->keys));
	if (service->disabled)
		text_add(&section, "enabled = no\n");
	add_lines(output, text_get(&section), is_comment(service));
	if (text_failed(&section) || text_failed(&service->keys) ||
	    text_failed(&service->remarks))
		import->error = -ENOMEM;
}

static void write_head(const struct import *import, const char *path, struct text *output)
{
	char shown[IMPORT_SHOWN];

	text_addf(output, "# Made by spawnd --convert of %s, which was written for %s.\n",
		  strcmp(path, "-") == 0 ? "its input" : import_shown(path, shown),
		  import->from);
	text_add(output,
		 "# Accounts and the names of services(5) were looked up where it was "
		 "made:\n# check it with spawnd -n where it is to serve; see "
		 "spawnd(8), LEAVING INETD\n# AND XINETD.\n#\n");
	text_add(output, text_get(&import->notes));
	text_add(output, "\n[global]\n"
			 "# As before; the defaults of spawnd are safer.\n"
			 "time_limit = infinity\n"
			 "leftovers = keep\n"
			 "max_connections = infinity\n");
	text_add(output, text_get(&import->global));
	if (import->rest.remarks.size > 0)
		text_addf(output,
			  "\n# What is of no service alone, or cannot be read:\n%s",
			  text_get(&import->rest.remarks));
}

void import_write(struct import *import, const char *path, bool later,
		  struct text *output)
{
	struct sections names = { 0 };

	settle_overlaps(import, later);
	choose_names(import, &names, false);
	choose_names(import, &names, true);
	write_head(import, path, output);
	for (size_t i = 0; i < import->n && import->error == 0; i++)
		write_section(import, import->list[i], output);
	sections_done(&names);
	if (text_failed(output) || text_failed(&import->notes) ||
	    text_failed(&import->global) || text_failed(&import->rest.remarks))
		import->error = -ENOMEM;
}
