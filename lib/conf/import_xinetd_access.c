/* SPDX-License-Identifier: MIT */

/*
 * import_xinetd_access.c - who may connect, when, and how often.
 *
 * xinetd.conf(5) says that of only_from and no_access the better match decides.  The
 * program does not: whoever is in no_access is refused.  In spawnd the longer match
 * decides; so what of only_from lies within no_access is left out, and the same clients
 * are served as before.
 */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "conf/import_xinetd.h"

struct access {
	struct import *import;
	struct xinetd_entry *entry;
	const struct xinetd_entry *defaults;
	struct words allow, deny;
};

/* The networks of a list.  A word that cannot be kept narrows only_from, and would
 * widen no_access: then the service is not served. */
static void take_networks(struct access *access, enum xinetd_id id, struct words *ret)
{
	const struct xinetd_value *value = &access->entry->values[id];
	struct import_service *service = access->entry->service;
	char shown[IMPORT_SHOWN];

	for (size_t i = 0; i < value->words.n && access->import->error == 0; i++) {
		const char *word = import_shown(value->words.at[i], shown);
		int r = import_networks(value->words.at[i], ret);

		if (r < 0)
			access->import->error = r;
		else if (r == IMPORT_NETWORK_BAD)
			import_drop(access->import, service, value->at, true,
				    "not served: %s names what is no address: \"%s\"",
				    xinetd_attribute_name(id), word);
		else if (r == IMPORT_NETWORK_NAME && id == X_NO_ACCESS)
			import_drop(access->import, service, value->at, true,
				    "not served: no_access has a name, \"%s\"; write its "
				    "addresses as deny",
				    word);
		else if (r == IMPORT_NETWORK_NAME)
			import_lose(access->import, service, value->at,
				    "not kept, only_from has a name, \"%s\"; write its "
				    "addresses as allow",
				    word);
	}
}

static bool is_within(const struct words *networks, const char *other)
{
	for (size_t i = 0; i < networks->n; i++)
		if (import_network_has(networks->at[i], other))
			return true;
	return false;
}

/* xinetd matches :: with clients over IPv4, too: theirs are the addresses within
 * ::ffff:0:0/96.  Who is refused is refused by any network around these. */
static void add_ipv4(struct access *access, struct words *networks, const char *within)
{
	if (is_within(networks, within) && !words_have(networks, "0.0.0.0/0") &&
	    words_add(networks, "0.0.0.0/0") < 0)
		access->import->error = -ENOMEM;
}

static void set_networks(struct access *access)
{
	struct xinetd_entry *entry = access->entry;
	const struct xinetd_value *only = &entry->values[X_ONLY_FROM];
	const struct xinetd_value *no = &entry->values[X_NO_ACCESS];
	auto_words struct words left = { 0 };
	int r = 0;

	take_networks(access, X_ONLY_FROM, &access->allow);
	take_networks(access, X_NO_ACCESS, &access->deny);
	add_ipv4(access, &access->allow, "::/0");
	add_ipv4(access, &access->deny, "::ffff:0:0/96");
	for (size_t i = 0; i < access->allow.n && r == 0; i++)
		if (is_within(&access->deny, access->allow.at[i]))
			import_remark(access->import, entry->service, only->at,
				      "left out, as no_access wins in xinetd: %s",
				      access->allow.at[i]);
		else
			r = words_add(&left, access->allow.at[i]);
	if (only->given && left.n == 0) {
		import_remark(access->import, entry->service, only->at,
			      "only_from leaves nobody");
		words_done(&access->deny);
		if (r == 0)
			r = words_add(&access->deny, "0.0.0.0/0");
		if (r == 0)
			r = words_add(&access->deny, "::/0");
	}
	if (r < 0) {
		access->import->error = r;
		return;
	}
	if (left.n > 0)
		import_set_words(access->import, entry->service, only->at, "allow",
				 &left);
	if (access->deny.n > 0)
		import_set_words(access->import, entry->service,
				 no->given ? no->at : only->at, "deny", &access->deny);
}

