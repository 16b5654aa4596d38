/* SPDX-License-Identifier: MIT */

/*
 * accept.h - takes clients from the listeners of a service: serves them, refuses them,
 * or leaves them waiting in the backlog.
 *
 * Whether clients are accepted is decided in service_review() alone, which may be
 * called at any time and must be after anything that could change the answer.  A
 * listener is only ever not watched, never closed, while the service is up.
 */
#pragma once

#include <stdint.h>
#include <systemd/sd-event.h>

#include "serve/admit.h"

/* A listener's clients, as sd-event tells of them; and those of several, behind an epoll
 * of the listeners. */
int service_on_client(sd_event_source *source, int fd, uint32_t events, void *listener);
int service_on_clients(sd_event_source *source, int fd, uint32_t events, void *service);

/* Decide whether clients are accepted now. */
void service_review(struct service *service);

/* Serve those who were accepted and could not be served at once. */
void service_serve_kept(struct service *service);

/* Turn a client away: counted, said, and its socket consumed. */
void service_refuse(struct service *service, struct client *client, enum refusal refusal);
