/* SPDX-License-Identifier: MIT */

/*
 * receiver.h - the socket of a log daemon, found again when that is restarted.
 *
 * Datagrams where it takes them, else a stream (an old syslog).  The descriptor keeps
 * its number for good once there is one, also while nobody listens at the other end.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

struct receiver {
	const char *path;
	int fd; /* -1 before the first time */
	bool is_connected;
	bool is_stream;
	bool is_proven; /* took something since it was connected */
	int error; /* why it is not connected */
	uint64_t retry_at; /* not before that */
};

/* 0 when it is connected, or -errno.  Asks at most once a second, but at once after
 * one that worked is gone. */
int receiver_connect(struct receiver *receiver);

/* What was sent came back with this error: do not rely on it any longer. */
void receiver_failed(struct receiver *receiver, int error);

/* Datagrams, or a piece of the stream.  How many (how much) it took, or -errno. */
int receiver_send(struct receiver *receiver, struct mmsghdr *messages, unsigned n);
ssize_t receiver_write(struct receiver *receiver, const struct msghdr *message);

void receiver_close(struct receiver *receiver);