/* H:MM-H:MM as four digits and four, or false. */
static bool read_interval(const char *word, unsigned *begin, unsigned *end)
{
	unsigned hours[2], minutes[2];
	char rest;

	if (word[strspn(word, "0123456789:-")] != '\0' ||
	    sscanf(word, "%2u:%2u-%2u:%2u%c", &hours[0], &minutes[0], &hours[1],
		   &minutes[1], &rest) != 4 ||
	    hours[0] > 23 || hours[1] > 23 || minutes[0] > 59 || minutes[1] > 59)
		return false;
	*begin = 100 * hours[0] + minutes[0];
	*end = 100 * hours[1] + minutes[1];
	return *begin < *end;
}

static void set_times(struct access *access)
{
	const struct xinetd_value *times = &access->entry->values[X_ACCESS_TIMES];
	struct import_service *service = access->entry->service;
	auto_text struct text value = { 0 };
	char shown[IMPORT_SHOWN];

	for (size_t i = 0; i < times->words.n; i++) {
		unsigned begin, end;

		if (!read_interval(times->words.at[i], &begin, &end)) {
			import_drop(access->import, service, times->at, true,
				    "not served, as by xinetd: not a time of the day: "
				    "\"%s\"",
				    import_shown(times->words.at[i], shown));
			return;
		}
		if (begin == 0 && end == 2359)
			return; /* always */
		text_addf(&value, "%s%02u:%02u-%02u:%02u", i > 0 ? " " : "", begin / 100,
			  begin % 100, end / 100, end % 100);
	}
	if (text_failed(&value))
		access->import->error = -ENOMEM;
	else if (value.size > 0)
		import_set(access->import, service, times->at, "access_times",
			   text_get(&value));
}

/* A count or UNLIMITED.  True with a number. */
static bool read_count(struct access *access, enum xinetd_id id, uint64_t *ret)
{
	const struct xinetd_value *value =
		xinetd_value(access->entry, access->defaults, id);
	struct import_service *service = access->entry->service;
	const char *name = xinetd_attribute_name(id);
	char shown[IMPORT_SHOWN];

	if (value == NULL || strcmp(value->words.at[0], "UNLIMITED") == 0)
		return false;
	if (number_parse(value->words.at[0], 4194304, ret) != 0) {
		import_drop(access->import, service, value->at, true,
			    "not served: %s is no number: \"%s\"", name,
			    import_shown(value->words.at[0], shown));
		return false;
	}
	if (*ret > 0)
		return true;
	import_drop(access->import, service, value->at, true,
		    "not served, as by xinetd: %s is 0, which lets nobody in", name);
	return false;
}

static void set_count(struct access *access, enum xinetd_id id, const char *key)
{
	uint64_t number = 0;
	char text[24];

	if (!read_count(access, id, &number))
		return;
	(void)snprintf(text, sizeof(text), "%llu", (unsigned long long)number); /* fits */
	import_set(access->import, access->entry->service,
		   xinetd_value(access->entry, access->defaults, id)->at, key, text);
	if (id == X_INSTANCES)
		import_set(access->import, access->entry->service, access->entry->at,
			   "when_full", "refuse");
}

/* cps = STARTS-A-SECOND SECONDS-OF-PAUSE */
static void set_rate(struct access *access)
{
	const struct xinetd_value *cps =
		xinetd_value(access->entry, access->defaults, X_CPS);
	struct import_service *service = access->entry->service;
	char value[32], shown[IMPORT_SHOWN];
	uint64_t starts = 50; /* xinetd's own default */

	if (cps != NULL && number_parse(cps->words.at[0], 4194304, &starts) != 0) {
		import_lose(access->import, service, cps->at,
			    "cps is not kept, no number: \"%s\"",
			    import_shown(cps->words.at[0], shown));
		return;
	}
	if (starts == 0)
		return;
	(void)snprintf(value, sizeof(value), "%llu/1s", /* fits */
		       (unsigned long long)starts);
	import_set(access->import, service, access->entry->at, "rate", value);
	if (cps != NULL)
		import_remark(
			access->import, service, cps->at,
			"clients past the rate wait; xinetd closed the service for a "
			"while");
}

void xinetd_convert_access(struct import *import, struct xinetd_entry *entry,
			   const struct xinetd_entry *defaults)
{
	struct access access = { .import = import, .entry = entry, .defaults = defaults };

	set_networks(&access);
	set_times(&access);
	set_count(&access, X_INSTANCES, "max_connections");
	set_count(&access, X_PER_SOURCE, "max_per_source");
	set_rate(&access);
	words_done(&access.allow);
	words_done(&access.deny);
}
