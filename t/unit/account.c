/* SPDX-License-Identifier: MIT */

/*
 * No account is allowed that has uid 0, gid 0, an id of -1, a group 0, spawnd's own
 * account or group, or an account or a group of the reserved users; every other
 * one is.
 *
 * links: run/account base/text
 */

#include "run/account.h"

#include "tap.h"

#define NONE ((uid_t)-1)

static gid_t reserved_groups[] = { 500, 501 };
static const struct account reserved_accounts[] = {
	{ .uid = 10, .gid = 11, .groups = reserved_groups, .n_groups = 2 },
	{ .uid = 20, .gid = 21 },
};
static const char *const reserved_names[] = { "first", "second" };

/* What is reserved: nothing; two accounts; those and our own. */
static const struct reserved nothing = { 0 };
static const struct reserved two = { .accounts = reserved_accounts,
				     .names = reserved_names,
				     .n = 2 };
static const struct reserved all = { .accounts = reserved_accounts,
				     .names = reserved_names,
				     .n = 2,
				     .has_own = true,
				     .own_uid = 30,
				     .own_gid = 31 };

static const struct {
	const struct reserved *reserved;
	uid_t uid;
	gid_t gid;
	gid_t groups[3];
	size_t n_groups;
	const char *why; /* NULL: it is allowed */
} cases[] = {
	{ &nothing, 1, 1, { 0 }, 0, NULL },
	{ &nothing, NONE - 1, NONE - 1, { NONE - 1 }, 1, NULL },
	{ &nothing, 0, 1, { 0 }, 0, "root (uid 0)" },
	{ &nothing, NONE, 1, { 0 }, 0, "uid -1" },
	{ &nothing, 1, 0, { 0 }, 0, "gid 0" },
	{ &nothing, 1, NONE, { 0 }, 0, "gid -1" },
	{ &nothing, 0, 0, { 0 }, 0, "root (uid 0)" },
	{ &nothing, 1, 1, { 0 }, 1, "supplementary group root" },
	{ &nothing, 1, 1, { 2, 3, 0 }, 3, "supplementary group root" },
	{ &nothing, 1, 1, { 2, 3, NONE }, 3, "supplementary group -1" },
	{ &nothing, 1, 1, { 2, 3, 1 }, 3, NULL },
	{ &nothing, 10, 11, { 500 }, 1, NULL },
	{ &nothing, 30, 31, { 0 }, 0, NULL },

	{ &two, 1, 1, { 2, 3 }, 2, NULL },
	{ &two, 11, 10, { 20 }, 1, NULL }, /* uids are no gids */
	{ &two, 10, 1, { 0 }, 0, "\"first\" of reserved_users" },
	{ &two, 20, 1, { 0 }, 0, "\"second\" of reserved_users" },
	{ &two, 1, 11, { 0 }, 0, "group (gid 11) of \"first\"" },
	{ &two, 1, 21, { 0 }, 0, "group (gid 21) of \"second\"" },
	{ &two, 1, 500, { 0 }, 0, "group (gid 500) of \"first\"" },
	{ &two, 1, 1, { 2, 501 }, 2, "group (gid 501) of \"first\"" },
	{ &two, 1, 1, { 21, 22 }, 2, "group (gid 21) of \"second\"" },
	{ &two, 0, 1, { 0 }, 0, "root (uid 0)" },
	{ &two, 30, 31, { 0 }, 0, NULL },

	{ &all, 1, 1, { 2, 3 }, 2, NULL },
	{ &all, 31, 30, { 30 }, 1, NULL },
	{ &all, 30, 1, { 0 }, 0, "spawnd's own account (uid 30)" },
	{ &all, 1, 31, { 0 }, 0, "spawnd's own group (gid 31)" },
	{ &all, 1, 1, { 2, 3, 31 }, 3, "spawnd's own group (gid 31)" },
	{ &all, 20, 1, { 0 }, 0, "\"second\" of reserved_users" },
};

static void test_allowed(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		gid_t groups[3];
		const struct account account = { .uid = cases[i].uid,
						 .gid = cases[i].gid,
						 .groups = groups,
						 .n_groups = cases[i].n_groups };
		auto_text struct text why = { 0 };

		memcpy(groups, cases[i].groups, sizeof(groups));
		is(account_is_allowed(&account, cases[i].reserved, &why),
		   cases[i].why == NULL, "%zu: uid %u gid %u with %zu groups", i,
		   cases[i].uid, cases[i].gid, cases[i].n_groups);
		if (cases[i].why == NULL)
			is_str(text_get(&why), "", "... without a word");
		else if (!ok(strstr(text_get(&why), cases[i].why) != NULL,
			     "... saying why"))
			printf("# says: %s\n# not:  %s\n", text_get(&why), cases[i].why);
	}
}

static void test_copy(void)
{
	static char name[] = "x", shell[] = "/bin/sh";
	gid_t groups[] = { 5, 6 };
	const struct account from = { .uid = 1,
				      .gid = 2,
				      .groups = groups,
				      .n_groups = 2,
				      .name = name,
				      .shell = shell };
	const struct account bare = { .uid = 3, .gid = 4 };
	struct account copy = { 0 };

	is(account_copy(&from, &copy), 0, "an account is copied");
	ok(copy.uid == 1 && copy.gid == 2 && copy.n_groups == 2, "... its numbers");
	ok(copy.groups != groups && copy.groups[0] == 5 && copy.groups[1] == 6,
	   "... its groups");
	ok(copy.name != name && strcmp(copy.name, "x") == 0, "... its name");
	ok(copy.home == NULL, "... what it has not");
	account_done(&copy);
	ok(copy.groups == NULL && copy.name == NULL, "released, it is empty");
	is(account_copy(&bare, &copy), 0, "an account with numbers alone");
	ok(copy.uid == 3 && copy.n_groups == 0 && copy.name == NULL, "... is as it was");
	account_done(&copy);
}

int main(void)
{
	test_allowed();
	test_copy();
	return done();
}
