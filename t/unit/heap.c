/* SPDX-License-Identifier: MIT */

/*
 * The first of the heap is the smallest, whatever was put in, moved and taken
 * out of its middle in whichever order.
 *
 * links: base/heap
 */

#include "base/heap.h"

#include "base/base.h"

#include "tap.h"

enum { NODES = 200, STEPS = 20000 };

static uint64_t seed = 4711;

static uint64_t dice(uint64_t sides)
{
	seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407U;
	return (seed >> 33) % sides;
}

/* The model: all nodes, looked through one by one. */
static bool first_is_smallest(const struct heap *heap, const struct heap_node *nodes,
			      size_t n_in)
{
	const struct heap_node *first = heap_first(heap);
	uint64_t smallest = UINT64_MAX;
	size_t in = 0;

	for (size_t i = 0; i < NODES; i++) {
		if (nodes[i].place == 0)
			continue;
		if (heap->list[nodes[i].place - 1] != &nodes[i])
			return false;
		smallest = MIN(smallest, nodes[i].key);
		in++;
	}
	if (in != n_in || heap->n != n_in)
		return false;
	return in == 0 ? first == NULL : first != NULL && first->key == smallest;
}

static void test_random(void)
{
	static struct heap_node nodes[NODES];
	struct heap heap = { 0 };
	uint64_t last = 0;
	bool right = true, ordered = true;
	size_t n = 0;

	is(heap_reserve(&heap, NODES), 0, "room is made");
	for (int i = 0; right && i < STEPS; i++) {
		struct heap_node *node = &nodes[dice(NODES)];

		if (dice(3) == 0) {
			n -= node->place > 0;
			heap_remove(&heap, node);
			right = node->place == 0;
		} else {
			n += node->place == 0;
			heap_put(&heap, node, dice(50) == 0 ? UINT64_MAX : dice(1000));
		}
		right = right && first_is_smallest(&heap, nodes, n);
	}
	ok(right, "after each of %d steps the first is the smallest", STEPS);
	while (heap_first(&heap) != NULL) {
		ordered = ordered && heap_first(&heap)->key >= last;
		last = heap_first(&heap)->key;
		heap_remove(&heap, heap_first(&heap));
		n--;
	}
	ok(ordered && n == 0, "all come out in order");
	heap_done(&heap);
	ok(heap.list == NULL && heap.n == 0, "released, it is empty");
}

static void test_edges(void)
{
	struct heap heap = { 0 };
	struct heap_node a = { 0 }, b = { 0 };

	ok(heap_first(&heap) == NULL, "an empty heap has no first");
	heap_remove(&heap, &a);
	is((int64_t)heap.n, 0, "a node that is in no heap can be removed");
	is(heap_reserve(&heap, 17), 0, "more room than the first step has");
	ok(heap.room >= 17, "... is there");
	is(heap_reserve(&heap, 1), 0, "less room than there is");
	ok(heap.room >= 17, "... takes none away");
	heap_put(&heap, &a, 5);
	heap_put(&heap, &b, 5);
	is((int64_t)heap.n, 2, "equal keys stand beside each other");
	heap_put(&heap, &a, 6);
	ok(heap_first(&heap) == &b, "a node put in again moves");
	is((int64_t)heap.n, 2, "... and stands there once");
	heap_remove(&heap, &b);
	heap_remove(&heap, &b);
	ok(heap_first(&heap) == &a && heap.n == 1, "removed twice is removed once");
	heap_done(&heap);
}

int main(void)
{
	test_random();
	test_edges();
	return done();
}
