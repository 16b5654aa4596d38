/* SPDX-License-Identifier: MIT */

/* import_inetd_entry.c - one line of inetd.conf as a service, field by field. */

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "conf/import_inetd.h"
#include "conf/import_internal.h"

/* The line taken apart; all but argv belongs to it. */
struct fields {
	struct import *import;
	const struct inetd_entry *entry;
	struct import_service *service;
	struct words hosts; /* its own ones */
	char *spec, *name; /* with the addresses; without */
	char *type, *protocol, *wait, *user;
	const char *server;
	char *const *argv; /* ends with NULL, may be empty */
};

static void fields_done(struct fields *fields)
{
	words_done(&fields->hosts);
	free(fields->spec);
	free(fields->type);
	free(fields->protocol);
	free(fields->wait);
	free(fields->user);
}

static bool split_fields(struct fields *fields)
{
	char **words = fields->entry->words->at;

	fields->spec = strdup(words[0]);
	fields->type = strdup(words[1]);
	fields->protocol = strdup(words[2]);
	fields->wait = strdup(words[3]);
	fields->user = strdup(words[4]);
	fields->server = words[5];
	fields->argv = words + INETD_WORDS;
	if (fields->spec == NULL || fields->type == NULL || fields->protocol == NULL ||
	    fields->wait == NULL || fields->user == NULL)
		return false;
	fields->name = strcmp(fields->protocol, "unix") == 0
			       ? fields->spec
			       : import_inetd_hosts(fields->spec, &fields->hosts);
	return true;
}

/* Cut the text at the first of these characters; what is behind it, or NULL. */
static char *cut(char *text, const char *characters)
{
	char *at = strpbrk(text, characters);

	if (at != NULL)
		*at++ = '\0';
	return at;
}

#define LOSE(fields, ...) \
	import_lose((fields)->import, (fields)->service, (fields)->entry->at, __VA_ARGS__)
#define DROP(fields, outlined, ...)                                                     \
	import_drop((fields)->import, (fields)->service, (fields)->entry->at, outlined, \
		    __VA_ARGS__)
#define SET(fields, key, value) \
	import_set((fields)->import, (fields)->service, (fields)->entry->at, key, value)

/* What spawnd cannot serve in any way: false, and told. */
static bool check_kind(struct fields *fields)
{
	const char *what = NULL;

	if (strncmp(fields->protocol, "rpc/", 4) == 0)
		what = "an RPC service, which must be registered with rpcbind: run it as "
		       "a daemon of its own";
	else if (strncmp(fields->name, "tcpmux/", 7) == 0)
		what = "a TCPMUX service: give it a port of its own";
	else if (strncmp(fields->type, "dgram", 5) == 0)
		what = "a datagram service: run it as a daemon of its own, or leave it "
		       "to inetd";
	else if (strncmp(fields->type, "stream", 6) != 0)
		what = "not a stream service";
	else if (strncmp(fields->wait, "wait", 4) == 0 &&
		 strcmp(fields->server, "internal") != 0)
		what = "\"wait\": it accepts its clients itself; run it as a daemon of "
		       "its own, or from a systemd socket with Accept=no";
	if (what != NULL)
		DROP(fields, false, "not kept: %s", what);
	return what == NULL;
}

/* A count; "" and 0 mean that there is none.  True when there is one. */
static bool read_count(struct fields *fields, const char *text, const char *what,
		       uint64_t *ret)
{
	char shown[IMPORT_SHOWN];

	*ret = 0;
	if (text == NULL || *text == '\0')
		return false;
	if (number_parse(text, 4194304, ret) != 0)
		LOSE(fields, "%s is not kept, not a number: \"%s\"", what,
		     import_shown(text, shown));
	return *ret > 0;
}

static void set_number(struct fields *fields, const char *key, const char *format,
		       uint64_t number)
{
	char value[32];

	(void)snprintf(value, sizeof(value), "%llu%s", /* fits */
		       (unsigned long long)number, format);
	SET(fields, key, value);
}

/* stream[,ACCEPT-MAX][:FILTER] of NetBSD */
static void take_type(struct fields *fields)
{
	char *filter = cut(fields->type, ":"), *most = cut(fields->type, ",");
	char shown[IMPORT_SHOWN];
	uint64_t count;

	if (read_count(fields, most, "the accept limit", &count))
		set_number(fields, "max_connections", "", count);
	if (filter != NULL)
		LOSE(fields, "the accept filter is not kept: \"%s\"",
		     import_shown(filter, shown));
}

