/* SPDX-License-Identifier: MIT */

/*
 * store.h - our listening sockets are kept by the service manager for the next spawnd, so
 * that nobody is refused while it starts, and nobody lost who waits.
 *
 * The manager says in FDSTORE how many it keeps; without that none is given to it, and
 * all are closed when we end.  The manager may let go of them by itself (systemd does
 * when the service is stopped and not started again): then clients who wait are reset,
 * and the path of a Unix socket is left for the next spawnd, who finds it stale.
 *
 * At the start what was kept is made listeners of a service without a name and without a
 * plan, from which the first configuration claims its own, as from one before it.  That
 * service stands beside those that are served, and is gone with the first load.
 */
#pragma once

#include <stddef.h>

struct listener;
struct server;
struct store;

/* Returns 0 or -errno. */
int store_new(struct server *server, struct store **ret);
struct store *store_free(struct store *store);

/* Make listeners of what was kept, for the load of the server to claim; what cannot be
 * one is told and closed.  Returns 0 or -errno. */
int store_take(struct store *store);

/* Have kept what listens and is not: now, as far as the manager reads, else later. */
void store_fill(struct store *store);

/* Before a listener is closed for good. */
void store_forget(struct store *store, struct listener *listener);

/* How many are kept, as far as we know. */
size_t store_count(const struct store *store);
