/* SPDX-License-Identifier: MIT */

/* load_access.h - the part of load.h that finds out who may connect. */
#pragma once

#include "serve/load.h"

/* Fill the rules of every plan, and the origins of its environment_from.  A file that
 * several name is read once.  Returns 0 or -errno. */
int load_access(struct load *load, const struct load_request *request,
		struct answers *answers, struct problems *problems);
