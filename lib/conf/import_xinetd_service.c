/* SPDX-License-Identifier: MIT */

/* import_xinetd_service.c - what an entry of xinetd.conf comes to in spawnd. */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "conf/import_internal.h"
#include "conf/import_xinetd.h"

struct work {
	struct import *import;
	struct xinetd_entry *entry;
	const struct xinetd_entry *defaults;
	struct import_service *service;
};

const struct xinetd_value *xinetd_value(const struct xinetd_entry *entry,
					const struct xinetd_entry *defaults,
					enum xinetd_id id)
{
	return entry->values[id].given      ? &entry->values[id]
	       : defaults->values[id].given ? &defaults->values[id]
					    : NULL;
}

/* The one value that the entry itself gives, or NULL. */
static const char *own(const struct work *work, enum xinetd_id id)
{
	const struct xinetd_value *value = &work->entry->values[id];

	return value->given && value->words.n > 0 ? value->words.at[0] : NULL;
}

static struct place place_of(const struct work *work, enum xinetd_id id)
{
	const struct xinetd_value *value = xinetd_value(work->entry, work->defaults, id);

	return value != NULL ? value->at : work->entry->at;
}

static bool have(const struct work *work, enum xinetd_id id, const char *word)
{
	return words_have(&work->entry->values[id].words, word);
}

static bool set(struct work *work, enum xinetd_id id, const char *key, const char *value)
{
	return import_set(work->import, work->service, place_of(work, id), key, value);
}

/* What cannot be served at all, the most telling first. */
static const struct {
	enum xinetd_id id;
	const char *word; /* NULL: any */
	bool outlined;
	const char *why;
} hindrances[] = {
	{ X_TYPE, "RPC", false,
	  "an RPC service, which must be registered with rpcbind: run it as a daemon of "
	  "its own" },
	{ X_TYPE, "TCPMUX", false, "a TCPMUX service: give it a port of its own" },
	{ X_TYPE, "TCPMUXPLUS", false, "a TCPMUX service: give it a port of its own" },
	{ X_SOCKET_TYPE, "dgram", false,
	  "a datagram service: run it as a daemon of its own, or leave it to xinetd" },
	{ X_PROTOCOL, "udp", false,
	  "a datagram service: run it as a daemon of its own, or leave it to xinetd" },
	{ X_SOCKET_TYPE, "raw", false, "not a stream service" },
	{ X_SOCKET_TYPE, "seqpacket", false, "not a stream service" },
	{ X_WAIT, "yes", false,
	  "\"wait\": it accepts its clients itself; run it as a daemon of its own, or "
	  "from a systemd socket with Accept=no" },
	{ X_FLAGS, "SENSOR", false,
	  "a sensor, which is no service: see a packet filter" },
	{ X_REDIRECT, NULL, false,
	  "a redirection: let a proxy do it, or a command like nc ADDRESS PORT" },
	{ X_FLAGS, "LABELED", true,
	  "its SELinux context came from the connection, and would not" },
};

static bool is_known(const char *word, const char *const *known)
{
	for (; *known != NULL; known++)
		if (strcmp(*known, word) == 0)
			return true;
	return false;
}

static bool is_hindered(struct work *work)
{
	for (size_t i = 0; i < ARRAY_SIZE(hindrances); i++) {
		const enum xinetd_id id = hindrances[i].id;

		if (!work->entry->values[id].given ||
		    (hindrances[i].word != NULL && !have(work, id, hindrances[i].word)))
			continue;
		import_drop(work->import, work->service, place_of(work, id),
			    hindrances[i].outlined, "not kept: %s", hindrances[i].why);
		return true;
	}
	return false;
}

