/* SPDX-License-Identifier: MIT */

/* inetd.c - looks for the connection, and hands it to a server of one service. */

#include "serve/inetd.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "run/child.h"
#include "serve/house.h"
#include "serve/load_contain.h"
#include "serve/server.h"
#include "serve/single.h"

/* Is it a connection?  NULL, or what speaks against it. */
static const char *connection_problem(int fd)
{
	struct address name = { .size = sizeof(name.at) };
	int value = 0;
	socklen_t value_size = sizeof(value);

	if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &value, &value_size) < 0)
		return "is not a socket";
	if (value != SOCK_STREAM && value != SOCK_SEQPACKET)
		return "is not a stream socket";
	if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &value, &value_size) < 0 ||
	    value != 0)
		return "is a listening socket, not a connection";
	if (getpeername(fd, &name.at.any, &name.size) == 0)
		return NULL;
	/* A client that is gone already has no name any more; but a socket that never
	 * was connected has no port of its own either. */
	name.size = sizeof(name.at);
	if (getsockname(fd, &name.at.any, &name.size) == 0 && address_port(&name) == 0)
		return "is not connected";
	return NULL;
}

/* The descriptor of the connection: 0, or else the one that was passed; or -1, after what
 * is wrong was logged. */
static int find_connection(const struct passed *passed, const char *service,
			   struct log *log)
{
	const char *problem = connection_problem(STDIN_FILENO);

	if (problem == NULL)
		return STDIN_FILENO;
	if (passed->n != 1) {
		log_line(log, LOG_ERR, service, "descriptor 0 %s%s", problem,
			 passed->n > 1 ? ", and more than one socket was passed" : "");
		return -1;
	}
	problem = connection_problem(passed->sockets[0].fd);
	if (problem == NULL)
		return passed->sockets[0].fd;
	log_line(log, LOG_ERR, service, "descriptor %d %s", passed->sockets[0].was,
		 problem);
	return -1;
}

/* Take the connection away from our own stdio, where /dev/null stands then, and from what
 * was passed, which may be the very same: nobody else is to have it open. */
static int take_connection(int connection, struct passed *passed, int *ret_fd)
{
	auto_close int fd = fcntl(connection, F_DUPFD_CLOEXEC, SLOTS_END);
	auto_close int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	int flags;

	if (fd < 0 || null < 0)
		return -errno;
	flags = fcntl(fd, F_GETFL);
	/* Commands expect a socket that blocks; xinetd and others pass one that
	 * does not. */
	if (flags < 0 || fcntl(fd, F_SETFL, flags & ~O_NONBLOCK) < 0)
		return -errno;
	for (int i = 0; connection == STDIN_FILENO && i < 2; i++)
		if (dup2(null, i) < 0)
			return -errno;
	passed_close_all(passed);
	*ret_fd = steal_fd(&fd);
	return 0;
}

/* Returns what -i exits with if that went wrong; else 0. */
static int prepare(const struct load *load, const char *service, struct passed *passed,
		   struct log *log, struct service_plan **ret_plan, int *ret_fd)
{
	const int connection = find_connection(passed, service, log);
	int r;

	if (connection < 0)
		return EXIT_NOT_STARTED;
	*ret_plan = load_find(load, service);
	if (*ret_plan == NULL) {
		log_line(log, LOG_ERR, NULL, "there is no service \"%s\" in %s", service,
			 load->conf->path);
		return EXIT_CONFIGURATION;
	}
	r = take_connection(connection, passed, ret_fd);
	if (r < 0) {
		log_line(log, LOG_ERR, service, "cannot take the connection: %s",
			 strerror(-r));
		return EXIT_NOT_STARTED;
	}
	return 0;
}

/* Where the configuration wants it; standard error is whoever's who started us. */
static void take_log(const struct load_request *request, const struct load *load,
		     struct log *log)
{
	const struct global_settings *settings = &load->conf->global;
	auto_text struct text why = { 0 };
	struct sink *sink = NULL;
	int r;

	log_set_level(log, house_log_level(settings, request->louder));
	r = house_open_log(settings, false, &sink, &why);
	if (r == 0)
		log_use(log, sink);
	else
		log_line(log, LOG_ERR, NULL, "log: %s",
			 r < 0 ? strerror(-r) : text_get(&why));
}

static int take_cgroup(const struct load_request *request, const struct load *load,
		       struct log *log)
{
	auto_text struct text why = { 0 };
	int r = load_take_cgroup(load, request, &why);

	if (r != 0)
		log_line(log, LOG_ERR, request->only, "contain: %s",
			 r < 0 ? strerror(-r) : text_get(&why));
	return r;
}

int inetd_serve(struct load_request *request, struct load *load, const char *service,
		struct passed *passed, struct spawner *spawner, struct log *log)
{
	struct service_plan *plan = NULL;
	struct server *server = NULL;
	int fd = -1, r;

	take_log(request, load, log);
	r = prepare(load, service, passed, log, &plan, &fd);
	if (r == 0 && take_cgroup(request, load, log) != 0) {
		close_fd(&fd);
		r = EXIT_NOT_STARTED;
	}
	if (r != 0) {
		load_free(load);
		return r;
	}
	if (server_new(request, load, spawner, log, &server) < 0) {
		close_fd(&fd);
		return EXIT_NOT_STARTED;
	}
	r = single_serve(server, plan, fd);
	server_free(server);
	return r;
}
