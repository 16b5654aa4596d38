/* SPDX-License-Identifier: MIT */

/*
 * env.h - the environment of a command: what is the same for all connections of
 * a service, and what is said of one.
 *
 * A struct env belongs to one start.  It borrows the words of the base, which
 * must live as long, and owns what is added.
 */
#pragma once

#include <stddef.h>

#include "base/words.h"

enum {
	ENV_ADDED_MAX = 24, /* variables of a connection */
	ENV_BYTES_MAX = 2048, /* and what they take together */
};

struct env {
	char **at; /* ends with NULL once env_finish() was called */
	size_t n;
	size_t room;
	size_t used;
	char *pid; /* the place of env_add_pid(), or NULL */
	char bytes[ENV_BYTES_MAX];
};

/* Begin anew with the words of the base.  Returns 0 or -ENOMEM. */
int env_begin(struct env *env, const struct words *base);

/* Add NAME=VALUE; an empty value is unknown, and then nothing is added. */
void env_add(struct env *env, const char *name, const char *value);
void env_add_number(struct env *env, const char *name, unsigned long long value);

/* Add NAME=PID, with the pid of the command: the child writes it, once it has one. */
void env_add_pid(struct env *env, const char *name);
char *const *env_finish(struct env *env);
void env_done(struct env *env);

/* The value of a variable in a list of NAME=VALUE, or NULL. */
const char *env_find(char *const *list, const char *name);

/* Put NAME=VALUE into the words, in the place of one with this name.  Returns 0
 * or -ENOMEM. */
int env_put(struct words *words, const char *name, const char *value);
int env_put_entry(struct words *words, const char *entry);
