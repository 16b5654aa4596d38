/* SPDX-License-Identifier: MIT */

/*
 * watch.h - tells a service of its clients, with one switch for all of its listeners.
 *
 * The switch is used with nearly every connection of a busy service, and a range of ports
 * is many listeners.  So more than one of them stand in an epoll of their own, which
 * stands in the loop in their place; a single one stands there itself.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct listener;
struct service;
struct watch;

/* Prepare to watch these for the service, not watched yet: *ret is NULL for a single one,
 * which has what it needs itself then.  Returns 0 or -errno. */
int watch_new(struct service *service, struct listener **listeners, size_t n,
	      struct watch **ret);
struct watch *watch_free(struct watch *watch);

/* The listeners of the service, by its watch.  Returns 0 or -errno. */
int watch_switch(const struct service *service, bool on);
