/* SPDX-License-Identifier: MIT */

/* load_environment.h - the part of load.h that puts environments together. */
#pragma once

#include "serve/load.h"

/* Fill the environments of a plan whose account is known.  Returns 0 or -errno. */
int load_environment(struct service_plan *plan, struct answers *answers,
		     struct problems *problems);
