/* SPDX-License-Identifier: MIT */

/*
 * store.c - what the service manager has of ours, what it is to get and what to drop.
 *
 * A message that finds no room is not kept: what is not stored is seen from the
 * listeners, and what is to be dropped stands in a list.
 */

#include "serve/store.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/number.h"
#include "net/stored.h"
#include "serve/listener.h"
#include "serve/server.h"
#include "serve/service.h"
#include "serve/timer.h"

#define RETRY (20 * USEC_PER_MSEC)

/* All names must fit into LISTEN_FDNAMES, of 128 KiB, with those of socket units. */
enum { NAMES_MAX = 100 * 1024, MESSAGE_ROOM = STORED_NAME_ROOM + 64 };

struct store {
	struct server *server;
	size_t declared; /* how many the manager says that it keeps */
	size_t room; /* for how many the next start has, see files_room() */
	size_t max; /* the lesser of the two */
	size_t n; /* that it has, with those that it is to drop */
	size_t names; /* how long theirs are, each with the ":" behind it */
	uint32_t last; /* the highest number that any has */
	char **drops; /* names that it is still to be told of */
	size_t n_drops;
	size_t told; /* how many have no room */
	sd_event_source *timer; /* runs while the manager does not read */
};

static int on_retry(sd_event_source *source, uint64_t usec, void *data)
{
	(void)source;
	(void)usec;
	store_fill(data);
	return 0;
}

/* All that the manager keeps and what its socket units have is passed to the next spawnd,
 * who cannot even be started where that is more than may be open.  While they are put in
 * order some stand there twice: so half of that. */
static size_t files_room(const struct load_request *request)
{
	const rlim_t half = request->open_files.rlim_cur / 2;

	return half > request->passed->n ? (size_t)half - request->passed->n : 0;
}

int store_new(struct server *server, struct store **ret)
{
	struct store *store = calloc(1, sizeof(*store));
	const char *max = getenv("FDSTORE");
	uint64_t number = 0;
	int r;

	if (store == NULL)
		return -ENOMEM;
	store->server = server;
	/* Of a daemon that detaches the manager takes nothing. */
	if (max != NULL && notify_wanted(server->notify) && !server->request->detached)
		(void)number_parse(max, STORED_NUMBER_MAX, &number); /* else none */
	store->declared = (size_t)number;
	store->room = files_room(server->request);
	store->max = MIN(store->declared, store->room);
	r = timer_new(server->event, on_retry, store, &store->timer);
	if (r < 0)
		store_free(store);
	else
		*ret = store;
	return r;
}

struct store *store_free(struct store *store)
{
	if (store == NULL)
		return NULL;
	for (size_t i = 0; i < store->n_drops; i++)
		free(store->drops[i]);
	free(store->drops);
	sd_event_source_unref(store->timer);
	free(store);
	return NULL;
}

size_t store_count(const struct store *store)
{
	return store->n - store->n_drops;
}

/* What the manager has no longer to keep */

/* False: there is no room for the message. */
static bool send_drop(struct store *store, const char *name)
{
	char message[MESSAGE_ROOM + 256];

	(void)snprintf(message, sizeof(message), "FDSTOREREMOVE=1\nFDNAME=%s", name);
	return notify_pass(store->server->notify, -1, message) != -EAGAIN;
}

static void send_drops(struct store *store)
{
	size_t sent = 0;

	while (sent < store->n_drops && send_drop(store, store->drops[sent])) {
		store->n--;
		store->names -= strlen(store->drops[sent]) + 1;
		free(store->drops[sent++]);
	}
	store->n_drops -= sent;
	if (store->n_drops > 0)
		memmove(store->drops, store->drops + sent,
			store->n_drops * sizeof(char *));
}

static void drop(struct store *store, const char *name)
{
	char **drops;

	if (!notify_wanted(store->server->notify))
		return;
	drops = reallocarray(store->drops, store->n_drops + 1, sizeof(*drops));
	if (drops == NULL)
		return; /* it is found, and dropped, by the next spawnd */
	store->drops = drops;
	drops[store->n_drops] = strdup(name);
	if (drops[store->n_drops] != NULL)
		store->n_drops++;
}

void store_forget(struct store *store, struct listener *listener)
{
	char name[STORED_NAME_ROOM];

	if (listener->socket.stored == 0)
		return;
	drop(store, stored_name(&listener->socket, name));
	listener->socket.stored = 0;
}