/* What xinetd itself would not start. */
static bool is_incomplete(struct work *work, bool internal)
{
	const char *protocol = own(work, X_PROTOCOL), *type = own(work, X_SOCKET_TYPE);
	static const char *const types[] = { "UNLISTED", "INTERNAL", NULL };
	const char *missing = NULL;
	char shown[IMPORT_SHOWN];

	if (own(work, X_WAIT) == NULL)
		missing = "wait";
	else if (protocol == NULL && type == NULL)
		missing = "socket_type";
	else if (!internal && own(work, X_SERVER) == NULL)
		missing = "server";
	else if (!internal && own(work, X_USER) == NULL)
		missing = "user";
	else if (have(work, X_TYPE, "UNLISTED") && own(work, X_PORT) == NULL)
		missing = "port";
	if (missing != NULL)
		import_drop(work->import, work->service, work->entry->at, false,
			    "not kept: it has no %s, and xinetd does not serve it",
			    missing);
	else if (protocol != NULL && strcmp(protocol, "tcp") != 0)
		import_drop(work->import, work->service, place_of(work, X_PROTOCOL),
			    false, "not kept: not a protocol that is served here: \"%s\"",
			    import_shown(protocol, shown));
	else if (type != NULL && strcmp(type, "stream") != 0)
		import_drop(work->import, work->service, place_of(work, X_SOCKET_TYPE),
			    false, "not kept: not a type of socket: \"%s\"",
			    import_shown(type, shown));
	for (size_t i = 0; i < work->entry->values[X_TYPE].words.n; i++)
		if (!is_known(work->entry->values[X_TYPE].words.at[i], types))
			import_drop(work->import, work->service, place_of(work, X_TYPE),
				    false, "not kept: there is no type \"%s\"",
				    import_shown(work->entry->values[X_TYPE].words.at[i],
						 shown));
	return work->service->dropped;
}

/* Both families on one socket, unless something says otherwise. */
static void set_listen(struct work *work)
{
	const struct xinetd_value *bind =
		xinetd_value(work->entry, work->defaults, X_BIND);
	const struct xinetd_value *v6only =
		xinetd_value(work->entry, work->defaults, X_V6ONLY);
	const bool v4 = have(work, X_FLAGS, "IPv4"), v6 = have(work, X_FLAGS, "IPv6");
	const char *port = own(work, X_PORT);
	struct import_address address = { .any = true, .v4 = true, .v6 = !v4 || v6 };
	char shown[IMPORT_SHOWN];

	if (v6only != NULL && address.v6 && bind == NULL &&
	    strcmp(v6only->words.at[0], "yes") == 0) {
		address.v4 = false;
		set(work, X_V6ONLY, "ipv6_only", "yes");
	}
	if (bind != NULL && strcmp(bind->words.at[0], "0.0.0.0") == 0)
		address.v6 = false;
	else if (bind != NULL && strcmp(bind->words.at[0], "::") != 0 &&
		 !import_address_parse(bind->words.at[0], &address)) {
		import_drop(work->import, work->service, bind->at, true,
			    "not served: \"%s\" is no address; write listen = "
			    "ADDRESS:PORT",
			    import_shown(bind->words.at[0], shown));
		return;
	}
	import_listen(work->import, work->service, place_of(work, X_PORT), &address,
		      port != NULL ? port : work->entry->name);
}

static void set_user(struct work *work)
{
	const char *user = own(work, X_USER), *group = own(work, X_GROUP);
	const struct xinetd_value *groups =
		xinetd_value(work->entry, work->defaults, X_GROUPS);
	auto_words struct words value = { 0 };
	auto_text struct text whole = { 0 };

	/* xinetd takes the number of a user for that of the group. */
	if (group == NULL && user[strspn(user, "0123456789")] == '\0')
		group = user;
	text_add(&whole, user);
	if (group != NULL)
		text_addf(&whole, ":%s", group);
	if (text_failed(&whole) || words_add(&value, text_get(&whole)) < 0) {
		work->import->error = -ENOMEM;
		return;
	}
	if (import_is_root(user) || (group != NULL && import_is_root(group)))
		import_drop(work->import, work->service, place_of(work, X_USER), true,
			    "not served: it runs as %s, which no command of spawnd "
			    "does; make an account that may do what it needs, write it "
			    "as user, and remove the #",
			    import_is_root(user) ? "root" : "group root");
	if (!import_set_words(work->import, work->service, place_of(work, X_USER), "user",
			      &value))
		import_drop(work->import, work->service, place_of(work, X_USER), false,
			    "not served: its user cannot be written");
	if (groups != NULL && strcmp(groups->words.at[0], "yes") == 0)
		set(work, X_GROUPS, "groups", "initgroups");
	if (groups != NULL && strcmp(groups->words.at[0], "yes") == 0 &&
	    own(work, X_GROUP) != NULL)
		import_lose(
			work->import, work->service, groups->at,
			"not kept, the user's own group beside the one that is set: add "
			"it to groups");
}

