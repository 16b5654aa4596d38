/* SPDX-License-Identifier: MIT */

/*
 * keys.h - the table of keys: what each is called, takes, and is by default.
 *
 * The table is the parser, the range check and the order of -T at once.  A test
 * walks it and fails if spawnd.conf(5) lacks an entry.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

enum scope {
	SCOPE_GLOBAL, /* a setting of the daemon, in [global] alone */
	SCOPE_SERVICE, /* of a service; in [global] it is the default */
	SCOPE_OWN, /* of a service, and of no use as a default */
};

struct key;

/* How one kind of value is read, shown and released. */
struct kind {
	/* Returns 0; 1 with the reason in why; or -ENOMEM.  The field keeps its
	 * old value then. */
	int (*set)(const struct key *key, const char *value, void *field,
		   struct text *why);
	/* As set() takes it; nothing for a value that cannot be written. */
	void (*show)(const struct key *key, const void *field, struct text *text);
	/* As it was before it was first set.  NULL: it owns nothing, and is always set.
	 */
	void (*clear)(void *field);
	bool continues; /* over indented lines */
};

struct key {
	const char *name;
	const struct kind *kind;
	enum scope scope;
	size_t at; /* of the field in its struct */
	const char *standard; /* the default; NULL: not set */
	uint64_t min, max;
	const char *const *words; /* of a choice, ends with NULL */
	bool infinity; /* may be written */
};

extern const struct key keys[];
extern const size_t n_keys;

const struct key *keys_find(const char *name);
const char *keys_nearest(const char *name);
size_t key_number(const struct key *key);
bool key_continues(const struct key *key);

/* The field of the key in a struct global_settings or service_settings. */
void *key_field(const struct key *key, void *settings);
const void *key_field_const(const struct key *key, const void *settings);
