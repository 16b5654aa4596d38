/* SPDX-License-Identifier: MIT */

/*
 * account.h - the account that a command runs as: found, and judged.
 *
 * Finding it asks the name services, which happens in a helper process; judging
 * it is a matter of numbers.  No command runs with uid 0, gid 0, a group 0, an id
 * of -1, as a reserved account or with one of its groups.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/answers.h"
#include "base/words.h"

struct account {
	uid_t uid;
	gid_t gid;
	gid_t *groups; /* supplementary ones, sorted, each once */
	size_t n_groups;
	char *name; /* NULL, as are the next: there is no such entry */
	char *home;
	char *shell;
};

/* What is asked, and what came of it. */
struct account_request {
	const char *user; /* USER[:GROUP], names or numbers */
	const struct words *groups; /* NULL: none */
	bool all_groups; /* the user's own as well, as "initgroups" */

	struct account found;
	bool about_groups; /* the problem is with the groups */
	char *problem; /* NULL: it was found */
};

/*
 * Look all of them up, or take what was found, see base/answers.h.  Returns 0 with
 * every request answered, or -errno.  The found accounts and the problems are the
 * caller's to release, in both cases.
 */
int accounts_find(struct answers *answers, struct account_request *requests, size_t n);

void account_done(struct account *account);
int account_copy(const struct account *from, struct account *ret);

/* Accounts that no service may use; "own" is spawnd's. */
struct reserved {
	const struct account *accounts;
	const char *const *names;
	size_t n;
	bool has_own;
	uid_t own_uid;
	gid_t own_gid;
};

/* Why no command may run so; nothing is added when it may.  True if it may. */
bool account_is_allowed(const struct account *account, const struct reserved *reserved,
			struct text *why);