/* nowait[.STARTS|:STARTS] or nowait/COMMANDS[/STARTS-OF-ONE[/COMMANDS-OF-ONE]] */
static void take_wait(struct fields *fields)
{
	char *rest = strchr(fields->wait, '/') == NULL ? cut(fields->wait, ".:") : NULL;
	char shown[IMPORT_SHOWN];
	uint64_t count;

	if (read_count(fields, rest, "the limit of starts", &count)) {
		set_number(fields, "rate", "/1min", count);
		import_remark(fields->import, fields->service, fields->entry->at,
			      "clients past the rate wait; inetd stopped the service for "
			      "ten minutes");
	}
	rest = cut(fields->wait, "/");
	if (strcmp(fields->wait, "nowait") != 0 && strcmp(fields->wait, "wait") != 0)
		LOSE(fields, "taken for nowait: \"%s\"",
		     import_shown(fields->wait, shown));
	for (int i = 0; rest != NULL; i++) {
		char *next = cut(rest, "/");

		if (!read_count(fields, rest, "a limit", &count))
			;
		else if (i == 0)
			set_number(fields, "max_connections", "", count);
		else if (i == 1)
			set_number(fields, "rate_per_source", "/1min", count);
		else if (i == 2)
			set_number(fields, "max_per_source", "", count);
		rest = next;
	}
}

/* sndbuf=12k */
static void take_option(struct fields *fields, char *option)
{
	char *value = cut(option, "="), *unit, shown[IMPORT_SHOWN];
	const char *key = strcmp(option, "sndbuf") == 0   ? "send_buffer"
			  : strcmp(option, "rcvbuf") == 0 ? "receive_buffer"
							  : NULL;

	if (value == NULL || key == NULL || *value == '\0') {
		LOSE(fields, "an option of the protocol is not kept: \"%s\"",
		     import_shown(option, shown));
		return;
	}
	unit = value + strlen(value) - 1;
	if (*unit == 'k' || *unit == 'm')
		*unit = *unit == 'k' ? 'K' : 'M';
	SET(fields, key, value);
}

/* The families that a protocol means; false when it is none of TCP. */
static bool take_family(struct fields *fields, struct import_address *any)
{
	const char *suffix = fields->protocol + 3;
	char shown[IMPORT_SHOWN];

	*any = (struct import_address){ .any = true };
	if (strncmp(fields->protocol, "tcp", 3) != 0)
		suffix = "?";
	any->v4 = *suffix == '\0' || strcmp(suffix, "4") == 0 ||
		  strcmp(suffix, "46") == 0 || strcmp(suffix, "64") == 0;
	any->v6 = strcmp(suffix, "6") == 0 || strcmp(suffix, "6only") == 0 ||
		  strcmp(suffix, "46") == 0 || strcmp(suffix, "64") == 0 ||
		  (*suffix == '\0' && fields->entry->dialect == INETD_OPENBSD);
	if (!any->v4 && !any->v6) {
		DROP(fields, false,
		     "not kept: not a protocol that is served here: \"%s\"",
		     import_shown(fields->protocol, shown));
		return false;
	}
	if (any->v6 && !any->v4)
		SET(fields, "ipv6_only", "yes");
	return true;
}

/* TCP[,OPTION]... */
static bool take_protocol(struct fields *fields, struct import_address *any)
{
	char *options = cut(fields->protocol, ",/");

	while (options != NULL) {
		char *next = cut(options, ",");

		take_option(fields, options);
		options = next;
	}
	return take_family(fields, any);
}

static bool take_host(struct fields *fields, const char *host,
		      const struct import_address *any)
{
	struct import_address address = *any;
	char shown[IMPORT_SHOWN];

	if (strcmp(host, "*") != 0 && !import_address_parse(host, &address)) {
		LOSE(fields,
		     "not listened on: \"%s\" is no address; write the one that it has",
		     import_shown(host, shown));
		return true;
	}
	if (strcmp(fields->protocol, "tcp") != 0 &&
	    ((address.v4 && !any->v4) || (address.v6 && !any->v6))) {
		LOSE(fields, "not listened on: \"%s\" is not of its protocol",
		     import_shown(host, shown));
		return true;
	}
	return import_listen(fields->import, fields->service, fields->entry->at, &address,
			     fields->name);
}

static void take_hosts(struct fields *fields, const struct import_address *any)
{
	const struct words *hosts =
		fields->hosts.n > 0 ? &fields->hosts : fields->entry->hosts;

	if (hosts->n == 0 && !take_host(fields, "*", any))
		return;
	for (size_t i = 0; i < hosts->n; i++)
		if (!take_host(fields, hosts->at[i], any))
			return;
	if (fields->service->listen.n == 0)
		DROP(fields, true, "not served: no address is left");
}

static bool is_account(const char *name)
{
	char buffer[16 * 1024];
	struct passwd entry, *found = NULL;
	int r = getpwnam_r(name, &entry, buffer, sizeof(buffer), &found);

	return found != NULL || r == ERANGE;
}

/* USER[.GROUP|:GROUP], of which the group is cut off and returned, or NULL.  A dot may be
 * part of a name, and is in FreeBSD: the accounts tell. */
