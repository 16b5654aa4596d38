/* SPDX-License-Identifier: MIT */

/*
 * reader.c - feeds inih line by line, and never a line that inih could misread.
 *
 * inih (r55) cuts a line at 200 bytes and parses the tail as a line of its own,
 * cuts values at " ;", takes ":" for "=", ignores text behind "]", merges
 * sections of one name, tells no line numbers, and stops at a NUL byte.  So each
 * physical line is checked here first; inih gets the section and the key of it
 * with a stand-in for the value, which on_entry() then takes from the reader.
 */

#include "conf/reader.h"

#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "conf/keys.h"

enum { KEY_NAME_MAX = 48 };

struct reader {
	const char *next; /* where the next line begins */
	const char *end;
	char *line; /* the line in hand, LINE_MAX_BYTES + 1 long */
	size_t size;
	struct place at;
	bool included; /* by another file */
	struct sections *sections;
	struct section *section; /* NULL: none yet, or memory ran out */
	const struct key *key; /* of the line in hand */
	const char *value;
	enum { ABOVE_NOTHING, ABOVE_ENTRY, ABOVE_REFUSED } above; /* an indented line */
	struct problems *problems;
	int error;
};

static void complain(struct reader *reader, const char *what)
{
	problem_error(reader->problems, reader->at,
		      reader->section != NULL ? reader->section->name : NULL, NULL, "%s",
		      what);
}

