/* SPDX-License-Identifier: MIT */

/*
 * Cgroups are made, given limits, used again when they are clean, and removed; here in an
 * ordinary directory, with files that are ours in the place of the kernel's.
 *
 * links: run/cgroup run/cgroup_left base/number base/text
 */

#include "run/cgroup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/base.h"
#include "base/file.h"
#include "tap.h"

/* The kernel: what the last files of these names say, and what was written, a line
 * each. */
static const char *events, *memory_peak, *memory_events;
static char written[4096];
static int write_error;

ssize_t file_read_at(int directory, const char *path, char *buf, size_t room)
{
	const char *slash = strrchr(path, '/'), *text = NULL;
	char parent[256];
	struct stat st;

	(void)snprintf(parent, sizeof(parent), "%.*s", (int)(slash - path), path);
	if (fstatat(directory, parent, &st, 0) < 0)
		return -errno;
	if (strcmp(slash, "/cgroup.events") == 0)
		text = events;
	else if (strcmp(slash, "/memory.peak") == 0)
		text = memory_peak;
	else if (strcmp(slash, "/memory.events") == 0)
		text = memory_events;
	if (text == NULL)
		return -ENOENT;
	return snprintf(buf, room, "%s", text);
}

int file_write_at(int directory, const char *path, const char *value)
{
	(void)directory;
	(void)snprintf(written + strlen(written), sizeof(written) - strlen(written),
		       "%s=%s\n", path, value);
	return write_error;
}

static int base;

static bool exists(const char *path)
{
	return faccessat(base, path, F_OK, 0) == 0;
}

static unsigned count(const char *parent)
{
	unsigned n = 0;

	for (unsigned i = 0; i < 1000; i++) {
		char path[64];

		(void)snprintf(path, sizeof(path), "%s/%u", parent, i);
		n += exists(path);
	}
	return n;
}

static const struct cgroup_limits none = { 0 };
static const char clean[] = "populated 0\nfrozen 0\n";

static struct cgroup *take(struct cgroups *cgroups, const struct cgroup_limits *limits,
			   uid_t uid)
{
	struct cgroup *cgroup = NULL;

	is(cgroup_new(cgroups, limits, uid, &cgroup), 0, "one is taken");
	return cgroup;
}

static void test_limits(struct cgroups *cgroups)
{
	const struct cgroup_limits all = { 67108864, 10, 50 }, tasks = { .tasks_max = 5 };
	struct cgroup_usage usage;
	struct cgroup *cgroup;

	is(cgroups_allow_limits(cgroups, "+memory"), 0, "a controller is enabled");
	is_str(written, "limited/cgroup.subtree_control=+memory\n", "for those alone");
	written[0] = '\0';
	cgroup = take(cgroups, &all, geteuid() + 1);
	is_str(written,
	       "limited/1/memory.max=67108864\nlimited/1/pids.max=10\n"
	       "limited/1/cpu.weight=50\n",
	       "all limits are set");
	memory_peak = "1052672\n";
	memory_events = "low 0\nhigh 0\nmax 3\noom 1\noom_kill 0\noom_group_kill 0\n";
	cgroup_look(cgroup, &usage);
	is((int64_t)usage.memory_peak, 1052672, "the most memory that it had");
	ok(!usage.out_of_memory, "nobody was killed for it");
	memory_events = "oom 1\noom_kill 2\n";
	memory_peak = NULL;
	cgroup_look(cgroup, &usage);
	ok(usage.out_of_memory, "somebody was");
	is((int64_t)usage.memory_peak, 0, "before Linux 5.19 it is not known");
	cgroup_let_go(cgroup);
	ok(!exists("limited/1"), "one with limits is not used again");
	written[0] = '\0';
	cgroup = take(cgroups, &tasks, geteuid() + 1);
	is_str(written, "limited/2/pids.max=5\n", "one limit alone");
	cgroup_let_go(cgroup);
	write_error = -EINVAL;
	is(cgroup_new(cgroups, &tasks, geteuid() + 1, &cgroup), -EINVAL,
	   "one whose limit cannot be set is none");
	write_error = 0;
	ok(!exists("limited/3"), "and is removed");
}

/* Somebody has removed the one above: its controllers were enabled there. */
static void test_remade(struct cgroups *cgroups)
{
	const struct cgroup_limits tasks = { .tasks_max = 5 };
	struct cgroup *cgroup;

	is(cgroups_allow_limits(cgroups, "+pids"), 0, "another controller is enabled");
	(void)unlinkat(base, "limited", AT_REMOVEDIR);
	written[0] = '\0';
	cgroup = take(cgroups, &tasks, geteuid() + 1);
	is_str(written,
	       "limited/cgroup.subtree_control=+memory +pids\nlimited/5/pids.max=5\n",
	       "they are enabled again in one that is made anew");
	cgroup_let_go(cgroup);
}

