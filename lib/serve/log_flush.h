/* SPDX-License-Identifier: MIT */

/*
 * log_flush.h - the log leaves once a turn of the loop; what its reader does not take
 * then is tried again when there is room.
 */
#pragma once

struct server;
struct sink;

/* Returns 0 or -errno. */
int server_watch_log(struct server *server);

/* Write what there is. */
void server_flush_log(struct server *server);

/* Go to another place, which the log owns then; open a file anew. */
void server_log_to(struct server *server, struct sink *sink);
void server_reopen_log(struct server *server);
