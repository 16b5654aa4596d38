/* SPDX-License-Identifier: MIT */

/*
 * conf.c - puts defaults, [global], the services and the command line together.
 *
 * Each key is set up to three times on the same field, from the weakest source
 * to the strongest, so that a list which begins with "+" extends the one before.
 */

#include "conf/conf.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "conf/keys.h"
#include "conf/kinds.h"
#include "conf/reader.h"
#include "conf/sources.h"

static const char command_line[] = "command line";

struct loader {
	struct conf *conf;
	struct answers *answers;
	struct sections sections;
	struct problems *problems;
};

enum { REASONS_MAX = 20 }; /* of one value */

/* A list can be wrong in each of its words. */
static void tell_reasons(struct loader *loader, struct place at, const char *section,
			 const struct key *key, const char *reasons)
{
	for (size_t n = 0, size; *reasons != '\0'; n++) {
		size = strcspn(reasons, "\n");
		if (n < REASONS_MAX)
			problem_error(loader->problems, at, section, key->name, "%.*s",
				      (int)size, reasons);
		if (n == REASONS_MAX)
			problem_error(loader->problems, at, section, key->name,
				      "and more of its words are wrong");
		reasons += size + (reasons[size] == '\n');
	}
}

/* Set one field from one source, and remember the place. */
static int set_field(struct loader *loader, const struct key *key, const char *value,
		     struct place at, const char *section, void *settings,
		     struct place *set_at)
{
	auto_text struct text why = { 0 };
	int r = key->kind->set(key, value, key_field(key, settings), &why);

	if (r < 0)
		return r;
	if (r > 0)
		tell_reasons(loader, at, section, key, text_get(&why));
	set_at[key_number(key)] = at;
	return 0;
}

static int set_default(struct loader *loader, const struct key *key, void *settings,
		       struct place *set_at)
{
	if (key->standard == NULL)
		return 0;
	return set_field(loader, key, key->standard, (struct place){ NULL, 0 }, NULL,
			 settings, set_at);
}

static int set_from(struct loader *loader, const struct key *key,
		    const struct section *section, void *settings, struct place *set_at)
{
	const struct entry *entry = section != NULL ? section_find(section, key) : NULL;
	struct place at;

	if (entry == NULL)
		return 0;
	at = entry->at;
	at.is_default = strcmp(section->name, "global") == 0;
	return set_field(loader, key, entry->value, at, section->name, settings, set_at);
}

/* A key that stands where it has no business. */
static void check_scopes(struct loader *loader, const struct section *section,
			 bool is_global)
{
	for (size_t i = 0; i < section->n; i++) {
		const struct entry *entry = &section->entries[i];

		if (is_global && entry->key->scope == SCOPE_OWN)
			problem_error(loader->problems, entry->at, section->name,
				      entry->key->name,
				      "belongs into a service, not into [global]");
		else if (!is_global && entry->key->scope == SCOPE_GLOBAL)
			problem_error(loader->problems, entry->at, section->name,
				      entry->key->name, "belongs into [global] alone");
	}
}

static int settle_service(struct loader *loader, const struct section *section,
			  struct service_settings *service)
{
	const struct section *global = sections_find(&loader->sections, "global");
	int r = 0;

	if (section != NULL)
		check_scopes(loader, section, false);
	for (size_t i = 0; r == 0 && i < n_keys; i++) {
		if (keys[i].scope == SCOPE_GLOBAL)
			continue;
		r = set_default(loader, &keys[i], service, service->set_at);
		if (r == 0 && keys[i].scope == SCOPE_SERVICE)
			r = set_from(loader, &keys[i], global, service, service->set_at);
		if (r == 0)
			r = set_from(loader, &keys[i], section, service, service->set_at);
		service->is_own[i] =
			section != NULL && section_find(section, &keys[i]) != NULL;
	}
	return r;
}

static struct service_settings *service_new(const char *name, struct place at)
{
	struct service_settings *service = calloc(1, sizeof(*service));

	if (service == NULL)
		return NULL;
	service->at = at;
	service->name = strdup(name);
	service->set_at = calloc(KEYS_MAX, sizeof(*service->set_at));
	if (service->name == NULL || service->set_at == NULL)
		return service_settings_free(service);
	return service;
}

struct service_settings *service_settings_free(struct service_settings *service)
{
	if (service == NULL)
		return NULL;
	for (size_t i = 0; i < n_keys; i++)
		if (keys[i].scope != SCOPE_GLOBAL && keys[i].kind->clear != NULL)
			keys[i].kind->clear(key_field(&keys[i], service));
	service_settings_forget_places(service);
	free(service->name);
	free(service);
	return NULL;
}

