/* SPDX-License-Identifier: MIT */

/*
 * sink.c - takes entries from the queue, lays them out and sends as many as it can with
 * one call.
 *
 * An entry leaves the queue when all of it is sent.  In a stream the reader may take a
 * part of a line; how much is remembered, and the rest is laid out again.
 */

#include "report/sink.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>

#include "base/text.h"
#include "report/layout.h"
#include "report/output.h"
#include "report/queue.h"
#include "report/receiver.h"

enum { BATCH = 64 };

struct sink {
	struct layout layout;
	bool is_receiver; /* else it is an output */
	struct output output;
	struct receiver receiver;
	char *path; /* of the file, or of the receiver */
	bool is_told; /* that nobody listens there */
	size_t partial; /* so much of the first line is written ... */
	size_t rest; /* ... and so much of it is not */
	bool is_cut; /* what is written ends within a line */
};

struct batch {
	size_t n, n_pieces;
	size_t sizes[BATCH];
	struct iovec pieces[1 + BATCH * LAYOUT_PIECES];
	char heads[BATCH][LAYOUT_HEAD_ROOM];
};

/* Opening */

static bool name_is_good(const char *name)
{
	const size_t size = strlen(name);

	for (size_t i = 0; i < size; i++)
		if (name[i] <= ' ' || name[i] > '~')
			return false;
	return size > 0 && size <= LAYOUT_NAME_MAX;
}

static int to_receiver(struct sink *sink, enum layout_kind kind, const char *path)
{
	sink->path = strdup(path);
	if (sink->path == NULL)
		return -ENOMEM;
	sink->layout.kind = kind;
	sink->is_receiver = true;
	sink->receiver = (struct receiver){ .path = sink->path, .fd = -1 };
	(void)receiver_connect(&sink->receiver); /* it may come later */
	return 0;
}

static int to_stderr(struct sink *sink)
{
	sink->layout.kind = stderr_is_journal() ? LAYOUT_PRIORITY : LAYOUT_STAMPED;
	sink->output = output_stderr();
	return 0;
}

static int to_journal(struct sink *sink, const struct log_request *request)
{
	return to_receiver(sink, LAYOUT_JOURNAL,
			   request->journal_socket != NULL
				   ? request->journal_socket
				   : "/run/systemd/journal/socket");
}

static int to_syslog(struct sink *sink, const struct log_request *request)
{
	return to_receiver(sink, LAYOUT_SYSLOG,
			   request->syslog_socket != NULL ? request->syslog_socket
							  : "/dev/log");
}

static int open_file(const char *path, struct output *ret, struct text *why)
{
	auto_text struct text reason = { 0 };
	int r = output_file(path, ret, &reason);

	if (r > 0) {
		text_add_escaped(why, path, strlen(path));
		text_addf(why, ": %s", text_get(&reason));
	}
	return r;
}

static int to_file(struct sink *sink, const char *path, struct text *why)
{
	sink->path = strdup(path);
	return sink->path == NULL ? -ENOMEM : open_file(path, &sink->output, why);
}

static int to_journal_or_stderr(struct sink *sink, const struct log_request *request)
{
	int r = stderr_is_journal() ? to_journal(sink, request) : 0;

	if (r < 0 || sink->receiver.is_connected)
		return r;
	receiver_close(&sink->receiver);
	sink->is_receiver = false;
	free(sink->path); /* the journal's, which is not there */
	sink->path = NULL;
	return to_stderr(sink);
}

static int to_place(struct sink *sink, const struct log_request *request,
		    struct text *why)
{
	switch (request->to) {
	case LOG_TO_JOURNAL:
		return to_journal(sink, request);
	case LOG_TO_SYSLOG:
		return to_syslog(sink, request);
	case LOG_TO_FILE:
		return to_file(sink, request->path, why);
	case LOG_TO_STDERR:
		return to_stderr(sink);
	case LOG_TO_AUTO:
		break;
	}
	return request->detached ? to_syslog(sink, request)
				 : to_journal_or_stderr(sink, request);
}

