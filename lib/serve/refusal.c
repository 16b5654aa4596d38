/* SPDX-License-Identifier: MIT */

/* refusal.c - close, reset or say why; a ring of the sockets that linger. */

#include "serve/refusal.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "base/base.h"
#include "serve/timer.h"

#define LINGER_USEC (1 * USEC_PER_SEC)

struct refused {
	int fd;
	uint64_t until;
};

struct refusals {
	struct refused ring[REFUSALS_MAX];
	size_t first, n;
	sd_event_source *timer;
};

static void drop_first(struct refusals *refusals)
{
	close_fd(&refusals->ring[refusals->first].fd);
	refusals->first = (refusals->first + 1) % REFUSALS_MAX;
	refusals->n--;
}

static int arm(struct refusals *refusals)
{
	return refusals->n == 0 ? 0
				: timer_set(refusals->timer,
					    refusals->ring[refusals->first].until);
}

static int on_timer(sd_event_source *source, uint64_t usec, void *data)
{
	struct refusals *refusals = data;
	uint64_t now = now_usec();

	(void)source;
	(void)usec;
	while (refusals->n > 0 && refusals->ring[refusals->first].until <= now)
		drop_first(refusals);
	(void)arm(refusals); /* without it they go when the ring is full */
	return 0;
}

int refusals_new(sd_event *event, struct refusals **ret)
{
	struct refusals *refusals = calloc(1, sizeof(*refusals));
	int r;

	if (refusals == NULL)
		return -ENOMEM;
	r = timer_new(event, on_timer, refusals, &refusals->timer);
	if (r < 0) {
		refusals_free(refusals);
		return r;
	}
	*ret = refusals;
	return 0;
}

struct refusals *refusals_free(struct refusals *refusals)
{
	if (refusals == NULL)
		return NULL;
	while (refusals->n > 0)
		drop_first(refusals);
	sd_event_source_unref(refusals->timer);
	free(refusals);
	return NULL;
}

/* Say the text and keep the socket until the client has had time to take it. */
static void say(struct refusals *refusals, int fd, const char *text)
{
	/* What does not fit into an empty socket at once is not waited for. */
	(void)send(fd, text, strlen(text), MSG_DONTWAIT | MSG_NOSIGNAL);
	(void)shutdown(fd, SHUT_WR); /* a client that is gone needs no end */
	if (refusals->n == REFUSALS_MAX)
		drop_first(refusals);
	refusals->ring[(refusals->first + refusals->n) % REFUSALS_MAX] =
		(struct refused){ .fd = fd, .until = now_usec() + LINGER_USEC };
	if (++refusals->n == 1)
		(void)arm(refusals); /* without it they go when the ring is full */
}

void refusals_refuse(struct refusals *refusals, int fd, const struct refuse *how)
{
	const struct linger reset = { .l_onoff = 1, .l_linger = 0 };

	if (how->how == REFUSE_TEXT) {
		say(refusals, fd, how->text);
		return;
	}
	if (how->how == REFUSE_RESET)
		/* A Unix socket knows no reset: it is closed then. */
		(void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	(void)close(fd); /* nothing was written to it */
}

bool refusals_are_over(const struct refusals *refusals)
{
	return refusals->n == 0;
}
