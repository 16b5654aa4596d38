/* SPDX-License-Identifier: MIT */

/*
 * heap.h - what comes next: nodes in order of a key, the smallest first.
 *
 * A node is part of what it stands for and belongs to its owner; the heap keeps
 * pointers.  A zeroed heap is empty, a zeroed node is in no heap.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct heap_node {
	uint64_t key;
	size_t place; /* in the heap, from 1; 0: in none */
};

struct heap {
	struct heap_node **list;
	size_t n;
	size_t room;
};

/* Make room for so many nodes: heap_put() cannot fail then.  0 or -ENOMEM. */
int heap_reserve(struct heap *heap, size_t n);

/* Put a node in, or move it to where its new key belongs. */
void heap_put(struct heap *heap, struct heap_node *node, uint64_t key);

/* Harmless on a node that is in no heap. */
void heap_remove(struct heap *heap, struct heap_node *node);

/* NULL when the heap is empty. */
struct heap_node *heap_first(const struct heap *heap);
void heap_done(struct heap *heap);
