/* SPDX-License-Identifier: MIT */

/* daemon.h - all services of a configuration, in the foreground or detached. */
#pragma once

#include "report/log.h"
#include "run/spawn.h"
#include "serve/load.h"

/*
 * Take the cgroup that the load needs, and fork: 0 in the child, which goes on with
 * *ret_starter; 1 in the starter, when it is over, with the status to exit with.  Says
 * itself what goes wrong.
 */
int daemon_detach(const struct load_request *request, const struct load *load,
		  int *ret_starter, int *ret_status);

/*
 * Listen, part from the starter (unless *starter is -1), serve until told to stop.
 * Takes the load over.  Returns the exit status.
 */
int daemon_serve(struct load_request *request, struct load *load, struct spawner *spawner,
		 struct log *log, int *starter);
