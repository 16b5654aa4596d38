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
};

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

/* The next line that is neither empty nor a comment, as words. */
static bool next_words(struct reader *reader, struct import_lines *lines,
		       struct words *words)
{
	while (reader->import->error == 0 && import_lines_next(lines)) {
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

/* As xinetd does after an error: up to the next line that is a brace. */
static void skip_entry(struct reader *reader, struct import_lines *lines)
{
	auto_words struct words words = { 0 };

	while (next_words(reader, lines, &words) && !is_brace(&words, "}"))
		;
}

static void remove_word(struct words *words, const char *word)
{
	for (size_t i = 0; i < words->n; i++)
		if (strcmp(words->at[i], word) == 0) {
			free(words->at[i]);
			memmove(words->at + i, words->at + i + 1,
				(words->n - i) * sizeof(*words->at));
			words->n--;
			i--;
		}
}

/* A list, changed as the operator says: '=', '+' or '-'. */
static int change_list(struct words *list, char sign, const struct words *values)
{
	int r = 0;

	if (sign == '=')
		words_done(list);
	for (size_t i = 0; i < values->n && r == 0; i++)
		if (sign == '-')
			remove_word(list, values->at[i]);
		else if (!words_have(list, values->at[i]))
			r = words_add(list, values->at[i]);
	return r;
}

/* The name of the attribute of a line, its operator and its values; NULL, or what is
 * wrong with it. */
static const char *take_apart(const struct words *words, char *ret_sign,
			      struct words *values)
{
	static const char letters[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
	const char *word = words->n > 1 ? words->at[1] : "";
	size_t first = 2;

	if (words->at[0][strspn(words->at[0], letters)] != '\0')
		return "there must be a blank before the operator";
	*ret_sign = *word;
	if (*word == '+' || *word == '-')
		word++;
	if (*word++ != '=')
		return "there is no operator behind the attribute";
	/* The first value may stand right behind it. */
	if (*word != '\0' && words_add(values, word) < 0)
		return "out of memory";
	for (; first < words->n; first++)
		if (words_add(values, words->at[first]) < 0)
			return "out of memory";
	return NULL;
}

/* One word of a list of addresses. */
static int add_networks(struct import *import, struct import_service *service,
			struct place at, const char *word, struct words *networks)
{
	auto_words struct words found = { 0 };
	char shown[IMPORT_SHOWN];
	int r = import_networks(word, &found);

	if (r > 0) /* a name, or what is told later */
		return words_add(networks, word);
	if (r == 0 && import_address_is_odd(word))
		import_warn(import, service, at, "\"%s\" is taken for %s, as by xinetd",
			    import_shown(word, shown), found.at[0]);
	return r == 0 ? change_list(networks, '+', &found) : r;
}

/* Addresses as networks, so that -= finds what was written in another way. */
static int as_networks(struct import *import, struct import_service *service,
		       struct place at, struct words *values)
{
	auto_words struct words networks = { 0 };
	struct words before;
	int r = 0;

	for (size_t i = 0; i < values->n && r == 0; i++)
		r = add_networks(import, service, at, values->at[i], &networks);
	before = *values;
	*values = networks;
	networks = before;
	return r;
}

static void set_value(struct reader *reader, struct xinetd_entry *entry,
		      enum xinetd_id id, bool is_set, struct place at, char sign,
		      const struct words *values)
{
	struct xinetd_value *value = &entry->values[id];
	const bool in_defaults = entry->service == NULL;
	const char *name = xinetd_attribute_name(id);

	if (!is_set && value->given) {
		import_remark(reader->import, entry->service, at,
			      "left out, as by xinetd: %s is given twice", name);
		return;
	}
	if (!is_set && sign != '=') {
		import_remark(reader->import, entry->service, at,
			      "left out, as by xinetd: %s takes = alone", name);
		return;
	}
	if (in_defaults && sign == '=')
		sign = '+';
	value->given = true;
	value->at = at;
	if ((is_set ? change_list(&value->words, sign, values)
		    : change_list(&value->words, '=', values)) < 0)
		reader->import->error = -ENOMEM;
}

/* One line of an entry; false when xinetd gives the entry up there. */
static bool take_attribute(struct reader *reader, struct xinetd_entry *entry,
			   struct place at, const struct words *words)
{
	auto_words struct words values = { 0 };
	char sign, shown[IMPORT_SHOWN];
	const char *what = take_apart(words, &sign, &values);
	enum xinetd_id id;
	bool is_set = false;
	int n = 0;

	if (what != NULL) {
		if (entry->service != NULL)
			import_drop(reader->import, entry->service, at, false,
				    "not served, as by xinetd: %s in \"%s\"", what,
				    import_shown(words->at[0], shown));
		else
			import_lose(reader->import, NULL, at,
				    "not kept: %s in \"%s\", and all behind it", what,
				    import_shown(words->at[0], shown));
		return false;
	}
	id = xinetd_attribute(words->at[0], entry->service == NULL, &n, &is_set);
	if (id == X_COUNT)
		import_lose(reader->import, entry->service, at,
			    "not kept: there is no attribute \"%s\" here",
			    import_shown(words->at[0], shown));
	else if (n >= 0 && values.n != (size_t)n)
		import_lose(reader->import, entry->service, at,
			    "left out, as by xinetd: %s takes %d values, not %zu",
			    words->at[0], n, values.n);
	else if ((id == X_ONLY_FROM || id == X_NO_ACCESS) &&
		 as_networks(reader->import, entry->service, at, &values) < 0)
		reader->import->error = -ENOMEM;
	else
		set_value(reader, entry, id, is_set, at, sign, &values);
	if (id == X_DISABLE && entry->service != NULL &&
	    words_have(&entry->values[id].words, "yes"))
		entry->service->disabled = true;
	return true;
}

/* The lines between the braces. */
static void take_entry(struct reader *reader, struct import_lines *lines,
		       struct xinetd_entry *entry)
{
	auto_words struct words words = { 0 };

	if (!next_words(reader, lines, &words) || !is_brace(&words, "{")) {
		import_lose(reader->import, entry->service, lines->at,
			    "not kept, as by xinetd: no line that is \"{\" alone");
		if (entry->service != NULL)
			entry->service->dropped = true;
		if (!is_brace(&words, "}"))
			skip_entry(reader, lines);
		return;
	}
	while (next_words(reader, lines, &words)) {
		if (is_brace(&words, "}"))
			return;
		if (!take_attribute(reader, entry, lines->at, &words)) {
			skip_entry(reader, lines);
			return;
		}
	}
	import_lose(reader->import, entry->service, lines->at,
		    "not kept, as by xinetd: no \"}\" before the end of the file");
	if (entry->service != NULL)
		entry->service->dropped = true;
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
		if (change_list(&to->words, '=', &from->words) < 0)
			return -ENOMEM;
	}
	return 0;
}

static void take_service(struct reader *reader, struct import_lines *lines,
			 const char *name)
{
	struct import_service *service = import_add(reader->import, name, lines->at);
	struct xinetd_entry *entry, **entries;

	if (service == NULL) {
		skip_entry(reader, lines);
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
	reader->entries[reader->n++] = entry;
	take_entry(reader, lines, entry);
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
	const char *keyword = words->at[0];
	char shown[IMPORT_SHOWN];

	if (strcmp(keyword, "defaults") == 0) {
		take_entry(reader, lines, &reader->defaults);
	} else if (words->n > 1 && strcmp(keyword, "service") == 0) {
		take_service(reader, lines, words->at[1]);
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
			skip_entry(reader, lines);
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
	for (size_t i = 0; i < reader.n; i++) {
		if (import->error == 0)
			xinetd_convert(import, reader.entries[i], &reader.defaults);
		entry_done(reader.entries[i]);
		free(reader.entries[i]);
	}
	free(reader.entries);
	entry_done(&reader.defaults);
}
