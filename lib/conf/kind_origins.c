/* SPDX-License-Identifier: MIT */

/* kind_origins.c - lists of who may connect, and of variables by who connects. */

#include "conf/kinds.h"

#include <errno.h>
#include <string.h>

#include "base/origin.h"
#include "conf/settings.h"

static bool extends(const struct words *words)
{
	return words->n > 0 && strcmp(words->at[0], "+") == 0;
}

/* allow, deny */

static int check_word(const char *word, struct text *why)
{
	struct origin origin;
	const char *name;

	if (word[0] != '@')
		return origin_parse(word, &origin, &name, why);
	return word[1] == '/' ? 0
			      : kind_refused(why, "@FILE takes an absolute path:", word);
}

static int set_origins(const struct key *key, const char *value, void *field,
		       struct text *why)
{
	struct origin_list *list = field;
	auto_words struct words words = { 0 };
	size_t inherited;
	int r = kind_split(value, &words, why);

	(void)key;
	/* An empty word is the whole list, or told of below. */
	for (size_t i = extends(&words); r == 0 && i < words.n; i++)
		if (words.at[i][0] != '\0')
			r = check_word(words.at[i], why);
	inherited = extends(&words) ? list->words.n : 0;
	if (r == 0)
		r = kind_set_list(value, &list->words, NULL, why);
	if (r != 0)
		return r;
	list->is_set = true;
	list->inherited = inherited;
	return 0;
}

/* The list without words is not the same as none. */
static void show_origins(const struct key *key, const void *field, struct text *text)
{
	const struct origin_list *list = field;

	if (list->is_set && list->words.n == 0)
		text_add(text, "\"\"");
	else
		kind_show_list(key, &list->words, text);
}

static void clear_origins(void *field)
{
	struct origin_list *list = field;

	words_done(&list->words);
	*list = (struct origin_list){ 0 };
}

const struct kind kind_origins = { set_origins, show_origins, clear_origins, true };

/* environment_from: an origin, its variables, the next origin, ... */

struct group {
	struct origin origin;
	const char *name; /* of an account or a group; NULL: none */
	size_t first, end; /* of its words, the origin too */
};

struct groups {
	struct group *at;
	size_t n;
};

static int compare_groups(const void *a, const void *b)
{
	const struct group *x = a, *y = b;
	int r = origins_compare(&x->origin, &y->origin);

	return r != 0 ? r
		      : strcmp(x->name != NULL ? x->name : "",
			       y->name != NULL ? y->name : "");
}

/* The next group of the words, checked. */
static int read_group(const struct words *words, struct group *group, struct text *why)
{
	size_t i = group->first;
	int r;

	if (strchr(words->at[i], '=') != NULL)
		return kind_refused(why, "a network stands before its variables, not",
				    words->at[i]);
	if (words->at[i][0] == '@')
		return kind_refused(why, "takes no files:", words->at[i]);
	r = origin_parse(words->at[i], &group->origin, &group->name, why);
	for (i++; r == 0 && i < words->n && strchr(words->at[i], '=') != NULL; i++) {
		const char *what = kind_assignment_problem(words->at[i]);

		if (what == NULL)
			for (size_t j = group->first + 1; j < i; j++)
				if (kind_same_variable(words->at[i], words->at[j]))
					what = "sets the same variable twice";
		if (what != NULL) {
			text_addf(why, "%s:", what);
			return kind_refused(why, "", words->at[i]);
		}
	}
	group->end = i;
	return r;
}

/* All groups, sorted by their origins. */
static int read_groups(const struct words *words, size_t first, struct groups *ret,
		       struct text *why)
{
	struct groups groups = { calloc(words->n + 1, sizeof(*groups.at)), 0 };
	int r = groups.at != NULL ? 0 : -ENOMEM;

	while (r == 0 && first < words->n) {
		struct group *group = &groups.at[groups.n++];

		group->first = first;
		r = read_group(words, group, why);
		first = group->end;
	}
	if (r == 0)
		qsort(groups.at, groups.n, sizeof(*groups.at), compare_groups);
	for (size_t i = 1; r == 0 && i < groups.n; i++)
		if (compare_groups(&groups.at[i - 1], &groups.at[i]) == 0)
			r = kind_refused(
				why, "is given twice:", words->at[groups.at[i].first]);
	if (r != 0) {
		free(groups.at);
		return r;
	}
	*ret = groups;
	return 0;
}

/* Those of the words whose origins are not among the others. */
static int add_missing(const struct words *words, const struct groups *groups,
		       const struct groups *others, struct words *to)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < groups->n; i++) {
		const struct group *group = &groups->at[i];

		if (bsearch(group, others->at, others->n, sizeof(*group),
			    compare_groups) != NULL)
			continue;
		for (size_t j = group->first; r == 0 && j < group->end; j++)
			r = words_add(to, words->at[j]);
	}
	return r;
}

static int set_environment_from(const struct key *key, const char *value, void *field,
				struct text *why)
{
	struct words *have = field;
	auto_words struct words words = { 0 }, joined = { 0 };
	struct groups old = { 0 }, new = { 0 };
	int r = kind_split(value, &words, why);

	(void)key;
	if (r != 0)
		return r;
	if (words.n == 1 && words.at[0][0] == '\0')
		words_done(&words); /* "" is the list without words */
	r = read_groups(&words, extends(&words), &new, why);
	if (r == 0 && extends(&words)) {
		r = read_groups(have, 0, &old, why);
		if (r == 0)
			r = add_missing(have, &old, &new, &joined);
	}
	for (size_t i = extends(&words); r == 0 && i < words.n; i++)
		r = words_add(&joined, words.at[i]);
	free(old.at);
	free(new.at);
	if (r != 0)
		return r;
	words_done(have);
	*have = joined;
	joined = (struct words){ 0 };
	return 0;
}

const struct kind kind_environment_from = { set_environment_from, kind_show_list,
					    kind_clear_words, true };