static void set_command(struct work *work)
{
	const struct words *args = &work->entry->values[X_SERVER_ARGS].words;
	const bool named = have(work, X_FLAGS, "NAMEINARGS");
	const char *server = own(work, X_SERVER), *slash = strrchr(server, '/');
	auto_words struct words command = { 0 }, argv0 = { 0 };
	const struct place at = place_of(work, X_SERVER);
	int r = words_add(&command, server);

	for (size_t i = named; i < args->n && r == 0; i++)
		r = words_add(&command, args->at[i]);
	if (r == 0)
		r = words_add(&argv0, named && args->n > 0 ? args->at[0]
				      : slash != NULL      ? slash + 1
							   : server);
	if (r < 0) {
		work->import->error = r;
		return;
	}
	if (named && args->n == 0)
		import_drop(work->import, work->service, at, true,
			    "not served, as by xinetd: NAMEINARGS without server_args");
	else if (server[0] != '/')
		import_drop(work->import, work->service, at, true,
			    "not served: its program is no absolute path");
	if (!import_set_words(work->import, work->service, at, "command", &command) ||
	    !import_set_words(work->import, work->service, at, "argv0", &argv0))
		import_drop(work->import, work->service, at, false,
			    "not served: its command cannot be written");
}

static void set_flags(struct work *work)
{
	static const char *const known[] = { "NAMEINARGS", "IPv4",    "IPv6",
					     "KEEPALIVE",  "NODELAY", "NORETRY",
					     "NOLIBWRAP",  "REUSE",   "INTERCEPT",
					     "IDONLY",     "LABELED", "SENSOR",
					     "DISABLE",    NULL };
	const struct xinetd_value *flags = &work->entry->values[X_FLAGS];
	char shown[IMPORT_SHOWN];

	if (have(work, X_FLAGS, "KEEPALIVE"))
		set(work, X_FLAGS, "keep_alive", "2h"); /* as the kernel's default */
	if (have(work, X_FLAGS, "NODELAY"))
		set(work, X_FLAGS, "no_delay", "yes");
	if (have(work, X_FLAGS, "IDONLY") && (have(work, X_LOG_ON_SUCCESS, "USERID") ||
					      have(work, X_LOG_ON_FAILURE, "USERID")))
		import_drop(work->import, work->service, flags->at, true,
			    "not served: only clients with an ident server were, and "
			    "spawnd asks none");
	for (size_t i = 0; i < flags->words.n; i++)
		if (!is_known(flags->words.at[i], known))
			import_drop(work->import, work->service, flags->at, true,
				    "not served, as by xinetd: there is no flag \"%s\"",
				    import_shown(flags->words.at[i], shown));
}

/* The later of two assignments to one variable holds; here both would be an error. */
static bool comes_again(const struct words *env, size_t number)
{
	const char *word = env->at[number];
	size_t size = strcspn(word, "=");

	for (size_t i = number + 1; i < env->n; i++)
		if (strncmp(word, env->at[i], size) == 0 && env->at[i][size] == '=')
			return true;
	return false;
}

/* The words of a list that the key takes. */
static void set_variables(struct work *work, enum xinetd_id id, const char *key)
{
	const struct xinetd_value *value = &work->entry->values[id];
	auto_words struct words taken = { 0 };

	if (!value->given)
		return;
	for (size_t i = 0; i < value->words.n; i++)
		if ((id != X_ENV || !comes_again(&value->words, i)) &&
		    import_takes(work->import, work->service, value->at, key,
				 value->words.at[i]) &&
		    words_add(&taken, value->words.at[i]) < 0)
			work->import->error = -ENOMEM;
	if (taken.n > 0 || id == X_PASSENV)
		import_set_words(work->import, work->service, value->at, key, &taken);
}

