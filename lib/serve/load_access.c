/* SPDX-License-Identifier: MIT */

/*
 * load_access.c - from the words of allow, deny and environment_from to lists.
 */

#include "serve/load_access.h"

#include <errno.h>
#include <string.h>

#include "serve/access_file.h"

/* A file, and what came of it: nothing where it is wrong. */
struct file {
	const char *path;
	struct access *access;
};

struct loading {
	struct answers *answers;
	struct problems *problems;
	struct file *files;
	size_t n_files;
	bool is_single; /* -i: who connects is not known from what is listened on */
};

/* One key of one service. */
struct rule {
	const struct service_plan *plan;
	const char *key;
};

static struct place place_of(const struct rule *rule)
{
	return service_place(rule->plan->settings, rule->key);
}

static void complain(struct loading *loading, const struct rule *rule, const char *what)
{
	problem_error(loading->problems, place_of(rule), rule->plan->settings->name,
		      rule->key, "%s", what);
}

/* The list of a file, borrowed; NULL where it is wrong, which is told once. */
static int take_file(struct loading *loading, const struct rule *rule, const char *path,
		     struct access **ret)
{
	auto_text struct text because = { 0 };
	struct file *files;
	int r;

	for (size_t i = 0; i < loading->n_files; i++)
		if (strcmp(loading->files[i].path, path) == 0) {
			*ret = loading->files[i].access;
			return 0;
		}
	files = reallocarray(loading->files, loading->n_files + 1, sizeof(*files));
	if (files == NULL)
		return -ENOMEM;
	loading->files = files;
	text_addf(&because, " (%s at ", rule->key);
	place_show(place_of(rule), &because);
	text_add(&because, ")");
	r = access_file_load(loading->answers, path, text_get(&because),
			     loading->problems, ret);
	if (r == 0)
		files[loading->n_files++] = (struct file){ path, *ret };
	return r;
}

/* Could a client of this address be of that origin? */
static bool can_be_of(const struct address *address, const struct origin *origin)
{
	const bool is_network = origin->kind == ORIGIN_V4 || origin->kind == ORIGIN_V6;

	switch (address->at.any.sa_family) {
	case AF_INET:
	case AF_INET6:
		return is_network;
	case AF_UNIX:
		return origin->kind == ORIGIN_UID || origin->kind == ORIGIN_GID;
	case AF_VSOCK:
		return origin->kind == ORIGIN_CID;
	default:
		return true;
	}
}

static bool can_match(const struct service_plan *plan, const struct origin *origin)
{
	if (origin->kind == ORIGIN_ALL || plan->n_addresses == 0)
		return true;
	for (size_t i = 0; i < plan->n_addresses; i++)
		if (can_be_of(&plan->addresses[i], origin))
			return true;
	return false;
}

/* Is it about clients of the service?  What it says itself and is not is a mistake; a
 * default is for services of all kinds, and is left out here. */
static bool check_use(struct loading *loading, const struct rule *rule, const char *word,
		      const struct origin *origin, bool is_default)
{
	auto_text struct text what = { 0 };

	if (loading->is_single || can_match(rule->plan, origin))
		return true;
	if (is_default)
		return false;
	text_add_escaped(&what, word, strlen(word));
	text_add(&what,
		 origin->kind == ORIGIN_CID
			 ? " matches nobody: the service does not listen over vsock"
		 : origin->kind == ORIGIN_UID || origin->kind == ORIGIN_GID
			 ? " matches nobody: the service listens on no Unix socket"
			 : " matches nobody: the service listens on no TCP port");
	complain(loading, rule, text_get(&what));
	return true;
}

/* One word that is no file; 1 where it is wrong, which was told. */
static int take_origin(struct loading *loading, const struct rule *rule, const char *word,
		       struct origin *ret)
{
	auto_text struct text why = { 0 };
	const char *name;
	int r = origin_parse(word, ret, &name, &why);

	if (r == 0 && name != NULL)
		r = origin_look_up(loading->answers, ret, name, &why);
	if (r > 0)
		complain(loading, rule, text_get(&why));
	return r;
}

/* Only those words stay that are in force here: -T shows what can be read again. */
static void keep_words(struct words *words, const bool *is_kept)
{
	size_t n = 0;

	for (size_t i = 0; i < words->n; i++) {
		if (is_kept[i])
			words->at[n++] = words->at[i];
		else
			free(words->at[i]);
	}
	words->n = n;
	if (words->at != NULL)
		words->at[n] = NULL;
}