/* What it is to keep */

/* A port that the kernel chose is another one at the next start. */
static bool is_to_store(const struct listener *listener)
{
	return listener->wanted.passed == 0 && listener->socket.stored == 0 &&
	       (listener->wanted.at.any.sa_family == AF_UNIX ||
		address_port(&listener->wanted) != 0);
}

/* 0, -ENOSPC, -EAGAIN or -errno. */
static int put(struct store *store, struct listener *listener)
{
	char name[STORED_NAME_ROOM], message[MESSAGE_ROOM];
	size_t size;
	int r;

	listener->socket.stored = store->last + 1;
	size = strlen(stored_name(&listener->socket, name)) + 1;
	(void)snprintf(message, sizeof(message), "FDSTORE=1\nFDNAME=%s", name);
	if (store->n >= store->max || store->names + size > NAMES_MAX ||
	    store->last == STORED_NUMBER_MAX)
		r = -ENOSPC;
	else
		r = notify_pass(store->server->notify, listener->socket.fd, message);
	if (r < 0) {
		listener->socket.stored = 0;
		return r;
	}
	store->last++;
	store->n++;
	store->names += size;
	return 0;
}

/* Returns 0 or the first error, with the number of those that are not kept; or -EAGAIN:
 * that is not known yet. */
static int put_all(struct store *store, size_t *ret_left)
{
	const struct server *server = store->server;
	int first_error = 0;

	*ret_left = 0;
	for (size_t i = 0; i < server->n_services; i++)
		for (size_t j = 0; j < server->services[i]->n_listeners; j++) {
			struct listener *listener = server->services[i]->listeners[j];

			if (!is_to_store(listener))
				continue;
			if (first_error == 0)
				first_error = put(store, listener);
			if (first_error == -EAGAIN)
				return first_error;
			*ret_left += listener->socket.stored == 0;
		}
	return first_error;
}

/* What the manager has since more could be kept before; the last ones go. */
static void drop_excess(struct store *store)
{
	const struct server *server = store->server;

	for (size_t i = server->n_services; i > 0; i--)
		for (size_t j = server->services[i - 1]->n_listeners;
		     j > 0 && store_count(store) > store->max; j--)
			store_forget(store, server->services[i - 1]->listeners[j - 1]);
}

/* Why there is no room, and what to change. */
static void explain(const struct store *store, struct text *ret)
{
	const bool few = store->declared == store->max,
		   narrow = store->room == store->max;

	if (store->n < store->max) {
		text_add(ret, "their names would be too long for LISTEN_FDNAMES");
		return;
	}
	if (few)
		text_addf(ret, "FDSTORE is %zu", store->declared);
	if (narrow)
		text_addf(ret,
			  "%shalf of the limit of %ju open files, less what socket units "
			  "have, is %zu",
			  few ? ", and " : "",
			  (uintmax_t)store->server->request->open_files.rlim_cur,
			  store->room);
	text_addf(ret, "; raise %s%s%s", few ? "FDSTORE and FileDescriptorStoreMax" : "",
		  few && narrow ? ", and " : "", narrow ? "LimitNOFILE" : "");
}

static void tell_left(const struct store *store, size_t left, int error)
{
	auto_text struct text why = { 0 };

	if (error == -ENOSPC)
		explain(store, &why);
	else
		text_add(&why, strerror(-error));
	log_line(store->server->log, LOG_WARNING, NULL,
		 "the service manager does not keep %zu of %zu sockets for the next "
		 "start: %s",
		 left, left + store_count(store), text_get(&why));
}

void store_fill(struct store *store)
{
	size_t left = 0;
	int r;

	if (store->declared > 0)
		drop_excess(store);
	send_drops(store);
	r = store->n_drops > 0 ? -EAGAIN : 0;
	if (r == 0 && store->declared > 0)
		r = put_all(store, &left);
	if (r == -EAGAIN) {
		(void)timer_run(store->timer, RETRY); /* or with the next change */
		return;
	}
	if (left > 0 && left != store->told)
		tell_left(store, left, r);
	store->told = left;
}

/* What it has kept for us */