static void test_reuse(struct cgroups *cgroups)
{
	const uid_t other = geteuid() + 1;
	struct cgroup *cgroup = take(cgroups, &none, other);
	struct cgroup *again;

	ok(!cgroup_is_populated(cgroup), "nobody is in it");
	cgroup_let_go(cgroup);
	again = take(cgroups, &none, other);
	ok(again == cgroup, "it is used again");
	cgroup_let_go(again);
	events = "populated 1\nfrozen 0\n";
	again = take(cgroups, &none, other);
	is(cgroups->n_free, 0, "one that is not empty is not");
	ok(again != cgroup, "another one is made");
	ok(cgroup_is_populated(again), "somebody is in it");
	events = "populated 0\nfrozen 1\n";
	cgroup_let_go(again);
	is(cgroups->n_free, 0, "nor one that is frozen");
	events = clean;
	again = take(cgroups, &none, other);
	cgroup_kill(again);
	cgroup_let_go(again);
	is(cgroups->n_free, 0, "nor one that was killed");
	cgroup_let_go(take(cgroups, &none, geteuid()));
	is(cgroups->n_free, 0, "nor one of our own account");
	events = NULL;
	again = take(cgroups, &none, other);
	cgroup_let_go(again);
	is(cgroups->n_free, 0, "nor one of which nothing is known");
	events = clean;
	is(count("connections"), 0, "and all of these are removed");
}

static void test_bound(struct cgroups *cgroups)
{
	struct cgroup *many[CGROUPS_FREE_MAX + 10];

	for (size_t i = 0; i < ARRAY_SIZE(many); i++)
		if (cgroup_new(cgroups, &none, geteuid() + 1, &many[i]) != 0)
			abort();
	is(count("connections"), ARRAY_SIZE(many), "many at once");
	for (size_t i = 0; i < ARRAY_SIZE(many); i++)
		cgroup_let_go(many[i]);
	is(count("connections"), CGROUPS_FREE_MAX, "so many are kept");
}

/* Of a spawnd that was killed; the kernel does not end anybody here. */
static void test_left(struct cgroups *cgroups)
{
	cgroups_end(cgroups);
	(void)mkdirat(base, "limited", 0755);
	(void)mkdirat(base, "limited/7", 0755);
	(void)mkdirat(base, "limited/other", 0755);
	events = "populated 1\nfrozen 0\n";
	written[0] = '\0';
	is(cgroups_begin(cgroups, base), 0, "one begins where processes are left");
	is_str(written, "limited/7/cgroup.kill=1\n", "they are killed, and no others");
	is(cgroups->n_ended, 1, "... and counted");
	events = clean;
	(void)unlinkat(base, "limited/other", AT_REMOVEDIR);
}

/* As it looks when somebody lives in it: a directory that cannot be removed. */
static void test_kept(struct cgroups *cgroups)
{
	struct cgroup *cgroup = take(cgroups, &none, geteuid());

	(void)mkdirat(base, "connections/500", 0755);
	(void)mkdirat(base, "connections/500/below", 0755);
	(void)mkdirat(base, "connections/499", 0755);
	cgroup_let_go(cgroup);
	cgroups_end(cgroups);
	ok(exists("connections/499"), "what is not ours is not removed at the end");
	is(cgroups_begin(cgroups, base), 0, "another one begins");
	ok(!exists("connections/499"), "and removes what was left");
	ok(exists("connections/500"), "but for what cannot be");
	is(cgroups->last, 500, "whose number is not used");
	(void)unlinkat(base, "connections/500/below", AT_REMOVEDIR);
	cgroup_let_go(take(cgroups, &none, geteuid()));
	ok(!exists("connections/500"), "until it can");
	ok(cgroups->kept == NULL && cgroups->kept_end == &cgroups->kept, "all is gone");
	cgroups_end(cgroups);
	ok(!exists("connections"), "the end leaves nothing");
	ok(!exists("limited"), "nor of those with limits");
}

int main(void)
{
	char directory[] = "/tmp/spawnd-unit.XXXXXX";
	struct cgroups cgroups;

	base = mkdtemp(directory) != NULL ? open(directory, O_RDONLY | O_DIRECTORY) : -1;
	if (base < 0)
		return 1;
	events = clean;
	is(cgroups_begin(&cgroups, base), 0, "a first one begins");
	test_limits(&cgroups);
	test_remade(&cgroups);
	cgroups.last = 0;
	test_reuse(&cgroups);
	test_bound(&cgroups);
	test_left(&cgroups);
	test_kept(&cgroups);
	close_fd(&base);
	is(rmdir(directory), 0, "nothing is left");
	return done();
}
