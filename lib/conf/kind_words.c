/* SPDX-License-Identifier: MIT */

/* kind_words.c - single words, paths, lists and commands. */

#include "conf/kinds.h"

#include <errno.h>
#include <string.h>

#include "base/hours.h"
#include "base/words.h"

int kind_split(const char *value, struct words *words, struct text *why)
{
	int r = words_split(value, words);

	if (r == WORDS_QUOTE)
		text_add(why, "a quote is not closed");
	else if (r == WORDS_BACKSLASH)
		text_add(why, "a line ends with a backslash");
	return r < 0 ? r : r != 0;
}

static int set_word(const struct key *key, const char *value, void *field,
		    struct text *why)
{
	auto_words struct words words = { 0 };
	int r = kind_split(value, &words, why);

	(void)key;
	if (r != 0)
		return r;
	if (words.n != 1) {
		(void)kind_refused(why, "takes one word:", value);
		if (words.n > 1 && (words.at[1][0] == '#' || words.at[1][0] == ';'))
			text_add(why, " (a comment stands on a line of its own)");
		return 1;
	}
	if (words.at[0][0] == '\0') {
		text_add(why, "is empty");
		return 1;
	}
	free(*(char **)field);
	*(char **)field = steal_ptr(&words.at[0]);
	return 0;
}

static void show_word(const struct key *key, const void *field, struct text *text)
{
	const char *word = *(char *const *)field;

	(void)key;
	if (word != NULL)
		words_quote(text, word, false);
}

static void clear_word(void *field)
{
	free(*(char **)field);
	*(char **)field = NULL;
}

const struct kind kind_word = { set_word, show_word, clear_word, false };

static int set_path(const struct key *key, const char *value, void *field,
		    struct text *why)
{
	char *path = NULL;
	int r = set_word(key, value, &path, why);

	if (r != 0)
		return r;
	if (path[0] != '/') {
		(void)kind_refused(why, "not an absolute path:", path);
		free(path);
		return 1;
	}
	free(*(char **)field);
	*(char **)field = path;
	return 0;
}

const struct kind kind_path = { set_path, show_word, clear_word, false };

void kind_clear_words(void *field)
{
	words_done(field);
}

/* Put the words in the field's place, or behind what it has if "+" is first. */
static int join_words(struct words *words, void *field)
{
	struct words *have = field;
	int r = 0;

	if (words->n == 0 || strcmp(words->at[0], "+") != 0) {
		words_done(have);
		*have = *words;
		*words = (struct words){ 0 };
		return 0;
	}
	for (size_t i = 1; r == 0 && i < words->n; i++)
		if (!words_have(have, words->at[i]))
			r = words_add(have, words->at[i]);
	return r;
}

int kind_set_list(const char *value, void *field, kind_word_check *check,
		  struct text *why)
{
	auto_words struct words words = { 0 };
	int r = kind_split(value, &words, why);

	if (r != 0)
		return r;
	if (words.n == 1 && words.at[0][0] == '\0')
		words_done(&words); /* "" is the list without words */
	for (size_t i = 0; i < words.n; i++) {
		const char *what = NULL;
		auto_text struct text bad = { 0 };

		if (i == 0 && strcmp(words.at[0], "+") == 0)
			continue;
		if (words.at[i][0] == '\0')
			what = "an empty word in the list";
		else if (check != NULL)
			what = check(words.at[i]);
		if (what == NULL)
			continue;
		text_addf(&bad, "%s:", what);
		r = kind_refused(&bad, "", words.at[i]);
		kind_add_reason(why, text_get(&bad));
	}
	if (r != 0)
		return r;
	return join_words(&words, field);
}

static int set_list(const struct key *key, const char *value, void *field,
		    struct text *why)
{
	(void)key;
	return kind_set_list(value, field, NULL, why);
}

/* One line where it fits; else a word a line, in quotes, so that no line is longer
 * than what is read, and none looks like a key or a comment. */
void kind_show_list(const struct key *key, const void *field, struct text *text)
{
	const struct words *words = field;
	size_t size = 0;

	(void)key;
	for (size_t i = 0; i < words->n; i++)
		size += strlen(words->at[i]) + 1;
	for (size_t i = 0; i < words->n; i++) {
		const bool wraps = size > 1000;

		if (i > 0)
			text_add(text, wraps ? "\n\t" : " ");
		words_quote(text, words->at[i], wraps);
	}
}

const struct kind kind_list = { set_list, kind_show_list, kind_clear_words, true };

static const char *path_problem(const char *word)
{
	return word[0] != '/' ? "not an absolute path" : NULL;
}

static int set_paths(const struct key *key, const char *value, void *field,
		     struct text *why)
{
	(void)key;
	return kind_set_list(value, field, path_problem, why);
}

const struct kind kind_paths = { set_paths, kind_show_list, kind_clear_words, true };

static int set_hours(const struct key *key, const char *value, void *field,
		     struct text *why)
{
	(void)key;
	return kind_set_list(value, field, hours_problem, why);
}

const struct kind kind_hours = { set_hours, kind_show_list, kind_clear_words, true };

static int set_command(const struct key *key, const char *value, void *field,
		       struct text *why)
{
	auto_words struct words words = { 0 };
	int r = kind_split(value, &words, why);

	(void)key;
	if (r != 0)
		return r;
	if (words.n == 0 || words.at[0][0] == '\0') {
		text_add(why, "the first word is empty");
		return 1;
	}
	words_done(field);
	*(struct words *)field = words;
	words = (struct words){ 0 };
	return 0;
}

const struct kind kind_command = { set_command, kind_show_list, kind_clear_words, true };
