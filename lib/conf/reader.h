/* SPDX-License-Identifier: MIT */

/*
 * reader.h - from the bytes of a configuration file to its entries.
 *
 * Sections hold entries; both know where they were written.  What is wrong with
 * the form of the text is reported here, line by line, and reading goes on: a
 * section that cannot be one (a bad name, a second time) is kept as a ghost, so
 * that its entries are still looked at, but it is no service.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "conf/problems.h"

enum {
	LINE_MAX_BYTES = 64 * 1024,
	SECTION_NAME_MAX = 48, /* inih cuts at 49 */
};

struct entry {
	const struct key *key;
	char *value; /* continued lines are joined by '\n' */
	struct place at;
};

struct section {
	char *name;
	uint32_t hash; /* of the name: there may be thousands */
	struct place at;
	bool ghost;
	struct entry *entries;
	size_t n;
};

struct sections {
	struct section *list;
	size_t n, room;
};

/*
 * Read the bytes of the file that is called path (which must outlive all that
 * comes of it); an included one may hold services only.  Returns 0 or -ENOMEM; the
 * problems tell whether it was good.
 */
int reader_read(const char *path, const char *bytes, size_t size, bool included,
		struct sections *sections, struct problems *problems);

/* What is wrong with a section's name, or NULL. */
const char *section_name_problem(const char *name);

/* Find a section that is no ghost, or NULL. */
struct section *sections_find(const struct sections *sections, const char *name);

/* Append a section without entries; NULL when memory runs out. */
struct section *sections_add(struct sections *sections, const char *name, struct place at,
			     bool ghost);

/* Append an entry; a key given twice is reported.  Returns 0 or -ENOMEM. */
int section_add(struct section *section, const struct key *key, const char *value,
		struct place at, struct problems *problems);
struct entry *section_find(const struct section *section, const struct key *key);
void sections_done(struct sections *sections);
