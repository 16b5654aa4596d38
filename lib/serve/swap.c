/* SPDX-License-Identifier: MIT */

/*
 * swap.c - who keeps which listener, what is new, what is over.
 *
 * Services are known again by their names, listeners by their addresses: first each
 * service claims its own, then what it lacks from any other (it may be the old one under
 * a new name), and what is still missing is opened.  What nobody claimed is closed.
 */

#include "serve/swap.h"

#include <errno.h>
#include <string.h>

#include "serve/claim.h"
#include "serve/command_log.h"
#include "serve/house.h"
#include "serve/listener.h"
#include "serve/log_flush.h"
#include "serve/quota.h"
#include "serve/server.h"
#include "serve/service.h"
#include "serve/store.h"
#include "serve/waiting.h"
#include "serve/watch.h"

/* What becomes of one service. */
struct change {
	struct service_plan *plan;
	struct service *service;
	bool is_new; /* the service */
	struct listener **listeners; /* one for each address; NULL: none yet */
	struct watch *watch; /* of the listeners, or NULL ... */
	bool keeps_watch; /* ... as the one that it has will do */
	int stream; /* for stderr, 0 for none, or -errno ... */
	struct command_log *command_log; /* ... if it needs one then and has none */
};

struct swap {
	struct server *server;
	struct load *load;
	struct change *changes;
	size_t n;
	struct service **services; /* room for the old and the new ones */
	struct house_change house;
};

/* Go on after an error: every problem is told in one run. */
static int make_missing(struct server *server, struct change *change)
{
	int first_error = 0;

	for (size_t i = 0; i < change->plan->n_addresses; i++) {
		int r = 0;

		if (change->listeners[i] == NULL)
			r = listener_new(server, change->service->name,
					 &change->plan->addresses[i],
					 &change->plan->listening, &change->listeners[i]);
		if (first_error == 0)
			first_error = r;
	}
	return first_error;
}

/* End with the first error: somebody else was faster, and is to get the rest too. */
static int begin_missing(struct server *server, const struct change *change)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < change->plan->n_addresses; i++)
		if (change->listeners[i]->is_new)
			r = listener_begin(server, change->service->name,
					   change->listeners[i]);
	return r;
}

/* Has the service these listeners already, and no others? */
static bool has_listeners(const struct service *service, const struct change *change)
{
	const size_t n = change->plan->n_addresses;

	return service->n_listeners == n &&
	       (n == 0 || memcmp(service->listeners, change->listeners,
				 n * sizeof(struct listener *)) == 0);
}

/* Of listeners that all listen. */
static int prepare_watch(const struct server *server, struct change *change)
{
	const char *name = change->service->name;
	int r;

	change->keeps_watch = has_listeners(change->service, change);
	if (change->keeps_watch)
		return 0;
	r = watch_new(change->service, change->listeners, change->plan->n_addresses,
		      &change->watch);
	if (r < 0)
		log_line(server->log, LOG_ERR, name, "cannot watch for clients: %s",
			 strerror(-r));
	return r;
}

/* The last that can fail, and it is undone where it does: see restore_kept(). */
static int change_kept(const struct server *server, const struct change *change)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < change->plan->n_addresses; i++)
		if (!change->listeners[i]->is_new)
			r = listener_change(server, change->service->name,
					    change->listeners[i],
					    &change->plan->listening);
	return r;
}

static void restore_kept(const struct server *server, struct listener *listener)
{
	const struct service *service = listener->service;

	if (service == server->stored)
		return; /* it was kept for us, and is for the next spawnd to set */
	/* What it had before it can have again. */
	(void)listener_change(server, service->name, listener, &service->plan->listening);
}

/* A stream that breaks is not found out by us: so it is a new one each time. */
static int prepare_stderr(const struct swap *swap, struct change *change)
{
	struct server *server = swap->server;
	const struct global_settings *settings = &swap->load->conf->global;
	const char *name = change->service->name;

	if (change->plan->settings->stderr_to != STDERR_LOG)
		return 0;
	if (house_logs_to_journal(server, &swap->house))
		change->stream = command_log_stream(name, settings->syslog_facility);
	if (change->stream > 0 || change->service->command_log != NULL)
		return 0;
	return command_log_new(server->event, server->log, name, &change->command_log);
}

