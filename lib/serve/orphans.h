/* SPDX-License-Identifier: MIT */

/*
 * orphans.h - as pid 1 of a container spawnd is the parent of every orphan.
 *
 * So are leaders here that were given up.  The leader of a connection is never
 * reaped here: its number is still needed.
 */
#pragma once

struct server;

void orphans_reap(const struct server *server);
