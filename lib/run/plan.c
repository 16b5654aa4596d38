/* SPDX-License-Identifier: MIT */

/* plan.c - compares plans, member by member. */

#include "run/plan.h"

#include <string.h>

static bool same_string(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static bool same_words(char *const *a, char *const *b)
{
	for (; *a != NULL && *b != NULL; a++, b++)
		if (strcmp(*a, *b) != 0)
			return false;
	return *a == *b;
}

static bool same_limits(const struct spawn_plan *a, const struct spawn_plan *b)
{
	if (a->n_limits != b->n_limits || a->late_limits != b->late_limits)
		return false;
	for (unsigned i = 0; i < a->n_limits; i++)
		if (a->limits[i].resource != b->limits[i].resource ||
		    a->limits[i].yields != b->limits[i].yields ||
		    a->limits[i].value.soft != b->limits[i].value.soft ||
		    a->limits[i].value.hard != b->limits[i].value.hard)
			return false;
	return true;
}

bool spawn_plans_equal(const struct spawn_plan *a, const struct spawn_plan *b)
{
	return a->uid == b->uid && a->gid == b->gid && a->n_groups == b->n_groups &&
	       (a->n_groups == 0 ||
		memcmp(a->groups, b->groups, a->n_groups * sizeof(gid_t)) == 0) &&
	       a->no_new_privs == b->no_new_privs && a->umask == b->umask &&
	       a->nice == b->nice && a->nice_yields == b->nice_yields &&
	       a->oom_score_yields == b->oom_score_yields &&
	       same_string(a->path, b->path) && same_words(a->argv, b->argv) &&
	       same_string(a->root, b->root) && same_string(a->directory, b->directory) &&
	       strcmp(a->oom_score, b->oom_score) == 0 && same_limits(a, b);
}
