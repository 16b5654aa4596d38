/* SPDX-License-Identifier: MIT */

/*
 * cgroup.c - makes, lends and removes cgroups, which are directories with a number.
 *
 * No descriptor is held for one: thousands of connections may have theirs.
 */

#include "run/cgroup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/base.h"
#include "base/file.h"
#include "base/number.h"

/* Above the cgroups: those without limits, and those with some. */
#define LIMITED "limited"
static const char *const parents[] = { CGROUPS_PLACE, LIMITED };

struct cgroup {
	struct cgroup *next; /* free or kept */
	struct cgroups *cgroups;
	unsigned number;
	bool is_limited;
	bool is_reusable;
};

enum { PATH_ROOM = 64, EVENTS_ROOM = 512, TRIES_MAX = 1000 };
enum { LEFT_USEC = USEC_PER_SEC }; /* to be gone for those that are ended at the start */
/* The file in it, or itself for ""; returns buf. */
static const char *path_of(const struct cgroup *cgroup, const char *file,
			   char buf[static PATH_ROOM])
{
	(void)snprintf(buf, PATH_ROOM, "%s/%u%s%s", parents[cgroup->is_limited],
		       cgroup->number, file[0] != '\0' ? "/" : "", file); /* fits */
	return buf;
}

static ssize_t read_in(const struct cgroup *cgroup, const char *file, char *buf,
		       size_t room)
{
	char path[PATH_ROOM];

	return file_read_at(cgroup->cgroups->base, path_of(cgroup, file, path), buf,
			    room);
}

static int write_in(const struct cgroup *cgroup, const char *file, const char *value)
{
	char path[PATH_ROOM];

	return file_write_at(cgroup->cgroups->base, path_of(cgroup, file, path), value);
}

/* The number behind a name, in a file with a line for each; 0 if there is none. */
static uint64_t value_of(const char *lines, const char *name)
{
	const size_t size = strlen(name);

	for (const char *line = lines; *line != '\0';) {
		if (strncmp(line, name, size) == 0 && line[size] == ' ')
			return strtoull(line + size + 1, NULL, 10);
		line = strchrnul(line, '\n');
		line += *line == '\n';
	}
	return 0;
}

bool cgroup_is_populated(const struct cgroup *cgroup)
{
	char events[EVENTS_ROOM];
	const ssize_t n = read_in(cgroup, "cgroup.events", events, sizeof(events));

	/* What cannot be read for want of something is asked again. */
	return n < 0 ? n != -ENOENT && n != -ENODEV : value_of(events, "populated") != 0;
}

/* Empty, and such that a process runs in it. */
static bool is_clean(const struct cgroup *cgroup)
{
	char events[EVENTS_ROOM];

	return read_in(cgroup, "cgroup.events", events, sizeof(events)) > 0 &&
	       strstr(events, "populated 0") != NULL && value_of(events, "frozen") == 0;
}

/* True: it is gone. */
static bool remove_it(struct cgroup *cgroup)
{
	const int base = cgroup->cgroups->base;
	char path[PATH_ROOM];

	if (unlinkat(base, path_of(cgroup, "", path), AT_REMOVEDIR) < 0 &&
	    errno != ENOENT)
		return false;
	free(cgroup);
	return true;
}

static void keep(struct cgroup *cgroup)
{
	struct cgroups *cgroups = cgroup->cgroups;

	cgroup->next = NULL;
	*cgroups->kept_end = cgroup;
	cgroups->kept_end = &cgroup->next;
}

static void discard(struct cgroup *cgroup)
{
	if (!remove_it(cgroup))
		keep(cgroup);
}

/* Try to remove the one that waits longest, or the next time the one behind. */
static void look_at_kept(struct cgroups *cgroups)
{
	struct cgroup *cgroup = cgroups->kept;

	if (cgroup == NULL)
		return;
	cgroups->kept = cgroup->next;
	if (cgroups->kept == NULL)
		cgroups->kept_end = &cgroups->kept;
	discard(cgroup);
}

static int give_controllers(const struct cgroups *cgroups, const char *controllers)
{
	return file_write_at(cgroups->base, LIMITED "/cgroup.subtree_control",
			     controllers);
}