/* Numbers with k or m behind them, and UNLIMITED. */
static void set_limit(struct work *work, enum xinetd_id id, const char *key)
{
	const char *value = own(work, id);
	char copy[32];
	size_t size;

	if (value == NULL)
		return;
	(void)snprintf(copy, sizeof(copy), "%s", /* what is cut is no number anyway */
		       strcmp(value, "UNLIMITED") == 0 ? "infinity" : value);
	size = strlen(copy);
	if (size > 0 && (copy[size - 1] == 'k' || copy[size - 1] == 'm'))
		copy[size - 1] = copy[size - 1] == 'k' ? 'K' : 'M';
	set(work, id, key, copy);
}

static void set_limits(struct work *work)
{
	const struct xinetd_value *mask =
		xinetd_value(work->entry, work->defaults, X_UMASK);

	if (own(work, X_NICE) != NULL)
		set(work, X_NICE, "nice", own(work, X_NICE));
	if (mask != NULL)
		set(work, X_UMASK, "umask", mask->words.at[0]);
	set_limit(work, X_RLIMIT_AS, "limit_as");
	set_limit(work, X_RLIMIT_CPU, "limit_cpu");
	set_limit(work, X_RLIMIT_DATA, "limit_data");
	set_limit(work, X_RLIMIT_FILES, "limit_nofile");
	set_limit(work, X_RLIMIT_STACK, "limit_stack");
}

/* By id: switched off by the lists of the defaults. */
static bool is_switched_off(const struct work *work, const char *id)
{
	const struct xinetd_value *enabled = &work->defaults->values[X_ENABLED];

	return words_have(&work->defaults->values[X_DISABLED].words, id) ||
	       (enabled->given && !words_have(&enabled->words, id));
}

void xinetd_settle(struct import *import, struct xinetd_entry *entry,
		   const struct xinetd_entry *defaults)
{
	struct work work = { import, entry, defaults, entry->service };
	const char *id = own(&work, X_ID) != NULL ? own(&work, X_ID) : entry->name;
	char *name = strdup(id);

	if (name == NULL) {
		import->error = -ENOMEM;
		return;
	}
	free(work.service->name);
	work.service->name = name;
	if (is_switched_off(&work, id) || have(&work, X_FLAGS, "DISABLE"))
		work.service->disabled = true;
}

void xinetd_convert(struct import *import, struct xinetd_entry *entry,
		    const struct xinetd_entry *defaults)
{
	struct work work = { import, entry, defaults, entry->service };
	const bool internal = have(&work, X_TYPE, "INTERNAL");
	char shown[IMPORT_SHOWN];

	if (work.service->dropped || is_hindered(&work) || is_incomplete(&work, internal))
		return;
	set_listen(&work);
	if (internal) {
		import_internal(import, work.service, entry->at, entry->name,
				own(&work, X_USER));
	} else {
		set_command(&work);
		set_user(&work);
	}
	xinetd_convert_access(import, entry, defaults);
	set_variables(&work, X_ENV, "environment");
	set_variables(&work, X_PASSENV, "pass_environment");
	set_limits(&work);
	set_flags(&work);
	if (entry->unclosed != NULL)
		import_drop(import, work.service, entry->at, true,
			    "not served, as by xinetd: it stands in %s, whose \"}\" is "
			    "missing",
			    import_shown(entry->unclosed, shown));
	xinetd_tell_losses(import, entry, defaults);
}

void xinetd_convert_defaults(struct import *import, const struct xinetd_entry *defaults)
{
	const struct xinetd_value *type = &defaults->values[X_LOG_TYPE];
	const struct words *words = &type->words;
	auto_text struct text path = { 0 };

	if (words->n >= 2 && strcmp(words->at[0], "SYSLOG") == 0) {
		import_set_global(import, type->at, "log", "syslog");
		import_set_global(import, type->at, "syslog_facility", words->at[1]);
	} else if (words->n >= 2 && strcmp(words->at[0], "FILE") == 0) {
		text_addf(&path, "file:%s", words->at[1]);
		import_set_global(import, type->at, "log", text_get(&path));
		if (words->n > 2)
			import_lose(import, NULL, type->at,
				    "the limits of the log are not kept; see "
				    "logrotate(8)");
	} else if (type->given) {
		import_lose(import, NULL, type->at, "log_type is not kept");
	}
}
