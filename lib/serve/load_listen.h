/* SPDX-License-Identifier: MIT */

/* load_listen.h - what the words of "listen" mean, and who is in whose way. */
#pragma once

#include "serve/load.h"

/* The addresses of one service, with the settings that belong to them, and those of
 * sockets that were passed to us.  Returns 0 or -errno. */
int load_listen(struct service_plan *plan, struct passed *passed, struct answers *answers,
		struct problems *problems);

/* Can all services listen at the same time, and may we?  Returns 0 or -ENOMEM. */
int load_check_listen(const struct load *load, const struct load_request *request,
		      struct problems *problems);
