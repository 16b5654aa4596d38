/* SPDX-License-Identifier: MIT */

/*
 * clients - good, slow, late, dying and rude clients of several services at once.
 *
 *     clients SECONDS SEED PER-SERVICE NAME:ADDRESS[:TRAIT]...
 *
 * Each service sends back what it gets, and has so many clients at any time; whoever
 * is gone is followed by the next one.  An address is a port of 127.0.0.1, or the path
 * of a Unix socket.  What other answer a service may give is its trait: "refuses" (the
 * text below), "fails" (the end without a byte), "ends" (clients that say little and
 * wait for the end), "goes" (not there at times).
 *
 * One line for each service comes out: how many connections were made, and what became
 * of them.  A client that should have been served and was not is lost, and told of.
 */

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define MSEC 1000ULL
#define SEC (1000 * MSEC)
#define PATIENCE (30 * SEC) /* then a client is lost: nothing here takes so long */

static const char refusal[] = "421 busy\r\n";

enum { SERVICES_MAX = 32, CLIENTS_MAX = 1024, LOST_TOLD_MAX = 20 };

enum trait { TRAIT_NONE, TRAIT_REFUSES, TRAIT_FAILS, TRAIT_ENDS, TRAIT_GOES };

enum kind {
	KIND_QUICK, /* all at once */
	KIND_SLOW, /* piece by piece, with pauses */
	KIND_LATE, /* reads only after a while */
	KIND_WAITING, /* says something and does not go */
	KIND_DYING, /* goes before it has said all */
	KIND_RUDE, /* resets, in the middle or at once */
};

enum outcome {
	GOOD, /* all came back, then the end */
	REFUSED,
	FAILED, /* the end without a byte */
	ENDED, /* the end, which it waited for */
	ABORTED, /* by the client itself */
	DROPPED, /* never accepted: its listener went */
	LOST,
	OUTCOMES
};

static const char *const outcome_names[OUTCOMES] = { "good",  "refused", "failed",
						     "ended", "aborted", "dropped",
						     "lost" };

struct service {
	const char *name, *address;
	enum trait trait;
	unsigned long made, absent, outcomes[OUTCOMES];
};

struct client {
	struct service *service;
	enum kind kind;
	int fd; /* -1: none now, the next one comes at acts_at */
	uint64_t began, acts_at;
	size_t size, sent, got;
	unsigned salt;
	char head[sizeof(refusal) - 1]; /* the first bytes that came */
	bool differs;
	int send_error; /* the kernel tells it once, not again at the end */
};

static struct service services[SERVICES_MAX];
static struct client clients[CLIENTS_MAX];
static size_t n_services, n_clients;
static uint64_t state, now, until;
static unsigned n_told;

static uint64_t now_usec(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts); /* cannot fail for this clock */
	return (uint64_t)ts.tv_sec * SEC + (uint64_t)ts.tv_nsec / 1000;
}

/* xorshift: any seed but 0 gives the same clients again */
static size_t below(size_t limit)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (size_t)((state >> 11) % limit);
}

/* What stands at a place of a client's stream. */
static char pattern(const struct client *client, size_t at)
{
	return (char)(at * 31 + (at >> 8) * 7 + client->salt);
}

/* Coming */

static int dial(const struct service *service)
{
	struct sockaddr_in in = { .sin_family = AF_INET,
				  .sin_port = htons((uint16_t)atoi(service->address)),
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	const struct timeval patience = { .tv_sec = PATIENCE / SEC };
	const bool is_path = service->address[0] == '/';
	int fd = socket(is_path ? AF_UNIX : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -errno;
	(void)snprintf(un.sun_path, sizeof(un.sun_path), "%s", service->address);
	if (setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience)) < 0 ||
	    connect(fd, is_path ? (struct sockaddr *)&un : (struct sockaddr *)&in,
		    is_path ? sizeof(un) : sizeof(in)) < 0 ||
	    fcntl(fd, F_SETFL, O_NONBLOCK) < 0) {
		const int error = errno;

		close(fd);
		return -error;
	}
	return fd;
}

static enum kind choose_kind(const struct service *service)
{
	const size_t dice = below(100);

	if (dice < 8)
		return KIND_DYING;
	if (dice < 16)
		return KIND_RUDE;
	if (service->trait == TRAIT_ENDS)
		return KIND_WAITING;
	if (dice < 26)
		return KIND_SLOW;
	return dice < 32 ? KIND_LATE : KIND_QUICK;
}

