/* SPDX-License-Identifier: MIT */

/* house.c - opens what the new configuration names and the old one did not. */

#include "serve/house.h"

#include <errno.h>
#include <string.h>

#include "report/sink.h"
#include "run/contain.h"
#include "run/pid_file.h"
#include "serve/load_contain.h"
#include "serve/log_flush.h"
#include "serve/server.h"

static bool same_string(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static bool same_log(const struct global_settings *a, const struct global_settings *b)
{
	return a->log.place == b->log.place && same_string(a->log.path, b->log.path) &&
	       a->syslog_facility == b->syslog_facility &&
	       strcmp(a->syslog_name, b->syslog_name) == 0;
}

static const struct global_settings *settings_of(const struct load *load)
{
	return load != NULL ? &load->conf->global : NULL;
}

static int complain(const struct server *server, const char *key, int r,
		    const struct text *why)
{
	log_line(server->log, LOG_ERR, NULL, "%s: %s", key,
		 r < 0 ? strerror(-r) : text_get(why));
	return r < 0 ? r : -EINVAL;
}

static int prepare_pid_file(const struct server *server,
			    const struct global_settings *settings,
			    struct house_change *change)
{
	auto_text struct text why = { 0 };
	int r;

	change->keeps_pid_file = server->pid_file != NULL && settings->pid_file != NULL &&
				 pid_file_is_at(server->pid_file, settings->pid_file);
	if (settings->pid_file == NULL || change->keeps_pid_file)
		return 0;
	r = pid_file_take(settings->pid_file, &change->pid_file, &why);
	return r == 0 ? 0 : complain(server, "pid_file", r, &why);
}

int house_open_log(const struct global_settings *settings, bool detached,
		   struct sink **ret, struct text *why)
{
	static const enum log_to places[] = {
		[PLACE_AUTO] = LOG_TO_AUTO,     [PLACE_JOURNAL] = LOG_TO_JOURNAL,
		[PLACE_SYSLOG] = LOG_TO_SYSLOG, [PLACE_STDERR] = LOG_TO_STDERR,
		[PLACE_FILE] = LOG_TO_FILE,
	};
	const struct log_request request = {
		.to = places[settings->log.place],
		.path = settings->log.path,
		.facility = settings->syslog_facility,
		.name = settings->syslog_name,
		.detached = detached,
	};

	return sink_open(&request, ret, why);
}

int house_log_level(const struct global_settings *settings, int louder)
{
	return MAX(LOG_ERR, MIN(settings->log_level + louder, LOG_DEBUG));
}

static int prepare_sink(const struct server *server,
			const struct global_settings *settings,
			struct house_change *change)
{
	const struct global_settings *before = settings_of(server->load);
	auto_text struct text why = { 0 };
	int r;

	if (before != NULL && same_log(settings, before))
		return 0;
	if (before != NULL && server->request->detached &&
	    settings->log.place == PLACE_STDERR && before->log.place != PLACE_STDERR) {
		text_add(&why, "standard error was left behind when spawnd detached");
		return complain(server, "log", 1, &why);
	}
	r = house_open_log(settings, server->request->detached, &change->sink, &why);
	return r == 0 ? 0 : complain(server, "log", r, &why);
}

bool house_logs_to_journal(const struct server *server, const struct house_change *change)
{
	return change->sink != NULL ? sink_takes_fields(change->sink)
				    : log_wants_fields(server->log);
}

/* What is taken once is kept, also when the rest cannot be. */
static int prepare_cgroup(const struct server *server, const struct load *load)
{
	auto_text struct text why = { 0 };
	int r = load_take_cgroup(load, server->request, &why);

	if (r != 0)
		return complain(server, "contain", r, &why);
	if (why.size > 0)
		log_line(server->log, LOG_WARNING, NULL,
			 "contain: commands are ended by process group: %s",
			 text_get(&why));
	return 0;
}

int house_prepare(struct server *server, const struct load *load,
		  struct house_change *ret)
{
	const struct global_settings *settings = settings_of(load);
	struct house_change change = { 0 };
	int r = prepare_pid_file(server, settings, &change);
	int sink = prepare_sink(server, settings, &change);
	int cgroup = prepare_cgroup(server, load);

	if (r == 0)
		r = sink;
	if (r == 0)
		r = cgroup;
	if (r < 0)
		house_abort(&change);
	else
		*ret = change;
	return r;
}

void house_commit(struct server *server, const struct house_change *change)
{
	const struct global_settings *settings = settings_of(server->load);

	log_set_level(server->log, house_log_level(settings, server->request->louder));
	if (!change->keeps_pid_file) {
		pid_file_drop(server->pid_file);
		server->pid_file = change->pid_file;
	}
	if (change->sink != NULL)
		server_log_to(server, change->sink);
}

void house_abort(struct house_change *change)
{
	pid_file_drop(change->pid_file);
	sink_free(change->sink);
}
