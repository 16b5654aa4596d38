/* SPDX-License-Identifier: MIT */

/*
 * import_service.c - collects keys and remarks.  Remarks are lines that begin with "# "
 * and hold printable text alone, so nothing in a file can end one.
 */

#include "conf/import_service.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/un.h>

#include "conf/keys.h"
#include "conf/kinds.h"
#include "conf/reader.h"
#include "conf/settings.h"

const char *import_shown(const char *word, char buf[static IMPORT_SHOWN])
{
	(void)escape(buf, IMPORT_SHOWN, word, strlen(word)); /* cuts what is longer */
	return buf;
}

static void service_done(struct import_service *service)
{
	free(service->name);
	free(service->section);
	words_done(&service->listen);
	free(service->addresses);
	text_done(&service->keys);
	text_done(&service->remarks);
}

void import_done(struct import *import)
{
	for (size_t i = 0; i < import->n; i++) {
		service_done(import->list[i]);
		free(import->list[i]);
	}
	free(import->list);
	service_done(&import->rest);
	text_done(&import->notes);
	text_done(&import->global);
}

static bool make_room(struct import *import)
{
	const size_t room = 2 * import->room + 16;
	struct import_service **list;

	if (import->n < import->room)
		return true;
	list = reallocarray(import->list, room, sizeof(struct import_service *));
	if (list == NULL)
		return false;
	import->list = list;
	import->room = room;
	return true;
}

struct import_service *import_add(struct import *import, const char *name,
				  struct place at)
{
	struct import_service *service;

	if (import->n == IMPORT_SERVICES_MAX) {
		import_lose(import, NULL, at, "not kept: more than %d services",
			    IMPORT_SERVICES_MAX);
		return NULL;
	}
	service = calloc(1, sizeof(*service));
	if (service == NULL || !make_room(import)) {
		free(service);
		import->error = -ENOMEM;
		return NULL;
	}
	service->at = at;
	import->list[import->n++] = service;
	service->name = strdup(name);
	if (service->name == NULL)
		import->error = -ENOMEM;
	return service->name != NULL ? service : NULL;
}

/* "# FILE:LINE: WHAT", unless that stands there. */
static void remark(struct import_service *service, struct place at, const char *what)
{
	auto_text struct text line = { 0 };
	char file[IMPORT_SHOWN];

	text_addf(&line, "# %s:%u: %s\n", import_shown(at.file, file), at.line, what);
	if (strstr(text_get(&service->remarks), text_get(&line)) != NULL)
		return;
	if (service->n_remarks++ < IMPORT_REMARKS_MAX)
		text_add(&service->remarks, text_get(&line));
	else if (service->n_remarks == IMPORT_REMARKS_MAX + 1)
		text_add(&service->remarks, "# ... and more\n");
	service->remarks.failed |= text_failed(&line);
}

PRINTF(2, 0)
static char *format_text(struct import *import, const char *format, va_list args)
{
	char *what = NULL;

	if (vasprintf(&what, format, args) < 0) {
		import->error = -ENOMEM;
		return NULL;
	}
	return what;
}

/* Told of a service, or of no service alone; a warning where nothing was served. */
static void tell(struct import *import, struct import_service *service, bool warns,
		 struct place at, const char *what)
{
	if (warns)
		problem_warn(import->problems, at, service->name, NULL, "%s", what);
	else
		problem_error(import->problems, at, service->name, NULL, "%s", what);
	remark(service, at, what);
}

/* Does the line stand outside of the service's own ones? */
static bool is_inherited(const struct import_service *service, struct place at)
{
	return service->last_line > 0 &&
	       (strcmp(at.file, service->at.file) != 0 || at.line < service->at.line ||
		at.line > service->last_line);
}

void import_lose(struct import *import, struct import_service *service, struct place at,
		 const char *format, ...)
{
	auto_free char *what = NULL;
	va_list args;

	va_start(args, format);
	what = format_text(import, format, args);
	va_end(args);
	if (what != NULL)
		tell(import,
		     service == NULL || is_inherited(service, at) ? &import->rest
								  : service,
		     service != NULL && service->disabled, at, what);
}

void import_warn(struct import *import, struct import_service *service, struct place at,
		 const char *format, ...)
{
	auto_free char *what = NULL;
	va_list args;

	va_start(args, format);
	what = format_text(import, format, args);
	va_end(args);
	if (what == NULL)
		return;
	problem_warn(import->problems, at, service != NULL ? service->name : NULL, NULL,
		     "%s", what);
	remark(service != NULL ? service : &import->rest, at, what);
}

void import_remark(struct import *import, struct import_service *service, struct place at,
		   const char *format, ...)
{
	auto_free char *what = NULL;
	va_list args;

	va_start(args, format);
	what = format_text(import, format, args);
	va_end(args);
	if (what != NULL)
		remark(service != NULL ? service : &import->rest, at, what);
}

void import_drop(struct import *import, struct import_service *service, struct place at,
		 bool outlined, const char *format, ...)
{
	auto_free char *what = NULL;
	va_list args;

	service->outlined = outlined && (service->outlined || !service->dropped);
	service->dropped = true;
	va_start(args, format);
	what = format_text(import, format, args);
	va_end(args);
	if (what != NULL)
		tell(import, service, service->disabled, at, what);
}

/* Values */

static bool is_printed(const char *value)
{
	for (; *value != '\0'; value++)
		if (((unsigned char)*value < 0x20 && *value != '\t' && *value != '\n') ||
		    *value == 0x7f)
			return false;
	return true;
}

