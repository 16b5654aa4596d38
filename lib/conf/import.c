/* SPDX-License-Identifier: MIT */

/* import.c - finds out whose configuration it is, and has it read and written. */

#include "conf/import.h"

#include <errno.h>
#include <stdlib.h>

#include "conf/import_files.h"
#include "conf/import_inetd.h"
#include "conf/import_lines.h"
#include "conf/import_service.h"
#include "conf/import_write.h"
#include "conf/import_xinetd.h"

/* The first line that says something tells. */
static int is_xinetd(const char *bytes, size_t size, bool *ret)
{
	auto_free struct import_lines *lines = malloc(sizeof(*lines));
	auto_words struct words words = { 0 };
	int r = 0;

	if (lines == NULL)
		return -ENOMEM;
	import_lines_begin(lines, "", bytes, size);
	while (r == 0 && words.n == 0 && import_lines_next(lines)) {
		const char *text = import_lines_text(lines);

		if (*text != '#')
			r = import_split(text, &words);
	}
	*ret = import_xinetd_begins(&words);
	return r;
}

static int convert(const char *path, const char *file, const char *bytes, size_t size,
		   struct import_files *files, struct problems *problems,
		   struct text *output)
{
	struct import import = { .problems = problems, .from = "inetd" };
	bool xinetd = false;
	int r = is_xinetd(bytes, size, &xinetd);

	if (r == 0 && xinetd)
		import_xinetd(&import, files, file, bytes, size);
	else if (r == 0)
		import_inetd(&import, file, bytes, size);
	if (r == 0 && import.error == 0)
		import_write(&import, path, !xinetd, output);
	if (r == 0)
		r = import.error;
	import_done(&import);
	return r;
}

int import_file(const char *path, struct problems *problems, struct text *output,
		struct text *why)
{
	struct import_files files = { 0 };
	auto_free char *bytes = NULL;
	const char *file = NULL;
	size_t size = 0;
	int r = import_files_read(&files, path, &file, &bytes, &size, why);

	if (r == 0)
		r = convert(path, file, bytes, size, &files, problems, output);
	import_files_done(&files);
	return r;
}

int import_bytes(const char *path, const char *bytes, size_t size,
		 struct problems *problems, struct text *output)
{
	struct import_files files = { 0 };
	int r = convert(path, path, bytes, size, &files, problems, output);

	import_files_done(&files);
	return r;
}
