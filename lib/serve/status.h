/* SPDX-License-Identifier: MIT */

/*
 * status.h - how we are: a line for the service manager, and on USR1 all of it in the
 * log.
 */
#pragma once

struct server;
struct status;

/* Take USR1 from now on.  Returns 0 or -errno. */
int status_new(struct server *server, struct status **ret);
struct status *status_free(struct status *status);

/* Tell the service manager that what is configured is served (again). */
void status_ready(struct status *status);

/* Tell what changed, if it was not told a moment ago; and a piece of what USR1 asked, if
 * the log has taken the piece before. */
void status_after_turn(struct status *status);

/* The log was flushed: wake the loop for the next piece, or it waits for the log. */
void status_go_on(struct status *status);
