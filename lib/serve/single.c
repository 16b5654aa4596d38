/* SPDX-License-Identifier: MIT */

/* single.c - a server of one service, with one client and no listener. */

#include "serve/single.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "serve/accept.h"
#include "serve/admit.h"
#include "serve/client.h"
#include "serve/command_log.h"
#include "serve/connection.h"
#include "serve/log_flush.h"
#include "serve/server.h"
#include "serve/service.h"

/* The one service of -i. */
static int add_single(struct server *server, struct service_plan *plan)
{
	struct service *service = NULL;
	struct service_needs needs = { 0 };
	const char *name = plan->settings->name;
	int r = -ENOMEM;

	server->services = calloc(1, sizeof(struct service *));
	if (server->services != NULL)
		r = service_new(server, name, &service);
	if (r >= 0 && plan->settings->stderr_to == STDERR_LOG &&
	    log_wants_fields(server->log))
		needs.stream = command_log_stream(
			service->name, server->load->conf->global.syslog_facility);
	if (r >= 0 && plan->settings->stderr_to == STDERR_LOG && needs.stream <= 0)
		r = command_log_new(server->event, server->log, service->name,
				    &needs.command_log);
	if (r < 0) {
		service_free(service);
		return r;
	}
	service_take(service, plan, &needs);
	server->services[server->n_services++] = service;
	return 0;
}

/* A client that is gone has no name any more, and is served all the same. */
static int look_at_client(struct client *client)
{
	client->address.size = sizeof(client->address.at);
	if (getpeername(client->fd, &client->address.at.any, &client->address.size) < 0)
		client->address = (struct address){ .size = sizeof(client->address.at) };
	client->local.size = sizeof(client->local.at);
	if (getsockname(client->fd, &client->local.at.any, &client->local.size) < 0)
		return -errno;
	peer_from(&client->address, client->fd, &client->peer);
	return 0;
}

/* The text for a refused client takes its time to arrive. */
static void run_refusals(struct server *server)
{
	while (!refusals_are_over(server->refusals) &&
	       sd_event_run(server->event, UINT64_MAX) >= 0)
		server_flush_log(server);
}

/* The one client of -i, whose socket may be consumed. */
static int serve_single(struct server *server, struct client *client)
{
	struct service *service = server->services[0];
	enum refusal refusal;
	int r;

	service->accepted++;
	refusal = admit(service, client);
	if (refusal != ADMITTED) {
		service_refuse(service, client, refusal);
		run_refusals(server);
		return 0;
	}
	r = connection_begin(service, client);
	if (r != 0) {
		log_line(server->log, LOG_ERR, service->name,
			 "cannot start a command: %s", strerror(r));
		return EXIT_NOT_STARTED;
	}
	if (server->live > 0 && server_loop(server) < 0)
		return EXIT_NOT_STARTED;
	return server->exit_status;
}

int single_serve(struct server *server, struct service_plan *plan, int fd)
{
	struct client client = { .fd = fd };
	int r;

	server->single = true;
	server->exit_status = EXIT_NOT_STARTED;
	r = add_single(server, plan);
	if (r >= 0)
		r = look_at_client(&client);
	if (r < 0)
		log_line(server->log, LOG_ERR, plan->settings->name,
			 "cannot serve the connection: %s", strerror(-r));
	r = r < 0 ? EXIT_NOT_STARTED : serve_single(server, &client);
	close_fd(&client.fd);
	return r;
}
