/* SPDX-License-Identifier: MIT */

/*
 * import_files.c - reads what is to be imported.  A file that includes itself, by
 * whatever way, is found by its name: no file is read twice.
 */

#include "conf/import_files.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf/source.h"

int import_files_read(struct import_files *files, const char *path, const char **ret_path,
		      char **ret_bytes, size_t *ret_size, struct text *why)
{
	char real[PATH_MAX];
	int r;

	/* What cannot be resolved cannot be read, which then is told. */
	if (strcmp(path, "-") == 0 || realpath(path, real) == NULL)
		(void)snprintf(real, sizeof(real), "%s", path); /* only compared */
	if (files->paths.n >= 2 * IMPORT_FILES_MAX || files->bytes > IMPORT_BYTES_MAX) {
		text_add(why, "too many files, or too large");
		return 1;
	}
	for (size_t i = 1; i < files->paths.n; i += 2)
		if (strcmp(files->paths.at[i], real) == 0) {
			text_add(why, "is read already");
			return 1;
		}
	r = words_add(&files->paths, path);
	if (r == 0)
		r = words_add(&files->paths, real);
	if (r < 0)
		return r;
	*ret_path = files->paths.at[files->paths.n - 2];
	r = strcmp(path, "-") == 0 ? source_read_input(why, ret_bytes, ret_size)
				   : source_read_any(path, why, ret_bytes, ret_size);
	if (r != 0)
		return r;
	files->bytes += *ret_size;
	if (memchr(*ret_bytes, '\0', *ret_size) != NULL) {
		free(*ret_bytes);
		*ret_bytes = NULL;
		text_add(why, "is not text: it holds a NUL byte");
		return 1;
	}
	return 0;
}

/* xinetd leaves out what looks like a copy, and what is no file. */
static int is_wanted(const struct dirent *entry)
{
	const size_t size = strlen(entry->d_name);

	return strchr(entry->d_name, '.') == NULL && entry->d_name[size - 1] != '~' &&
	       entry->d_type != DT_DIR;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

int import_files_list(const char *directory, struct words *ret, struct text *why)
{
	struct dirent **found = NULL;
	int n = scandir(directory, &found, is_wanted, by_name), r = 0;

	if (n < 0) {
		text_addf(why, "cannot read the directory: %s", strerror(errno));
		return 1;
	}
	for (int i = 0; i < n; i++) {
		auto_text struct text path = { 0 };

		text_addf(&path, "%s/%s", directory, found[i]->d_name);
		if (r == 0)
			r = text_failed(&path) ? -ENOMEM
					       : words_add(ret, text_get(&path));
		free(found[i]);
	}
	free(found);
	return r;
}

void import_files_done(struct import_files *files)
{
	words_done(&files->paths);
}
