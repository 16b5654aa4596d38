/* SPDX-License-Identifier: MIT */

/* orphans.c - reaps what nobody else will. */

#include "serve/orphans.h"

#include <sys/wait.h>

#include "serve/connection.h"
#include "serve/reload.h"
#include "serve/server.h"
#include "serve/service.h"

/* Will somebody else reap it, and be told then? */
static bool is_ours(const struct server *server, pid_t pid)
{
	if (reload_owns(server->reload, pid))
		return true;
	for (size_t i = 0; i < server->n_services; i++)
		for (const struct connection *connection = server->services[i]->first;
		     connection != NULL; connection = connection->next)
			if (connection->process.pid == pid)
				return true;
	return false;
}

void orphans_reap(const struct server *server)
{
	for (;;) {
		siginfo_t info = { 0 };

		if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) < 0 ||
		    info.si_pid == 0 || is_ours(server, info.si_pid))
			return;
		(void)waitid(P_PID, (id_t)info.si_pid, &info, WEXITED | WNOHANG);
	}
}
