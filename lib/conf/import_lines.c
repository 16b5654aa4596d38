/* SPDX-License-Identifier: MIT */

/* import_lines.c - cuts bytes into lines of a bounded length. */

#include "conf/import_lines.h"

#include <string.h>

#include "base/text.h"

void import_lines_begin(struct import_lines *lines, const char *file, const char *bytes,
			size_t size)
{
	lines->next = bytes;
	lines->end = bytes + size;
	lines->at = (struct place){ file, 0 };
	lines->is_too_long = false;
	lines->line[0] = '\0';
	if (size >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0)
		lines->next += 3; /* a byte order mark */
}

bool import_lines_next(struct import_lines *lines)
{
	size_t left = (size_t)(lines->end - lines->next), size = 0;
	const char *newline;

	if (left == 0)
		return false;
	newline = memchr(lines->next, '\n', left);
	size = newline != NULL ? (size_t)(newline - lines->next) : left;
	lines->at.line++;
	lines->is_too_long = size > IMPORT_LINE_MAX;
	if (!lines->is_too_long)
		memcpy(lines->line, lines->next, size);
	lines->next += size + (newline != NULL);
	if (lines->is_too_long)
		size = 0;
	while (size > 0 &&
	       (is_blank(lines->line[size - 1]) || lines->line[size - 1] == '\r'))
		size--;
	lines->line[size] = '\0';
	return true;
}

char *import_lines_text(struct import_lines *lines)
{
	return lines->line + strspn(lines->line, " \t");
}
