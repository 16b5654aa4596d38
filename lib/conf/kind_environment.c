/* SPDX-License-Identifier: MIT */

/* kind_environment.c - lists of variables, and which ones they may not name. */

#include "conf/kinds.h"

#include <string.h>

#include "base/words.h"

/* What spawnd says of a connection is not for the configuration to say. */
static bool is_said_by_spawnd(const char *name, size_t size)
{
	static const char *const prefixes[] = { "SPAWND_", "TCP", "IPC", "REMOTE_",
						"LISTEN_" };

	for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++) {
		size_t n = strlen(prefixes[i]);

		if (size >= n && memcmp(name, prefixes[i], n) == 0)
			return true;
	}
	return size == 5 && memcmp(name, "PROTO", 5) == 0;
}

static bool is_name(const char *name, size_t size)
{
	if (size == 0 || is_digit(name[0]))
		return false;
	for (size_t i = 0; i < size; i++)
		if (name[i] != '_' && !is_digit(name[i]) &&
		    !((name[i] | 0x20) >= 'a' && (name[i] | 0x20) <= 'z'))
			return false;
	return true;
}

bool kind_is_name(const char *word)
{
	return is_name(word, strlen(word));
}

static const char *name_problem(const char *name, size_t size)
{
	if (!is_name(name, size))
		return "not the name of a variable";
	return is_said_by_spawnd(name, size)
		       ? "a variable that spawnd sets from the connection"
		       : NULL;
}

static const char *check_name(const char *word)
{
	return name_problem(word, strlen(word));
}

const char *kind_assignment_problem(const char *word)
{
	const char *equals = strchr(word, '=');

	return equals == NULL ? "not NAME=VALUE"
			      : name_problem(word, (size_t)(equals - word));
}

static int set_names(const struct key *key, const char *value, void *field,
		     struct text *why)
{
	(void)key;
	return kind_set_list(value, field, check_name, why);
}

bool kind_same_variable(const char *a, const char *b)
{
	size_t size = (size_t)(strchr(a, '=') - a);

	return strncmp(a, b, size + 1) == 0;
}

static int refuse_twice(const char *word, struct text *why)
{
	auto_text struct text what = { 0 };

	(void)kind_refused(&what, "sets the same variable twice:", word); /* is 1 */
	kind_add_reason(why, text_get(&what));
	return 1;
}

/* As a list, but that a later value of a name takes the place of an earlier. */
static int set_assignments(const struct key *key, const char *value, void *field,
			   struct text *why)
{
	struct words *have = field;
	auto_words struct words words = { 0 }, given = { 0 };
	int r = kind_set_list(value, &words, kind_assignment_problem, why);

	if (r == 0)
		r = kind_split(value, &given, why);

	(void)key;
	if (r != 0)
		return r;
	for (size_t i = 0; i < words.n; i++)
		for (size_t j = 0; j < i; j++)
			if (kind_same_variable(words.at[i], words.at[j])) {
				r = refuse_twice(words.at[i], why);
				break;
			}
	if (r != 0)
		return r;
	if (given.n == 0 || strcmp(given.at[0], "+") != 0)
		words_done(have);
	for (size_t i = 0; r == 0 && i < words.n; i++) {
		size_t j = 0;

		while (j < have->n && !kind_same_variable(words.at[i], have->at[j]))
			j++;
		if (j == have->n) {
			r = words_add(have, words.at[i]);
		} else {
			free(have->at[j]);
			have->at[j] = steal_ptr(&words.at[i]);
		}
	}
	return r;
}

/* "-" in front: it need not exist. */
static const char *check_file(const char *word)
{
	return word[word[0] == '-'] != '/' ? "not an absolute path" : NULL;
}

static int set_files(const struct key *key, const char *value, void *field,
		     struct text *why)
{
	(void)key;
	return kind_set_list(value, field, check_file, why);
}

const struct kind kind_environment_files = { set_files, kind_show_list, kind_clear_words,
					     true };
const struct kind kind_names = { set_names, kind_show_list, kind_clear_words, true };
const struct kind kind_assignments = { set_assignments, kind_show_list, kind_clear_words,
				       true };
