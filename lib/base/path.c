/* SPDX-License-Identifier: MIT */

/* path.c - makes relative names absolute. */

#include "base/path.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/base.h"

char *path_absolute(const char *path)
{
	auto_free char *here = NULL;
	char *absolute = NULL;

	if (path[0] == '/')
		return strdup(path);
	here = getcwd(NULL, 0);
	if (here == NULL)
		return NULL;
	while (strncmp(path, "./", 2) == 0)
		path += 1 + strspn(path + 1, "/");
	if (asprintf(&absolute, "%s%s%s", here, here[1] != '\0' ? "/" : "", path) < 0)
		return NULL;
	return absolute;
}
