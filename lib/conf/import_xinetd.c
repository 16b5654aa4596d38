/* SPDX-License-Identifier: MIT */

/*
 * import_xinetd.c - reads xinetd.conf as xinetd does: entries of lines in braces that
 * stand alone, an operator that needs a blank in front, and defaults that fill a
 * service's lists where it begins and all else at the end.
 */

#include "conf/import_xinetd.h"

#include <errno.h>
#include <string.h>

#include "conf/import_lines.h"

struct reader {
	struct import *import;
	struct import_files *files;
	unsigned depth; /* of files that include files */
	struct xinetd_entry defaults;
	struct xinetd_entry **entries;
	size_t n, room;
	bool again; /* the line in hand has not been taken */
	const char *unclosed; /* what it stands in: the "}" before it is missing */
};

static const char of_defaults[] = "defaults";

static void entry_done(struct xinetd_entry *entry)
{
	free(entry->name);
	for (size_t i = 0; i < X_COUNT; i++)
		words_done(&entry->values[i].words);
}

bool import_xinetd_begins(const struct words *words)
{
	if (words->n == 0)
		return false;
	if (words->n == 1)
		return strcmp(words->at[0], "defaults") == 0 ||
		       strcmp(words->at[0], "service") == 0;
	return strcmp(words->at[0], "include") == 0 ||
	       strcmp(words->at[0], "includedir") == 0 ||
	       ((strcmp(words->at[0], "service") == 0 ||
		 strcmp(words->at[0], "defaults") == 0) &&
		(words->n == 2 || strchr("{#", words->at[words->n - 1][0]) != NULL));
}

static bool next_line(struct reader *reader, struct import_lines *lines)
{
	const bool again = reader->again;

	reader->again = false;
	return again || import_lines_next(lines);
}

/* The next line that is neither empty nor a comment, as words. */
static bool next_words(struct reader *reader, struct import_lines *lines,
		       struct words *words)
{
	while (reader->import->error == 0 && next_line(reader, lines)) {
		const char *text = import_lines_text(lines);

		words_done(words);
		if (lines->is_too_long)
			import_lose(reader->import, NULL, lines->at,
				    "not kept: the line is over 16 KiB");
		else if (*text != '#' && *text != '\0') {
			if (import_split(text, words) < 0)
				reader->import->error = -ENOMEM;
			return reader->import->error == 0;
		}
	}
	return false;
}

static bool is_brace(const struct words *words, const char *brace)
{
	return words->n == 1 && strcmp(words->at[0], brace) == 0;
}

/* Does another entry begin, where this one has not ended? */
static bool is_unclosed(struct reader *reader, const struct xinetd_entry *entry,
			const struct words *words)
{
	if (!import_xinetd_begins(words) ||
	    (words->n > 1 && strpbrk(words->at[1], "=") != NULL))
		return false;
	reader->again = true;
	reader->unclosed = entry->service != NULL ? entry->name : of_defaults;
	return true;
}

/* As xinetd does after an error: up to the next line that is a brace. */
static void skip_entry(struct reader *reader, struct import_lines *lines,
		       const struct xinetd_entry *entry)
{
	auto_words struct words words = { 0 };

	while (next_words(reader, lines, &words) && !is_brace(&words, "}") &&
	       (entry == NULL || !is_unclosed(reader, entry, &words)))
		;
}

static void not_kept(struct reader *reader, struct import_lines *lines,
		     struct xinetd_entry *entry, const char *why)
{
	char shown[IMPORT_SHOWN];

	if (reader->unclosed != NULL)
		import_lose(reader->import, entry->service, lines->at,
			    "not kept, as by xinetd: the \"}\" of %s is missing before "
			    "this line",
			    import_shown(reader->unclosed, shown));
	else
		import_lose(reader->import, entry->service, lines->at,
			    "not kept, as by xinetd: %s", why);
	if (entry->service != NULL)
		entry->service->dropped = true;
}

/* The lines between the braces. */
static void take_entry(struct reader *reader, struct import_lines *lines,
		       struct xinetd_entry *entry)
{
	auto_words struct words words = { 0 };

	if (!next_words(reader, lines, &words) || !is_brace(&words, "{")) {
		not_kept(reader, lines, entry, "no line that is \"{\" alone");
		if (!is_brace(&words, "}") && !is_unclosed(reader, entry, &words))
			skip_entry(reader, lines, entry);
		return;
	}
	while (next_words(reader, lines, &words)) {
		if (is_brace(&words, "}"))
			return;
		if (is_unclosed(reader, entry, &words)) {
			not_kept(reader, lines, entry, NULL);
			return;
		}
		if (!xinetd_take_attribute(reader->import, entry, lines->at, &words)) {
			skip_entry(reader, lines, entry);
			return;
		}
	}
	not_kept(reader, lines, entry, "no \"}\" before the end of the file");
}

/* What a service has from the defaults where it begins, and may then change. */
static int copy_lists(struct xinetd_entry *entry, const struct xinetd_entry *defaults)
{
	static const enum xinetd_id ids[] = { X_ONLY_FROM, X_NO_ACCESS, X_PASSENV,
					      X_LOG_ON_SUCCESS, X_LOG_ON_FAILURE };

	for (size_t i = 0; i < ARRAY_SIZE(ids); i++) {
		const struct xinetd_value *from = &defaults->values[ids[i]];
		struct xinetd_value *to = &entry->values[ids[i]];

		to->given = from->given;
		to->at = from->at;
		if (xinetd_change_list(&to->words, '=', &from->words) < 0)
			return -ENOMEM;
	}
	return 0;
}

