/* SPDX-License-Identifier: MIT */

/* contain.c - finds our cgroup in the file system, judges it, and moves into it. */

#include "run/contain.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/base.h"
#include "base/file.h"
#include "base/text.h"
#include "run/cgroup.h"

#define LEAF "spawnd"

struct contain {
	char *path;
	int base; /* the directory */
	int leaf; /* where we are below it, once it is taken */
	int lock; /* on what is taken; nobody else may open that file, and so lock it */
	bool was_below; /* there, from the start */
	bool is_taken;
	bool enabled[CONTROLLERS];
	struct cgroups cgroups;
};

const char *controller_name(enum controller controller)
{
	static const char *const names[] = {
		[CONTROLLER_MEMORY] = "memory",
		[CONTROLLER_PIDS] = "pids",
		[CONTROLLER_CPU] = "cpu",
	};

	return names[controller];
}

static int explain(struct text *why, const char *what, const char *path, int error)
{
	text_addf(why, "%s ", what);
	text_add_escaped(why, path, strlen(path));
	text_addf(why, ": %s", strerror(error));
	return error == ENOMEM ? -ENOMEM : 1;
}

/* Finding */

/* Where in the hierarchy we are, as the caller's to free; NULL: nowhere. */
static char *own_place(void)
{
	auto_free char *line = NULL;
	FILE *file = fopen("/proc/self/cgroup", "re");
	char *place = NULL;
	size_t room = 0;

	while (file != NULL && place == NULL && getline(&line, &room, file) > 0) {
		line[strcspn(line, "\n")] = '\0';
		/* "/.." is outside of what our cgroup namespace shows. */
		if (strncmp(line, "0::/", 4) == 0 && strncmp(line, "0::/..", 6) != 0)
			place = strdup(line + 3);
	}
	if (file != NULL)
		(void)fclose(file); /* only read from */
	return place;
}

/* "\040" is a blank in /proc/self/mountinfo. */
static void unescape(char *string)
{
	char *to = string;

	for (const char *from = string; *from != '\0'; to++) {
		if (from[0] == '\\' && strspn(from + 1, "01234567") >= 3) {
			*to = (char)((from[1] - '0') * 64 + (from[2] - '0') * 8 +
				     (from[3] - '0'));
			from += 4;
		} else {
			*to = *from++;
		}
	}
	*to = '\0';
}

/* The place below what of the hierarchy is mounted there, or NULL. */
static const char *below(const char *place, const char *root)
{
	const size_t size = strcmp(root, "/") == 0 ? 0 : strlen(root);

	if (strncmp(place, root, size) != 0 ||
	    (place[size] != '/' && place[size] != '\0'))
		return NULL;
	return strcmp(place + size, "/") == 0 ? "" : place + size;
}

/* The directory of our place if this line of mountinfo is of a mount that has it. */
static char *directory_by(char *line, const char *place)
{
	char *fields[5], *directory = NULL;
	const char *behind = strstr(line, " - "), *rest;

	if (behind == NULL || strncmp(behind, " - cgroup2 ", 11) != 0)
		return NULL;
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++)
		if ((fields[i] = strsep(&line, " ")) == NULL)
			return NULL;
	unescape(fields[3]);
	unescape(fields[4]);
	rest = below(place, fields[3]);
	if (rest == NULL || asprintf(&directory, "%s%s", fields[4], rest) < 0)
		return NULL;
	return directory;
}

/* Does the cgroup list us? */
static bool lists_us(const char *directory)
{
	auto_free char *path = NULL, *line = NULL;
	size_t room = 0;
	bool found = false;
	FILE *file;

	if (asprintf(&path, "%s/cgroup.procs", directory) < 0) {
		path = NULL;
		return false;
	}
	file = fopen(path, "re");
	while (file != NULL && !found && getline(&line, &room, file) > 0)
		found = atol(line) == (long)getpid();
	if (file != NULL)
		(void)fclose(file); /* only read from */
	return found;
}