/* Would the key take it?  0; 1 with the reason; or -ENOMEM. */
static int try_value(const char *name, const char *value, struct text *why)
{
	const struct key *key = keys_find(name);
	struct service_settings service = { 0 };
	struct global_settings global = { 0 };
	void *field;
	int r;

	if (!is_printed(value)) {
		text_add(why, "holds a control character");
		return 1;
	}
	if (key == NULL) {
		text_add(why, "there is no such key");
		return 1;
	}
	field = key_field(key, key->scope == SCOPE_GLOBAL ? (void *)&global
							  : (void *)&service);
	r = key->kind->set(key, value, field, why);
	if (key->kind->clear != NULL)
		key->kind->clear(field);
	return r;
}

/* Try a value, and tell if it cannot be taken. */
static bool takes(struct import *import, struct import_service *service, struct place at,
		  const char *key, const char *value)
{
	auto_text struct text why = { 0 };
	int r = try_value(key, value, &why);

	if (r < 0)
		import->error = r;
	if (r == 1)
		import_lose(import, service, at, "%s is not kept: %.*s", key,
			    (int)strcspn(text_get(&why), "\n"), text_get(&why));
	return r == 0;
}

bool import_takes(struct import *import, struct import_service *service, struct place at,
		  const char *key, const char *word)
{
	auto_text struct text value = { 0 };

	words_quote(&value, word, true);
	if (text_failed(&value))
		import->error = -ENOMEM;
	return import->error == 0 && takes(import, service, at, key, text_get(&value));
}

static bool has_key(const struct text *lines, const char *key)
{
	const size_t size = strlen(key);

	for (const char *line = text_get(lines); line != NULL && *line != '\0';) {
		if (strncmp(line, key, size) == 0 && line[size] == ' ')
			return true;
		line = strchr(line, '\n');
		if (line != NULL)
			line++;
	}
	return false;
}

static bool set(struct import *import, struct import_service *service, struct place at,
		struct text *into, const char *key, const char *value)
{
	if (!takes(import, service, at, key, value))
		return false;
	if (has_key(into, key)) {
		import_lose(import, service, at, "%s is kept once: here it is again",
			    key);
		return false;
	}
	text_addf(into, "%s = %s\n", key, value);
	return true;
}

bool import_set(struct import *import, struct import_service *service, struct place at,
		const char *key, const char *value)
{
	return set(import, service, at, &service->keys, key, value);
}

bool import_set_words(struct import *import, struct import_service *service,
		      struct place at, const char *key, const struct words *words)
{
	auto_text struct text value = { 0 };

	kind_show_list(NULL, words, &value);
	if (words->n == 0)
		text_add(&value, "\"\"");
	if (text_failed(&value)) {
		import->error = -ENOMEM;
		return false;
	}
	return import_set(import, service, at, key, text_get(&value));
}

bool import_set_global(struct import *import, struct place at, const char *key,
		       const char *value)
{
	return set(import, NULL, at, &import->global, key, value);
}

/* Addresses */

static bool add_address(struct import_service *service, struct import_address address)
{
	struct import_address *list =
		reallocarray(service->addresses, service->n_addresses + 1, sizeof(*list));

	if (list == NULL)
		return false;
	service->addresses = list;
	list[service->n_addresses++] = address;
	return true;
}

/* A name is kept where it cannot be taken for anything else. */
static bool is_plain_name(const char *word)
{
	static const char letters[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
	size_t size = strlen(word);

	return size <= SECTION_NAME_MAX && strpbrk(word, letters) == word &&
	       strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			    "0123456789_-") == size;
}

bool import_listen(struct import *import, struct import_service *service, struct place at,
		   const struct import_address *address, const char *port)
{
	struct import_address whole = *address;
	char shown[IMPORT_SHOWN], number[16], ip[INET6_ADDRSTRLEN];
	auto_text struct text listen = { 0 };

	whole.port = import_port(port);
	if (whole.port == 0) {
		import_drop(import, service, at, true,
			    "not served: services(5) has no TCP service \"%s\" here",
			    import_shown(port, shown));
		return false;
	}
	(void)snprintf(number, sizeof(number), "%u", whole.port); /* fits */
	if (!is_plain_name(port))
		port = number;
	if (!whole.any)
		/* Has room for any address. */
		(void)inet_ntop(whole.v4 ? AF_INET : AF_INET6, whole.bytes, ip,
				sizeof(ip));
	if (whole.any)
		text_add(&listen, whole.v4 && whole.v6 ? ""
				  : whole.v4           ? "0.0.0.0:"
						       : "[::]:");
	else
		text_addf(&listen, whole.v4 ? "%s:" : "[%s]:", ip);
	text_add(&listen, port);
	for (size_t i = 0; i < service->n_addresses; i++)
		if (import_addresses_overlap(&service->addresses[i], &whole))
			return true; /* the original had the first alone, too */
	if (text_failed(&listen) || !add_address(service, whole) ||
	    words_add(&service->listen, text_get(&listen)) < 0)
		import->error = -ENOMEM;
	return import->error == 0;
}

bool import_listen_path(struct import *import, struct import_service *service,
			struct place at, const char *path)
{
	char shown[IMPORT_SHOWN];

	if (path[0] != '/' || !is_printed(path) ||
	    strlen(path) > sizeof(((struct sockaddr_un *)0)->sun_path) - 1) {
		import_drop(
			import, service, at, true,
			"not kept: not an absolute path that a socket can have: \"%s\"",
			import_shown(path, shown));
		return false;
	}
	if (words_add(&service->listen, path) < 0)
		import->error = -ENOMEM;
	return import->error == 0;
}

int import_split(const char *text, struct words *ret)
{
	while (*text != '\0') {
		size_t size = strcspn(text, " \t");
		auto_free char *word = strndup(text, size);
		int r = word == NULL ? -ENOMEM : size > 0 ? words_add(ret, word) : 0;

		if (r < 0)
			return r;
		text += size + strspn(text + size, " \t");
	}
	return 0;
}
