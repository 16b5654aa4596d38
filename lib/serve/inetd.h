/* SPDX-License-Identifier: MIT */

/* inetd.h - serves the one connection that spawnd was started with (-i). */
#pragma once

#include "report/log.h"
#include "run/spawn.h"
#include "serve/load.h"

/* Serve the connection on descriptor 0, or else the one that was passed, by the service
 * of that name.  Takes the load over, and closes what was passed beside.  Logs what is
 * wrong; returns the exit status. */
int inetd_serve(struct load_request *request, struct load *load, const char *service,
		struct passed *passed, struct spawner *spawner, struct log *log);
