/* SPDX-License-Identifier: MIT */

/*
 * import_files.h - the files that are imported, read once each and in bounds.
 */
#pragma once

#include <stddef.h>

#include "base/words.h"

enum {
	IMPORT_FILES_MAX = 1000,
	IMPORT_BYTES_MAX = 16 * 1024 * 1024,
	IMPORT_DEPTH_MAX = 16, /* of files that include files */
};

struct import_files {
	struct words paths; /* read or being read: places point here */
	size_t bytes; /* of all */
};

/* Read "-" or a file that has not been read yet: fills *ret_path (which lives as long
 * as the files), *ret_bytes (which the caller frees) and *ret_size.  Returns 0, 1 with
 * the reason, or -errno. */
int import_files_read(struct import_files *files, const char *path, const char **ret_path,
		      char **ret_bytes, size_t *ret_size, struct text *why);

/* The files that includedir means, in their order. */
int import_files_list(const char *directory, struct words *ret, struct text *why);

void import_files_done(struct import_files *files);
