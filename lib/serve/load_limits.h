/* SPDX-License-Identifier: MIT */

/* load_limits.h - what commands may use of the system: limits, nice, oom score. */
#pragma once

#include "serve/load.h"

/* Fill the plans, and check that we may give what is asked for.  Returns 0 or
 * -errno. */
int load_limits(struct load *load, const struct load_request *request,
		struct answers *answers, struct problems *problems);
