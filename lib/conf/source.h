/* SPDX-License-Identifier: MIT */

/*
 * source.h - a configuration file, taken whole and only if it may be trusted.
 *
 * The file must be a regular one of at most so many bytes that belongs to
 * root or to the caller, and neither it nor its directory may be writable by
 * others (a sticky directory aside).  It is read from one descriptor, and again (and
 * refused in the end) if it changed meanwhile.
 */
#pragma once

#include <stddef.h>

#include "base/text.h"

enum { SOURCE_MIB = 1024 * 1024, SOURCE_MAX = SOURCE_MIB }; /* of a configuration */

/*
 * Fills *ret_bytes (which the caller frees) and *ret_size and returns 0; or returns 1
 * with the reason in why, or -errno.  The most is whole MiB; there is room for a NUL
 * behind the bytes.  Waits a moment for whoever writes to the file.
 */
int source_read(const char *path, size_t most, struct text *why, char **ret_bytes,
		size_t *ret_size);

/* The same with a file that may belong to anybody, for who trusts nothing in it. */
int source_read_any(const char *path, struct text *why, char **ret_bytes,
		    size_t *ret_size);

/* The same with what comes on standard input, until that ends. */
int source_read_input(struct text *why, char **ret_bytes, size_t *ret_size);
