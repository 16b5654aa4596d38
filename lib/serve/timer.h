/* SPDX-License-Identifier: MIT */

/* timer.h - timers of the loop that run once, when they are told to. */
#pragma once

#include <stdint.h>
#include <systemd/sd-event.h>

/* A timer that does not run yet.  Returns 0 or -errno. */
int timer_new(sd_event *event, sd_event_time_handler_t handler, void *data,
	      sd_event_source **ret);

/* Let it ring at a moment, or so long from now: 0 or -errno.  Of a timer that exists
 * only memory can fail that. */
int timer_set(sd_event_source *timer, uint64_t at);
int timer_run(sd_event_source *timer, uint64_t usec);
void timer_stop(sd_event_source *timer);
