/* SPDX-License-Identifier: MIT */

/*
 * source.h - a configuration file, taken whole and only if it may be trusted.
 *
 * The file must be a regular one of at most SOURCE_MAX bytes that belongs to
 * root or to the caller, and neither it nor its directory may be writable by
 * others (a sticky directory aside).  It is read from one descriptor and refused
 * if it changed meanwhile.
 */
#pragma once

#include <stddef.h>

#include "conf/problems.h"

enum { SOURCE_MAX = 1024 * 1024 };

/*
 * Fills *ret_bytes (which the caller frees) and *ret_size and returns 0; or
 * reports what is wrong and returns 1.  The path must outlive the problems.
 */
int source_read(const char *path, struct problems *problems, char **ret_bytes,
		size_t *ret_size);
