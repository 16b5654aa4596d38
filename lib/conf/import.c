/* SPDX-License-Identifier: MIT */

/*
 * import.c - finds out whose configuration it is, has it read and written, and leaves
 * out what could not be served.
 */

#include "conf/import.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "conf/import_files.h"
#include "conf/import_inetd.h"
#include "conf/import_lines.h"
#include "conf/import_service.h"
#include "conf/import_write.h"
#include "conf/import_xinetd.h"
#include "conf/keys.h"

enum origin { FROM_INETD, FROM_XINETD, FROM_SPAWND, FROM_NEITHER };

/* "[name]" alone, or "key = value" */
static bool is_of_sections(const char *text, const struct words *words)
{
	return (text[0] == '[' && text[strlen(text) - 1] == ']') ||
	       (words->n > 1 && words->at[1][0] == '=') ||
	       (words->n == 1 && strchr(text, '=') != NULL);
}

static bool is_key(const char *text)
{
	auto_free char *name = strndup(text, strcspn(text, " \t="));

	return name != NULL && strchr(text, '=') != NULL && keys_find(name) != NULL;
}

/* The first line that says something tells; of files with sections, whether one has a
 * key of ours. */
static int find_origin(const char *bytes, size_t size, enum origin *ret)
{
	auto_free struct import_lines *lines = malloc(sizeof(*lines));
	auto_words struct words words = { 0 };
	int r = 0;

	*ret = FROM_INETD;
	if (lines == NULL)
		return -ENOMEM;
	import_lines_begin(lines, "", bytes, size);
	while (r == 0 && import_lines_next(lines)) {
		const char *text = import_lines_text(lines);

		if (*text == '#' || *text == ';' || *text == '\0')
			continue;
		if (*ret == FROM_NEITHER && is_key(text))
			*ret = FROM_SPAWND;
		if (words.n > 0)
			continue;
		r = import_split(text, &words);
		if (r == 0 && import_xinetd_begins(&words))
			*ret = FROM_XINETD;
		else if (r == 0 && is_of_sections(text, &words))
			*ret = is_key(text) ? FROM_SPAWND : FROM_NEITHER;
	}
	return r;
}

static struct import_service *find_section(const struct import *import, const char *text)
{
	for (size_t i = 0; i < import->n; i++) {
		const char *section = import->list[i]->section;
		const size_t size = section != NULL ? strlen(section) : 0;

		if (size > 0 && strncmp(section, text, size) == 0 &&
		    strncmp(text + size, ": ", 2) == 0)
			return import->list[i];
	}
	return NULL;
}

/* Drop the services that are refused.  False when there are none. */
static bool drop_refused(struct import *import, const struct problems *problems)
{
	bool found = false;

	for (size_t i = 0; i < problems->n; i++) {
		const struct problem *problem = &problems->list[i];
		struct import_service *service = find_section(import, problem->text);

		if (problem->warning || service == NULL)
			continue;
		found |= !service->dropped;
		import_drop(import, service, service->at, true, "not served: %s",
			    problem->text + strlen(service->section) + 2);
	}
	return found;
}

/* What is left belongs to no service.  That none is switched on is the original's. */
static void tell_rest(struct import *import, const char *path,
		      const struct problems *problems)
{
	const struct place at = { path, 0 };

	for (size_t i = 0; i < import->n; i++)
		if (import_is_served(import->list[i])) {
			for (size_t j = 0; j < problems->n; j++)
				if (!problems->list[j].warning)
					problem_error(import->problems, at, NULL, NULL,
						      "what comes out is refused: %s",
						      problems->list[j].text);
			return;
		}
	if (import->problems->errors == 0)
		problem_warn(import->problems, at, NULL, NULL,
			     "no service is switched on, and spawnd serves none");
}

/* Until nothing more turns out to be refused: each time there is one service less. */
static int write_checked(struct import *import, const char *path, bool later,
			 const struct import_checker *checker, struct text *output)
{
	auto_free struct problems *problems = calloc(1, sizeof(*problems));
	bool again = true;

	if (problems == NULL)
		return -ENOMEM;
	while (again && import->error == 0) {
		text_done(output);
		import_write(import, path, later, output);
		if (checker->check == NULL || import->error < 0)
			break;
		import->error = checker->check(checker->data, output, problems);
		again = drop_refused(import, problems);
		if (!again)
			tell_rest(import, path, problems);
		problems_done(problems);
	}
	return import->error;
}

static int convert(struct import *import, struct import_files *files, const char *file,
		   const char *bytes, size_t size, struct text *why)
{
	enum origin origin;
	int r = find_origin(bytes, size, &origin);

	if (r < 0)
		return r;
	if (origin == FROM_SPAWND || origin == FROM_NEITHER) {
		text_add(why, origin == FROM_SPAWND
				      ? "this looks like a configuration of spawnd itself"
				      : "is no inetd.conf and no xinetd.conf");
		return 1;
	}
	if (origin == FROM_XINETD)
		import_xinetd(import, files, file, bytes, size);
	else
		import_inetd(import, file, bytes, size);
	if (import->error == 0 && import->n == 0 && import->problems->errors == 0) {
		text_add(why, "there is no service in it");
		return 1;
	}
	return import->error;
}

static int convert_and_write(const char *path, const char *file, const char *bytes,
			     size_t size, const struct import_checker *checker,
			     struct import_files *files, struct problems *problems,
			     struct text *output, struct text *why)
{
	struct import import = { .problems = problems, .from = "inetd" };
	int r = convert(&import, files, file, bytes, size, why);

	if (r == 0)
		r = write_checked(&import, path, strcmp(import.from, "inetd") == 0,
				  checker, output);
	import_done(&import);
	return r;
}

int import_file(const char *path, const struct import_checker *checker,
		struct problems *problems, struct text *output, struct text *why)
{
	struct import_files files = { 0 };
	auto_free char *bytes = NULL;
	const char *file = NULL;
	size_t size = 0;
	int r = import_files_read(&files, path, &file, &bytes, &size, why);

	if (r == 0)
		r = convert_and_write(path, file, bytes, size, checker, &files, problems,
				      output, why);
	import_files_done(&files);
	return r;
}

int import_bytes(const char *path, const char *bytes, size_t size,
		 const struct import_checker *checker, struct problems *problems,
		 struct text *output, struct text *why)
{
	struct import_files files = { 0 };
	int r = convert_and_write(path, path, bytes, size, checker, &files, problems,
				  output, why);

	import_files_done(&files);
	return r;
}
