/* SPDX-License-Identifier: MIT */

/*
 * stop.h - the end: who is served may finish, or is told to, or is made to.
 */
#pragma once

struct server;

/* Take TERM, INT and QUIT from now on.  Returns 0 or -errno. */
int stop_new(struct server *server);

/* End all commands, as a time-out would, and then the server. */
void stop_at_once(struct server *server);