int sink_open(const struct log_request *request, struct sink **ret, struct text *why)
{
	struct sink *sink;
	int r;

	if (!name_is_good(request->name)) {
		text_addf(why,
			  "the log's name for us has to be 1 to %d printable characters "
			  "without blanks",
			  LAYOUT_NAME_MAX);
		return 1;
	}
	sink = calloc(1, sizeof(*sink));
	if (sink == NULL)
		return -ENOMEM;
	sink->output.fd = sink->receiver.fd = -1;
	sink->layout.pid = getpid();
	sink->layout.facility = request->facility;
	sink->layout.end = "\n";
	(void)snprintf(sink->layout.name, sizeof(sink->layout.name), "%s",
		       request->name); /* was looked at */
	r = to_place(sink, request, why);
	if (r != 0)
		sink_free(sink);
	else
		*ret = sink;
	return r;
}

struct sink *sink_free(struct sink *sink)
{
	if (sink == NULL)
		return NULL;
	output_close(&sink->output);
	receiver_close(&sink->receiver);
	free(sink->path);
	free(sink);
	return NULL;
}

/* What it is */

const char *sink_name(const struct sink *sink)
{
	return sink->layout.name;
}

bool sink_discards(const struct sink *sink)
{
	return !sink->is_receiver && sink->output.kind == OUTPUT_NONE;
}

bool sink_takes_fields(const struct sink *sink)
{
	return sink->layout.kind == LAYOUT_JOURNAL;
}

bool sink_can_be_missing(const struct sink *sink)
{
	return sink->is_receiver;
}

int sink_fd(const struct sink *sink)
{
	if (sink->is_receiver)
		return sink->receiver.is_connected ? sink->receiver.fd : -1;
	/* A file is never waited for. */
	return sink->output.kind == OUTPUT_FILE ? -1 : sink->output.fd;
}

void sink_tell_missing(struct sink *sink)
{
	struct layout layout = sink->layout;
	struct timespec now = { 0 };
	struct output output;
	char line[LAYOUT_HEAD_ROOM + 256];
	size_t size;

	if (!sink->is_receiver || sink->receiver.is_connected || sink->is_told)
		return;
	sink->is_told = true;
	layout.kind = stderr_is_journal() ? LAYOUT_PRIORITY : LAYOUT_STAMPED;
	layout.stamped = 0; /* made for another kind */
	(void)clock_gettime(CLOCK_REALTIME, &now); /* cannot fail for this clock */
	size = layout_head(&layout, LOG_WARNING, &now, line);
	size += (size_t)snprintf(line + size, sizeof(line) - size,
				 "log: cannot reach %.128s: %s; what is said waits\n",
				 sink->path, strerror(sink->receiver.error));
	output = output_stderr();
	/* Who does not take it now will not be told. */
	(void)output_write(&output, &(struct iovec){ line, MIN(size, sizeof(line) - 1) },
			   1);
	output_close(&output);
}

/* Sending */

static void gather(struct sink *sink, const struct queue *queue, struct batch *batch)
{
	static char newline[] = "\n";

	batch->n = batch->n_pieces = 0;
	if (sink->is_cut)
		batch->pieces[batch->n_pieces++] = (struct iovec){ newline, 1 };
	for (const struct entry *entry = queue_first(queue);
	     entry != NULL && batch->n < BATCH; entry = queue_next(queue, entry)) {
		batch->sizes[batch->n] =
			layout_entry(&sink->layout, entry, batch->heads[batch->n],
				     batch->pieces + batch->n_pieces);
		batch->n++;
		batch->n_pieces += LAYOUT_PIECES;
	}
}

static void skip(struct iovec *pieces, size_t size)
{
	for (; size > 0; pieces++) {
		const size_t n = MIN(size, pieces->iov_len);

		pieces->iov_base = (char *)pieces->iov_base + n;
		pieces->iov_len -= n;
		size -= n;
	}
}

