/* SPDX-License-Identifier: MIT */

/* log_flush.c - writes the log, and waits for its reader as for anybody else. */

#include "serve/log_flush.h"

#include <sys/epoll.h>

#include "serve/server.h"
#include "serve/timer.h"

#define LOG_PERIOD (200 * USEC_PER_MSEC)

static int on_log_writable(sd_event_source *source, int fd, uint32_t events, void *data)
{
	(void)source;
	(void)fd;
	(void)events;
	(void)data; /* the turn of the loop writes it */
	return 0;
}

static int on_log_timer(sd_event_source *source, uint64_t usec, void *data)
{
	(void)source;
	(void)usec;
	(void)data; /* the turn of the loop writes it */
	return 0;
}

/* Wait until more can be written; what cannot be watched is tried again soon. */
static void watch_log(struct server *server)
{
	const int fd = log_fd(server->log);

	if (fd < 0 || sd_event_add_io(server->event, &server->log_source, fd, EPOLLOUT,
				      on_log_writable, server) < 0)
		/* Or with the next turn. */
		(void)timer_run(server->log_timer, LOG_PERIOD);
}

/* The descriptor may be another one after each of these: see log.h. */
static void unwatch_log(struct server *server)
{
	server->log_source = sd_event_source_unref(server->log_source);
	timer_stop(server->log_timer);
}

/* Lines leave once a turn. */
void server_flush_log(struct server *server)
{
	if (log_is_empty(server->log))
		return;
	unwatch_log(server);
	if (!log_flush(server->log))
		watch_log(server);
}

void server_log_to(struct server *server, struct sink *sink)
{
	unwatch_log(server);
	log_use(server->log, sink);
}

void server_reopen_log(struct server *server)
{
	unwatch_log(server);
	log_reopen(server->log);
}

int server_watch_log(struct server *server)
{
	return timer_new(server->event, on_log_timer, server, &server->log_timer);
}
