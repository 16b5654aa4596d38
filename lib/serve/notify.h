/* SPDX-License-Identifier: MIT */

/*
 * notify.h - tells the service manager how we are, see sd_notify(3).
 *
 * Not with sd_notify(): that one waits when the manager does not read, and nothing
 * outside may hold the loop up.  A message that cannot be sent is kept for a while, in
 * its order.
 */
#pragma once

#include <stdbool.h>
#include <systemd/sd-event.h>

#include "base/base.h"

struct notify;

/* Returns 0 or -errno; without a manager nothing is ever sent. */
int notify_new(sd_event *event, struct notify **ret);
struct notify *notify_free(struct notify *notify);

/* Is somebody there to be told? */
bool notify_wanted(const struct notify *notify);

/* "READY=1\nSTATUS=..." */
void notify_send(struct notify *notify, const char *format, ...) PRINTF(2, 3);

/* "FDSTORE=1\n...", with a descriptor, or -1: sent now, before all that waits, or not at
 * all.  Returns 0; -EAGAIN when there may be room in a while; or -errno. */
int notify_pass(const struct notify *notify, int fd, const char *message);

/* What is said again and again: sent now, behind nothing that waits, or not at all.  At
 * most 63 bytes. */
void notify_beat(const struct notify *notify, const char *format, ...) PRINTF(2, 3);
