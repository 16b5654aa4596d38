/* SPDX-License-Identifier: MIT */

/*
 * pause.c - when a service pauses, for how long, and what is said of it.
 *
 * Two things make a service pause.  A command that cannot be started is the
 * service's own trouble: each failure doubles the pause, up to retry_delay_max.
 * A system without descriptors, memory or processes is everybody's: the pause
 * stays under a second, and a client already accepted is kept and served first.
 */

#include "serve/pause.h"

#include <errno.h>
#include <string.h>

#include "base/number.h"
#include "run/plan.h"
#include "serve/accept.h"
#include "serve/server.h"
#include "serve/service.h"
#include "serve/timer.h"

#define RESOURCE_DELAY (100 * USEC_PER_MSEC)
#define RESOURCE_DELAY_MAX (1 * USEC_PER_SEC)

static struct log *log_of(const struct service *service)
{
	return service->server->log;
}

static void service_pause(struct service *service, uint64_t usec, bool for_failure)
{
	/* Without a timer nothing would ever end the pause. */
	service->is_paused = timer_run(service->pause_timer, usec) >= 0;
	service->paused_at = now_usec();
	service->pauses_for_failure = for_failure;
	service_review(service);
}

void service_lacks(struct service *service, const char *what, int error)
{
	const struct log_event event = { .service = service->name, .kind = EVENT_PAUSED };
	uint64_t delay = service->resource_delay;

	if (delay == 0)
		log_event(log_of(service), LOG_WARNING, &event,
			  "cannot %s: %s; pausing until it works again", what,
			  error == EBUSY ? "too many starts hang" : strerror(error));
	delay = delay == 0 ? RESOURCE_DELAY : MIN(2 * delay, RESOURCE_DELAY_MAX);
	service->resource_delay = delay;
	service_pause(service, delay, false);
}

void service_end_pause(struct service *service, const struct service_plan *plan)
{
	const struct log_event event = { .service = service->name,
					 .kind = EVENT_RESUMED };

	if (service->plan == NULL || !service->is_paused ||
	    !service->pauses_for_failure ||
	    (spawn_plans_equal(&service->plan->spawn, &plan->spawn) &&
	     words_equal(&service->plan->environment, &plan->environment)))
		return;
	timer_stop(service->pause_timer);
	service->is_paused = false;
	service->retry_delay = 0;
	log_event(log_of(service), LOG_NOTICE, &event,
		  "its command is another one; the pause is over");
}

void service_start_failed(struct service *service, const struct service_plan *plan)
{
	const struct service_settings *settings = service->plan->settings;
	const struct log_event event = { .service = service->name, .kind = EVENT_PAUSED };
	uint64_t delay = service->retry_delay;
	char buf[SPAN_ROOM];

	service->failed++;
	if (plan != service->plan)
		return;
	service->is_proven = false;
	if (service->is_paused && service->pauses_for_failure)
		return; /* for another start of the same moment */
	delay = delay == 0 ? settings->retry_delay : usec_after(delay, delay);
	delay = MIN(delay, settings->retry_delay_max);
	service->retry_delay = delay;
	if (service->server->single)
		return;
	log_event(log_of(service), LOG_WARNING, &event,
		  "its command could not be started; pausing for %s",
		  span_format(delay, buf));
	service_pause(service, delay, true);
}

void service_started(struct service *service, const struct service_plan *plan)
{
	const struct log_event event = { .service = service->name,
					 .kind = EVENT_RESUMED };

	if (plan != service->plan)
		return;
	if (service->retry_delay > 0 || service->resource_delay > 0)
		log_event(log_of(service), LOG_NOTICE, &event, "%s",
			  service->retry_delay > 0 ? "commands can be started again"
						   : "clients are served again");
	service->retry_delay = service->resource_delay = 0;
	service->is_proven = true;
}