/* One change, as far as it depends on no other. */
static int begin_change(struct swap *swap, struct service_plan *plan)
{
	struct server *server = swap->server;
	struct change *change = &swap->changes[swap->n];
	const char *name = plan->settings->name;
	int r = 0;

	change->plan = plan;
	change->service = claim_service(server, name, swap->n);
	change->is_new = change->service == NULL;
	change->listeners = calloc(plan->n_addresses + 1, sizeof(struct listener *));
	if (change->listeners == NULL)
		r = -ENOMEM;
	if (r == 0 && change->is_new)
		r = service_new(server, name, &change->service);
	if (r == 0)
		r = prepare_stderr(swap, change);
	if (r < 0)
		log_line(server->log, LOG_ERR, name, "cannot be served: %s",
			 strerror(-r));
	swap->n++;
	return r;
}

static int prepare(struct swap *swap)
{
	struct server *server = swap->server;
	const struct load *load = swap->load;
	int r = 0, first_error = 0;

	swap->changes = calloc(load->n + 1, sizeof(*swap->changes));
	swap->services =
		calloc(server->n_services + load->n + 1, sizeof(struct service *));
	if (swap->changes == NULL || swap->services == NULL) {
		log_line(server->log, LOG_ERR, NULL, "%s", strerror(ENOMEM));
		return -ENOMEM;
	}
	/* First of all the pid file: who has not got it must not touch a thing. */
	r = house_prepare(server, load, &swap->house);
	if (r == 0)
		r = quota_prepare(server, load);
	for (size_t i = 0; r == 0 && i < load->n; i++)
		if (load->plans[i]->settings->enabled)
			r = begin_change(swap, load->plans[i]);
	if (r < 0)
		return r;
	for (size_t i = 0; i < swap->n; i++)
		claim_own(swap->changes[i].service, swap->changes[i].plan,
			  swap->changes[i].listeners);
	for (size_t i = 0; i < swap->n; i++)
		claim_others(server, swap->changes[i].plan, swap->changes[i].listeners);
	for (size_t i = 0; i < swap->n; i++)
		claim_stored(server, swap->changes[i].plan, swap->changes[i].listeners);
	for (size_t i = 0; i < swap->n; i++) {
		r = make_missing(server, &swap->changes[i]);
		if (first_error == 0)
			first_error = r;
	}
	for (size_t i = 0; first_error == 0 && i < swap->n; i++)
		first_error = begin_missing(server, &swap->changes[i]);
	for (size_t i = 0; first_error == 0 && i < swap->n; i++)
		first_error = prepare_watch(server, &swap->changes[i]);
	for (size_t i = 0; first_error == 0 && i < swap->n; i++)
		first_error = change_kept(server, &swap->changes[i]);
	return first_error;
}

static void swap_free(struct swap *swap)
{
	free(swap->changes);
	free(swap->services);
	free(swap);
}

/* Nothing has happened. */
static void swap_abort(struct swap *swap)
{
	for (size_t i = 0; i < swap->n; i++) {
		struct change *change = &swap->changes[i];

		watch_free(change->watch);
		for (size_t j = 0;
		     change->listeners != NULL && j < change->plan->n_addresses; j++) {
			struct listener *listener = change->listeners[j];

			if (listener == NULL)
				continue;
			if (listener->is_new) {
				listener_close(listener);
			} else {
				listener->is_claimed = false;
				restore_kept(swap->server, listener);
				listener->is_changed = false;
			}
		}
		free(change->listeners);
		command_log_free(change->command_log);
		if (change->stream > 0)
			close_fd(&change->stream);
		if (change->is_new)
			service_free(change->service);
	}
	quota_settle(swap->server); /* of what was prepared */
	house_abort(&swap->house);
	swap_free(swap);
}

int swap_prepare(struct server *server, struct load *load, struct swap **ret)
{
	struct swap *swap = calloc(1, sizeof(*swap));
	int r;

	if (swap == NULL)
		return -ENOMEM;
	swap->server = server;
	swap->load = load;
	r = prepare(swap);
	if (r < 0)
		swap_abort(swap);
	else
		*ret = swap;
	return r;
}

/* There may be more of them than the log holds. */
static void tell(struct server *server, const struct service *service, const char *what,
		 const struct listener *listener)
{
	auto_text struct text shown = { 0 };

	passed_show(server->request->passed, &listener->socket.address, &shown);
	log_event(server->log, LOG_INFO,
		  &(struct log_event){ .service = service->name[0] != '\0' ? service->name
									   : NULL,
				       .kind = EVENT_LISTENS },
		  "%s %s", what, text_get(&shown));
	server_flush_log(server);
}

