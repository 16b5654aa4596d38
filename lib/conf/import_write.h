/* SPDX-License-Identifier: MIT */

/* import_write.h - writes what was imported as a configuration of spawnd. */
#pragma once

#include "conf/import_service.h"

/*
 * Decide which of the services that would listen at one address is served, give each a
 * name of its own, and write them.  Later: where the original knew an address again by
 * the same words, the later entry held.  It may be written again, when more has been
 * dropped.
 */
void import_write(struct import *import, const char *path, bool later,
		  struct text *output);

/* Did it stand there as a service that is switched on? */
bool import_is_served(const struct import_service *service);
