/* SPDX-License-Identifier: MIT */

/* privilege.c - asks the kernel for our own credentials. */

#include "run/privilege.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/base.h"
#include "run/raw.h"

static int by_number(const void *a, const void *b)
{
	gid_t x = *(const gid_t *)a, y = *(const gid_t *)b;

	return (x > y) - (x < y);
}

size_t groups_sort(gid_t *groups, size_t n)
{
	size_t kept = 0;

	if (n == 0)
		return 0;
	qsort(groups, n, sizeof(*groups), by_number);
	for (size_t i = 1; i < n; i++)
		if (groups[i] != groups[kept])
			groups[++kept] = groups[i];
	return kept + 1;
}

static int get_groups(struct privilege *privilege)
{
	int n = getgroups(0, NULL);

	if (n < 0)
		return -errno;
	privilege->groups = calloc((size_t)n + 1, sizeof(gid_t));
	if (privilege->groups == NULL)
		return -ENOMEM;
	n = getgroups(n, privilege->groups);
	if (n < 0)
		return -errno;
	/* As the kernel gives them: a verification compares them as they are. */
	privilege->n_groups = (size_t)n;
	return 0;
}

int privilege_get(struct privilege *ret)
{
	struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct have[2];
	struct privilege privilege = { .uid = geteuid(), .gid = getegid() };
	long r = RAW2(SYS_capget, &header, have);
	const int no_new_privs = prctl(PR_GET_NO_NEW_PRIVS, 0L, 0L, 0L, 0L);

	if (no_new_privs < 0)
		r = -errno;
	if (r == 0)
		r = get_groups(&privilege);
	if (r < 0) {
		privilege_done(&privilege);
		return (int)r;
	}
	privilege.no_new_privs = no_new_privs > 0;
	privilege.effective = have[0].effective | (uint64_t)have[1].effective << 32;
	privilege.privileged =
		privilege.uid == 0 || privilege_has(&privilege, CAP_SETUID);
	privilege.can_switch = privilege_has(&privilege, CAP_SETUID) &&
			       privilege_has(&privilege, CAP_SETGID);
	*ret = privilege;
	return 0;
}

void privilege_done(struct privilege *privilege)
{
	free(privilege->groups);
	*privilege = (struct privilege){ 0 };
}

bool privilege_has(const struct privilege *privilege, int capability)
{
	return privilege->effective >> capability & 1;
}

void privilege_as_root(struct privilege *privilege)
{
	privilege->privileged = privilege->is_assumed = true;
	privilege->no_new_privs = false;
	privilege->uid = privilege->gid = 0;
	privilege->effective = UINT64_MAX;
}

bool file_gives_privilege(const char *path, mode_t mode)
{
	/* A set-gid bit without the right to execute for the group is no such bit. */
	if ((mode & S_ISUID) || ((mode & S_ISGID) && (mode & S_IXGRP)))
		return true;
	return getxattr(path, "security.capability", NULL, 0) > 0;
}
