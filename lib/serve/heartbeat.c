/* SPDX-License-Identifier: MIT */

/* heartbeat.c - two timers that set themselves anew. */

#include "serve/heartbeat.h"

#include <errno.h>
#include <inttypes.h>
#include <systemd/sd-daemon.h>

#include "serve/notify.h"
#include "serve/server.h"
#include "serve/timer.h"

#define STOPPING_PERIOD (STOPPING_PATIENCE / 3)

struct heartbeat {
	struct notify *notify;
	uint64_t watchdog; /* half of what the manager waits; 0: it does not */
	sd_event_source *watchdog_timer;
	sd_event_source *stopping_timer;
};

static int on_watchdog(sd_event_source *source, uint64_t usec, void *data)
{
	struct heartbeat *heartbeat = data;

	(void)source;
	(void)usec;
	notify_beat(heartbeat->notify, "WATCHDOG=1");
	return timer_run(heartbeat->watchdog_timer, heartbeat->watchdog);
}

static int on_stopping(sd_event_source *source, uint64_t usec, void *data)
{
	struct heartbeat *heartbeat = data;

	(void)source;
	(void)usec;
	notify_beat(heartbeat->notify, "EXTEND_TIMEOUT_USEC=%" PRIu64, STOPPING_PATIENCE);
	return timer_run(heartbeat->stopping_timer, STOPPING_PERIOD);
}

void heartbeat_stopping(struct heartbeat *heartbeat)
{
	if (notify_wanted(heartbeat->notify))
		/* Or the manager waits only for as long as it would anyway. */
		(void)timer_run(heartbeat->stopping_timer, STOPPING_PERIOD);
}

int heartbeat_new(struct server *server, struct heartbeat **ret)
{
	struct heartbeat *heartbeat = calloc(1, sizeof(*heartbeat));
	int r;

	if (heartbeat == NULL)
		return -ENOMEM;
	heartbeat->notify = server->notify;
	if (notify_wanted(server->notify) &&
	    sd_watchdog_enabled(0, &heartbeat->watchdog) > 0)
		heartbeat->watchdog /= 2;
	r = timer_new(server->event, on_watchdog, heartbeat, &heartbeat->watchdog_timer);
	if (r >= 0)
		r = timer_new(server->event, on_stopping, heartbeat,
			      &heartbeat->stopping_timer);
	if (r >= 0 && heartbeat->watchdog > 0)
		r = timer_run(heartbeat->watchdog_timer, heartbeat->watchdog);
	if (r < 0)
		heartbeat_free(heartbeat);
	else
		*ret = heartbeat;
	return r;
}

struct heartbeat *heartbeat_free(struct heartbeat *heartbeat)
{
	if (heartbeat == NULL)
		return NULL;
	sd_event_source_unref(heartbeat->watchdog_timer);
	sd_event_source_unref(heartbeat->stopping_timer);
	free(heartbeat);
	return NULL;
}
