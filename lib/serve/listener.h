/* SPDX-License-Identifier: MIT */

/*
 * listener.h - one address that is listened on, and whose clients those are.
 *
 * A listener outlives changes of the configuration: as long as some service wants its
 * address it is handed on, with its descriptor and the clients that wait in it.
 */
#pragma once

#include <stdbool.h>
#include <systemd/sd-event.h>

#include "net/addr.h"
#include "net/listen.h"

struct server;
struct service;

struct listener {
	struct service *service; /* accepts its clients */
	struct address wanted; /* as the configuration says */
	struct listener_socket socket;
	sd_event_source *source;
	bool is_claimed; /* by the configuration that is about to be taken over */
	bool is_new;
};

/*
 * In two steps, as in net/listen.h: make one that does not listen yet, and let it begin,
 * watched by nobody yet.  What is in use by others of ours that will not be kept is
 * listened on beside them.  Both log in the name of the service what goes wrong, and
 * return 0 or -errno.
 */
int listener_new(struct server *server, const char *name, const struct address *address,
		 struct listener **ret);
int listener_begin(struct server *server, const char *name, struct listener *listener);
struct listener *listener_close(struct listener *listener);

/* Can this one stand for the address? */
bool listener_serves(const struct listener *listener, const struct address *address);

/* The address that a client of it connected to. */
void listener_local(const struct listener *listener, int fd, struct address *ret);