static void tell_lost(const struct client *client, const char *what, int error)
{
	if (n_told++ >= LOST_TOLD_MAX)
		return;
	fprintf(stderr,
		"%s: lost: %s: %s; kind %d, sent %zu of %zu, got %zu, age %.3f s\n",
		client->service->name, what, strerror(error), (int)client->kind,
		client->sent, client->size, client->got,
		(double)(now - client->began) / 1e6);
}

static void client_begin(struct client *client)
{
	struct service *service = client->service;
	const int fd = dial(service);
	const bool gone = fd == -ECONNREFUSED || fd == -ENOENT;

	*client = (struct client){ .service = service,
				   .fd = fd,
				   .kind = choose_kind(service),
				   .began = now,
				   .acts_at = now,
				   .salt = (unsigned)below(251),
				   .size = 1 + below(below(8) == 0 ? 200000 : 2000) };
	if (fd >= 0) {
		service->made++;
		if (client->kind == KIND_LATE || client->kind == KIND_DYING)
			client->acts_at += below(100 * MSEC);
		return;
	}
	client->fd = -1;
	client->acts_at = now + 20 * MSEC;
	if (gone && service->trait == TRAIT_GOES) {
		service->absent++;
		return;
	}
	service->made++;
	service->outcomes[LOST]++;
	tell_lost(client, "cannot connect", -fd);
}

/* Going */

static void client_end(struct client *client, enum outcome outcome)
{
	client->service->outcomes[outcome]++;
	close(client->fd);
	client->fd = -1;
	client->acts_at = now + below(10 * MSEC);
}

static void client_abort(struct client *client)
{
	const struct linger reset = { .l_onoff = 1 };

	if (client->kind == KIND_RUDE) {
		/* Urgent bytes, too, and no matter whether they arrive. */
		(void)send(client->fd, "!", 1, MSG_OOB | MSG_NOSIGNAL | MSG_DONTWAIT);
		(void)setsockopt(client->fd, SOL_SOCKET, SO_LINGER, &reset,
				 sizeof(reset));
	}
	client_end(client, ABORTED);
}

/* The server's side ended, with an error or without. */
static void client_judge(struct client *client, int receive_error)
{
	const enum trait trait = client->service->trait;
	const int error = receive_error != 0 ? receive_error : client->send_error;

	if (client->kind >= KIND_DYING)
		client_abort(client); /* it would have */
	else if (!client->differs && client->kind == KIND_WAITING)
		client_end(client, ENDED);
	else if (!client->differs && error == 0 && client->got == client->size)
		client_end(client, GOOD);
	else if (trait == TRAIT_REFUSES && client->got == sizeof(client->head) &&
		 memcmp(client->head, refusal, sizeof(client->head)) == 0)
		client_end(client, REFUSED);
	else if (trait == TRAIT_FAILS && client->got == 0)
		client_end(client, FAILED);
	else if (trait == TRAIT_GOES && client->got == 0 && error != 0)
		client_end(client, DROPPED);
	else {
		tell_lost(client, client->differs ? "other bytes came" : "ended", error);
		client_end(client, LOST);
	}
}

/* Talking */

static size_t wants_to_send(const struct client *client)
{
	const bool all = client->kind != KIND_DYING && client->kind != KIND_RUDE;
	const size_t limit = all ? client->size : client->size / 2;

	if (client->send_error != 0 || client->sent >= limit ||
	    (client->kind == KIND_SLOW && now < client->acts_at))
		return 0;
	return client->kind == KIND_SLOW && limit - client->sent > client->size / 8
		       ? client->size / 8 + 1
		       : limit - client->sent;
}

static void client_send(struct client *client)
{
	char bytes[16384];
	size_t size = wants_to_send(client);
	ssize_t n;

	if (size > sizeof(bytes))
		size = sizeof(bytes);
	for (size_t i = 0; i < size; i++)
		bytes[i] = pattern(client, client->sent + i);
	n = send(client->fd, bytes, size, MSG_NOSIGNAL);
	if (n < 0 && errno != EAGAIN && errno != EINTR)
		client->send_error = errno; /* what came before can still be read */
	client->sent += n > 0 ? (size_t)n : 0;
	if (client->kind == KIND_SLOW)
		client->acts_at = now + below(20 * MSEC);
	if (client->sent == client->size && client->kind != KIND_WAITING)
		(void)shutdown(client->fd, SHUT_WR); /* of one that is reset: nothing */
}

