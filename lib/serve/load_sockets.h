/* SPDX-License-Identifier: MIT */

/* load_sockets.h - the settings of what is listened on, and what they apply to. */
#pragma once

#include "serve/load.h"

/* Fills in plan->listening.  Returns 0 or -errno. */
int load_sockets(struct load *load, const struct load_request *request,
		 struct answers *answers, struct problems *problems);
