/* SPDX-License-Identifier: MIT */

/* env.c - builds an environment without allocating for each connection. */

#include "run/env.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int env_begin(struct env *env, const struct words *base)
{
	size_t room = base->n + ENV_ADDED_MAX + 1;

	if (room > env->room) {
		char **at = reallocarray(env->at, room, sizeof(*at));

		if (at == NULL)
			return -ENOMEM;
		env->at = at;
		env->room = room;
	}
	if (base->n > 0)
		memcpy(env->at, base->at, base->n * sizeof(*env->at));
	env->n = base->n;
	env->used = 0;
	env->pid = NULL;
	return 0;
}

void env_add(struct env *env, const char *name, const char *value)
{
	char *to = env->bytes + env->used;
	size_t name_size = strlen(name), value_size = strlen(value);

	if (value_size == 0)
		return;
	/* All that is added is bounded by what addresses and numbers can be. */
	assert(env->used + name_size + value_size + 2 <= sizeof(env->bytes));
	assert(env->n + 1 < env->room);
	memcpy(to, name, name_size);
	to[name_size] = '=';
	memcpy(to + name_size + 1, value, value_size + 1);
	env->used += name_size + value_size + 2;
	env->at[env->n++] = to;
}

void env_add_number(struct env *env, const char *name, unsigned long long value)
{
	char digits[24];

	(void)snprintf(digits, sizeof(digits), "%llu", value); /* fits */
	env_add(env, name, digits);
}

void env_add_pid(struct env *env, const char *name)
{
	env_add(env, name, "4294967295"); /* none is longer */
	env->pid = env->at[env->n - 1] + strlen(name) + 1;
}

char *const *env_finish(struct env *env)
{
	env->at[env->n] = NULL;
	return env->at;
}

void env_done(struct env *env)
{
	free(env->at);
	env->at = NULL;
	env->room = 0;
}

const char *env_find(char *const *list, const char *name)
{
	size_t size = strlen(name);

	for (; list != NULL && *list != NULL; list++)
		if (strncmp(*list, name, size) == 0 && (*list)[size] == '=')
			return *list + size + 1;
	return NULL;
}

int env_put_entry(struct words *words, const char *entry)
{
	size_t size = strcspn(entry, "=") + 1;

	for (size_t i = 0; i < words->n; i++) {
		char *copy;

		if (strncmp(words->at[i], entry, size) != 0)
			continue;
		copy = strdup(entry);
		if (copy == NULL)
			return -ENOMEM;
		free(words->at[i]);
		words->at[i] = copy;
		return 0;
	}
	return words_add(words, entry);
}

int env_put(struct words *words, const char *name, const char *value)
{
	auto_free char *entry = NULL;

	if (asprintf(&entry, "%s=%s", name, value) < 0) {
		entry = NULL;
		return -ENOMEM;
	}
	return env_put_entry(words, entry);
}
