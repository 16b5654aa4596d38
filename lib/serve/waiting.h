/* SPDX-License-Identifier: MIT */

/*
 * waiting.h - clients of listeners that are no more, who were accepted before these were
 * closed, and wait for a command.
 *
 * A descriptor each: so there is a bounded number of them, and the rest is reset with
 * the listener.
 */
#pragma once

#include <stdbool.h>

struct listener;
struct service;

/* Take over the clients that wait in a listener which is about to be closed. */
void service_adopt_clients(struct service *service, const struct listener *listener);

/* Is there a client that was accepted and not served?  It is in service->kept then. */
bool waiting_next(struct service *service);
void waiting_drop(struct service *service);
