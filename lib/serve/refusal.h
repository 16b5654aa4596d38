/* SPDX-License-Identifier: MIT */

/*
 * refusal.h - turns clients away, without reading from them.
 *
 * A text must be allowed to arrive: closing a socket that holds unread input
 * resets it, and the text with it.  So a few of these sockets are held for a
 * second; when there are more, the oldest goes first.
 */
#pragma once

#include <stdbool.h>
#include <systemd/sd-event.h>

#include "conf/settings.h"

enum { REFUSALS_MAX = 64 };

struct refusals;

int refusals_new(sd_event *event, struct refusals **ret);
struct refusals *refusals_free(struct refusals *refusals);

/* Consumes the socket. */
void refusals_refuse(struct refusals *refusals, int fd, const struct refuse *how);

/* Does no socket linger any more? */
bool refusals_are_over(const struct refusals *refusals);
