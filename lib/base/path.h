/* SPDX-License-Identifier: MIT */

/* path.h - names of files. */
#pragma once

/* The path from the root on, by way of the directory that we are in; links stay what
 * they are.  The caller frees it; NULL and errno if there is none. */
char *path_absolute(const char *path);