/* Who serves the clients that wait in a listener that goes: its own service, or else
 * the one that listens in its place. */
static struct service *find_heir(const struct swap *swap, const struct listener *listener)
{
	for (size_t i = 0; i < swap->n; i++)
		if (swap->changes[i].service == listener->service)
			return listener->service;
	for (size_t i = 0; i < swap->n; i++) {
		const struct change *change = &swap->changes[i];

		for (size_t j = 0; j < change->plan->n_addresses; j++)
			if (addresses_overlap(&change->listeners[j]->socket.address,
					      &listener->socket.address))
				return change->service;
	}
	return NULL;
}

static void retire(struct store *store, const struct service *service)
{
	for (size_t i = 0; i < service->n_listeners; i++) {
		struct listener *listener = service->listeners[i];

		if (listener->is_claimed)
			continue;
		store_forget(store, listener);
		listen_retire(&listener->socket);
	}
}

/* Before anything else: who is about to be connected has the time to be. */
static void retire_listeners(const struct server *server)
{
	for (size_t i = 0; i < server->n_services; i++)
		retire(server->store, server->services[i]);
	if (server->stored != NULL)
		retire(server->store, server->stored);
}

/* What nobody claimed is over; the rest is in the changes. */
static void leave_listeners(const struct swap *swap, struct service *service)
{
	struct server *server = swap->server;

	for (size_t i = 0; i < service->n_listeners; i++) {
		struct listener *listener = service->listeners[i];
		struct service *heir;

		if (listener->is_claimed)
			continue;
		tell(server, service, "listens no more on", listener);
		/* One that was passed stays open, and who waits there can wait on. */
		heir = listener->wanted.passed == 0 ? find_heir(swap, listener) : NULL;
		if (heir != NULL)
			service_adopt_clients(heir, listener);
		listener_close(listener);
	}
	free(service->listeners);
	service->listeners = NULL;
	service->n_listeners = 0;
}

static void take_change(struct server *server, struct change *change)
{
	struct service *service = change->service;
	const size_t n = change->plan->n_addresses;
	bool is_told = false;

	for (size_t i = 0; i < n; i++) {
		struct listener *listener = change->listeners[i];

		if (listener->is_new)
			tell(server, service, "listens on", listener);
		else if (listener->service != service)
			tell(server, service, "takes over", listener);
		/* They are all of the same settings: told once. */
		if (!is_told && listener->is_changed)
			is_told = listener_tell_cuts(server, service->name, listener);
		listener->is_claimed = listener->is_new = listener->is_changed = false;
		if (n > 1)
			listener->source = sd_event_source_unref(listener->source);
	}
	service_take(
		service, change->plan,
		&(struct service_needs){
			.listeners = change->listeners,
			.n_listeners = n,
			.watch = change->keeps_watch ? service->watch : change->watch,
			.stream = change->stream,
			.command_log = change->command_log,
		});
}

static void remove_left(const struct server *server, struct service *service)
{
	const bool terminate =
		server->load->conf->global.removed_services == REMOVED_TERMINATE;

	if (service->is_kept || service->is_removed)
		return;
	log_line(server->log, LOG_INFO, service->name, "removed; %u commands %s",
		 service->live, terminate ? "are ended" : "may finish");
	service_remove(service, terminate);
}

void swap_commit(struct swap *swap)
{
	struct server *server = swap->server;
	struct load *before = server->load;
	size_t n = 0;

	tzset(); /* for access_times: the time zone of the machine may be another one */
	retire_listeners(server);
	server->load = swap->load;
	house_commit(server, &swap->house);
	for (size_t i = 0; i < server->n_services; i++) {
		struct service *service = server->services[i];

		leave_listeners(swap, service);
		service->is_kept = false;
		swap->services[n++] = service;
	}
	if (server->stored != NULL)
		leave_listeners(swap, server->stored);
	server->stored = service_free(server->stored); /* it was for the first load */
	for (size_t i = 0; i < swap->n; i++) {
		struct change *change = &swap->changes[i];

		take_change(server, change);
		change->service->is_kept = true;
		if (change->is_new)
			swap->services[n++] = change->service;
	}
	free(server->services);
	server->services = steal_ptr(&swap->services);
	server->n_services = n;
	load_free(before);
	for (size_t i = 0; i < n; i++)
		remove_left(server, server->services[i]);
	quota_settle(server);
	server->is_to_sweep = true;
	server_resume_services(server);
	store_fill(server->store);
	swap_free(swap);
}
