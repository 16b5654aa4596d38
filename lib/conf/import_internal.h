/* SPDX-License-Identifier: MIT */

/* import_internal.h - commands for what inetd and xinetd did themselves. */
#pragma once

#include "conf/import_service.h"

/*
 * Set command and user for an internal service over TCP; the user is kept if it is
 * not NULL and not root.  What cannot be is dropped.
 */
void import_internal(struct import *import, struct import_service *service,
		     struct place at, const char *name, const char *user);

/* Is this how root, or group 0, is written? */
bool import_is_root(const char *name);
