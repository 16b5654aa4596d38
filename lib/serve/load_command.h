/* SPDX-License-Identifier: MIT */

/* load_command.h - the part of load.h that looks at the commands' files. */
#pragma once

#include "serve/load.h"

/* Fill the path of every plan whose account is known.  Returns 0 or -errno. */
int load_commands(struct load *load, const struct load_request *request,
		  struct answers *answers, struct problems *problems);
