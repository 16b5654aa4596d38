/* SPDX-License-Identifier: MIT */

/* account.c - the judgement on an account, by its numbers alone. */

#include "run/account.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"

void account_done(struct account *account)
{
	free(account->groups);
	free(account->name);
	free(account->home);
	free(account->shell);
	*account = (struct account){ 0 };
}

static int copy_string(const char *from, char **ret)
{
	*ret = from != NULL ? strdup(from) : NULL;
	return from != NULL && *ret == NULL ? -ENOMEM : 0;
}

int account_copy(const struct account *from, struct account *ret)
{
	struct account copy = { .uid = from->uid, .gid = from->gid };
	int r = 0;

	copy.groups = calloc(from->n_groups + 1, sizeof(gid_t));
	if (copy.groups == NULL)
		return -ENOMEM;
	if (from->n_groups > 0)
		memcpy(copy.groups, from->groups, from->n_groups * sizeof(gid_t));
	copy.n_groups = from->n_groups;
	r = copy_string(from->name, &copy.name);
	if (r == 0)
		r = copy_string(from->home, &copy.home);
	if (r == 0)
		r = copy_string(from->shell, &copy.shell);
	if (r < 0)
		account_done(&copy);
	else
		*ret = copy;
	return r;
}

static bool has_group(const struct account *account, gid_t gid)
{
	if (account->gid == gid)
		return true;
	for (size_t i = 0; i < account->n_groups; i++)
		if (account->groups[i] == gid)
			return true;
	return false;
}

/* Does it have a group of that account?  Which one is left in *ret. */
static bool shares_group(const struct account *account, const struct account *reserved,
			 gid_t *ret)
{
	*ret = reserved->gid;
	if (has_group(account, reserved->gid))
		return true;
	for (size_t i = 0; i < reserved->n_groups; i++) {
		*ret = reserved->groups[i];
		if (has_group(account, reserved->groups[i]))
			return true;
	}
	return false;
}

static bool numbers_are_allowed(const struct account *account, struct text *why)
{
	const char *what = NULL;

	if (account->uid == 0)
		what = "is root (uid 0)";
	else if (account->uid == (uid_t)-1)
		what = "has the uid -1";
	else if (account->gid == 0)
		what = "has the group root (gid 0)";
	else if (account->gid == (gid_t)-1)
		what = "has the gid -1";
	else if (has_group(account, 0))
		what = "has the supplementary group root (gid 0)";
	else if (has_group(account, (gid_t)-1))
		what = "has a supplementary group -1";
	if (what != NULL)
		text_addf(why, "%s: no command runs so", what);
	return what == NULL;
}

bool account_is_allowed(const struct account *account, const struct reserved *reserved,
			struct text *why)
{
	gid_t gid = 0;

	if (!numbers_are_allowed(account, why))
		return false;
	if (reserved->has_own && account->uid == reserved->own_uid) {
		text_addf(why, "is spawnd's own account (uid %u)",
			  (unsigned)account->uid);
		return false;
	}
	if (reserved->has_own && has_group(account, reserved->own_gid)) {
		text_addf(why, "has spawnd's own group (gid %u)",
			  (unsigned)reserved->own_gid);
		return false;
	}
	for (size_t i = 0; i < reserved->n; i++) {
		if (account->uid == reserved->accounts[i].uid) {
			text_addf(why, "is the account \"%s\" of reserved_users",
				  reserved->names[i]);
			return false;
		}
		if (shares_group(account, &reserved->accounts[i], &gid)) {
			text_addf(why, "has a group (gid %u) of \"%s\" of reserved_users",
				  (unsigned)gid, reserved->names[i]);
			return false;
		}
	}
	return true;
}
