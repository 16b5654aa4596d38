/* SPDX-License-Identifier: MIT */

/*
 * pid_file.c - takes the lock first, and then asks whether the locked file is still
 * the one at the path: whoever ended just now has removed it before it let go.
 */

#include "run/pid_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/base.h"
#include "base/text.h"
#include "base/trusted.h"

enum {
	MODE = 0644,
	TRIES_MAX = 100, /* of others who come and go at the same moment */
};

struct pid_file {
	int fd;
	dev_t device;
	ino_t inode;
	char path[];
};

static int failed(const char *what, const char *path, int error, struct text *why)
{
	text_addf(why, "cannot %s ", what);
	text_add_escaped(why, path, strlen(path));
	text_addf(why, ": %s", strerror(error));
	return 1;
}

static bool is_ours(const struct pid_file *file, const struct stat *st)
{
	return st->st_dev == file->device && st->st_ino == file->inode;
}

static int open_file(struct pid_file *file, struct text *why)
{
	auto_text struct text refused = { 0 };
	const char *problem = NULL;
	struct stat st;
	int r = trusted_open(file->path, O_RDWR | O_CREAT, MODE, &file->fd, &refused);

	if (r < 0)
		return failed("open", file->path, -r, why);
	if (r == 0 && fstat(file->fd, &st) < 0)
		return failed("open", file->path, errno, why);
	/* Also where only we can write: whoever can write to it can write the number
	 * of a process there that root then signals, or keep it locked. */
	if (r == 0)
		problem = untrusted_file(&st);
	if (r == 0 && problem == NULL) {
		file->device = st.st_dev;
		file->inode = st.st_ino;
		return 0;
	}
	text_add_escaped(why, file->path, strlen(file->path));
	text_addf(why, "%s %s", r == 0 ? "" : ":", r == 0 ? problem : text_get(&refused));
	return 1;
}

/* Where the file itself stands, if a link leads to it. */
static const char *real_path(const struct pid_file *file, char buf[static PATH_MAX])
{
	char link[64];
	ssize_t size;

	(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", file->fd); /* fits */
	size = readlink(link, buf, PATH_MAX - 1);
	if (size <= 0)
		return file->path; /* no /proc: the name is all there is */
	buf[size] = '\0';
	return buf;
}

/* Remove the file, wherever it stands by now, if that is still the one that we have
 * open. */
static bool remove_ours(const struct pid_file *file)
{
	char buf[PATH_MAX];
	const char *path = real_path(file, buf);
	struct stat st;

	return lstat(path, &st) == 0 && is_ours(file, &st) && unlink(path) == 0;
}

/* 0, -EAGAIN if it is worth another try, or 1 with the reason. */
static int lock(const struct pid_file *file, struct text *why)
{
	struct flock all = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	struct stat st;

	if (fcntl(file->fd, F_SETLK, &all) == 0) {
		if (stat(file->path, &st) < 0 || !is_ours(file, &st))
			return -EAGAIN;
		return 0;
	}
	if (errno != EAGAIN && errno != EACCES)
		return failed("lock", file->path, errno, why);
	if (fcntl(file->fd, F_GETLK, &all) < 0)
		return failed("lock", file->path, errno, why);
	if (all.l_type == F_UNLCK)
		return -EAGAIN;
	/* A lock for reading is taken by whoever can read the file, and never by us: so
	 * no spawnd has it, and a new file shall not be locked. */
	if (all.l_type == F_RDLCK && remove_ours(file))
		return -EAGAIN;
	text_add_escaped(why, file->path, strlen(file->path));
	if (all.l_type == F_RDLCK)
		text_addf(why, " is locked by process %ld, which is no spawnd",
			  (long)all.l_pid);
	else if (all.l_pid > 0)
		text_addf(why, " is locked by the spawnd with pid %ld", (long)all.l_pid);
	else
		text_add(why, " is locked by a spawnd that cannot be seen from here");
	return 1;
}

/* Our number in place of what was there; nobody ever sees an empty file. */
static int write_number(const struct pid_file *file, struct text *why)
{
	char line[32];
	int size = snprintf(line, sizeof(line), "%ld\n", (long)getpid());
	ssize_t n = pwrite(file->fd, line, (size_t)size, 0);

	if (n != size)
		return failed("write", file->path, n < 0 ? errno : ENOSPC, why);
	if (ftruncate(file->fd, size) < 0)
		return failed("write", file->path, errno, why);
	/* Whatever our umask is.  A file of root's keeps its mode if we are not. */
	(void)fchmod(file->fd, MODE);
	return 0;
}

int pid_file_take(const char *path, struct pid_file **ret, struct text *why)
{
	struct pid_file *file = calloc(1, sizeof(*file) + strlen(path) + 1);
	int r = -EAGAIN;

	if (file == NULL)
		return -ENOMEM;
	file->fd = -1;
	(void)memcpy(file->path, path, strlen(path) + 1);
	for (int tries = 0; r == -EAGAIN && tries < TRIES_MAX; tries++) {
		close_fd(&file->fd);
		r = open_file(file, why);
		if (r == 0)
			r = lock(file, why);
	}
	if (r < 0)
		r = failed("lock", path, -r, why);
	if (r != 0) {
		close_fd(&file->fd);
		free(file);
		return r;
	}
	r = write_number(file, why);
	if (r != 0)
		file = pid_file_drop(file);
	*ret = file;
	return r;
}

bool pid_file_is_at(const struct pid_file *file, const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && is_ours(file, &st);
}

struct pid_file *pid_file_drop(struct pid_file *file)
{
	if (file == NULL)
		return NULL;
	/* While it is locked: else it could be the next one's. */
	if (!remove_ours(file))
		/* A directory that we cannot write: at least it names nobody.  If that
		 * fails too, it is found unlocked. */
		(void)!ftruncate(file->fd, 0);
	close_fd(&file->fd);
	free(file);
	return NULL;
}
