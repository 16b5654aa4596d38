/* SPDX-License-Identifier: MIT */

/*
 * swap.h - puts a configuration in the place of the one before, whole or not at all.
 *
 * Everything that can fail is done first, beside what is served: new sockets are bound,
 * new services made.  Only then everything changes, in one turn of the loop, and
 * nothing of that can fail.
 */
#pragma once

struct server;
struct load;
struct swap;

/* Returns 0; or -errno after all that went wrong was logged, and nothing is left of it.
 * The load is borrowed until swap_commit(), which takes it over. */
int swap_prepare(struct server *server, struct load *load, struct swap **ret);
void swap_commit(struct swap *swap);
