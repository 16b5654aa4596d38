/* SPDX-License-Identifier: MIT */

/* timer.c - sd-event's timers with the accuracy that limits need. */

#include "serve/timer.h"

#include "base/base.h"

/* sd-event's own default, of 250 ms, is for those who save power. */
#define ACCURACY (1 * USEC_PER_MSEC)

int timer_new(sd_event *event, sd_event_time_handler_t handler, void *data,
	      sd_event_source **ret)
{
	int r = sd_event_add_time(event, ret, CLOCK_MONOTONIC, 0, ACCURACY, handler,
				  data);

	return r < 0 ? r : sd_event_source_set_enabled(*ret, SD_EVENT_OFF);
}

int timer_set(sd_event_source *timer, uint64_t at)
{
	int r = sd_event_source_set_time(timer, at);

	return r < 0 ? r : sd_event_source_set_enabled(timer, SD_EVENT_ONESHOT);
}

int timer_run(sd_event_source *timer, uint64_t usec)
{
	return timer_set(timer, usec_after(now_usec(), usec));
}

void timer_stop(sd_event_source *timer)
{
	/* A source that exists can be switched off. */
	(void)sd_event_source_set_enabled(timer, SD_EVENT_OFF);
}
