/* SPDX-License-Identifier: MIT */

/* import_xinetd_values.c - the lines of an entry, which set a value or change a list. */

#include <errno.h>
#include <string.h>

#include "conf/import_xinetd.h"

static void remove_word(struct words *words, const char *word)
{
	for (size_t i = 0; i < words->n; i++)
		if (strcmp(words->at[i], word) == 0) {
			free(words->at[i]);
			memmove(words->at + i, words->at + i + 1,
				(words->n - i) * sizeof(*words->at));
			words->n--;
			i--;
		}
}

int xinetd_change_list(struct words *list, char sign, const struct words *values)
{
	int r = 0;

	if (sign == '=')
		words_done(list);
	for (size_t i = 0; i < values->n && r == 0; i++)
		if (sign == '-')
			remove_word(list, values->at[i]);
		else if (!words_have(list, values->at[i]))
			r = words_add(list, values->at[i]);
	return r;
}

/* The name of the attribute of a line, its operator and its values; NULL, or what is
 * wrong with it. */
static const char *take_apart(const struct words *words, char *ret_sign,
			      struct words *values)
{
	static const char letters[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
	const char *word = words->n > 1 ? words->at[1] : "";
	size_t first = 2;

	if (words->at[0][strspn(words->at[0], letters)] != '\0')
		return "there must be a blank before the operator";
	*ret_sign = *word;
	if (*word == '+' || *word == '-')
		word++;
	if (*word++ != '=')
		return "there is no operator behind the attribute";
	/* The first value may stand right behind it. */
	if (*word != '\0' && words_add(values, word) < 0)
		return "out of memory";
	for (; first < words->n; first++)
		if (words_add(values, words->at[first]) < 0)
			return "out of memory";
	return NULL;
}

/* One word of a list of addresses. */
static int add_networks(struct import *import, struct import_service *service,
			struct place at, const char *word, struct words *networks)
{
	auto_words struct words found = { 0 };
	char shown[IMPORT_SHOWN];
	int r = import_networks(word, &found);

	if (r > 0) /* a name, or what is told later */
		return words_add(networks, word);
	if (r == 0 && import_address_is_odd(word))
		import_warn(import, service, at, "\"%s\" is taken for %s, as by xinetd",
			    import_shown(word, shown), found.at[0]);
	return r == 0 ? xinetd_change_list(networks, '+', &found) : r;
}

/* Addresses as networks, so that -= finds what was written in another way. */
static int as_networks(struct import *import, struct import_service *service,
		       struct place at, struct words *values)
{
	auto_words struct words networks = { 0 };
	struct words before;
	int r = 0;

	for (size_t i = 0; i < values->n && r == 0; i++)
		r = add_networks(import, service, at, values->at[i], &networks);
	before = *values;
	*values = networks;
	networks = before;
	return r;
}

static void set_value(struct import *import, struct xinetd_entry *entry,
		      enum xinetd_id id, bool is_set, struct place at, char sign,
		      const struct words *values)
{
	struct xinetd_value *value = &entry->values[id];
	const bool in_defaults = entry->service == NULL;
	const char *name = xinetd_attribute_name(id);

	if (!is_set && value->given) {
		import_remark(import, entry->service, at,
			      "left out, as by xinetd: %s is given twice", name);
		return;
	}
	if (!is_set && sign != '=') {
		import_remark(import, entry->service, at,
			      "left out, as by xinetd: %s takes = alone", name);
		return;
	}
	if (in_defaults && sign == '=')
		sign = '+';
	value->given = true;
	value->at = at;
	if ((is_set ? xinetd_change_list(&value->words, sign, values)
		    : xinetd_change_list(&value->words, '=', values)) < 0)
		import->error = -ENOMEM;
}

bool xinetd_take_attribute(struct import *import, struct xinetd_entry *entry,
			   struct place at, const struct words *words)
{
	auto_words struct words values = { 0 };
	char sign, shown[IMPORT_SHOWN];
	const char *what = take_apart(words, &sign, &values);
	enum xinetd_id id;
	bool is_set = false;
	int n = 0;

	if (what != NULL) {
		if (entry->service != NULL)
			import_drop(import, entry->service, at, false,
				    "not served, as by xinetd: %s in \"%s\"", what,
				    import_shown(words->at[0], shown));
		else
			import_lose(import, NULL, at,
				    "not kept: %s in \"%s\", and all behind it", what,
				    import_shown(words->at[0], shown));
		return false;
	}
	id = xinetd_attribute(words->at[0], entry->service == NULL, &n, &is_set);
	if (id == X_COUNT)
		import_lose(import, entry->service, at,
			    "not kept: there is no attribute \"%s\" here",
			    import_shown(words->at[0], shown));
	else if (n >= 0 && values.n != (size_t)n)
		import_lose(import, entry->service, at,
			    "left out, as by xinetd: %s takes %d values, not %zu",
			    words->at[0], n, values.n);
	else if ((id == X_ONLY_FROM || id == X_NO_ACCESS) &&
		 as_networks(import, entry->service, at, &values) < 0)
		import->error = -ENOMEM;
	else
		set_value(import, entry, id, is_set, at, sign, &values);
	if (id == X_DISABLE && entry->service != NULL &&
	    words_have(&entry->values[id].words, "yes"))
		entry->service->disabled = true;
	return true;
}