/* One that is made anew gives what the one before gave. */
static int make_parent(const struct cgroups *cgroups, bool is_limited)
{
	if (mkdirat(cgroups->base, parents[is_limited], 0755) < 0)
		return errno == EEXIST ? 0 : -errno;
	return is_limited && cgroups->controllers[0] != '\0'
		       ? give_controllers(cgroups, cgroups->controllers)
		       : 0;
}

/* A directory with a number that is not taken. */
static int make_directory(struct cgroup *cgroup)
{
	struct cgroups *cgroups = cgroup->cgroups;
	char path[PATH_ROOM];

	for (int i = 0; i < TRIES_MAX; i++) {
		cgroup->number = ++cgroups->last;
		if (mkdirat(cgroups->base, path_of(cgroup, "", path), 0755) == 0)
			return 0;
		if (errno == ENOENT || errno == ENODEV) {
			/* Somebody has removed the one above. */
			int r = make_parent(cgroups, cgroup->is_limited);

			if (r < 0)
				return r;
		} else if (errno != EEXIST) {
			return -errno;
		}
	}
	return -EEXIST;
}

static int set_limit(const struct cgroup *cgroup, const char *file, uint64_t value)
{
	char number[32];

	(void)snprintf(number, sizeof(number), "%" PRIu64, value); /* fits */
	return value == 0 ? 0 : write_in(cgroup, file, number);
}

static int set_limits(const struct cgroup *cgroup, const struct cgroup_limits *limits)
{
	int r = set_limit(cgroup, "memory.max", limits->memory_max);

	if (r == 0)
		r = set_limit(cgroup, "pids.max", limits->tasks_max);
	if (r == 0)
		r = set_limit(cgroup, "cpu.weight", limits->cpu_weight);
	return r;
}

static struct cgroup *take_free(struct cgroups *cgroups)
{
	struct cgroup *cgroup;

	while ((cgroup = cgroups->free) != NULL) {
		cgroups->free = cgroup->next;
		cgroups->n_free--;
		if (is_clean(cgroup))
			return cgroup;
		discard(cgroup);
	}
	return NULL;
}

int cgroup_new(struct cgroups *cgroups, const struct cgroup_limits *limits, uid_t uid,
	       struct cgroup **ret)
{
	const bool is_limited =
		limits->memory_max != 0 || limits->tasks_max != 0 || limits->cpu_weight;
	/* Who has our account may have changed what is in there. */
	const bool is_reusable = !is_limited && uid != geteuid();
	struct cgroup *cgroup;
	int r;

	look_at_kept(cgroups);
	cgroup = is_reusable ? take_free(cgroups) : NULL;
	if (cgroup != NULL) {
		*ret = cgroup;
		return 0;
	}
	cgroup = calloc(1, sizeof(*cgroup));
	if (cgroup == NULL)
		return -ENOMEM;
	cgroup->cgroups = cgroups;
	cgroup->is_limited = is_limited;
	cgroup->is_reusable = is_reusable;
	r = make_directory(cgroup);
	if (r < 0) {
		free(cgroup);
		return r;
	}
	r = set_limits(cgroup, limits);
	if (r < 0)
		discard(cgroup);
	else
		*ret = cgroup;
	return r;
}

struct cgroup *cgroup_let_go(struct cgroup *cgroup)
{
	struct cgroups *cgroups;

	if (cgroup == NULL)
		return NULL;
	cgroups = cgroup->cgroups;
	if (!cgroup->is_reusable || cgroups->n_free >= CGROUPS_FREE_MAX ||
	    !is_clean(cgroup)) {
		discard(cgroup);
		return NULL;
	}
	cgroup->next = cgroups->free;
	cgroups->free = cgroup;
	cgroups->n_free++;
	return NULL;
}

