/* SPDX-License-Identifier: MIT */

/*
 * single.h - the server of -i: it serves the one connection that it was started with,
 * and ends with it.
 */
#pragma once

struct server;
struct service_plan;

/* Serve the connection, which is consumed, and return the exit status. */
int single_serve(struct server *server, struct service_plan *plan, int fd);