static void take_service(struct reader *reader, struct import_lines *lines,
			 const char *name, const char *unclosed)
{
	struct import_service *service = import_add(reader->import, name, lines->at);
	struct xinetd_entry *entry, **entries;

	if (service == NULL) {
		skip_entry(reader, lines, NULL);
		return;
	}
	entry = calloc(1, sizeof(*entry));
	entries = reallocarray(reader->entries, reader->n + 1,
			       sizeof(struct xinetd_entry *));
	if (entries != NULL)
		reader->entries = entries;
	if (entry != NULL)
		entry->name = strdup(name);
	if (entry == NULL || entries == NULL || entry->name == NULL ||
	    copy_lists(entry, &reader->defaults) < 0) {
		reader->import->error = -ENOMEM;
		if (entry != NULL)
			entry_done(entry);
		free(entry);
		return;
	}
	entry->at = lines->at;
	entry->service = service;
	entry->unclosed = unclosed;
	reader->entries[reader->n++] = entry;
	take_entry(reader, lines, entry);
	service->last_line = lines->at.line;
}

static void read_bytes(struct reader *reader, const char *file, const char *bytes,
		       size_t size);

static void include(struct reader *reader, struct place at, const char *path)
{
	auto_text struct text why = { 0 };
	auto_free char *bytes = NULL;
	char shown[IMPORT_SHOWN];
	const char *file = NULL;
	size_t size = 0;
	int r = 1;

	if (reader->depth >= IMPORT_DEPTH_MAX)
		text_add(&why, "files include files too deep");
	else
		r = import_files_read(reader->files, path, &file, &bytes, &size, &why);
	if (r < 0)
		reader->import->error = r;
	else if (r > 0)
		import_lose(reader->import, NULL, at, "not included: \"%s\": %s",
			    import_shown(path, shown), text_get(&why));
	if (r != 0)
		return;
	reader->depth++;
	read_bytes(reader, file, bytes, size);
	reader->depth--;
}

static void include_directory(struct reader *reader, struct place at, const char *path)
{
	auto_text struct text why = { 0 };
	auto_words struct words found = { 0 };
	char shown[IMPORT_SHOWN];
	int r = import_files_list(path, &found, &why);

	if (r < 0)
		reader->import->error = r;
	else if (r > 0)
		import_lose(reader->import, NULL, at, "not included: \"%s\": %s",
			    import_shown(path, shown), text_get(&why));
	for (size_t i = 0; i < found.n && reader->import->error == 0; i++)
		include(reader, at, found.at[i]);
}

static void take_keyword(struct reader *reader, struct import_lines *lines,
			 const struct words *words)
{
	const char *keyword = words->at[0], *unclosed = reader->unclosed;
	char shown[IMPORT_SHOWN];

	reader->unclosed = NULL;
	if (words->n > 1 && strcmp(keyword, "service") == 0) {
		take_service(reader, lines, words->at[1], unclosed);
	} else if (unclosed != NULL) {
		import_lose(reader->import, NULL, lines->at,
			    "\"%s\" is not kept, as by xinetd: it stands in %s, whose "
			    "\"}\" is missing",
			    keyword, import_shown(unclosed, shown));
		if (strncmp(keyword, "include", 7) != 0)
			skip_entry(reader, lines, &reader->defaults);
	} else if (strcmp(keyword, "defaults") == 0) {
		take_entry(reader, lines, &reader->defaults);
	} else if (words->n > 1 && strcmp(keyword, "include") == 0) {
		include(reader, lines->at, words->at[1]);
	} else if (words->n > 1 && strcmp(keyword, "includedir") == 0) {
		include_directory(reader, lines->at, words->at[1]);
	} else {
		import_lose(
			reader->import, NULL, lines->at,
			"not kept, with all up to the next \"}\": neither service nor "
			"defaults nor include: \"%s\"",
			import_shown(keyword, shown));
		if (!is_brace(words, "}"))
			skip_entry(reader, lines, NULL);
	}
}

static void read_bytes(struct reader *reader, const char *file, const char *bytes,
		       size_t size)
{
	auto_free struct import_lines *lines = malloc(sizeof(*lines));
	auto_words struct words words = { 0 };

	if (lines == NULL) {
		reader->import->error = -ENOMEM;
		return;
	}
	import_lines_begin(lines, file, bytes, size);
	while (next_words(reader, lines, &words))
		take_keyword(reader, lines, &words);
}

static void add_notes(struct import *import)
{
	text_add(
		&import->notes,
		"# xinetd asked hosts.allow and hosts.deny for each client; spawnd does "
		"not.\n"
		"# Write their rules as allow and deny, or put tcpd before the command.\n"
		"# Other than before: no command can gain privileges, see\n"
		"# allow_setuid_programs; and of xinetd's environment TZ and LANG are "
		"passed on\n"
		"# where passenv says nothing, see pass_environment.\n");
}

void import_xinetd(struct import *import, struct import_files *files, const char *file,
		   const char *bytes, size_t size)
{
	struct reader reader = { .import = import, .files = files };

	import->from = "xinetd";
	add_notes(import);
	read_bytes(&reader, file, bytes, size);
	if (import->error == 0)
		xinetd_convert_defaults(import, &reader.defaults);
	for (size_t i = 0; i < reader.n && import->error == 0; i++)
		xinetd_settle(import, reader.entries[i], &reader.defaults);
	/* So that what those that are switched on lose with others is no warning. */
	for (size_t i = 0; i < 2 * reader.n && import->error == 0; i++) {
		struct xinetd_entry *entry = reader.entries[i % reader.n];

		if (entry->service->disabled == (i >= reader.n))
			xinetd_convert(import, entry, &reader.defaults);
	}
	for (size_t i = 0; i < reader.n; i++) {
		entry_done(reader.entries[i]);
		free(reader.entries[i]);
	}
	free(reader.entries);
	entry_done(&reader.defaults);
}