int cgroup_open(const struct cgroup *cgroup, const char *file, int flags)
{
	char path[PATH_ROOM];
	int fd = openat(cgroup->cgroups->base, path_of(cgroup, file, path),
			flags | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

void cgroup_look(const struct cgroup *cgroup, struct cgroup_usage *ret)
{
	char text[EVENTS_ROOM];

	*ret = (struct cgroup_usage){ 0 };
	if (!cgroup->is_limited)
		return;
	if (read_in(cgroup, "memory.peak", text, sizeof(text)) > 0) /* Linux 5.19 */
		ret->memory_peak = strtoull(text, NULL, 10);
	if (read_in(cgroup, "memory.events", text, sizeof(text)) > 0)
		ret->out_of_memory = value_of(text, "oom_kill") > 0;
}

void cgroup_spoil(struct cgroup *cgroup)
{
	cgroup->is_reusable = false;
}

void cgroup_kill(struct cgroup *cgroup)
{
	/* It may be gone, and then nobody is in it; who cannot be killed now is killed
	 * when that is tried again. */
	(void)write_in(cgroup, "cgroup.kill", "1");
	/* Kernels from about 6.14 on compare how often it was killed with how often our
	 * own cgroup was, and end whoever is born into one that differs. */
	cgroup_spoil(cgroup);
}

/* Coming and going */

/* What is there already is of a spawnd that was killed, and ended; or of commands that
 * were allowed to run on. */
static int adopt(struct cgroups *cgroups, bool is_limited, const char *name)
{
	struct cgroup *cgroup;
	uint64_t number;

	if (number_parse(name, UINT_MAX, &number) != 0)
		return 0;
	cgroup = calloc(1, sizeof(*cgroup));
	if (cgroup == NULL)
		return -ENOMEM;
	*cgroup = (struct cgroup){ .cgroups = cgroups,
				   .number = (unsigned)number,
				   .is_limited = is_limited };
	cgroups->last = MAX(cgroups->last, cgroup->number);
	if (cgroup_is_populated(cgroup) && !cgroup_runs_on(cgroup)) {
		cgroup_kill(cgroup);
		cgroups->n_ended++;
	}
	keep(cgroup);
	return 0;
}

/* All are killed by now. */
static void clean_up(struct cgroups *cgroups)
{
	const uint64_t until = now_usec() + LEFT_USEC;
	struct cgroup *cgroup = cgroups->kept;

	cgroups->kept = NULL;
	cgroups->kept_end = &cgroups->kept;
	for (struct cgroup *next; cgroup != NULL; cgroup = next) {
		next = cgroup->next;
		if (!cgroup_runs_on(cgroup))
			cgroup_wait(cgroup, until);
		discard(cgroup);
	}
}

static int adopt_all(struct cgroups *cgroups, bool is_limited)
{
	int fd = openat(cgroups->base, parents[is_limited],
			O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	const struct dirent *entry;
	DIR *directory;
	int r = 0;

	if (fd < 0)
		return errno == ENOENT ? 0 : -errno;
	directory = fdopendir(fd);
	if (directory == NULL) {
		r = -errno;
		close_fd(&fd);
		return r;
	}
	while (r == 0 && (entry = readdir(directory)) != NULL)
		if (entry->d_type == DT_DIR)
			r = adopt(cgroups, is_limited, entry->d_name);
	(void)closedir(directory); /* only read from */
	return r;
}

int cgroups_allow_limits(struct cgroups *cgroups, const char *controller)
{
	const size_t size = strlen(cgroups->controllers);
	int r = make_parent(cgroups, true);

	if (r == 0)
		r = give_controllers(cgroups, controller);
	if (r == 0)
		(void)snprintf(cgroups->controllers + size,
			       sizeof(cgroups->controllers) - size, "%s%s",
			       size > 0 ? " " : "", controller); /* three fit */
	return r;
}

static void free_list(struct cgroup *first)
{
	for (struct cgroup *next; first != NULL; first = next) {
		next = first->next;
		if (!remove_it(first))
			free(first);
	}
}

void cgroups_end(struct cgroups *cgroups)
{
	free_list(cgroups->free);
	free_list(cgroups->kept);
	/* Those with cgroups below stay. */
	(void)unlinkat(cgroups->base, CGROUPS_PLACE, AT_REMOVEDIR);
	(void)unlinkat(cgroups->base, LIMITED, AT_REMOVEDIR);
	*cgroups = (struct cgroups){ .base = -1 };
}

int cgroups_begin(struct cgroups *cgroups, int base)
{
	int r;

	*cgroups = (struct cgroups){ .base = base };
	cgroups->kept_end = &cgroups->kept;
	r = adopt_all(cgroups, false);
	if (r == 0)
		r = adopt_all(cgroups, true);
	clean_up(cgroups);
	if (r == 0)
		r = make_parent(cgroups, false);
	if (r < 0)
		cgroups_end(cgroups);
	return r;
}
