/* SPDX-License-Identifier: MIT */

/*
 * reload.h - HUP: the configuration is read again, and takes over if it is good.
 *
 * A helper asks file systems and name services while clients are served on; what it
 * found is judged here.  What comes while one reload runs makes one more behind it.
 */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

struct server;
struct reload;

/* Take HUP from now on.  Returns 0 or -errno. */
int reload_new(struct server *server, struct reload **ret);
struct reload *reload_free(struct reload *reload);

/* The server stops: what runs is given up. */
void reload_cancel(struct reload *reload);

/* Is the process the helper of a reload? */
bool reload_owns(const struct reload *reload, pid_t pid);
