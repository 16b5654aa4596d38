/* SPDX-License-Identifier: MIT */

/* export.c - walks the table of keys and writes what each is set to, and where. */

#include "conf/export.h"

#include <string.h>

#include "conf/keys.h"

/* What is included follows as services, and must not come twice to who reads this again:
 * it is shown, each line as a comment. */
static void export_include(const char *value, struct text *text)
{
	text_add(text, "\n# include = ");
	for (; *value != '\0'; value++) {
		const char one[] = { *value, '\0' };

		text_add(text, *value == '\n' ? "\n#" : one);
	}
	text_add(text, "\n");
}

static void export_key(const struct key *key, const void *settings, struct place at,
		       struct text *text)
{
	auto_text struct text value = { 0 };

	key->kind->show(key, key_field_const(key, settings), &value);
	text_add(text, "# ");
	if (at.file != NULL)
		place_show(at, text);
	else
		text_add(text, "default");
	if (value.size == 0)
		text_addf(text, ": %s is not set\n", key->name);
	else if (strcmp(key->name, "include") == 0)
		export_include(text_get(&value), text);
	else
		text_addf(text, "\n%s = %s\n", key->name, text_get(&value));
	text->failed |= text_failed(&value);
}

static void export_section(const char *name, const void *settings,
			   const struct place *set_at, bool global, struct text *text)
{
	text_addf(text, "[%s]\n", name);
	for (size_t i = 0; i < n_keys; i++)
		if ((keys[i].scope == SCOPE_GLOBAL) == global)
			export_key(&keys[i], settings, set_at[i], text);
}

void export_global(const struct global_settings *global, struct text *text)
{
	export_section("global", global, global->set_at, true, text);
}

void export_service(const struct service_settings *service, struct text *text)
{
	export_section(service->name, service, service->set_at, false, text);
}
