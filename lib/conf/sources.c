/* SPDX-License-Identifier: MIT */

/*
 * sources.c - fetches files and matches patterns, or takes what was fetched.
 *
 * No file that a pattern means is left out silently: names that begin with a dot,
 * directories, and one file under two names are errors, and so is a name without a
 * pattern in it that names nothing.
 */

#include "conf/sources.h"

#include <errno.h>
#include <glob.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/text.h"
#include "conf/source.h"

static int ask_file(struct answers *answers, const char *path)
{
	auto_text struct text why = { 0 };
	auto_free char *bytes = NULL;
	size_t size = 0;
	const int r = source_read(path, SOURCE_MAX, &why, &bytes, &size);

	if (r < 0 || text_failed(&why))
		return -ENOMEM;
	answers_give_text(answers, r > 0 ? text_get(&why) : NULL);
	if (r > 0)
		return 0;
	answers_give(answers, &size, sizeof(size));
	answers_give(answers, bytes, size);
	return 0;
}

int source_fetch(struct answers *answers, const char *path, const char *because,
		 struct problems *problems, const char **ret_bytes, size_t *ret_size)
{
	auto_free char *problem = NULL;
	int r = answers->asks ? ask_file(answers, path) : 0;

	*ret_bytes = NULL;
	if (r == 0)
		r = answers_take_text(answers, &problem);
	if (r == 0 && problem != NULL)
		problem_error(problems, (struct place){ path, 0 }, NULL, NULL, "%s%s",
			      problem, because);
	if (r < 0 || problem != NULL)
		return r;
	r = answers_take(answers, ret_size, sizeof(*ret_size));
	return r < 0 ? r : answers_take_bytes(answers, *ret_size, ret_bytes);
}

/* One thing that matches, and what speaks against it. */
struct match {
	dev_t device;
	ino_t inode;
	const char *problem;
};

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

static void look_at(const char *path, const struct stat *main_file, struct match *match)
{
	struct stat st;

	match->problem = NULL;
	if (base_name(path)[0] == '.')
		match->problem = "its name begins with a dot: rename or remove it";
	if (stat(path, &st) < 0)
		return; /* reading it will tell why */
	match->device = st.st_dev;
	match->inode = st.st_ino;
	if (main_file->st_ino == st.st_ino && main_file->st_dev == st.st_dev)
		match->problem = "is the very file that includes it";
}

/* Does another name stand for the same file? */
static void compare(const glob_t *found, struct match *matches)
{
	for (size_t i = 0; i < found->gl_pathc; i++)
		for (size_t j = 0; j < i && matches[i].problem == NULL; j++)
			if (matches[i].inode != 0 &&
			    matches[i].inode == matches[j].inode &&
			    matches[i].device == matches[j].device)
				matches[i].problem = "is included under another name too";
}

static bool is_dot(const char *path)
{
	const char *name = base_name(path);

	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

static int give_matches(struct answers *answers, const glob_t *found,
			const char *main_path)
{
	struct match *matches = calloc(found->gl_pathc + 1, sizeof(*matches));
	struct stat main_file = { 0 };

	if (matches == NULL)
		return -ENOMEM;
	/* Without one (the command line) nothing can be it. */
	(void)stat(main_path, &main_file);
	for (size_t i = 0; i < found->gl_pathc; i++)
		look_at(found->gl_pathv[i], &main_file, &matches[i]);
	compare(found, matches);
	for (size_t i = 0; i < found->gl_pathc; i++) {
		if (is_dot(found->gl_pathv[i]))
			continue;
		answers_give_text(answers, found->gl_pathv[i]);
		answers_give_text(answers, matches[i].problem);
	}
	free(matches);
	return 0;
}

/* Is the directory of the pattern one that can be named, and is it there? */
static bool directory_is_missing(const char *pattern, char directory[static PATH_MAX])
{
	char copy[PATH_MAX];
	struct stat st;

	if (snprintf(copy, sizeof(copy), "%s", pattern) >= (int)sizeof(copy))
		return false;
	(void)snprintf(directory, PATH_MAX, "%s", dirname(copy)); /* is shorter */
	return strpbrk(directory, "*?[") == NULL &&
	       (stat(directory, &st) < 0 || !S_ISDIR(st.st_mode));
}

static int on_error(const char *path, int error)
{
	(void)path;
	(void)error;
	return 1; /* end it: nothing may be left out silently */
}

static void complain(struct text *why, const char *what, const char *name)
{
	text_addf(why, "%s \"", what);
	text_add_escaped(why, name, strlen(name));
	text_add(why, "\"");
}

/* In the helper: what is wrong with the pattern as a whole, or NULL; then each match
 * with what speaks against it; then NULL. */
static int ask_matches(struct answers *answers, const char *pattern,
		       const char *main_path)
{
	char directory[PATH_MAX];
	auto_text struct text why = { 0 };
	glob_t found = { 0 };
	int r = 0, g;

	g = glob(pattern, GLOB_PERIOD, on_error, &found);
	if (g == GLOB_NOSPACE)
		return -ENOMEM;
	if (directory_is_missing(pattern, directory))
		complain(&why, "there is no directory", directory);
	else if (g != 0 && g != GLOB_NOMATCH)
		complain(&why, "cannot read the directory of", pattern);
	else if (g == GLOB_NOMATCH && strpbrk(pattern, "*?[") == NULL)
		complain(&why, "there is no file", pattern);
	else if (found.gl_pathc > INCLUDES_MAX)
		complain(&why, "too many files match", pattern);
	answers->given.failed |= text_failed(&why);
	answers_give_text(answers, why.size > 0 ? text_get(&why) : NULL);
	if (why.size == 0)
		r = give_matches(answers, &found, main_path);
	answers_give_text(answers, NULL);
	globfree(&found);
	return r;
}

/* The next match; *ret_path is NULL behind the last. */
static int take_match(struct answers *answers, char **ret_path, char **ret_problem)
{
	int r = answers_take_text(answers, ret_path);

	*ret_problem = NULL;
	return r < 0 || *ret_path == NULL ? r : answers_take_text(answers, ret_problem);
}

static int take_matches(struct answers *answers, struct place at,
			struct problems *problems, struct words *files)
{
	auto_free char *whole = NULL;
	int r = answers_take_text(answers, &whole);

	if (r == 0 && whole != NULL)
		problem_error(problems, at, "global", "include", "%s", whole);
	while (r == 0) {
		auto_free char *path = NULL, *problem = NULL;
		auto_text struct text shown = { 0 };

		r = take_match(answers, &path, &problem);
		if (r < 0 || path == NULL)
			break;
		text_add_escaped(&shown, path, strlen(path));
		if (problem != NULL)
			problem_error(problems, at, "global", "include", "\"%s\" %s",
				      text_get(&shown), problem);
		else if (!words_have(files, path))
			r = words_add(files, path);
	}
	return r;
}

int sources_match(struct answers *answers, const char *pattern, const char *main_path,
		  struct place at, struct problems *problems, struct words *files)
{
	int r = answers->asks ? ask_matches(answers, pattern, main_path) : 0;

	return r < 0 ? r : take_matches(answers, at, problems, files);
}
