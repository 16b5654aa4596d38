/* SPDX-License-Identifier: MIT */

/*
 * pause.h - the pauses of a service: each is said once when it begins and once when it
 * is over.
 */
#pragma once

struct service;
struct service_plan;

/* A command runs; or none could be started, for which the service pauses.  What was
 * started with another plan than the service has by now says nothing of that. */
void service_started(struct service *service, const struct service_plan *plan);
void service_start_failed(struct service *service, const struct service_plan *plan);

/* The service is about to get another plan: if it pauses because its command cannot be
 * started, whoever has mended that need not wait for the end. */
void service_end_pause(struct service *service, const struct service_plan *plan);

/* The system lacks something (errno) to do what is said: pause for a moment. */
void service_lacks(struct service *service, const char *what, int error);
