/* SPDX-License-Identifier: MIT */

/* access_rules.c - what several lists say together, and the groups they ask for. */

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "base/base.h"
#include "net/access.h"

enum { GROUPS_FEW = 32 }; /* most have no more */

bool access_lists_have(const struct access_lists *lists, enum origin_kind kind)
{
	for (size_t i = 0; i < lists->n; i++)
		if (access_has(lists->at[i], kind))
			return true;
	return false;
}

int access_lists_add(struct access_lists *lists, struct access *access)
{
	struct access **at =
		reallocarray(lists->at, lists->n + 1, sizeof(struct access *));

	if (at == NULL)
		return -ENOMEM;
	lists->at = at;
	at[lists->n++] = access_hold(access);
	return 0;
}

void access_lists_done(struct access_lists *lists)
{
	for (size_t i = 0; i < lists->n; i++)
		access_release(lists->at[i]);
	free(lists->at);
	*lists = (struct access_lists){ 0 };
}

static int longest(const struct access_lists *lists, const struct access_who *who)
{
	int length = -1;

	for (size_t i = 0; i < lists->n; i++)
		length = MAX(length, access_find(lists->at[i], who).length);
	return length;
}

enum access_verdict access_judge(const struct access_rules *rules,
				 const struct access_who *who)
{
	const int allowed = longest(&rules->allow, who);
	const int denied = longest(&rules->deny, who);

	if (denied >= 0 && denied >= allowed)
		return ACCESS_DENIED;
	return allowed < 0 && rules->has_allow ? ACCESS_NOT_ALLOWED : ACCESS_GRANTED;
}

int access_groups(int fd, gid_t **ret, size_t *ret_n)
{
	socklen_t size = GROUPS_FEW * sizeof(gid_t);
	gid_t *groups = NULL;

	for (;;) {
		gid_t *grown = realloc(groups, size);

		if (grown == NULL) {
			free(groups);
			return -ENOMEM;
		}
		groups = grown;
		if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &size) == 0)
			break;
		if (errno != ERANGE) { /* then the size is what it takes */
			const int error = errno;

			free(groups);
			return -error;
		}
	}
	*ret = groups;
	*ret_n = size / sizeof(gid_t);
	return 0;
}
