/* SPDX-License-Identifier: MIT */

/*
 * trusted.c - opens a file by walking to it, directory by directory.
 *
 * The kernel follows links wherever they stand.  Here each directory is opened and
 * looked at before a name in it is used, and a link is followed by hand.
 */

#include "base/trusted.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/base.h"
#include "base/text.h"

enum {
	LINKS_MAX = 40, /* as the kernel follows */
	TRIES_MAX = 100, /* of somebody who makes and removes the file all the time */
};

/* Where we are on the way, and what is left of it. */
struct walk {
	int dir; /* an O_PATH descriptor */
	bool is_shared; /* others can change what stands in it ... */
	bool is_theirs; /* ... or moved it to where it stands */
	unsigned links;
	char name[NAME_MAX + 1]; /* the next one */
	char rest[PATH_MAX]; /* what follows it */
};

bool trusted_owner(const struct stat *st)
{
	return st->st_uid == 0 || st->st_uid == geteuid();
}

bool writable_by_others(const struct stat *st)
{
	if (st->st_mode & S_IWOTH)
		return true;
	return (st->st_mode & S_IWGRP) && st->st_gid != 0 && st->st_gid != getegid();
}

const char *untrusted_file(const struct stat *st)
{
	if (!S_ISREG(st->st_mode))
		return "is not a regular file";
	if (!trusted_owner(st))
		return "belongs neither to root nor to the caller";
	if (writable_by_others(st))
		return "can be written by others";
	if (st->st_nlink > 1)
		return "has another name too, by a hard link";
	return NULL;
}

/* Go into a directory; its name is no link, or not followed. */
static int enter(struct walk *walk, const char *name)
{
	const int from = walk->dir >= 0 ? walk->dir : AT_FDCWD;
	const int fd = openat(from, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;
	int r;

	if (fd < 0)
		return -errno;
	r = fstat(fd, &st) < 0 ? -errno : 0;
	close_fd(&walk->dir);
	walk->dir = fd;
	if (r < 0)
		return r;
	/* In a sticky directory others can add names, but not change ours. */
	walk->is_theirs |= !trusted_owner(&st) ||
			   (writable_by_others(&st) && !(st.st_mode & S_ISVTX));
	walk->is_shared = walk->is_theirs || writable_by_others(&st);
	return 0;
}

/* Begin at the root, or at where we are. */
static int set_out(struct walk *walk)
{
	if (walk->rest[0] == '/') {
		close_fd(&walk->dir);
		walk->is_theirs = false;
		return enter(walk, "/");
	}
	return walk->dir >= 0 ? 0 : enter(walk, ".");
}

/* Take the next name off what is left. */
static int next_name(struct walk *walk, bool *ret_last)
{
	const char *from = walk->rest + strspn(walk->rest, "/");
	const size_t size = strcspn(from, "/");

	if (size > NAME_MAX)
		return -ENAMETOOLONG;
	(void)memcpy(walk->name, from, size);
	walk->name[size] = '\0';
	*ret_last = from[size] == '\0';
	(void)memmove(walk->rest, from + size, strlen(from + size) + 1);
	return size > 0 ? 0 : -EISDIR;
}

static int refuse(const struct walk *walk, const char *what, struct text *why)
{
	text_add(why, "\"");
	text_add_escaped(why, walk->name, strlen(walk->name));
	text_addf(why, "\" %s, in a directory that others can write to", what);
	return 1;
}

/* The name is a link, or -ENOTDIR: put where it leads in front of what is left. */
static int follow(struct walk *walk, struct text *why)
{
	char target[PATH_MAX];
	ssize_t size = readlinkat(walk->dir, walk->name, target, sizeof(target));

	if (size < 0)
		return errno == EINVAL ? -ENOTDIR : -errno;
	if (walk->is_shared)
		return refuse(walk, "is a symbolic link", why);
	if (walk->links++ == LINKS_MAX)
		return -ELOOP;
	if ((size_t)size + strlen(walk->rest) >= sizeof(walk->rest))
		return -ENAMETOOLONG;
	(void)memmove(walk->rest + size, walk->rest, strlen(walk->rest) + 1);
	(void)memcpy(walk->rest, target, (size_t)size);
	return set_out(walk);
}

/* Open what exists in a shared directory; -EAGAIN if it is another thing now. */
static int open_existing(const struct walk *walk, int flags, int *ret_fd,
			 struct text *why)
{
	auto_close int fd = -1;
	const char *problem;
	struct stat st;

	/* Asked before, since opening a FIFO or a device may be noticed there; and
	 * again after, since only what is open cannot be exchanged. */
	if (fstatat(walk->dir, walk->name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? -EAGAIN : -errno;
	problem = S_ISLNK(st.st_mode) ? "is a symbolic link" : untrusted_file(&st);
	if (problem != NULL)
		return refuse(walk, problem, why);
	fd = openat(walk->dir, walk->name, flags & ~(O_CREAT | O_EXCL | O_TRUNC));
	if (fd < 0)
		return errno == ENOENT || errno == ELOOP || errno == ENXIO ? -EAGAIN
									   : -errno;
	if (fstat(fd, &st) < 0)
		return -errno;
	problem = untrusted_file(&st);
	if (problem != NULL)
		return refuse(walk, problem, why);
	if ((flags & O_TRUNC) && ftruncate(fd, 0) < 0)
		return -errno;
	*ret_fd = steal_fd(&fd);
	return 0;
}

static int open_shared(const struct walk *walk, int flags, mode_t mode, int *ret_fd,
		       struct text *why)
{
	int r = -EAGAIN;

	for (int tries = 0; r == -EAGAIN && tries < TRIES_MAX; tries++) {
		if (flags & O_CREAT) {
			*ret_fd = openat(walk->dir, walk->name, flags | O_EXCL, mode);
			if (*ret_fd >= 0)
				return 0;
			if (errno != EEXIST || (flags & O_EXCL))
				return -errno;
		}
		r = open_existing(walk, flags, ret_fd, why);
		if (r == -EAGAIN && !(flags & O_CREAT))
			r = -ENOENT;
	}
	return r;
}

/* Open the last name.  -ELOOP: it is a link, which may be followed. */
static int open_last(const struct walk *walk, int flags, mode_t mode, int *ret_fd,
		     struct text *why)
{
	flags |= O_NOFOLLOW | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
	if (walk->is_shared)
		return open_shared(walk, flags, mode, ret_fd, why);
	*ret_fd = openat(walk->dir, walk->name, flags, mode);
	return *ret_fd < 0 ? -errno : 0;
}

static int walk_and_open(struct walk *walk, int flags, mode_t mode, int *ret_fd,
			 struct text *why)
{
	bool last = false;
	int r = set_out(walk);

	while (r == 0) {
		r = next_name(walk, &last);
		if (r < 0)
			break;
		r = last ? open_last(walk, flags, mode, ret_fd, why)
			 : enter(walk, walk->name);
		if (last && r != -ELOOP)
			break;
		if (r == -ELOOP || r == -ENOTDIR)
			r = follow(walk, why);
	}
	return r;
}

int trusted_open(const char *path, int flags, mode_t mode, int *ret_fd, struct text *why)
{
	struct walk walk = { .dir = -1 };
	int fd = -1, r;

	if (path[0] == '\0')
		return -ENOENT;
	if (strlen(path) >= sizeof(walk.rest))
		return -ENAMETOOLONG;
	(void)memcpy(walk.rest, path, strlen(path) + 1);
	r = walk_and_open(&walk, flags, mode, &fd, why);
	close_fd(&walk.dir);
	if (r == 0)
		*ret_fd = fd;
	return r;
}
