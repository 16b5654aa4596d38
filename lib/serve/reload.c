/* SPDX-License-Identifier: MIT */

/*
 * reload.c - from HUP to the configuration in force, whichever that is then.
 *
 *     on_hup -> begin -> helper: on_answer, then reap; or on_timeout -> finish
 *
 * Each reload that begins is finished once, in finish(), whatever came of it.
 */

#include "serve/reload.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>

#include "base/number.h"
#include "run/helper.h"
#include "serve/log_flush.h"
#include "serve/orphans.h"
#include "serve/server.h"
#include "serve/status.h"
#include "serve/stop.h"
#include "serve/swap.h"
#include "serve/timer.h"

#define REAP_PERIOD (1 * USEC_PER_MSEC)

struct reload {
	struct server *server;
	enum { RELOAD_NONE, RELOAD_ASKS, RELOAD_IS_OVER } state; /* of the helper */
	bool again; /* asked for once more meanwhile */
	struct helper helper;
	int error; /* of reading the answer */
	sd_event_source *answer; /* of the helper's pipe */
	sd_event_source *timer; /* the end of its time */
	sd_event_source *reap_timer; /* runs when it is about to end */
	uint64_t began;
	uint64_t held; /* how long clients had to wait for it, in all */
};

static void begin(struct reload *reload);

/* The helper is reaped, or was never there. */
static void drop_helper(struct reload *reload)
{
	reload->answer = sd_event_source_unref(reload->answer);
	if (reload->state != RELOAD_NONE)
		helper_done(&reload->helper);
	reload->helper = (struct helper){ .fd = -1 };
	reload->state = RELOAD_NONE;
}

/* A warning of what is in force already is not told anew. */
static void log_problems(const struct server *server, struct problems *problems)
{
	const size_t more = problems->errors + problems->warnings - problems->n;

	problems_sort(problems);
	for (size_t i = 0; i < problems->n; i++) {
		const struct problem *problem = &problems->list[i];
		auto_text struct text line = { 0 };

		if (problem->warning &&
		    words_have(&server->load->warnings, problem->text))
			continue;
		problem_show(problem, &line);
		log_line(server->log, problem->warning ? LOG_WARNING : LOG_ERR, NULL,
			 "%s", text_get(&line));
	}
	if (more > 0)
		log_line(server->log, LOG_ERR, NULL, "and %zu more", more);
}

/* Judge what the helper found, and let it take over: 0 or -errno. */
static int take_over(struct reload *reload, int error)
{
	struct server *server = reload->server;
	struct problems *problems = calloc(1, sizeof(*problems));
	struct load *load = NULL;
	struct swap *swap = NULL;
	int r = -ENOMEM;

	if (problems == NULL)
		return r;
	r = load_answered(server->request, error, text_get(&reload->helper.answer),
			  reload->helper.answer.size, problems, &load);
	log_problems(server, problems);
	if (r == 0 && problems->errors > 0)
		r = -EINVAL;
	if (r == 0)
		r = swap_prepare(server, load, &swap);
	if (r == 0)
		swap_commit(swap);
	else
		load_free(load);
	problems_done(problems);
	free(problems);
	return r;
}

static size_t count_served(const struct load *load)
{
	size_t n = 0;

	for (size_t i = 0; i < load->n; i++)
		n += load->plans[i]->settings->enabled;
	return n;
}

/* The reload is over: say so, to everybody. */
static void finish(struct reload *reload, int error)
{
	struct server *server = reload->server;
	const uint64_t from = now_usec();
	const int r = take_over(reload, error);
	const uint64_t to = now_usec();
	char took[SECONDS_ROOM], held[SECONDS_ROOM];

	timer_stop(reload->timer);
	server->reload_failed = r != 0;
	reload->held += to - from;
	if (r == 0)
		log_event(server->log, LOG_INFO,
			  &(struct log_event){ .kind = EVENT_RELOADED },
			  "reloaded %zu services in %s; clients waited %s",
			  count_served(server->load),
			  seconds_format(to - reload->began, took),
			  seconds_format(reload->held, held));
	else
		log_event(server->log, LOG_ERR,
			  &(struct log_event){ .kind = EVENT_RELOAD_FAILED },
			  "reload failed%s%s; the configuration before stays in force",
			  r == -ENOMEM ? ": " : "", r == -ENOMEM ? strerror(ENOMEM) : "");
	status_ready(server->status);
}

static void go_on(struct reload *reload)
{
	if (!reload->again || reload->server->state != SERVER_SERVING)
		return;
	reload->again = false;
	begin(reload);
}