/* The directory of our cgroup, as the caller's to free; NULL: none can be seen. */
static char *own_directory(void)
{
	auto_free char *place = own_place(), *line = NULL;
	FILE *file = fopen("/proc/self/mountinfo", "re");
	char *directory = NULL;
	size_t room = 0;

	while (place != NULL && file != NULL && directory == NULL &&
	       getline(&line, &room, file) > 0) {
		directory = directory_by(line, place);
		if (directory != NULL && !lists_us(directory)) { /* another is on top */
			free(directory);
			directory = NULL;
		}
	}
	if (file != NULL)
		(void)fclose(file); /* only read from */
	return directory;
}

/* Judging */

static bool has_mark(int fd, const char *name)
{
	char value[2];

	return fgetxattr(fd, name, value, sizeof(value)) == 1 && value[0] == '1';
}

static bool is_marked(int fd)
{
	return has_mark(fd, "user.delegate") || has_mark(fd, "trusted.delegate");
}

static bool is_given(int fd)
{
	struct stat st, above;

	return geteuid() != 0 && fstat(fd, &st) == 0 && st.st_uid == geteuid() &&
	       fstatat(fd, "..", &above, 0) == 0 && above.st_dev == st.st_dev &&
	       above.st_uid != geteuid();
}

/* What is marked as ours may be used: by this account, and with this kernel? */
static int judge(const char *path, int fd, struct text *why)
{
	static const struct {
		const char *file;
		int mode;
	} needed[] = {
		{ ".", W_OK | X_OK },
		{ "cgroup.procs", W_OK },
		{ "cgroup.kill", F_OK }, /* those below are ours to write */
	};
	struct statfs fs;

	if (fstatfs(fd, &fs) < 0 || fs.f_type != CGROUP2_SUPER_MAGIC)
		return explain(why, "no cgroup is at", path, EINVAL);
	for (size_t i = 0; i < ARRAY_SIZE(needed); i++) {
		if (faccessat(fd, needed[i].file, needed[i].mode, AT_EACCESS) == 0)
			continue;
		if (errno == ENOENT) {
			text_add(why, "Linux before 5.14 cannot kill a cgroup, nor can "
				      "any the first of all");
			return 1;
		}
		return explain(why, "cannot write in the cgroup", path, errno);
	}
	return 0;
}

