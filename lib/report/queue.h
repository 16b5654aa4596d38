/* SPDX-License-Identifier: MIT */

/*
 * queue.h - what was said and is not written yet, in a buffer of a fixed size.
 *
 * An entry holds what was said, not how it is laid out: what one place did not take
 * can go to another.  What finds no room, and what a place took and lost, is counted;
 * an entry that tells such a count carries it, and gives it back when it is lost too.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "base/base.h"

enum {
	QUEUE_SIZE = 256 * 1024,
	ENTRY_TEXT_MAX = 4096,
	ENTRY_FIELDS_MAX = 4096,
};

struct entry {
	uint32_t size; /* of all of it, in the queue */
	uint32_t text_size;
	uint32_t fields_size;
	int level; /* a priority of syslog(3) */
	uint64_t tells; /* how many lost ones it tells of */
	struct timespec at;
	char bytes[]; /* the text, then the fields as the journal takes them */
};

struct queue {
	uint64_t lost; /* and not told */
	size_t begin, end;
	_Alignas(struct entry) char buffer[QUEUE_SIZE];
};

/* A place for one more entry of whatever size, and for spare further ones; NULL when
 * there is none.  Its head is zeroed.  It counts once it is added. */
struct entry *queue_room(struct queue *queue, size_t spare);
void queue_add(struct queue *queue, struct entry *entry);

/* The oldest, and the one after another; NULL at the end. */
const struct entry *queue_first(const struct queue *queue);
const struct entry *queue_next(const struct queue *queue, const struct entry *entry);

/* The oldest is written, or is lost. */
void queue_take(struct queue *queue);
void queue_lose(struct queue *queue);

static inline bool queue_is_empty(const struct queue *queue)
{
	return queue->begin == queue->end;
}