static char *cut_group(struct fields *fields)
{
	auto_free char *whole = strdup(fields->user);
	char shown[IMPORT_SHOWN], *dot = strchr(fields->user, '.');
	bool exists;

	if (whole == NULL)
		fields->import->error = -ENOMEM;
	if (strchr(fields->user, ':') != NULL)
		return cut(fields->user, ":");
	if (dot == NULL || whole == NULL)
		return NULL;
	exists = is_account(whole);
	*dot = '\0';
	if (is_account(fields->user) && !exists)
		return dot + 1;
	if (is_account(fields->user) && fields->entry->dialect != INETD_FREEBSD)
		import_warn(fields->import, fields->service, fields->entry->at,
			    "taken for the account \"%s\", not for a user with a group",
			    import_shown(whole, shown));
	*dot = '.';
	return NULL;
}

/* USER, group and /CLASS */
static void take_user(struct fields *fields)
{
	char *class = cut(fields->user, "/");
	char *group = cut_group(fields);
	auto_words struct words user = { 0 };
	auto_text struct text whole = { 0 };
	char shown[IMPORT_SHOWN];

	if (class != NULL)
		LOSE(fields, "the login class is not kept: \"%s\"; see limit_*",
		     import_shown(class, shown));
	text_add(&whole, fields->user);
	if (group != NULL)
		text_addf(&whole, ":%s", group);
	if (text_failed(&whole) || words_add(&user, text_get(&whole)) < 0) {
		fields->import->error = -ENOMEM;
		return;
	}
	if (import_is_root(fields->user) || (group != NULL && import_is_root(group)))
		DROP(fields, true,
		     "not served: it runs as %s, which no command of spawnd does; make "
		     "an "
		     "account that may do what it needs, write it as user, and remove "
		     "the #",
		     import_is_root(fields->user) ? "root" : "group root");
	if (!import_set_words(fields->import, fields->service, fields->entry->at, "user",
			      &user))
		DROP(fields, false, "not served: its user cannot be written");
	SET(fields, "groups", "initgroups");
}

/* Where nothing tells whose file it is, it may be that of one that knows quotes. */
static void warn_of_quotes(struct fields *fields)
{
	char shown[IMPORT_SHOWN];

	for (char *const *word = fields->argv; *word != NULL; word++)
		if (fields->entry->dialect == INETD_OPENBSD &&
		    ((*word)[0] == '"' || (*word)[0] == '\'')) {
			import_warn(fields->import, fields->service, fields->entry->at,
				    "its quotes are parts of words, as in openbsd-inetd; "
				    "other inetds take them off: %s",
				    import_shown(*word, shown));
			return;
		}
}

/* SERVER ARGV0 ARGUMENT... */
static void take_command(struct fields *fields)
{
	const char *slash = strrchr(fields->server, '/');
	const char *base = slash != NULL ? slash + 1 : fields->server;
	const char *name = fields->argv[0] != NULL ? fields->argv[0] : base;
	auto_words struct words command = { 0 }, argv0 = { 0 };
	int r = words_add(&command, fields->server);

	for (size_t i = 1; r == 0 && fields->argv[0] != NULL && fields->argv[i] != NULL;
	     i++)
		r = words_add(&command, fields->argv[i]);
	if (r == 0)
		r = words_add(&argv0, name);
	if (r < 0) {
		fields->import->error = r;
		return;
	}
	if (!import_set_words(fields->import, fields->service, fields->entry->at,
			      "command", &command) ||
	    !import_set_words(fields->import, fields->service, fields->entry->at, "argv0",
			      &argv0))
		DROP(fields, false, "not served: its command cannot be written");
	else if (fields->server[0] != '/')
		DROP(fields, true, "not served: its program is no absolute path");
	else if (strcmp(base, "tcpd") == 0 &&
		 (strcmp(name, "tcpd") == 0 || strcmp(name, fields->server) == 0))
		DROP(fields, true, "not served: tcpd is not told what to execute");
}

static void take_fields(struct fields *fields)
{
	struct import_address any;

	if (!check_kind(fields))
		return;
	take_type(fields);
	if (strcmp(fields->protocol, "unix") == 0) {
		if (!import_listen_path(fields->import, fields->service,
					fields->entry->at, fields->name))
			return;
	} else {
		if (!take_protocol(fields, &any))
			return;
		take_hosts(fields, &any);
	}
	take_wait(fields);
	if (strcmp(fields->server, "internal") == 0) {
		import_internal(fields->import, fields->service, fields->entry->at,
				fields->name,
				cut(fields->user, ".:/") == NULL ? fields->user : NULL);
		return;
	}
	take_command(fields);
	warn_of_quotes(fields);
	take_user(fields);
}

void import_inetd_entry(struct import *import, const struct inetd_entry *entry)
{
	struct fields fields = { .import = import, .entry = entry };

	if (!split_fields(&fields)) {
		import->error = -ENOMEM;
	} else {
		fields.service = import_add(import, fields.name, entry->at);
		if (fields.service != NULL) {
			fields.service->disabled = entry->disabled;
			take_fields(&fields);
		}
	}
	fields_done(&fields);
}
