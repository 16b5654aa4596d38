/* SPDX-License-Identifier: MIT */

/*
 * names.c - from the names of accounts to numbers.
 *
 * Answers are a fixed head and its parts behind it, in the order of the
 * requests; every length is checked before a part is taken.
 */

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "base/number.h"
#include "base/text.h"
#include "run/account.h"
#include "run/privilege.h"

enum { GROUPS_MAX = 65536 }; /* the kernel's own limit, NGROUPS_MAX */

struct head {
	uint32_t uid, gid;
	uint32_t n_groups;
	/* Sizes with the NUL; 0: NULL */
	uint32_t name, home, shell, problem;
	uint32_t about_groups;
};

/* In the helper */

struct finding {
	struct head head;
	struct text parts; /* groups, name, home, shell */
	struct text problem;
	gid_t groups[GROUPS_MAX];
	size_t n;
};

static int refuse(struct finding *finding, bool about_groups, const char *what,
		  const char *word)
{
	finding->head.about_groups = about_groups;
	text_add(&finding->problem, what);
	text_add(&finding->problem, " \"");
	text_add_escaped(&finding->problem, word, strlen(word));
	text_add(&finding->problem, "\"");
	return 1;
}

/* Is it written with digits alone?  Then it is a number, and -1 or more than
 * there are, or one with zeros in front, is none. */
static int as_number(const char *word, uint32_t *ret)
{
	uint64_t number = 0;

	if (number_parse(word, UINT32_MAX, &number) != 0)
		return 1;
	*ret = (uint32_t)number;
	return 0;
}

static bool is_digits(const char *word)
{
	return word[strspn(word, "0123456789")] == '\0';
}

static void take_string(struct finding *finding, const char *string, uint32_t *size)
{
	if (string == NULL || string[0] == '\0')
		return;
	*size = (uint32_t)strlen(string) + 1;
	text_add_bytes(&finding->parts, string, *size);
}

/* The entry of a user; a number without one is none, but still a number. */
static int find_user(struct finding *finding, const char *user, const struct passwd **ret)
{
	const struct passwd *entry;
	uint32_t number = 0;

	errno = 0;
	entry = getpwnam(user);
	if (is_digits(user)) {
		if (as_number(user, &number) != 0)
			return refuse(finding, false, "not a uid:", user);
		if (entry != NULL && entry->pw_uid != number)
			return refuse(finding, false,
				      "a number, and the name of another account:", user);
		entry = getpwuid(number);
		finding->head.uid = number;
	} else if (entry == NULL) {
		return refuse(finding, false, "no such account", user);
	} else {
		finding->head.uid = entry->pw_uid;
	}
	*ret = entry;
	return 0;
}

static int find_group(struct finding *finding, const char *group, bool about_groups,
		      gid_t *ret)
{
	const struct group *entry = getgrnam(group);
	uint32_t number = 0;

	if (!is_digits(group)) {
		if (entry == NULL)
			return refuse(finding, about_groups, "no such group", group);
		*ret = entry->gr_gid;
		return 0;
	}
	if (as_number(group, &number) != 0)
		return refuse(finding, about_groups, "not a gid:", group);
	if (entry != NULL && entry->gr_gid != number)
		return refuse(finding, about_groups,
			      "a number, and the name of another group:", group);
	*ret = number;
	return 0;
}

/* All groups that the user is a member of. */
static int find_memberships(struct finding *finding, const char *user)
{
	int n = GROUPS_MAX;

	if (finding->head.name == 0)
		return refuse(finding, true,
			      "initgroups needs an account with an entry, not", user);
	/* getgrouplist() names the primary group too, which is no supplementary one
	 * unless an entry says so; being in both does not hurt. */
	if (getgrouplist(text_get(&finding->parts), finding->head.gid, finding->groups,
			 &n) < 0)
		return refuse(finding, true, "too many groups:", user);
	finding->n = (size_t)n;
	return 0;
}

static int find_groups(struct finding *finding, const struct account_request *request,
		       const char *user)
{
	bool memberships = request->all_groups;
	int r = 0;

	for (size_t i = 0; request->groups != NULL && i < request->groups->n; i++)
		memberships |= strcmp(request->groups->at[i], "initgroups") == 0;
	if (memberships)
		r = find_memberships(finding, user);
	for (size_t i = 0; r == 0 && request->groups != NULL && i < request->groups->n;
	     i++) {
		const char *group = request->groups->at[i];

		if (strcmp(group, "initgroups") == 0)
			continue;
		if (finding->n == GROUPS_MAX)
			return refuse(finding, true, "too many groups:", group);
		r = find_group(finding, group, true, &finding->groups[finding->n++]);
	}
	return r;
}

