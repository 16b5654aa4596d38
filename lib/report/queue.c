/* SPDX-License-Identifier: MIT */

/* queue.c - entries one after another, moved to the front when the end is reached. */

#include "report/queue.h"

#include <string.h>

/* Rounded up, so that the next one is aligned as well. */
#define ENTRY_SIZE(bytes)                                                \
	((sizeof(struct entry) + (bytes) + _Alignof(struct entry) - 1) & \
	 ~(_Alignof(struct entry) - 1))

enum { ENTRY_MAX = ENTRY_SIZE(ENTRY_TEXT_MAX + ENTRY_FIELDS_MAX) };

static struct entry *entry_at(const struct queue *queue, size_t at)
{
	return (struct entry *)(void *)(queue->buffer + at);
}

struct entry *queue_room(struct queue *queue, size_t spare)
{
	const size_t wanted = (spare + 1) * ENTRY_MAX;
	struct entry *entry;

	if (QUEUE_SIZE - (queue->end - queue->begin) < wanted)
		return NULL;
	if (QUEUE_SIZE - queue->end < wanted) {
		(void)memmove(queue->buffer, queue->buffer + queue->begin,
			      queue->end - queue->begin);
		queue->end -= queue->begin;
		queue->begin = 0;
	}
	entry = entry_at(queue, queue->end);
	*entry = (struct entry){ 0 };
	return entry;
}

void queue_add(struct queue *queue, struct entry *entry)
{
	entry->size = (uint32_t)ENTRY_SIZE(entry->text_size + entry->fields_size);
	queue->end += entry->size;
}

const struct entry *queue_first(const struct queue *queue)
{
	return queue_is_empty(queue) ? NULL : entry_at(queue, queue->begin);
}

const struct entry *queue_next(const struct queue *queue, const struct entry *entry)
{
	const size_t at = (size_t)((const char *)entry - queue->buffer) + entry->size;

	return at == queue->end ? NULL : entry_at(queue, at);
}

void queue_take(struct queue *queue)
{
	queue->begin += entry_at(queue, queue->begin)->size;
	if (queue_is_empty(queue))
		queue->begin = queue->end = 0;
}

void queue_lose(struct queue *queue)
{
	const struct entry *entry = queue_first(queue);

	queue->lost += entry->tells > 0 ? entry->tells : 1;
	queue_take(queue);
}