static void client_receive(struct client *client)
{
	char bytes[16384];
	const ssize_t n = recv(client->fd, bytes, sizeof(bytes), 0);

	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) {
		client_judge(client, n < 0 ? errno : 0);
		return;
	}
	for (ssize_t i = 0; i < n; i++, client->got++) {
		if (client->got < sizeof(client->head))
			client->head[client->got] = bytes[i];
		client->differs |= client->got >= client->size ||
				   bytes[i] != pattern(client, client->got);
	}
}

static bool goes_now(const struct client *client)
{
	return client->kind >= KIND_DYING && now >= client->acts_at &&
	       (wants_to_send(client) == 0 || now > client->began + SEC);
}

/* What it waits for. */
static short client_events(const struct client *client)
{
	short events = 0;

	if (client->fd >= 0 && wants_to_send(client) > 0)
		events |= POLLOUT;
	if (client->fd >= 0 && (client->kind != KIND_LATE || now >= client->acts_at))
		events |= POLLIN;
	return events;
}

static void client_turn(struct client *client, short events)
{
	if (client->fd < 0) {
		if (now >= client->acts_at && now < until)
			client_begin(client);
		return;
	}
	if (now > client->began + PATIENCE) {
		tell_lost(client, "waited in vain", 0);
		client_end(client, LOST);
		return;
	}
	if (events & POLLOUT)
		client_send(client);
	if (goes_now(client))
		client_abort(client);
	else if (events & (POLLIN | POLLHUP | POLLERR) &&
		 (client_events(client) & POLLIN))
		client_receive(client);
}

static bool turn(void)
{
	static struct pollfd polls[CLIENTS_MAX];
	size_t live = 0;

	for (size_t i = 0; i < n_clients; i++) {
		const short events = client_events(&clients[i]);

		/* One that hangs up while nothing is wanted of it would be told of
		 * without end. */
		polls[i] = (struct pollfd){ .fd = events != 0 ? clients[i].fd : -1,
					    .events = events };
	}
	if (poll(polls, (nfds_t)n_clients, 2) < 0 && errno != EINTR) {
		perror("clients: poll");
		exit(2);
	}
	for (size_t i = 0; i < n_clients; i++) {
		now = now_usec();
		client_turn(&clients[i], polls[i].fd < 0 ? 0 : polls[i].revents);
		live += clients[i].fd >= 0;
	}
	return live > 0 || now < until;
}

static bool service_parse(char *text, struct service *ret)
{
	static const char *const names[] = { "", "refuses", "fails", "ends", "goes" };
	const char *name = strtok(text, ":"), *address = strtok(NULL, ":"),
		   *trait = strtok(NULL, ":");

	*ret = (struct service){ .name = name, .address = address };
	for (size_t i = 1; trait != NULL && i < sizeof(names) / sizeof(*names); i++)
		if (strcmp(trait, names[i]) == 0)
			ret->trait = (enum trait)i;
	return address != NULL && (trait == NULL || ret->trait != TRAIT_NONE);
}

int main(int argc, char **argv)
{
	const size_t each = argc > 4 ? strtoul(argv[3], NULL, 10) : 0;

	if (argc < 5 || argc - 4 > SERVICES_MAX ||
	    each * (size_t)(argc - 4) > CLIENTS_MAX)
		return 2;
	state = strtoull(argv[2], NULL, 10) | 1ULL << 60;
	for (int i = 4; i < argc; i++) {
		struct service *service = &services[n_services++];

		if (!service_parse(argv[i], service))
			return 2;
		for (size_t j = 0; j < each; j++)
			clients[n_clients++] =
				(struct client){ .service = service, .fd = -1 };
	}
	now = now_usec();
	until = now + strtoull(argv[1], NULL, 10) * SEC;
	while (turn())
		;
	for (size_t i = 0; i < n_services; i++) {
		const struct service *service = &services[i];

		printf("%s made=%lu", service->name, service->made);
		for (int j = 0; j < OUTCOMES; j++)
			printf(" %s=%lu", outcome_names[j], service->outcomes[j]);
		printf(" absent=%lu\n", service->absent);
	}
	return 0;
}