void service_settings_forget_places(struct service_settings *service)
{
	free(service->set_at);
	service->set_at = NULL;
	service->at = (struct place){ 0 };
}

/* Look at the defaults that [global] gives, also where no service takes them. */
static int check_defaults(struct loader *loader)
{
	struct service_settings *scratch = service_new("global", (struct place){ 0 });
	int r = scratch != NULL ? settle_service(loader, NULL, scratch) : -ENOMEM;

	service_settings_free(scratch);
	return r;
}

static int settle_global(struct loader *loader)
{
	const struct section *section = sections_find(&loader->sections, "global");
	struct global_settings *global = &loader->conf->global;
	int r = 0;

	if (section != NULL)
		check_scopes(loader, section, true);
	for (size_t i = 0; r == 0 && i < n_keys; i++) {
		if (keys[i].scope != SCOPE_GLOBAL)
			continue;
		r = set_default(loader, &keys[i], global, global->set_at);
		if (r == 0)
			r = set_from(loader, &keys[i], section, global, global->set_at);
	}
	return r == 0 ? check_defaults(loader) : r;
}

struct conf *conf_free(struct conf *conf)
{
	if (conf == NULL)
		return NULL;
	for (size_t i = 0; i < n_keys; i++)
		if (keys[i].scope == SCOPE_GLOBAL && keys[i].kind->clear != NULL)
			keys[i].kind->clear(key_field(&keys[i], &conf->global));
	for (size_t i = 0; i < conf->n; i++)
		service_settings_free(conf->services[i]);
	free(conf->services);
	words_done(&conf->includes);
	free(conf->path);
	free(conf);
	return NULL;
}

struct place service_place(const struct service_settings *settings, const char *key)
{
	const struct place at = settings->set_at[key_number(keys_find(key))];

	return at.file != NULL ? at : settings->at;
}

struct place global_place(const struct global_settings *settings, const char *key)
{
	return settings->set_at[key_number(keys_find(key))];
}

bool service_says(const struct service_settings *settings, const char *key)
{
	return settings->is_own[key_number(keys_find(key))];
}

/* What a service cannot do without, and what contradicts itself. */
static void check_service(struct loader *loader, const struct service_settings *service)
{
	static const char *const needed[] = { "listen", "command" };

	for (size_t i = 0; i < ARRAY_SIZE(needed); i++)
		if (service->set_at[key_number(keys_find(needed[i]))].file == NULL)
			problem_error(loader->problems, service->at, service->name, NULL,
				      "needs the key \"%s\"", needed[i]);
	if (service->set_at[key_number(keys_find("listen"))].file != NULL &&
	    service->listen.n == 0 && loader->problems->errors == 0)
		problem_error(loader->problems, service_place(service, "listen"),
			      service->name, "listen", "names no address");
	if (service->retry_delay > service->retry_delay_max)
		problem_error(loader->problems, service_place(service, "retry_delay"),
			      service->name, "retry_delay",
			      "is longer than retry_delay_max");
}

static int settle_services(struct loader *loader)
{
	struct conf *conf = loader->conf;

	conf->services =
		calloc(loader->sections.n + 1, sizeof(struct service_settings *));
	if (conf->services == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < loader->sections.n; i++) {
		const struct section *section = &loader->sections.list[i];
		struct service_settings *service;
		int r;

		if (strcmp(section->name, "global") == 0)
			continue;
		service = service_new(section->name, section->at);
		if (service == NULL)
			return -ENOMEM;
		r = settle_service(loader, section, service);
		if (r == 0 && !section->ghost) {
			check_service(loader, service);
			conf->services[conf->n++] = service;
			continue;
		}
		service_settings_free(service);
		if (r < 0)
			return r;
	}
	return 0;
}

/* KEY=VALUE into a section; one from the file gives way. */
static int add_setting(struct loader *loader, struct section *section, const char *text)
{
	const struct place at = { command_line, 0 };
	auto_free char *name = NULL;
	const char *equals = strchr(text, '=');
	const struct key *key;
	struct entry *entry;

	if (equals == NULL || equals[1] == '\0') {
		problem_error(loader->problems, at, NULL, NULL,
			      "-s takes KEY=VALUE, not \"%s\"", text);
		return 0;
	}
	name = strndup(text, (size_t)(equals - text));
	if (name == NULL)
		return -ENOMEM;
	key = keys_find(name);
	if (key == NULL) {
		const char *near = keys_nearest(name);

		problem_error(loader->problems, at, section->name, NULL,
			      near != NULL ? "unknown key \"%s\"; did you mean \"%s\"?"
					   : "unknown key \"%s\"",
			      name, near);
		return 0;
	}
	entry = section_find(section, key);
	if (entry != NULL && entry->at.file != command_line) {
		char *value = strdup(equals + 1);

		if (value == NULL)
			return -ENOMEM;
		free(entry->value);
		entry->value = value;
		entry->at = at;
		return 0;
	}
	return section_add(section, key, equals + 1, at, loader->problems);
}