static int write_lines(struct sink *sink, struct queue *queue)
{
	struct batch batch;
	struct msghdr message = { .msg_iov = batch.pieces };
	size_t i;
	ssize_t n;

	gather(sink, queue, &batch);
	skip(batch.pieces, sink->partial);
	message.msg_iovlen = batch.n_pieces;
	n = sink->is_receiver ? receiver_write(&sink->receiver, &message)
			      : output_write(&sink->output, batch.pieces, batch.n_pieces);
	if (n <= 0)
		return n < 0 ? (int)n : -EIO;
	if (sink->is_cut) {
		sink->is_cut = false;
		n--;
	}
	sink->partial += (size_t)n;
	for (i = 0; i < batch.n && sink->partial >= batch.sizes[i]; i++) {
		sink->partial -= batch.sizes[i];
		queue_take(queue);
	}
	sink->rest = i < batch.n ? batch.sizes[i] - sink->partial : 0;
	return 0;
}

static int send_datagrams(struct sink *sink, struct queue *queue)
{
	struct batch batch;
	struct mmsghdr messages[BATCH];
	int n;

	gather(sink, queue, &batch);
	for (size_t i = 0; i < batch.n; i++)
		messages[i] = (struct mmsghdr){
			.msg_hdr = { .msg_iov = batch.pieces + i * LAYOUT_PIECES,
				     .msg_iovlen = LAYOUT_PIECES },
		};
	n = receiver_send(&sink->receiver, messages, (unsigned)batch.n);
	for (int i = 0; i < n; i++)
		queue_take(queue);
	return MIN(n, 0);
}

static int send_to_receiver(struct sink *sink, struct queue *queue)
{
	int r;

	if (receiver_connect(&sink->receiver) < 0) {
		sink_tell_missing(sink);
		return -EAGAIN;
	}
	if (sink->layout.kind == LAYOUT_SYSLOG)
		sink->layout.end = sink->receiver.is_stream ? "" : NULL;
	r = sink->receiver.is_stream ? write_lines(sink, queue)
				     : send_datagrams(sink, queue);
	if (r == 0) {
		sink->is_told = false;
	} else if (r == -EMSGSIZE) {
		queue_lose(queue); /* it will never be taken */
	} else if (r != -EAGAIN && r != -EINTR) {
		receiver_failed(&sink->receiver, -r);
		sink->partial = 0; /* sent again, whole, to the next */
	}
	return r == -EAGAIN ? r : 0;
}

/* What is written of a line stays there, cut; the next one begins on a line of its own,
 * and with that, one that lacks no more than its end is whole. */
static void cut_line(struct sink *sink, struct queue *queue)
{
	if (sink->partial == 0)
		return;
	if (sink->rest == 1)
		queue_take(queue);
	sink->partial = 0;
	sink->is_cut = true;
}

static int send_to_output(struct sink *sink, struct queue *queue)
{
	int r = write_lines(sink, queue);

	if (r == 0 || r == -EINTR)
		return 0;
	if (r == -EAGAIN || r == -ENOBUFS)
		return -EAGAIN;
	/* A full disk, a reader that is gone: what waits is lost. */
	cut_line(sink, queue);
	while (!queue_is_empty(queue))
		queue_lose(queue);
	return 0;
}

int sink_send(struct sink *sink, struct queue *queue)
{
	const uint64_t lost = queue->lost;
	int r = 0;

	while (r == 0 && !queue_is_empty(queue))
		r = sink->is_receiver ? send_to_receiver(sink, queue)
				      : send_to_output(sink, queue);
	return r < 0 ? r : queue->lost > lost;
}

/* From one to the next */

static bool is_same_file(const struct output *a, const struct output *b)
{
	struct stat a_st, b_st;

	return fstat(a->fd, &a_st) == 0 && fstat(b->fd, &b_st) == 0 &&
	       a_st.st_dev == b_st.st_dev && a_st.st_ino == b_st.st_ino;
}

int sink_reopen(struct sink *sink, struct text *why)
{
	struct output output;
	int r;

	if (sink->is_receiver || sink->path == NULL)
		return 0;
	r = open_file(sink->path, &output, why);
	if (r != 0)
		return r;
	sink->is_cut &= is_same_file(&output, &sink->output);
	output_close(&sink->output);
	sink->output = output;
	return 0;
}

void sink_follow(struct sink *sink, struct sink *old, struct queue *queue)
{
	if (sink->is_receiver || old->is_receiver ||
	    !is_same_file(&sink->output, &old->output))
		return;
	cut_line(old, queue);
	sink->is_cut = old->is_cut;
}