/* The words that stand there themselves make one list, each file is one more. */
static int load_lists(struct loading *loading, const struct rule *rule,
		      struct origin_list *list, struct access_lists *to)
{
	const bool is_own = service_says(rule->plan->settings, rule->key);
	auto_free struct origin *origins =
		calloc(list->words.n + 1, sizeof(struct origin));
	auto_free bool *is_kept = calloc(list->words.n + 1, sizeof(bool));
	struct access *access = NULL;
	size_t n = 0;
	int r = origins != NULL && is_kept != NULL ? 0 : -ENOMEM;

	for (size_t i = 0; r >= 0 && i < list->words.n; i++) {
		const char *word = list->words.at[i];

		is_kept[i] = true;
		if (word[0] == '@') {
			r = take_file(loading, rule, word + 1, &access);
			if (r == 0 && access != NULL)
				r = access_lists_add(to, access);
			continue;
		}
		r = take_origin(loading, rule, word, &origins[n]);
		if (r == 0)
			is_kept[i] = check_use(loading, rule, word, &origins[n],
					       !is_own || i < list->inherited);
		n += r == 0 && is_kept[i];
	}
	if (r >= 0)
		keep_words(&list->words, is_kept);
	if (r < 0 || n == 0)
		return MIN(r, 0);
	r = access_new(origins, n, &access);
	if (r == 0) {
		r = access_lists_add(to, access);
		access_release(access);
	}
	return r;
}

/* The origins alone: each has the number of its group for a value. */
static int load_environment_from(struct loading *loading, struct service_plan *plan)
{
	const struct rule rule = { plan, "environment_from" };
	struct origin_list *list = &plan->settings->environment_from;
	struct words *words = &list->words;
	auto_free struct origin *origins = calloc(words->n + 1, sizeof(struct origin));
	auto_free bool *is_kept = calloc(words->n + 1, sizeof(bool));
	const bool is_own = service_says(plan->settings, rule.key);
	size_t n = 0;
	int r = origins != NULL && is_kept != NULL ? 0 : -ENOMEM;

	for (size_t i = 0; r >= 0 && i < words->n; i++) {
		if (strchr(words->at[i], '=') != NULL) {
			is_kept[i] = i > 0 && is_kept[i - 1]; /* as its origin */
			continue;
		}
		r = take_origin(loading, &rule, words->at[i], &origins[n]);
		is_kept[i] =
			r != 0 || check_use(loading, &rule, words->at[i], &origins[n],
					    !is_own || i < list->inherited);
		origins[n].value = (uint32_t)n;
		n += is_kept[i];
	}
	if (r >= 0)
		keep_words(words, is_kept);
	if (r < 0 || n == 0)
		return MIN(r, 0);
	/* Of what is written in the same way the key has told. */
	qsort(origins, n, sizeof(*origins), origins_compare);
	for (size_t i = 1; i < n; i++)
		if (origins_equal(&origins[i - 1], &origins[i]))
			complain(loading, &rule,
				 "names an account or a group twice, in two ways");
	return access_new(origins, n, &plan->environment_origins);
}

static int load_plan(struct loading *loading, struct service_plan *plan)
{
	struct service_settings *settings = plan->settings;
	const struct rule allow = { plan, "allow" }, deny = { plan, "deny" };
	int r;

	plan->access.has_allow = settings->allow.is_set;
	r = load_lists(loading, &allow, &settings->allow, &plan->access.allow);
	if (r == 0)
		r = load_lists(loading, &deny, &settings->deny, &plan->access.deny);
	return r == 0 ? load_environment_from(loading, plan) : r;
}

int load_access(struct load *load, const struct load_request *request,
		struct answers *answers, struct problems *problems)
{
	struct loading loading = { .answers = answers,
				   .problems = problems,
				   .is_single = request->only != NULL };
	int r = 0;

	for (size_t i = 0; r == 0 && i < load->n; i++)
		r = load_plan(&loading, load->plans[i]);
	for (size_t i = 0; i < loading.n_files; i++)
		access_release(loading.files[i].access);
	free(loading.files);
	return r;
}
