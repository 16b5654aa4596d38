/* SPDX-License-Identifier: MIT */

/* import_lines.h - the lines of a file, one by one. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "conf/problems.h"

enum { IMPORT_LINE_MAX = 16 * 1024 };

struct import_lines {
	const char *next, *end;
	struct place at; /* of the line in hand */
	bool is_too_long; /* which is given empty then */
	char line[IMPORT_LINE_MAX + 1];
};

/* The file's name must outlive all that comes of it. */
void import_lines_begin(struct import_lines *lines, const char *file, const char *bytes,
			size_t size);

/* Take the next line, without its end and the blanks before that; false behind the
 * last. */
bool import_lines_next(struct import_lines *lines);

/* The first character that is no blank. */
char *import_lines_text(struct import_lines *lines);
