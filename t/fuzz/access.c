/* SPDX-License-Identifier: MIT */

/*
 * access - any text as the value of allow and of environment_from: what is taken is
 * shown, and taken again as the same; and of its origins a list finds the longest for
 * their first and last addresses, as one who looks at each of them does.
 */

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "conf/keys.h"
#include "conf/settings.h"
#include "net/access.h"
#include "net/addr.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ORIGINS_MAX = 200 };

static void is_shown(const char *name, const char *value, struct service_settings *to)
{
	const struct key *key = keys_find(name);
	auto_text struct text why = { 0 }, first = { 0 }, second = { 0 };
	struct service_settings again = { 0 };

	if (key->kind->set(key, value, key_field(key, to), &why) != 0)
		return;
	key->kind->show(key, key_field(key, to), &first);
	if (first.size > 0 &&
	    (key->kind->set(key, text_get(&first), key_field(key, &again), &why) != 0))
		abort();
	key->kind->show(key, key_field(key, &again), &second);
	if (strcmp(text_get(&first), text_get(&second)) != 0)
		abort();
	key->kind->clear(key_field(key, &again));
}

static size_t read_origins(const struct words *words, struct origin *origins)
{
	size_t n = 0;

	for (size_t i = 0; i < words->n && n < ORIGINS_MAX; i++) {
		auto_text struct text why = { 0 };
		const char *name;

		if (words->at[i][0] != '@' &&
		    origin_parse(words->at[i], &origins[n], &name, &why) == 0 &&
		    origins[n].kind <= ORIGIN_V6)
			n++;
	}
	return n;
}

static bool is_in(const struct origin *origin, const struct origin *one)
{
	if (origin->kind != one->kind)
		return false;
	for (unsigned i = 0; i < origin->bits; i++)
		if (((one->key[i / 8] ^ origin->key[i / 8]) >> (7 - i % 8) & 1) != 0)
			return false;
	return true;
}

static void look_for(const struct access *access, const struct origin *origins, size_t n,
		     const struct origin *one)
{
	struct peer peer = { .family = one->kind == ORIGIN_V4 ? AF_INET : AF_INET6 };
	const struct access_who who = { .peer = &peer };
	int longest = -1;

	memcpy(&peer.id, one->key, origin_width(one->kind));
	for (size_t i = 0; i < n; i++)
		if (is_in(&origins[i], one))
			longest = MAX(longest, origins[i].bits);
	if (access_find(access, &who).length != longest)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	auto_free char *text = strndup((const char *)data, size);
	struct service_settings settings = { 0 };
	struct origin origins[ORIGINS_MAX];
	struct access *access = NULL;
	size_t n;

	if (text == NULL)
		return 0;
	is_shown("environment_from", text, &settings);
	is_shown("allow", text, &settings);
	n = read_origins(&settings.allow.words, origins);
	if (access_new(origins, n, &access) != 0)
		abort();
	for (size_t i = 0; i < n; i++) {
		struct origin one = origins[i];

		look_for(access, origins, n, &one);
		for (unsigned bit = one.bits; bit < 8 * origin_width(one.kind); bit++)
			one.key[bit / 8] |= (uint8_t)(0x80 >> bit % 8);
		look_for(access, origins, n, &one);
	}
	access_release(access);
	words_done(&settings.environment_from.words);
	words_done(&settings.allow.words);
	return 0;
}
