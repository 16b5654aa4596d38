/* SPDX-License-Identifier: MIT */

/* rights.c - chown and chmod by way of a descriptor, in an order that lets nobody in. */

#include "net/rights.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/base.h"

#define RIGHTS 0777
#define UNCHANGED ((uid_t)-1)

bool rights_equal(const struct socket_rights *a, const struct socket_rights *b)
{
	return a->uid == b->uid && a->gid == b->gid && a->mode == b->mode;
}

mode_t rights_at_birth(const struct socket_rights *rights)
{
	return rights->uid == (uid_t)-1 && rights->gid == (gid_t)-1 ? rights->mode : 0;
}

int rights_open(const char *path, struct stat *ret)
{
	auto_close int file = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);

	if (file < 0 || fstat(file, ret) < 0)
		return -errno;
	return steal_fd(&file);
}

static int set_owner(int file, uid_t uid, gid_t gid)
{
	return fchownat(file, "", uid, gid, AT_EMPTY_PATH) < 0 ? -errno : 0;
}

/* fchmod() takes no such descriptor, and fchmodat2() is of Linux 6.6. */
static int set_mode(int file, mode_t mode)
{
	char path[sizeof("/proc/self/fd/-2147483648")];

	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", file); /* fits */
	return chmod(path, mode) < 0 ? -errno : 0;
}

int rights_set(int file, const struct socket_rights *rights, gid_t made_gid)
{
	const uid_t own = geteuid();
	const uid_t uid = rights->uid != (uid_t)-1 ? rights->uid : own;
	const gid_t gid = rights->gid != (gid_t)-1 ? rights->gid : made_gid;
	struct stat st;
	int r = 0;

	if (fstat(file, &st) < 0)
		return -errno;
	if (st.st_uid == uid && st.st_gid == gid && (st.st_mode & RIGHTS) == rights->mode)
		return 0;
	/* Only for its owner do we need no more than CAP_CHOWN. */
	if (st.st_uid != own)
		r = set_owner(file, own, UNCHANGED);
	if (r == 0)
		r = set_mode(file, st.st_mode & rights->mode & RIGHTS);
	if (r == 0 && st.st_gid != gid)
		r = set_owner(file, UNCHANGED, gid);
	if (r == 0)
		r = set_mode(file, rights->mode);
	if (r == 0 && uid != own)
		r = set_owner(file, uid, UNCHANGED);
	return r;
}
