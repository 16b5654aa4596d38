/* SPDX-License-Identifier: MIT */

/* stop.c - TERM, INT and QUIT: draining, ending, killing. */

#include "serve/stop.h"

#include <inttypes.h>
#include <signal.h>

#include "serve/heartbeat.h"
#include "serve/reload.h"
#include "serve/server.h"
#include "serve/service.h"
#include "serve/timer.h"

static void end_commands(struct server *server, bool kill)
{
	server->state = kill ? SERVER_KILLING : SERVER_ENDING;
	timer_stop(server->stop_timer);
	for (size_t i = 0; i < server->n_services; i++)
		service_end_all(server->services[i], kill);
}

static void drain(struct server *server, uint64_t limit)
{
	server->state = SERVER_DRAINING;
	reload_cancel(server->reload);
	notify_send(server->notify,
		    "STOPPING=1\nEXTEND_TIMEOUT_USEC=%" PRIu64
		    "\nSTATUS=Waiting for %u commands to finish",
		    STOPPING_PATIENCE, server->live);
	heartbeat_stopping(server->heartbeat);
	log_event(server->log, LOG_INFO, &(struct log_event){ .kind = EVENT_STOPPING },
		  "stopping; %u commands %s", server->live,
		  limit > 0 ? "may finish" : "are ended");
	for (size_t i = 0; i < server->n_services; i++)
		service_stop_listening(server->services[i]);
	if (server->live == 0)
		server_end(server);
	else if (limit == 0 || /* or nothing would ever tell that it is over */
		 (limit != USEC_INFINITY && timer_run(server->stop_timer, limit) < 0))
		end_commands(server, false);
}

static int on_stop_timeout(sd_event_source *source, uint64_t usec, void *data)
{
	struct server *server = data;

	(void)source;
	(void)usec;
	log_line(server->log, LOG_NOTICE, NULL,
		 "stop_timeout is over; ending %u commands", server->live);
	end_commands(server, false);
	return 0;
}

void stop_at_once(struct server *server)
{
	const bool kill =
		server->state == SERVER_ENDING || server->state == SERVER_KILLING;

	if (server->state == SERVER_SERVING) {
		drain(server, 0);
		return;
	}
	log_line(server->log, LOG_NOTICE, NULL, "told again; %s %u commands",
		 kill ? "killing" : "ending", server->live);
	end_commands(server, kill);
}

/* TERM and QUIT drain, INT ends; TERM and INT once more go a step further. */
static int on_signal(sd_event_source *source, const struct signalfd_siginfo *info,
		     void *data)
{
	struct server *server = data;
	const int signal = (int)info->ssi_signo;

	(void)source;
	if (signal == SIGINT || server->single ||
	    (server->state != SERVER_SERVING && signal == SIGTERM))
		stop_at_once(server);
	else if (server->state == SERVER_SERVING)
		drain(server, signal == SIGQUIT
				      ? USEC_INFINITY
				      : server->load->conf->global.stop_timeout);
	return 0;
}

int stop_new(struct server *server)
{
	static const int signals[] = { SIGTERM, SIGINT, SIGQUIT };
	int r = timer_new(server->event, on_stop_timeout, server, &server->stop_timer);

	for (size_t i = 0; r >= 0 && i < ARRAY_SIZE(signals); i++)
		r = sd_event_add_signal(server->event, NULL, signals[i], on_signal,
					server);
	return r;
}