/* The helper has closed its pipe: it is about to end, if it has not. */
static void reap(struct reload *reload)
{
	const bool was_over = reload->state == RELOAD_IS_OVER;
	int r = helper_reap(&reload->helper);

	if (r > 0 && timer_run(reload->reap_timer, REAP_PERIOD) >= 0)
		return;
	if (!was_over)
		finish(reload, reload->error < 0 ? reload->error : r);
	drop_helper(reload);
	if (reload->server->is_init)
		orphans_reap(reload->server); /* those behind it */
	go_on(reload);
}

static int on_reap(sd_event_source *source, uint64_t usec, void *data)
{
	(void)source;
	(void)usec;
	reap(data);
	return 0;
}

static int on_answer(sd_event_source *source, int fd, uint32_t events, void *data)
{
	struct reload *reload = data;
	int r = helper_read(&reload->helper);

	(void)fd;
	(void)events;
	if (r < 0) {
		reload->error = r;
		helper_kill(&reload->helper);
	}
	if (r != 0)
		return 0;
	/* A source that exists can be switched off. */
	(void)sd_event_source_set_enabled(source, SD_EVENT_OFF);
	reap(reload);
	return 0;
}

/* The reload has failed; the helper may be one that does not even die. */
static int on_timeout(sd_event_source *source, uint64_t usec, void *data)
{
	struct reload *reload = data;

	(void)source;
	(void)usec;
	helper_kill(&reload->helper);
	finish(reload, -ETIMEDOUT);
	reload->state = RELOAD_IS_OVER;
	return 0;
}

/* Ask in a helper; 0 or -errno. */
static int start_helper(struct reload *reload)
{
	sd_event *event = reload->server->event;
	int r = helper_start(load_ask, reload->server->request, &reload->helper);

	if (r < 0)
		return r;
	reload->state = RELOAD_ASKS;
	reload->error = 0;
	r = sd_event_add_io(event, &reload->answer, reload->helper.fd, EPOLLIN, on_answer,
			    reload);
	if (r >= 0)
		r = timer_run(reload->timer, LOAD_USEC);
	if (r < 0)
		helper_end(&reload->helper); /* nothing would tell when it does */
	return r;
}

static void begin(struct reload *reload)
{
	const struct server *server = reload->server;
	int r;

	reload->began = now_usec();
	notify_send(server->notify, "RELOADING=1\nMONOTONIC_USEC=%" PRIu64,
		    reload->began);
	r = start_helper(reload);
	reload->held = now_usec() - reload->began;
	if (r >= 0)
		return;
	finish(reload, r);
	drop_helper(reload);
}

static int on_hup(sd_event_source *source, const struct signalfd_siginfo *info,
		  void *data)
{
	struct reload *reload = data;
	struct server *server = reload->server;

	(void)source;
	(void)info;
	/* Whatever comes of the rest: who has renamed the file waits for that. */
	server_reopen_log(server);
	if (server->single)
		stop_at_once(server);
	else if (server->state != SERVER_SERVING)
		log_line(server->log, LOG_NOTICE, NULL, "stopping, and so not reloaded");
	else if (reload->state == RELOAD_NONE)
		begin(reload);
	else
		reload->again = true;
	if (reload->state == RELOAD_IS_OVER)
		log_line(server->log, LOG_WARNING, NULL,
			 "reloads when pid %d ends, which hangs in a look-up",
			 (int)reload->helper.pid);
	return 0;
}

int reload_new(struct server *server, struct reload **ret)
{
	struct reload *reload = calloc(1, sizeof(*reload));
	int r;

	if (reload == NULL)
		return -ENOMEM;
	reload->server = server;
	reload->helper = (struct helper){ .fd = -1 };
	r = timer_new(server->event, on_timeout, reload, &reload->timer);
	if (r >= 0)
		r = timer_new(server->event, on_reap, reload, &reload->reap_timer);
	if (r >= 0)
		r = sd_event_add_signal(server->event, NULL, SIGHUP, on_hup, reload);
	if (r < 0)
		reload_free(reload);
	else
		*ret = reload;
	return r;
}

void reload_cancel(struct reload *reload)
{
	if (reload->state != RELOAD_ASKS)
		return;
	log_line(reload->server->log, LOG_NOTICE, NULL, "stopping, and so not reloaded");
	timer_stop(reload->timer);
	helper_kill(&reload->helper);
	reload->state = RELOAD_IS_OVER;
}

struct reload *reload_free(struct reload *reload)
{
	if (reload == NULL)
		return NULL;
	if (reload->state != RELOAD_NONE)
		helper_kill(&reload->helper);
	drop_helper(reload);
	sd_event_source_unref(reload->timer);
	sd_event_source_unref(reload->reap_timer);
	free(reload);
	return NULL;
}

bool reload_owns(const struct reload *reload, pid_t pid)
{
	return reload->state != RELOAD_NONE && reload->helper.pid == pid;
}
