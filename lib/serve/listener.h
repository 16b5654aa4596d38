/* SPDX-License-Identifier: MIT */

/*
 * listener.h - one address that is listened on, and whose clients those are.
 *
 * Its socket is ours, or was passed to us by a service manager, see net/passed.h: then it
 * goes back to that one's keeping when it is closed here.
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
	sd_event_source
		*source; /* where it is the only one of its service; see watch.h */
	bool is_claimed; /* by the configuration that is about to be taken over */
	bool is_new;
	bool is_changed; /* its settings are other ones, or it is new */
};

/*
 * In two steps, as in net/listen.h: make one that does not listen yet, and let it
 * begin.  What is in use by others of ours that will not be kept is
 * listened on beside them.  Both log in the name of the service what goes wrong, and
 * return 0 or -errno.
 */
int listener_new(struct server *server, const char *name, const struct address *address,
		 const struct listen_settings *settings, struct listener **ret);
int listener_begin(struct server *server, const char *name, struct listener *listener);
struct listener *listener_close(struct listener *listener);

/* Can this one stand for the address, once its settings are these? */
bool listener_serves(const struct listener *listener, const struct address *address,
		     const struct listen_settings *settings);

/* Give it these settings: 0, or -errno after what went wrong was logged, and then it is
 * as it was. */
int listener_change(const struct server *server, const char *name,
		    struct listener *listener, const struct listen_settings *settings);

/* Tell where the kernel gave less than what was asked for; true: it did. */
bool listener_tell_cuts(const struct server *server, const char *name,
			const struct listener *listener);

/* At the start: what was passed to us and is listened on by nobody is told, and closed.
 */
void listener_close_unclaimed(const struct server *server);

/* The address that a client of it connected to. */
void listener_local(const struct listener *listener, int fd, struct address *ret);
