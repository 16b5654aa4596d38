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
	int r;

	if (word[0] == '@')
		return word[1] == '/'
			       ? 0
			       : kind_refused(why, "@FILE takes an absolute path:", word);
	r = origin_parse(word, &origin, &name, why);
	if (r > 0 && !is_digit(word[0]) && strchr(word, ':') == NULL)
		text_add(why, "; a list in a file is @FILE");
	return r;
}

/* An empty word is the whole list, or told by who sets it. */
static int check_words(const struct words *words, struct text *why)
{
	int bad = 0;

	for (size_t i = extends(words); i < words->n; i++) {
		auto_text struct text what = { 0 };

		if (words->at[i][0] != '\0' && check_word(words->at[i], &what) > 0) {
			kind_add_reason(why, text_get(&what));
			bad = 1;
		}
	}
	return bad;
}

static int set_origins(const struct key *key, const char *value, void *field,
		       struct text *why)
{
	struct origin_list *list = field;
	auto_words struct words words = { 0 };
	size_t inherited;
	int r = kind_split(value, &words, why);

	(void)key;
	if (r == 0)
		r = check_words(&words, why);
	if (r == 0 && extends(&words) && words.n == 1 && !list->is_set) {
		text_add(why, "\"+\" extends nothing: there is no such list in [global]");
		r = 1;
	}
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

/* What is wrong with a variable, the words of its group before it being good. */
static const char *variable_problem(const struct words *words, const struct group *group,
				    size_t number)
{
	const char *what = kind_assignment_problem(words->at[number]);

	for (size_t i = group->first + 1; what == NULL && i < number; i++)
		if (kind_assignment_problem(words->at[i]) == NULL &&
		    kind_same_variable(words->at[number], words->at[i]))
			what = "sets the same variable twice";
	return what;
}

static int read_origin(const char *word, bool is_first, struct group *group,
		       struct text *why)
{
	if (strchr(word, '=') != NULL)
		return kind_refused(why, "an origin stands before its variables, not",
				    word);
	if (word[0] == '@')
		return kind_refused(why, "takes no files:", word);
	if (!is_first && kind_is_name(word) && strcmp(word, "all") != 0)
		return kind_refused(why,
				    "no origin, and without \"=\" no variable:", word);
	return origin_parse(word, &group->origin, &group->name, why);
}

/* The next group of the words, checked; 1 if anything is wrong with it. */
static int read_group(const struct words *words, bool is_first, struct group *group,
		      struct text *why)
{
	auto_text struct text problem = { 0 };
	size_t i = group->first;
	int r = read_origin(words->at[i], is_first, group, &problem);

	if (r > 0)
		kind_add_reason(why, text_get(&problem));
	for (i++; i < words->n && strchr(words->at[i], '=') != NULL; i++) {
		const char *what = variable_problem(words, group, i);
		auto_text struct text bad = { 0 };

		if (what == NULL)
			continue;
		text_addf(&bad, "%s:", what);
		(void)kind_refused(&bad, "", words->at[i]); /* is 1 */
		kind_add_reason(why, text_get(&bad));
		r = 1;
	}
	group->end = i;
	return r;
}

static int sort_groups(const struct words *words, struct groups *groups, struct text *why)
{
	int r = 0;

	qsort(groups->at, groups->n, sizeof(*groups->at), compare_groups);
	for (size_t i = 1; i < groups->n; i++) {
		auto_text struct text twice = { 0 };

		if (compare_groups(&groups->at[i - 1], &groups->at[i]) != 0)
			continue;
		r = kind_refused(&twice,
				 "is given twice:", words->at[groups->at[i].first]);
		kind_add_reason(why, text_get(&twice));
	}
	return r;
}

/* All groups, sorted by their origins. */
static int read_groups(const struct words *words, size_t first, struct groups *ret,
		       struct text *why)
{
	struct groups groups = { calloc(words->n + 1, sizeof(*groups.at)), 0 };
	int r = 0;

	if (groups.at == NULL)
		return -ENOMEM;
	for (size_t next = first; next < words->n;) {
		struct group *group = &groups.at[groups.n++];

		group->first = next;
		r |= read_group(words, next == first, group, why);
		next = group->end;
	}
	if (r == 0)
		r = sort_groups(words, &groups, why);
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
	struct origin_list *list = field;
	struct words *have = &list->words;
	auto_words struct words words = { 0 }, joined = { 0 };
	size_t inherited;
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
	inherited = joined.n;
	for (size_t i = extends(&words); r == 0 && i < words.n; i++)
		r = words_add(&joined, words.at[i]);
	free(old.at);
	free(new.at);
	if (r != 0)
		return r;
	words_done(have);
	*list = (struct origin_list){ true, inherited, joined };
	joined = (struct words){ 0 };
	return 0;
}

/* Without words it is as if it were not set. */
static void show_environment_from(const struct key *key, const void *field,
				  struct text *text)
{
	const struct origin_list *list = field;

	kind_show_list(key, &list->words, text);
}

const struct kind kind_environment_from = { set_environment_from, show_environment_from,
					    clear_origins, true };
