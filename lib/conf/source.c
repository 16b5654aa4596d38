/* SPDX-License-Identifier: MIT */

/*
 * source.c - opens a configuration file without being hung or fooled by what
 * stands there: a FIFO, a device, a file that another account can write.
 */

#include "conf/source.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/trusted.h"

enum { READS_MAX = 5 };

static int check_directory_of(const char *file, struct text *why)
{
	char copy[PATH_MAX];
	const char *directory;
	struct stat st;

	if (snprintf(copy, sizeof(copy), "%s", file) >= (int)sizeof(copy))
		return 0; /* it was opened: the kernel knows shorter names for it */
	directory = dirname(copy);
	if (stat(directory, &st) < 0)
		return 0; /* removed meanwhile: nobody can write there any more */
	if (!trusted_owner(&st) || (writable_by_others(&st) && !(st.st_mode & S_ISVTX))) {
		text_addf(why, "its directory \"%s\" can be written by others",
			  directory);
		return 1;
	}
	return 0;
}

/* Where a file is that was opened; false without /proc. */
static bool find_real(int fd, char real[static PATH_MAX])
{
	char link[64];
	ssize_t size;

	(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", fd); /* fits */
	size = readlink(link, real, PATH_MAX - 1);
	if (size <= 0)
		return false;
	real[size] = '\0';
	return true;
}

/* What is said of a symbolic link is said of the file that it leads to. */
static void add_target(int fd, const char *path, struct text *why)
{
	char real[PATH_MAX];
	struct stat st;

	if (lstat(path, &st) < 0 || !S_ISLNK(st.st_mode) || !find_real(fd, real))
		return;
	text_add(why, " (the link leads to \"");
	text_add_escaped(why, real, strlen(real));
	text_add(why, "\")");
}

/* The directory as named, and the one that a symbolic link led to. */
static int check_directories(int fd, const char *path, struct text *why)
{
	char real[PATH_MAX];
	int r = check_directory_of(path, why);

	return r == 0 && find_real(fd, real) ? check_directory_of(real, why) : r;
}

static int check_file(const struct stat *st, bool trusted, size_t most, struct text *why)
{
	const char *what = NULL;

	if (S_ISDIR(st->st_mode))
		what = "is a directory, not a file";
	else if (!S_ISREG(st->st_mode))
		what = "is not a regular file";
	else if (trusted && !trusted_owner(st))
		what = "belongs neither to root nor to the caller";
	else if (trusted && writable_by_others(st))
		what = (st->st_mode & S_IWOTH) != 0 ? "can be written by others"
						    : "can be written by its group";
	if (what != NULL)
		text_add(why, what);
	else if ((uintmax_t)st->st_size > most)
		text_addf(why, "is larger than %zu MiB", most / SOURCE_MIB);
	else
		return 0;
	return 1;
}

static int read_all(int fd, char *bytes, size_t room, size_t *ret_size)
{
	size_t size = 0;

	while (size < room) {
		ssize_t n = read(fd, bytes + size, room - size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			break;
		size += (size_t)n;
	}
	*ret_size = size;
	return 0;
}

static bool is_unchanged(const struct stat *before, int fd, size_t size)
{
	struct stat after;

	return fstat(fd, &after) == 0 && after.st_size == before->st_size &&
	       (size_t)after.st_size == size &&
	       after.st_mtim.tv_sec == before->st_mtim.tv_sec &&
	       after.st_mtim.tv_nsec == before->st_mtim.tv_nsec;
}

/* 0; 1 with the reason; 2 when it changed meanwhile; or -errno. */
static int read_once(const char *path, bool trusted, size_t most, struct text *why,
		     char **ret_bytes, size_t *ret_size)
{
	auto_close int fd = -1;
	auto_free char *bytes = NULL;
	struct stat st;
	size_t size = 0;
	int r;

	/* O_NONBLOCK: a FIFO without a writer must not hold us up. */
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0 || fstat(fd, &st) < 0) {
		text_addf(why, "cannot open: %s", strerror(errno));
		return 1;
	}
	r = check_file(&st, trusted, most, why);
	if (r != 0)
		add_target(fd, path, why);
	if (r == 0 && trusted)
		r = check_directories(fd, path, why);
	if (r != 0)
		return r;
	bytes = malloc((size_t)st.st_size + 1);
	if (bytes == NULL)
		return -ENOMEM;
	r = read_all(fd, bytes, (size_t)st.st_size + 1, &size);
	if (r < 0) {
		text_addf(why, "cannot read: %s", strerror(-r));
		return 1;
	}
	if (!is_unchanged(&st, fd, size))
		return 2;
	*ret_bytes = steal_ptr(&bytes);
	*ret_size = size;
	return 0;
}

static int read_stable(const char *path, bool trusted, size_t most, struct text *why,
		       char **ret_bytes, size_t *ret_size)
{
	const struct timespec pause = { .tv_nsec = 20 * 1000 * 1000 };
	int r = 2;

	/* Whoever writes it now is soon done. */
	for (int tries = 0; tries < READS_MAX && r == 2; tries++) {
		if (tries > 0)
			(void)nanosleep(&pause, NULL); /* shorter is as good */
		r = read_once(path, trusted, most, why, ret_bytes, ret_size);
	}
	if (r == 2) {
		text_add(why, "changed while it was being read");
		return 1;
	}
	return r;
}

int source_read(const char *path, size_t most, struct text *why, char **ret_bytes,
		size_t *ret_size)
{
	return read_stable(path, true, most, why, ret_bytes, ret_size);
}

int source_read_any(const char *path, struct text *why, char **ret_bytes,
		    size_t *ret_size)
{
	return read_stable(path, false, SOURCE_MAX, why, ret_bytes, ret_size);
}

int source_read_input(struct text *why, char **ret_bytes, size_t *ret_size)
{
	auto_free char *bytes = malloc(SOURCE_MAX + 1);
	size_t size = 0;
	int r;

	if (bytes == NULL)
		return -ENOMEM;
	r = read_all(STDIN_FILENO, bytes, SOURCE_MAX + 1, &size);
	if (r < 0)
		text_addf(why, "cannot read: %s", strerror(-r));
	else if (size > SOURCE_MAX)
		text_add(why, "is larger than 1 MiB");
	if (r < 0 || size > SOURCE_MAX)
		return 1;
	*ret_bytes = steal_ptr(&bytes);
	*ret_size = size;
	return 0;
}
