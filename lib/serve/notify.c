/* SPDX-License-Identifier: MIT */

/* notify.c - datagrams to NOTIFY_SOCKET, without waiting. */

#include "serve/notify.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "serve/timer.h"

enum { MESSAGES_MAX = 8 };

#define RETRY (100 * USEC_PER_MSEC)

struct notify {
	int fd; /* -1: nobody is to be told */
	struct sockaddr_un to;
	socklen_t size;
	char *waiting[MESSAGES_MAX];
	size_t n;
	sd_event_source *timer;
};

/* True: it is gone, or never will be. */
static bool send_one(const struct notify *notify, const char *message)
{
	ssize_t n =
		sendto(notify->fd, message, strlen(message), MSG_DONTWAIT | MSG_NOSIGNAL,
		       (const struct sockaddr *)&notify->to, notify->size);

	return n >= 0 || (errno != EAGAIN && errno != ENOBUFS && errno != EINTR);
}

static void send_waiting(struct notify *notify)
{
	size_t sent = 0;

	while (sent < notify->n && send_one(notify, notify->waiting[sent]))
		free(notify->waiting[sent++]);
	notify->n -= sent;
	memmove(notify->waiting, notify->waiting + sent, notify->n * sizeof(char *));
	if (notify->n > 0)
		(void)timer_run(notify->timer, RETRY); /* or with the next one */
}

static int on_retry(sd_event_source *source, uint64_t usec, void *data)
{
	(void)source;
	(void)usec;
	send_waiting(data);
	return 0;
}

/* A path, or an abstract name that begins with "@". */
static int open_socket(struct notify *notify, const char *name)
{
	const size_t size = strlen(name);

	if ((name[0] != '/' && name[0] != '@') || size < 2 ||
	    size >= sizeof(notify->to.sun_path))
		return 0; /* not ours to understand, and no reason not to serve */
	notify->to.sun_family = AF_UNIX;
	memcpy(notify->to.sun_path, name, size);
	if (name[0] == '@')
		notify->to.sun_path[0] = '\0';
	notify->size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + size);
	notify->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	return notify->fd < 0 ? -errno : 0;
}

int notify_new(sd_event *event, struct notify **ret)
{
	struct notify *notify = calloc(1, sizeof(*notify));
	const char *name = getenv("NOTIFY_SOCKET");
	int r;

	if (notify == NULL)
		return -ENOMEM;
	notify->fd = -1;
	r = timer_new(event, on_retry, notify, &notify->timer);
	if (r >= 0 && name != NULL)
		r = open_socket(notify, name);
	if (r < 0)
		notify_free(notify);
	else
		*ret = notify;
	return r;
}

struct notify *notify_free(struct notify *notify)
{
	if (notify == NULL)
		return NULL;
	for (size_t i = 0; i < notify->n; i++)
		free(notify->waiting[i]);
	sd_event_source_unref(notify->timer);
	close_fd(&notify->fd);
	free(notify);
	return NULL;
}

bool notify_wanted(const struct notify *notify)
{
	return notify->fd >= 0;
}

/* The manager reads none.  What only says how we were gives way, else the oldest. */
static void make_room(struct notify *notify)
{
	size_t i = 0;

	while (i < notify->n && strncmp(notify->waiting[i], "STATUS=", 7) != 0)
		i++;
	i = i < notify->n ? i : 0;
	free(notify->waiting[i]);
	notify->n--;
	memmove(notify->waiting + i, notify->waiting + i + 1,
		(notify->n - i) * sizeof(char *));
}

void notify_send(struct notify *notify, const char *format, ...)
{
	va_list args;
	char *message;
	int size;

	if (notify->fd < 0)
		return;
	va_start(args, format);
	size = vasprintf(&message, format, args);
	va_end(args);
	if (size < 0)
		return; /* without memory the manager waits for the next one */
	if (notify->n == MESSAGES_MAX)
		make_room(notify);
	notify->waiting[notify->n++] = message;
	send_waiting(notify);
}

int notify_pass(const struct notify *notify, int fd, const char *message)
{
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(fd))];
	} control = { .header = { .cmsg_level = SOL_SOCKET,
				  .cmsg_type = SCM_RIGHTS,
				  .cmsg_len = CMSG_LEN(sizeof(fd)) } };
	struct iovec text = { .iov_base = (void *)message, .iov_len = strlen(message) };
	struct msghdr header = { .msg_name = (void *)&notify->to,
				 .msg_namelen = notify->size,
				 .msg_iov = &text,
				 .msg_iovlen = 1 };

	if (fd >= 0) {
		memcpy(CMSG_DATA(&control.header), &fd, sizeof(fd));
		header.msg_control = &control;
		header.msg_controllen = sizeof(control);
	}
	if (sendmsg(notify->fd, &header, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0)
		return 0;
	/* The last one: too many descriptors are on their way. */
	return errno == EINTR || errno == ENOBUFS || errno == ETOOMANYREFS ? -EAGAIN
									   : -errno;
}

void notify_beat(const struct notify *notify, const char *format, ...)
{
	char message[64];
	va_list args;

	if (notify->fd < 0 || notify->n > 0)
		return;
	va_start(args, format);
	(void)vsnprintf(message, sizeof(message), format, args); /* fits */
	va_end(args);
	(void)send_one(notify, message); /* or the next one */
}