/* Another socket of ours stood at the path: that one cannot listen beside it. */
static bool is_of_other_type(const struct server *server, const struct address *bound)
{
	struct address other = *bound;

	other.seqpacket = !bound->seqpacket;
	for (size_t i = 0; address_is_path(bound) && i < server->load->n; i++)
		for (size_t j = 0; j < server->load->plans[i]->n_addresses; j++)
			if (server->load->plans[i]->settings->enabled &&
			    stored_is_at(&other, &server->load->plans[i]->addresses[j]))
				return true;
	return false;
}

/* The address of the configuration that means it; or NULL. */
static const struct address *find_wanted(const struct server *server,
					 const struct address *bound)
{
	for (size_t i = 0; i < server->load->n; i++) {
		const struct service_plan *plan = server->load->plans[i];

		for (size_t j = 0; plan->settings->enabled && j < plan->n_addresses; j++)
			if (stored_is_at(bound, &plan->addresses[j]))
				return &plan->addresses[j];
	}
	return NULL;
}

/* What stands at the address of a configuration is taken for it. */
static const char *find_problem(struct store *store, const struct passed *stored,
				size_t number, struct listener_socket *ret)
{
	const struct address *wanted;
	const char *problem;

	/* The last one stays: those before have gone their ways. */
	for (size_t i = number + 1; i < stored->n; i++)
		if (stored_is_same(&stored->sockets[i], &stored->sockets[number]))
			return "is there twice";
	problem = stored_listen(&stored->sockets[number], ret);
	if (problem != NULL)
		return problem;
	store->last = MAX(store->last, ret->stored);
	wanted = find_wanted(store->server, &ret->address);
	if (wanted != NULL)
		ret->address = *wanted;
	return NULL;
}

static void give_up(struct store *store, struct passed_socket *socket,
		    const char *problem)
{
	auto_text struct text shown = { 0 };

	text_add_escaped(&shown, socket->name, strlen(socket->name));
	log_line(store->server->log, LOG_WARNING, NULL,
		 "the socket \"%s\" that the service manager has kept %s; closed",
		 text_get(&shown), problem);
	drop(store, socket->name);
	passed_close(socket);
}

/* Can it not even be listened on beside?  Of paths there is one socket, and without the
 * capability its rights can be set by its owner alone. */
static bool is_in_the_way(const struct server *server,
			  const struct listener_socket *socket)
{
	return address_is_path(&socket->address) &&
	       (is_of_other_type(server, &socket->address) ||
		(socket->settings.rights.uid != geteuid() &&
		 !privilege_has(server->request->privilege, CAP_CHOWN)));
}

/* A place for one more. */
static struct listener *add_listener(struct service *service)
{
	struct listener *listener = calloc(1, sizeof(*listener));

	if (listener == NULL)
		return NULL;
	listener->service = service;
	listener->socket.fd = -1;
	service->listeners[service->n_listeners++] = listener;
	return listener;
}

static int take_one(struct store *store, struct passed *stored, size_t number,
		    struct service *service)
{
	struct passed_socket *from = &stored->sockets[number];
	struct listener_socket socket;
	const char *problem = find_problem(store, stored, number, &socket);
	struct listener *listener;

	store->n++;
	store->names += strlen(from->name) + 1;
	if (problem != NULL) {
		give_up(store, from, problem);
		return 0;
	}
	listener = add_listener(service);
	if (listener == NULL)
		return -ENOMEM;
	listener->socket = socket;
	listener->wanted = socket.address;
	from->fd = -1;
	if (!is_in_the_way(store->server, &socket))
		return 0;
	store_forget(store, listener);
	listener_close(listener);
	service->n_listeners--;
	return 0;
}

int store_take(struct store *store)
{
	struct server *server = store->server;
	struct passed *stored = server->request->stored;
	struct service *service;
	int r;

	if (stored == NULL || stored->n == 0)
		return 0;
	log_line(server->log, LOG_INFO, NULL,
		 "the service manager has kept %zu sockets, and the clients who wait "
		 "there",
		 stored->n);
	r = service_new(server, "", &server->stored);
	if (r < 0)
		return r;
	service = server->stored;
	service->listeners = calloc(stored->n, sizeof(struct listener *));
	if (service->listeners == NULL)
		return -ENOMEM;
	for (size_t i = 0; r == 0 && i < stored->n; i++)
		r = take_one(store, stored, i, service);
	return r;
}
