/* SPDX-License-Identifier: MIT */

/* heap.c - a binary heap in an array. */

#include "base/heap.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

int heap_reserve(struct heap *heap, size_t n)
{
	struct heap_node **list;
	size_t room = heap->room > 0 ? heap->room : 16;

	if (n <= heap->room)
		return 0;
	while (room < n)
		room *= 2;
	list = reallocarray(heap->list, room, sizeof(struct heap_node *));
	if (list == NULL)
		return -ENOMEM;
	heap->list = list;
	heap->room = room;
	return 0;
}

static void set(struct heap *heap, size_t place, struct heap_node *node)
{
	heap->list[place - 1] = node;
	node->place = place;
}

static struct heap_node *get(const struct heap *heap, size_t place)
{
	return heap->list[place - 1];
}

/* Move a node towards the first place, or away from it, to where it belongs. */
static void settle(struct heap *heap, struct heap_node *node, size_t place)
{
	while (place > 1 && get(heap, place / 2)->key > node->key) {
		set(heap, place, get(heap, place / 2));
		place /= 2;
	}
	for (;;) {
		size_t child = 2 * place;

		if (child < heap->n && get(heap, child + 1)->key < get(heap, child)->key)
			child++;
		if (child > heap->n || get(heap, child)->key >= node->key)
			break;
		set(heap, place, get(heap, child));
		place = child;
	}
	set(heap, place, node);
}

void heap_put(struct heap *heap, struct heap_node *node, uint64_t key)
{
	node->key = key;
	if (node->place == 0) {
		assert(heap->n < heap->room);
		set(heap, ++heap->n, node);
	}
	settle(heap, node, node->place);
}

void heap_remove(struct heap *heap, struct heap_node *node)
{
	size_t place = node->place;
	struct heap_node *last;

	if (place == 0)
		return;
	last = get(heap, heap->n--);
	if (last != node)
		settle(heap, last, place);
	node->place = 0;
}

struct heap_node *heap_first(const struct heap *heap)
{
	return heap->n > 0 ? heap->list[0] : NULL;
}

void heap_done(struct heap *heap)
{
	free(heap->list);
	*heap = (struct heap){ 0 };
}
