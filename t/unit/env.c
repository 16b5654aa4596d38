/* SPDX-License-Identifier: MIT */

/*
 * An environment is the words of its base and what is added to them; what is
 * unknown is not there at all.
 *
 * links: run/env base/words base/text
 */

#include "run/env.h"

#include "tap.h"

static void is_env(char *const *at, const char *expected, const char *name)
{
	auto_text struct text text = { 0 };

	for (size_t i = 0; at[i] != NULL; i++)
		text_addf(&text, "%s%s", i > 0 ? " " : "", at[i]);
	is_str(text_get(&text), expected, "%s", name);
}

static void test_put(void)
{
	auto_words struct words words = { 0 };

	ok(env_put(&words, "A", "1") == 0 && env_put(&words, "AB", "2") == 0 &&
		   env_put(&words, "B", "") == 0,
	   "three variables");
	is_env(words.at, "A=1 AB=2 B=", "... are there");
	ok(env_put(&words, "A", "3") == 0 && env_put_entry(&words, "AB=4=5") == 0,
	   "two of them anew");
	is_env(words.at, "A=3 AB=4=5 B=", "... take the places of the old");
	is_str(env_find(words.at, "AB"), "4=5", "a value is found");
	is_str(env_find(words.at, "B"), "", "an empty one too");
	is_str(env_find(words.at, "C"), NULL, "another is not");
	is_str(env_find(words.at, ""), NULL, "nor one without a name");
	is_str(env_find(NULL, "A"), NULL, "nor in no list");
}

static void test_add(void)
{
	static const struct words none = { 0 };
	auto_words struct words base = { 0 };
	static struct env env;

	is(env_begin(&env, &none), 0, "without a base");
	is_env(env_finish(&env), "", "... it is empty");
	ok(env_put(&base, "A", "1") == 0 && env_begin(&env, &base) == 0, "with a base");
	env_add(&env, "B", "2");
	env_add(&env, "C", "");
	env_add_number(&env, "D", 0);
	env_add_number(&env, "E", UINT64_MAX);
	is_env(env_finish(&env), "A=1 B=2 D=0 E=18446744073709551615",
	       "... what is added follows, and what is empty is not there");
	is(env_begin(&env, &base), 0, "begun anew");
	env_add(&env, "F", "6");
	is_env(env_finish(&env), "A=1 F=6", "... nothing of the one before is left");
	is_env(base.at, "A=1", "... and the base is as it was");
	env_done(&env);
}

/* As many and as much as the header promises room for. */
static void test_most(void)
{
	static struct env env;
	auto_words struct words base = { 0 };
	char value[ENV_BYTES_MAX / ENV_ADDED_MAX - 3];
	size_t n = 0;

	memset(value, 'x', sizeof(value));
	value[sizeof(value) - 1] = '\0';
	for (int i = 0; i < 300; i++)
		(void)words_add(&base, "A=1");
	is(env_begin(&env, &base), 0, "a large base");
	for (int i = 0; i < ENV_ADDED_MAX; i++)
		env_add(&env, "N", value);
	for (char *const *p = env_finish(&env); *p != NULL; p++)
		n++;
	is((int64_t)n, 300 + ENV_ADDED_MAX, "has room for all that can be added");
	env_done(&env);
}

int main(void)
{
	test_put();
	test_add();
	test_most();
	return done();
}
