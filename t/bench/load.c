/* SPDX-License-Identifier: MIT */

/*
 * load - a closed loop of clients: each connects, sends what it has, reads to
 * the end, checks the answer and begins anew, until the time is over.
 *
 *     load [-c CLIENTS] [-t MILLISECONDS] [-b BYTES] [-a ANSWER] [-l] PORT
 *
 * With -b the clients send that many bytes and expect them back; otherwise
 * they send nothing and expect ANSWER ("hello\n").  One line comes out:
 * connections per second, median and 99th percentile in microseconds, failures.
 * With -l it is the median and the longest.
 */

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { CLIENTS_MAX = 4096, SAMPLES_MAX = 4000000 };

struct client {
	int fd;
	size_t sent;
	size_t got;
	bool wrong;
	uint64_t began;
};

struct load {
	int epoll;
	uint64_t until;
	const char *send;
	size_t send_size;
	const char *expect;
	size_t expect_size;
	struct sockaddr_in to;
	uint32_t *samples;
	size_t n_samples;
	size_t failed;
	size_t live;
	bool tells_longest;
};

static uint64_t now_usec(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts); /* cannot fail for this clock */
	return (uint64_t)ts.tv_sec * 1000000 + (uint64_t)ts.tv_nsec / 1000;
}

static void client_begin(struct load *load, struct client *client)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLRDHUP, .data.ptr = client };

	if (load->send_size > 0)
		event.events |= EPOLLOUT;
	*client = (struct client){ .began = now_usec() };
	client->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (client->fd < 0 ||
	    (connect(client->fd, (struct sockaddr *)&load->to, sizeof(load->to)) < 0 &&
	     errno != EINPROGRESS) ||
	    epoll_ctl(load->epoll, EPOLL_CTL_ADD, client->fd, &event) < 0) {
		perror("load: connect");
		exit(1);
	}
	load->live++;
}

static void client_end(struct load *load, struct client *client, bool good)
{
	uint64_t now = now_usec();

	if (!good || client->wrong || client->got != load->expect_size)
		load->failed++;
	else if (load->n_samples < SAMPLES_MAX)
		load->samples[load->n_samples++] = (uint32_t)(now - client->began);
	close(client->fd);
	load->live--;
	if (now < load->until)
		client_begin(load, client);
}

static bool client_write(struct load *load, struct client *client)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLRDHUP, .data.ptr = client };
	ssize_t n = send(client->fd, load->send + client->sent,
			 load->send_size - client->sent, MSG_NOSIGNAL);

	if (n < 0)
		return errno == EAGAIN;
	client->sent += (size_t)n;
	if (client->sent < load->send_size)
		return true;
	return shutdown(client->fd, SHUT_WR) == 0 &&
	       epoll_ctl(load->epoll, EPOLL_CTL_MOD, client->fd, &event) == 0;
}

static void client_turn(struct load *load, struct client *client, uint32_t events)
{
	static char buf[65536];
	ssize_t n;

	if ((events & EPOLLOUT) && !client_write(load, client)) {
		client_end(load, client, false);
		return;
	}
	while ((n = recv(client->fd, buf, sizeof(buf), 0)) > 0) {
		if (client->got + (size_t)n > load->expect_size ||
		    memcmp(buf, load->expect + client->got, (size_t)n) != 0)
			client->wrong = true;
		client->got += (size_t)n;
	}
	if (n == 0 || errno != EAGAIN)
		client_end(load, client, n == 0);
}

static int by_value(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static void report(struct load *load, uint64_t took)
{
	size_t n = load->n_samples;

	qsort(load->samples, n, sizeof(*load->samples), by_value);
	if (load->tells_longest) {
		printf("%u %u\n", n > 0 ? load->samples[n / 2] : 0,
		       n > 0 ? load->samples[n - 1] : 0);
		return;
	}
	printf("%.0f %u %u %zu\n", (double)n * 1e6 / (double)took,
	       n > 0 ? load->samples[n / 2] : 0, n > 0 ? load->samples[n * 99 / 100] : 0,
	       load->failed);
}

int main(int argc, char **argv)
{
	static struct client clients[CLIENTS_MAX];
	struct load load = { .expect = "hello\n" };
	size_t n_clients = 1;
	uint64_t msec = 1000, began;
	int c;

	while ((c = getopt(argc, argv, "c:t:b:a:l")) != -1) {
		switch (c) {
		case 'c':
			n_clients = strtoul(optarg, NULL, 10);
			break;
		case 't':
			msec = strtoul(optarg, NULL, 10);
			break;
		case 'b':
			load.send_size = strtoul(optarg, NULL, 10);
			break;
		case 'a':
			load.expect = optarg;
			break;
		case 'l':
			load.tells_longest = true;
			break;
		default:
			return 2;
		}
	}
	if (optind + 1 != argc || n_clients < 1 || n_clients > CLIENTS_MAX)
		return 2;
	load.to =
		(struct sockaddr_in){ .sin_family = AF_INET,
				      .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
				      .sin_port = htons((in_port_t)atoi(argv[optind])) };
	load.expect_size = strlen(load.expect);
	if (load.send_size > 0) {
		char *bytes = malloc(load.send_size);

		for (size_t i = 0; bytes != NULL && i < load.send_size; i++)
			bytes[i] = (char)(i * 31 + i / 251);
		load.send = load.expect = bytes;
		load.expect_size = load.send_size;
	}
	load.samples = malloc(SAMPLES_MAX * sizeof(*load.samples));
	load.epoll = epoll_create1(EPOLL_CLOEXEC);
	if (load.samples == NULL || load.expect == NULL || load.epoll < 0)
		return 3;

	began = now_usec();
	load.until = began + msec * 1000;
	for (size_t i = 0; i < n_clients; i++)
		client_begin(&load, &clients[i]);
	while (load.live > 0) {
		struct epoll_event events[256];
		int n = epoll_wait(load.epoll, events, 256, 2000);

		if (n <= 0 && errno != EINTR) {
			load.failed += load.live; /* silent for ten seconds: hung */
			break;
		}
		for (int i = 0; i < n; i++)
			client_turn(&load, events[i].data.ptr, events[i].events);
	}
	report(&load, now_usec() - began);
	return load.failed > 0;
}