static int find_account(struct finding *finding, const struct account_request *request)
{
	auto_free char *user = strdup(request->user);
	const struct passwd *entry = NULL;
	char *group;
	int r;

	if (user == NULL)
		return -ENOMEM;
	group = strchr(user, ':');
	if (group != NULL)
		*group++ = '\0';
	if (user[0] == '\0')
		return refuse(finding, false, "no user before the colon:", request->user);
	if (group != NULL && group[0] == '\0')
		return refuse(finding, false, "no group after the colon:", request->user);
	r = find_user(finding, user, &entry);
	if (r != 0)
		return r;
	if (entry != NULL) {
		finding->head.gid = entry->pw_gid;
		take_string(finding, entry->pw_name, &finding->head.name);
		take_string(finding, entry->pw_dir, &finding->head.home);
		take_string(finding, entry->pw_shell, &finding->head.shell);
	} else if (group == NULL) {
		return refuse(finding, false,
			      "a uid without an entry needs a group, UID:GROUP, not",
			      user);
	}
	if (group != NULL) {
		r = find_group(finding, group, false, &finding->head.gid);
		if (r != 0)
			return r;
	}
	return find_groups(finding, request, user);
}

static int give_account(struct answers *answers, struct finding *finding,
			const struct account_request *request)
{
	finding->head = (struct head){ 0 };
	finding->parts = finding->problem = (struct text){ 0 };
	finding->n = 0;
	if (find_account(finding, request) < 0 || text_failed(&finding->parts) ||
	    text_failed(&finding->problem))
		return -ENOMEM;
	finding->n = groups_sort(finding->groups, finding->n);
	finding->head.n_groups = (uint32_t)finding->n;
	if (finding->problem.size > 0)
		finding->head.problem = (uint32_t)finding->problem.size + 1;
	answers_give(answers, &finding->head, sizeof(finding->head));
	answers_give(answers, finding->groups, finding->n * sizeof(gid_t));
	answers_give(answers, text_get(&finding->parts), finding->parts.size);
	answers_give(answers, text_get(&finding->problem), finding->head.problem);
	return 0;
}

static int give_accounts(struct answers *answers, const struct account_request *requests,
			 size_t n)
{
	struct finding *finding = malloc(sizeof(*finding));
	int r = finding != NULL ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && i < n; i++) {
		r = give_account(answers, finding, &requests[i]);
		text_done(&finding->parts);
		text_done(&finding->problem);
	}
	free(finding);
	return r;
}

/* In the daemon */

static int take_text(struct answers *answers, size_t size, char **ret)
{
	const char *from;
	int r;

	if (size == 0)
		return 0;
	r = answers_take_bytes(answers, size, &from);
	if (r < 0 || from[size - 1] != '\0')
		return -EBADMSG;
	*ret = strdup(from);
	return *ret != NULL ? 0 : -ENOMEM;
}

static int take_account(struct answers *answers, struct account_request *request)
{
	struct account *found = &request->found;
	struct head head;
	int r = answers_take(answers, &head, sizeof(head));

	if (r < 0)
		return r;
	if (head.n_groups > GROUPS_MAX)
		return -EBADMSG;
	found->uid = head.uid;
	found->gid = head.gid;
	found->n_groups = head.n_groups;
	found->groups = calloc(head.n_groups + 1, sizeof(gid_t));
	if (found->groups == NULL)
		return -ENOMEM;
	request->about_groups = head.about_groups != 0;
	r = answers_take(answers, found->groups, head.n_groups * sizeof(gid_t));
	if (r == 0)
		r = take_text(answers, head.name, &found->name);
	if (r == 0)
		r = take_text(answers, head.home, &found->home);
	if (r == 0)
		r = take_text(answers, head.shell, &found->shell);
	if (r == 0)
		r = take_text(answers, head.problem, &request->problem);
	return r;
}

int accounts_find(struct answers *answers, struct account_request *requests, size_t n)
{
	int r = answers->asks ? give_accounts(answers, requests, n) : 0;

	for (size_t i = 0; r == 0 && i < n; i++)
		r = take_account(answers, &requests[i]);
	return r;
}