/* Which section a setting of the command line belongs into.  The sections were
 * made before, so that none of these pointers moves. */
static struct section *section_of(struct loader *loader, const char *text,
				  const struct conf_request *request)
{
	auto_free char *name = strndup(text, strcspn(text, "="));
	const struct key *key = name != NULL ? keys_find(name) : NULL;

	if (request->path != NULL || (key != NULL && key->scope == SCOPE_GLOBAL))
		return sections_find(&loader->sections, "global");
	return sections_find(&loader->sections, request->service_name);
}

static int add_command_line(struct loader *loader, const struct conf_request *request)
{
	const struct place at = { command_line, 0 };
	int r = 0;

	if (sections_find(&loader->sections, "global") == NULL &&
	    sections_add(&loader->sections, "global", at, false) == NULL)
		return -ENOMEM;
	if (request->path == NULL &&
	    sections_add(&loader->sections, request->service_name, at, false) == NULL)
		return -ENOMEM;
	for (char *const *p = request->service; r == 0 && p != NULL && *p != NULL; p++)
		r = add_setting(loader,
				sections_find(&loader->sections, request->service_name),
				*p);
	for (char *const *p = request->set; r == 0 && p != NULL && *p != NULL; p++)
		r = add_setting(loader, section_of(loader, *p, request), *p);
	return r;
}

/* Read one file into the sections. */
static int read_file(struct loader *loader, const char *path, bool included)
{
	auto_text struct text because = { 0 };
	const char *bytes = NULL;
	size_t size = 0;
	int r;

	if (included) {
		text_add(&because, " (included at ");
		place_show(global_place(&loader->conf->global, "include"), &because);
		text_add(&because, ")");
	}
	r = source_fetch(loader->answers, path, text_get(&because), loader->problems,
			 &bytes, &size);
	if (r < 0 || bytes == NULL)
		return r < 0 ? r : 1;
	return reader_read(path, bytes, size, included, &loader->sections,
			   loader->problems);
}

/* The file that is asked for. */
static int read_main(struct loader *loader, const struct conf_request *request)
{
	const char *path = loader->conf->path;

	if (request->path == NULL)
		return 0;
	if (request->text == NULL)
		return read_file(loader, path, false);
	return reader_read(path, text_get(request->text), request->text->size, false,
			   &loader->sections, loader->problems);
}

/* The files that [global] includes, each a part of the whole. */
static int read_includes(struct loader *loader)
{
	struct conf *conf = loader->conf;
	const struct words *patterns = &conf->global.include;
	const struct place at = global_place(&conf->global, "include");
	int r = 0;

	for (size_t i = 0; r == 0 && i < patterns->n; i++)
		r = sources_match(loader->answers, patterns->at[i], conf->path, at,
				  loader->problems, &conf->includes);
	for (size_t i = 0; r >= 0 && i < conf->includes.n; i++)
		r = read_file(loader, conf->includes.at[i], true);
	return MIN(r,
		   0); /* a file that is missing does not hide what is wrong elsewhere */
}

static int load(struct loader *loader, const struct conf_request *request)
{
	int r = read_main(loader, request);

	if (r != 0)
		return MIN(r, 0); /* without the file nothing else is worth saying */
	r = add_command_line(loader, request);
	if (r == 0)
		r = settle_global(loader);
	if (r == 0)
		r = read_includes(loader);
	if (r == 0)
		r = settle_services(loader);
	loader->conf->is_read = r == 0;
	return r;
}

int conf_read(const struct conf_request *request, struct answers *answers,
	      struct problems *problems, struct conf **ret)
{
	struct loader loader = { .answers = answers, .problems = problems };
	int r = -ENOMEM;

	loader.conf = calloc(1, sizeof(*loader.conf));
	if (loader.conf != NULL)
		loader.conf->path =
			strdup(request->path != NULL ? request->path : command_line);
	if (loader.conf != NULL && loader.conf->path != NULL)
		r = load(&loader, request);
	sections_done(&loader.sections);
	if (r < 0) {
		conf_free(loader.conf);
		return r;
	}
	*ret = loader.conf;
	return 0;
}