/* Is this one ours, or the one above?  True: base is that. */
static bool find_base(struct contain *contain)
{
	auto_close int above = -1;

	if (is_marked(contain->base) || is_given(contain->base))
		return true;
	above = openat(contain->base, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (above < 0 || !is_marked(above))
		return false;
	contain->was_below = true;
	contain->leaf = contain->base;
	contain->base = steal_fd(&above);
	*strrchr(contain->path, '/') = '\0'; /* it has one: it is absolute */
	return true;
}

static int find(struct contain *contain, struct text *why)
{
	int r;

	contain->path = own_directory();
	if (contain->path == NULL) {
		text_add(why, "no cgroup of version 2 can be seen");
		return 1;
	}
	contain->base = open(contain->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (contain->base < 0)
		return explain(why, "cannot open the cgroup", contain->path, errno);
	if (!find_base(contain)) {
		text_add(why, "the cgroup ");
		text_add_escaped(why, contain->path, strlen(contain->path));
		text_add(why, " was not delegated to spawnd");
		return 1;
	}
	r = judge(contain->path, contain->base, why);
	return r > 0 ? CONTAIN_UNUSABLE : r;
}

int contain_find(struct contain **ret, struct text *why)
{
	struct contain *contain = calloc(1, sizeof(*contain));
	int r;

	if (contain == NULL)
		return -ENOMEM;
	contain->base = contain->leaf = contain->lock = -1;
	r = find(contain, why);
	if (r == 0)
		*ret = contain;
	else
		contain_free(contain);
	return r;
}

struct contain *contain_free(struct contain *contain)
{
	if (contain == NULL)
		return NULL;
	close_fd(&contain->base);
	close_fd(&contain->leaf);
	close_fd(&contain->lock);
	free(contain->path);
	free(contain);
	return NULL;
}

const char *contain_path(const struct contain *contain)
{
	return contain->path;
}

bool contain_offers(const struct contain *contain, enum controller controller)
{
	const char *name = controller_name(controller);
	char names[1024], *rest = names;

	if (file_read_at(contain->base, "cgroup.controllers", names, sizeof(names)) < 0)
		return false;
	for (const char *word; (word = strsep(&rest, " \n")) != NULL;)
		if (strcmp(word, name) == 0)
			return true;
	return false;
}

/* Taking */

/* A file that its owner alone can open, unlike a directory.  Returns it or -errno. */
static int lock_by(int directory, const char *path)
{
	auto_close int fd = openat(directory, path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) < 0)
		return -errno;
	return steal_fd(&fd);
}

static int move_below(struct contain *contain)
{
	if (mkdirat(contain->base, LEAF, 0755) < 0 && errno != EEXIST)
		return -errno;
	contain->leaf = openat(contain->base, LEAF, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (contain->leaf < 0)
		return -errno;
	contain->lock = lock_by(contain->leaf, "cgroup.kill");
	if (contain->lock < 0)
		return contain->lock;
	return file_write_at(contain->leaf, "cgroup.procs", "0");
}

/* Where we are already may be another's, and its files not ours to open. */
static int lock_beside(struct contain *contain)
{
	if (mkdirat(contain->base, CGROUPS_PLACE, 0755) < 0 && errno != EEXIST)
		return -errno;
	contain->lock = lock_by(contain->base, CGROUPS_PLACE "/cgroup.kill");
	return contain->lock < 0 ? contain->lock : 0;
}

static int take(struct contain *contain)
{
	int r = 0;

	if (contain->was_below)
		r = lock_beside(contain);
	else
		r = move_below(contain);
	return r < 0 ? r : cgroups_begin(&contain->cgroups, contain->base);
}

int contain_take(struct contain *contain, struct text *why)
{
	int r = contain->is_taken ? 0 : take(contain);

	contain->is_taken = r == 0;
	if (r == 0)
		return 0;
	if (!contain->was_below)
		close_fd(&contain->leaf);
	close_fd(&contain->lock);
	if (r == -EWOULDBLOCK) {
		text_addf(why, "another spawnd has the cgroup %s", contain->path);
		return 1;
	}
	return explain(why, "cannot take the cgroup", contain->path, -r);
}

int contain_enable(struct contain *contain, enum controller controller, struct text *why)
{
	char value[16];
	int r;

	if (contain->enabled[controller])
		return 0;
	/* It fits. */
	(void)snprintf(value, sizeof(value), "+%s", controller_name(controller));
	r = file_write_at(contain->base, "cgroup.subtree_control", value);
	if (r == 0)
		r = cgroups_allow_limits(&contain->cgroups, value);
	contain->enabled[controller] = r == 0;
	if (r == 0)
		return 0;
	text_addf(why, "cannot enable the controller \"%s\" in the cgroup %s: %s",
		  value + 1, contain->path,
		  r == -EBUSY ? "other processes are in it" : strerror(-r));
	return r == -ENOMEM ? r : 1;
}

unsigned contain_ended(const struct contain *contain)
{
	return contain->cgroups.n_ended;
}

struct cgroups *contain_cgroups(struct contain *contain)
{
	return contain != NULL && contain->is_taken ? &contain->cgroups : NULL;
}

/* All of this may fail where others use it too, and then that stays as it is. */
void contain_leave(struct contain *contain)
{
	if (contain == NULL || !contain->is_taken)
		return;
	cgroups_end(&contain->cgroups);
	for (int i = 0; i < CONTROLLERS; i++) {
		char value[16];

		/* It fits. */
		(void)snprintf(value, sizeof(value), "-%s", controller_name(i));
		if (contain->enabled[i])
			(void)file_write_at(contain->base, "cgroup.subtree_control",
					    value);
	}
	if (!contain->was_below && file_write_at(contain->base, "cgroup.procs", "0") == 0)
		(void)unlinkat(contain->base, LEAF, AT_REMOVEDIR);
	close_fd(&contain->lock);
	contain->is_taken = false;
}
