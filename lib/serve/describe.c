/* SPDX-License-Identifier: MIT */

/* describe.c - from addresses to variables. */

#include "serve/describe.h"

#include <errno.h>
#include <stdio.h>

#include "serve/client.h"
#include "serve/connection.h"
#include "serve/load.h"
#include "serve/server.h"
#include "serve/service.h"

static void describe_ip(struct env *env, const struct endpoint *peer,
			const struct endpoint *local)
{
	env_add(env, "PROTO", "TCP");
	env_add(env, "TCPLOCALIP", local->ip);
	env_add(env, "TCPLOCALPORT", local->port);
	env_add(env, "TCPREMOTEIP", peer->ip);
	env_add(env, "TCPREMOTEPORT", peer->port);
	env_add(env, "REMOTE_ADDR", peer->ip);
	env_add(env, "REMOTE_PORT", peer->port);
	env_add(env, "REMOTE_HOST", peer->ip);
}

static bool is_printable(const char *path)
{
	for (; *path != '\0'; path++)
		if (*path < 0x20 || *path > 0x7e)
			return false;
	return true;
}

static void describe_unix(struct env *env, const struct connection *connection,
			  const struct endpoint *peer, const struct endpoint *local)
{
	env_add(env, "PROTO", "UNIX");
	if (connection->peer.family == AF_UNIX) {
		const struct ucred *who = &connection->peer.id.unix_;

		env_add_number(env, "IPCREMOTEEUID", who->uid);
		env_add_number(env, "IPCREMOTEEGID", who->gid);
		if (who->pid > 0) /* 0: not of our pid namespace */
			env_add_number(env, "IPCREMOTEPID", (unsigned long long)who->pid);
	}
	if (is_printable(peer->path)) /* the client chose it */
		env_add(env, "IPCREMOTEPATH", peer->path);
	env_add(env, "IPCLOCALPATH", local->path);
}

/* As systemd does it, and no more: there are no names of their own for this. */
static void describe_vsock(struct env *env, const struct endpoint *peer)
{
	char address[sizeof("vsock:") + sizeof(peer->cid)];

	env_add(env, "PROTO", "VSOCK");
	if (peer->cid[0] == '\0')
		return;
	(void)snprintf(address, sizeof(address), "vsock:%s", peer->cid); /* fits */
	env_add(env, "REMOTE_ADDR", address);
	env_add(env, "REMOTE_PORT", peer->port);
}

/* The environment to begin with: of the origin that the client is of, or of all. */
static int choose_base(const struct service_plan *plan, const struct client *client,
		       const struct words **ret)
{
	const struct access *origins = plan->environment_origins;
	struct access_who who = { .peer = &client->peer };
	auto_free gid_t *groups = NULL;
	struct access_found found;

	*ret = &plan->environment;
	if (origins == NULL)
		return 0;
	if (client->peer.family == AF_UNIX && access_has(origins, ORIGIN_GID) &&
	    access_groups(client->fd, &groups, &who.n_groups) == -ENOMEM)
		return -ENOMEM;
	who.groups = groups;
	found = access_find(origins, &who);
	if (found.length >= 0)
		*ret = &plan->environments[found.value];
	return 0;
}

int describe_connection(const struct connection *connection, const struct client *client,
			struct env *env)
{
	const struct address *local = &client->local;
	struct endpoint peer_end, local_end;
	const struct words *base;
	int r = choose_base(connection->plan, client, &base);

	if (r == 0)
		r = env_begin(env, base);
	if (r < 0)
		return r;
	address_endpoint(&client->address, &peer_end);
	address_endpoint(local, &local_end);
	if (local->at.any.sa_family == AF_UNIX)
		describe_unix(env, connection, &peer_end, &local_end);
	else if (local->at.any.sa_family == AF_VSOCK)
		describe_vsock(env, &peer_end);
	else
		describe_ip(env, &peer_end, &local_end);
	env_add_number(env, "SPAWND_ID", connection->id);
	if (connection->plan->spawn.passes_connection) {
		/* As systemd says it of a connection. */
		env_add_number(env, "LISTEN_FDS", 1);
		env_add(env, "LISTEN_FDNAMES", "connection");
		env_add_pid(env, "LISTEN_PID");
	}
	return 0;
}

void describe_local(struct connection *connection, const struct address *local)
{
	struct text shown = { 0 };

	if (!log_wants_fields(connection->service->server->log))
		return;
	address_show(local, &shown);
	connection->local = text_steal(&shown); /* or NULL */
}
