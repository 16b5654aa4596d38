/* SPDX-License-Identifier: MIT */

/*
 * heartbeat.h - tells the service manager that the loop still turns.
 *
 * WATCHDOG where the unit has WatchdogSec, and EXTEND_TIMEOUT_USEC as long as commands
 * are waited for at the end, which may take longer than a unit's TimeoutStopSec: both
 * see sd_notify(3).  They are sent by timers of the loop and by nothing else, so that a
 * loop that is stuck is found.
 */
#pragma once

#include "base/base.h"

struct heartbeat;
struct server;

/* How long the manager may wait for the next word at the end. */
#define STOPPING_PATIENCE (15 * USEC_PER_SEC)

/* The watchdog beats from now on.  Returns 0 or -errno. */
int heartbeat_new(struct server *server, struct heartbeat **ret);
struct heartbeat *heartbeat_free(struct heartbeat *heartbeat);

/* Commands are waited for: ask for time again and again. */
void heartbeat_stopping(struct heartbeat *heartbeat);
