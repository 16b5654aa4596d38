/* SPDX-License-Identifier: MIT */

/* daemon.c - the order in which a daemon begins, and in which it ends. */

#include "serve/daemon.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "run/detach.h"
#include "serve/load_contain.h"
#include "serve/server.h"

int daemon_detach(const struct load_request *request, const struct load *load,
		  int *ret_starter, int *ret_status)
{
	auto_text struct text why = { 0 };
	int r;

	*ret_status = EXIT_CANNOT_START;
	if (getpid() == 1) {
		fprintf(stderr,
			"spawnd: process 1 cannot detach: all others end with it\n");
		return 1;
	}
	/* Both of us: no controller is enabled where somebody is in the cgroup itself. */
	r = load_take_cgroup(load, request, &why);
	if (r != 0) {
		fprintf(stderr, "spawnd: contain: %s\n",
			r < 0 ? strerror(-r) : text_get(&why));
		return 1;
	}
	r = detach_begin(ret_starter, ret_status);
	if (r < 0)
		fprintf(stderr, "spawnd: cannot detach: %s\n", strerror(-r));
	return r != 0;
}

/* Part from the starter, if there is one. */
static int leave_starter(const struct server *server, int *starter)
{
	const bool keep_stderr = server->load->conf->global.log.place == PLACE_STDERR;
	int r;

	if (*starter < 0)
		return 0;
	/* systemd must know whom to watch before the starter ends. */
	notify_send(server->notify, "MAINPID=%ld", (long)getpid());
	r = detach_ready(starter, keep_stderr);
	if (r < 0 && r != -EPIPE)
		fprintf(stderr, "spawnd: cannot detach: %s\n", strerror(-r));
	return r;
}

int daemon_serve(struct load_request *request, struct load *load, struct spawner *spawner,
		 struct log *log, int *starter)
{
	struct server *server = NULL;
	int r = EXIT_CANNOT_START;

	if (server_new(request, load, spawner, log, &server) < 0)
		return r;
	if (server_listen(server) == 0 && leave_starter(server, starter) == 0)
		r = server_run(server);
	server_free(server);
	return r;
}