const char *section_name_problem(const char *name)
{
	static const char allowed[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"0123456789._@+-";

	if (*name == '\0')
		return "a section needs a name";
	if (strlen(name) > SECTION_NAME_MAX)
		return "a section's name has at most 48 characters";
	if (name[strspn(name, allowed)] != '\0')
		return "a section's name is made of letters, digits and . _ @ + -";
	return NULL;
}

struct section *sections_find(const struct sections *sections, const char *name)
{
	const uint32_t hash = text_hash(name);

	for (size_t i = 0; i < sections->n; i++) {
		struct section *section = &sections->list[i];

		if (section->hash == hash && !section->ghost &&
		    strcmp(section->name, name) == 0)
			return section;
	}
	return NULL;
}

struct section *sections_add(struct sections *sections, const char *name, struct place at,
			     bool ghost)
{
	char *copy;

	if (sections->n == sections->room) {
		const size_t room = 2 * sections->room + 8;
		struct section *list = reallocarray(sections->list, room, sizeof(*list));

		if (list == NULL)
			return NULL;
		sections->list = list;
		sections->room = room;
	}
	copy = strdup(name);
	if (copy == NULL)
		return NULL;
	sections->list[sections->n] = (struct section){
		.name = copy, .hash = text_hash(name), .at = at, .ghost = ghost
	};
	return &sections->list[sections->n++];
}

struct entry *section_find(const struct section *section, const struct key *key)
{
	for (size_t i = 0; i < section->n; i++)
		if (section->entries[i].key == key)
			return &section->entries[i];
	return NULL;
}

int section_add(struct section *section, const struct key *key, const char *value,
		struct place at, struct problems *problems)
{
	const struct entry *first = section_find(section, key);
	struct entry *entries;
	char *copy;

	if (first != NULL) {
		auto_text struct text where = { 0 };

		place_show(first->at, &where);
		problem_error(problems, at, section->name, key->name,
			      "given twice, first at %s", text_get(&where));
		return 0;
	}
	entries = reallocarray(section->entries, section->n + 1, sizeof(*entries));
	if (entries == NULL)
		return -ENOMEM;
	section->entries = entries;
	copy = strdup(value);
	if (copy == NULL)
		return -ENOMEM;
	entries[section->n++] = (struct entry){ .key = key, .value = copy, .at = at };
	return 0;
}

void sections_done(struct sections *sections)
{
	for (size_t i = 0; i < sections->n; i++) {
		struct section *section = &sections->list[i];

		for (size_t j = 0; j < section->n; j++)
			free(section->entries[j].value);
		free(section->entries);
		free(section->name);
	}
	free(sections->list);
	*sections = (struct sections){ 0 };
}

/* Take the next physical line out of the file, without its end.  False at the
 * end of the file; a line that is too long is reported and given as empty. */
static bool take_line(struct reader *reader)
{
	const char *newline;
	size_t size;

	if (reader->next == reader->end)
		return false;
	newline = memchr(reader->next, '\n', (size_t)(reader->end - reader->next));
	size = (size_t)((newline != NULL ? newline : reader->end) - reader->next);
	reader->at.line++;
	if (size > LINE_MAX_BYTES) {
		complain(reader, "the line is over 64 KiB");
		reader->size = 0;
	} else {
		memcpy(reader->line, reader->next, size);
		reader->size = size;
	}
	reader->next = newline != NULL ? newline + 1 : reader->end;
	while (reader->size > 0 && (is_blank(reader->line[reader->size - 1]) ||
				    reader->line[reader->size - 1] == '\r'))
		reader->size--;
	reader->line[reader->size] = '\0';
	return true;
}

/* A comment may hold anything; other lines hold text. */
static bool line_is_text(struct reader *reader, const char *p)
{
	for (; *p != '\0'; p++) {
		if (*p == '\r') {
			complain(reader, "a carriage return within the line");
			return false;
		}
		if (((unsigned char)*p < 0x20 && *p != '\t') || *p == 0x7f) {
			complain(reader, "a control character within the line");
			return false;
		}
	}
	return true;
}

/* Open the section whose name this is, as a ghost if it cannot be one. */
static void open_section(struct reader *reader, const char *name, const char *what)
{
	const struct section *first = NULL;
	struct section *section;

	if (what == NULL)
		what = section_name_problem(name);
	if (what == NULL && reader->included && strcmp(name, "global") == 0)
		what = "[global] stands in the main file alone, not in what it includes";
	if (what == NULL)
		first = sections_find(reader->sections, name);
	section = sections_add(reader->sections, name, reader->at,
			       what != NULL || first != NULL);
	reader->section = section;
	reader->above = ABOVE_NOTHING;
	if (section == NULL) {
		reader->error = -ENOMEM;
	} else if (what != NULL) {
		complain(reader, what);
	} else if (first != NULL) {
		auto_text struct text where = { 0 };

		first = sections_find(reader->sections,
				      name); /* the list may have moved */
		place_show(first->at, &where);
		problem_error(reader->problems, reader->at, name, NULL,
			      "given twice, first at %s", text_get(&where));
	} else if (strcasecmp(name, "global") == 0 && strcmp(name, "global") != 0) {
		complain(reader, "did you mean [global]?");
	}
}

/* "[name]" and nothing else. */
static bool section_line(struct reader *reader, char *give, size_t room)
{
	char *name = reader->line + 1, *close = strchr(name, ']');
	const char *what = NULL;

	if (close == NULL)
		what = "the section's name has no \"]\"";
	else if (close[1] != '\0')
		what = "text after \"]\"";
	if (close != NULL)
		*close = '\0';
	open_section(reader, name, what);
	return reader->section != NULL &&
	       snprintf(give, room, "[%s]\n", reader->section->ghost ? "ghost" : name) <
		       (int)room;
}

static void unknown_key(struct reader *reader, const char *name)
{
	auto_text struct text shown = { 0 };
	const char *near = keys_nearest(name);

	text_add_escaped(&shown, name, strlen(name));
	problem_error(reader->problems, reader->at, reader->section->name, NULL,
		      near != NULL ? "unknown key \"%s\"; did you mean \"%s\"?"
				   : "unknown key \"%s\"",
		      text_get(&shown), near);
}

/* The key before "=", its name cut out of the line; NULL if it is none. */
static const struct key *key_of_line(struct reader *reader, char *equals)
{
	const struct key *key;
	char *end = equals;

	while (end > reader->line && is_blank(end[-1]))
		end--;
	*end = '\0';
	key = keys_find(reader->line);
	if (key == NULL) {
		if (*reader->line == '\0')
			complain(reader, "no key before \"=\"");
		else
			unknown_key(reader, reader->line);
	}
	return key;
}

/* "key = value": inih gets the key, we keep the value. */
static bool entry_line(struct reader *reader, char *give, size_t room)
{
	char *equals = strchr(reader->line, '=');
	const struct key *key;

	reader->above = ABOVE_REFUSED;
	if (reader->section == NULL) {
		complain(reader, "stands before the first section");
		return false;
	}
	if (equals == NULL) {
		complain(reader,
			 "neither \"key = value\", nor \"[section]\", nor a comment");
		return false;
	}
	reader->value = equals + 1;
	while (is_blank(*reader->value))
		reader->value++;
	key = key_of_line(reader, equals);
	if (key == NULL)
		return false;
	if (*reader->value == '\0') {
		problem_error(reader->problems, reader->at, reader->section->name,
			      key->name, "has no value");
		return false;
	}
	reader->key = key;
	return snprintf(give, room, "%s = value\n", key->name) < (int)room;
}

/* Does an indented line look like one that was meant to stand for itself? */
static const char *looks_like(const char *p)
{
	char name[KEY_NAME_MAX + 1];
	size_t size = strcspn(p, "= \t");

	if (*p == '[' && p[strlen(p) - 1] == ']')
		return "an indented section; begin it at the first column";
	if (size == 0 || size > KEY_NAME_MAX || p[size + strspn(p + size, " \t")] != '=')
		return NULL;
	memcpy(name, p, size);
	name[size] = '\0';
	return keys_find(name) != NULL ? "an indented key; begin it at the first column"
				       : NULL;
}

/* An indented line continues the value of the key above it. */
static void continued_line(struct reader *reader, const char *p)
{
	const char *what = looks_like(p);
	struct entry *entry;
	char *joined;

	if (what == NULL && reader->above == ABOVE_NOTHING)
		what = "an indented line continues a key, and there is none above it";
	else if (what == NULL && reader->above == ABOVE_ENTRY &&
		 !key_continues(reader->key))
		what = "an indented line, but the key above it takes one line only";
	if (what != NULL)
		complain(reader, what);
	if (what != NULL || reader->above == ABOVE_REFUSED)
		return;
	entry = &reader->section->entries[reader->section->n - 1];
	if (asprintf(&joined, "%s\n%s", entry->value, p) < 0) {
		reader->error = -ENOMEM;
		return;
	}
	free(entry->value);
	entry->value = joined;
}

/* inih's fgets(): the next line that it is to see. */
static char *give_line(char *give, int room, void *data)
{
	struct reader *reader = data;

	while (reader->error == 0 && take_line(reader)) {
		const char *p = reader->line;

		while (is_blank(*p))
			p++;
		if (*p == '\0' || *p == '#' || *p == ';')
			continue;
		if (!line_is_text(reader, p)) {
			reader->above = ABOVE_REFUSED;
			continue;
		}
		if (p > reader->line)
			continued_line(reader, p);
		else if (*p == '[' ? section_line(reader, give, (size_t)room)
				   : entry_line(reader, give, (size_t)room))
			return give;
	}
	return NULL;
}

static int on_entry(void *data, const char *section, const char *name, const char *value)
{
	struct reader *reader = data;
	size_t before = reader->section->n;
	int r;

	(void)section; /* it is reader->section, ... */
	(void)name; /* ... reader->key, ... */
	(void)value; /* ... and a stand-in */
	r = section_add(reader->section, reader->key, reader->value, reader->at,
			reader->problems);
	if (r < 0)
		reader->error = r;
	if (reader->section->n > before)
		reader->above = ABOVE_ENTRY;
	return r == 0;
}

int reader_read(const char *path, const char *bytes, size_t size, bool included,
		struct sections *sections, struct problems *problems)
{
	auto_free char *line = malloc(LINE_MAX_BYTES + 1);
	struct reader reader = { .next = bytes,
				 .end = bytes + size,
				 .line = line,
				 .at = { path, 0 },
				 .included = included,
				 .sections = sections,
				 .problems = problems };
	const char *nul;
	int r;

	if (line == NULL)
		return -ENOMEM;
	nul = memchr(bytes, '\0', size);
	if (nul != NULL) {
		/* One complaint, not one for each line of what is no text. */
		reader.at.line = 1;
		for (const char *p = bytes; p < nul; p++)
			reader.at.line += *p == '\n';
		complain(&reader, "is not text: it holds a NUL byte");
		return 0;
	}
	if (size >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0)
		reader.next += 3; /* one byte order mark is let pass */
	r = ini_parse_stream(give_line, &reader, on_entry, &reader);
	if (reader.error < 0)
		return reader.error;
	if (r != 0) /* it was given nothing that it could refuse */
		complain(&reader, "the INI library refuses this line");
	return 0;
}
