/* SPDX-License-Identifier: MIT */

/*
 * Values that are long or that extend others: lists that go on from a default, what is
 * shown over several lines, texts at their limits.
 *
 * links: base/hours base/origin base/rate conf/keys conf/kind_words conf/kind_value conf/kind_refuse conf/kind_environment conf/kind_origins conf/kind_rate conf/kind_log conf/kind_limit base/text base/words base/number
 */

#include "conf/keys.h"

#include "conf/kinds.h"
#include "conf/settings.h"

#include "tap.h"

/* Wide enough, and aligned, for the field of any key. */
static union {
	struct global_settings global;
	struct service_settings service;
} settings;

static void clear(const struct key *key)
{
	if (key->kind->clear != NULL)
		key->kind->clear(key_field(key, &settings));
	memset(&settings, 0, sizeof(settings));
}

/* A list that begins with + goes on from what was set before. */
static void test_extend(void)
{
	static const struct {
		const char *key, *first, *then, *shown;
	} lists[] = {
		{ "listen", "1 2", "+ 3", "1 2 3" },
		{ "listen", "1 2", "+\n\t3", "1 2 3" },
		{ "listen", "1 2", "+ 2 3", "1 2 3" },
		{ "listen", "1 2", "3", "3" },
		{ "groups", "a", "+ b", "a b" },
		{ "include", "/a", "+ /b", "/a /b" },
		{ "pass_environment", "TZ", "+ LANG", "TZ LANG" },
		{ "environment", "A=1 B=2", "+ C=3", "A=1 B=2 C=3" },
		{ "environment", "A=1 B=2", "+\tA=3", "A=3 B=2" },
		{ "environment", "A=1 B=2", "+\nC=3", "A=1 B=2 C=3" },
		{ "environment", "A=1 B=2", "C=3", "C=3" },
		{ "environment", "A=1 AB=2", "+ AB=3", "A=1 AB=3" },
		{ "allow", "10.0.0.0/8 ::1", "+ uid:1 ::1", "10.0.0.0/8 ::1 uid:1" },
		{ "allow", "10.0.0.0/8", "\"\"", "\"\"" },
		{ "deny", "\"\"", "+ @/x", "@/x" },
		{ "environment_file", "/a", "+ -/b", "/a -/b" },
		{ "environment_from", "10.0.0.0/8 A=1 ::1 A=1", "+ 11.0.0.0/8 A=1",
		  "10.0.0.0/8 A=1 ::1 A=1 11.0.0.0/8 A=1" },
		/* The whole group gives way. */
		{ "environment_from", "10.0.0.0/8 A=1 B=2 ::1 A=3",
		  "+ ::ffff:a00:0/104 A=4", "::1 A=3 ::ffff:a00:0/104 A=4" },
		{ "environment_from", "uid:a A=1 uid:b A=2", "+ uid:a",
		  "uid:b A=2 uid:a" },
		{ "environment_from", "10.0.0.0/8 A=1", "::1 B=2", "::1 B=2" },
		{ "command", "/bin/echo", "+ x", "\"+\" x" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		const struct key *key = keys_find(lists[i].key);
		auto_text struct text why = { 0 }, shown = { 0 };
		void *field = key_field(key, &settings);

		ok(key->kind->set(key, lists[i].first, field, &why) == 0 &&
			   key->kind->set(key, lists[i].then, field, &why) == 0,
		   "%s = %s, then %s", key->name, lists[i].first, lists[i].then);
		key->kind->show(key, field, &shown);
		is_str(text_get(&shown), lists[i].shown, "... is this");
		clear(key);
	}
}

/* What is shown over several lines is read back as what it was, although one of
 * the words looks like a key or a section at the beginning of its line. */
static void test_long_list(void)
{
	static const char *const odd[] = {
		"user=root", "[t]", "#", ";x", "umask =", "\\"
	};
	const struct key *key = keys_find("command");
	auto_text struct text value = { 0 }, why = { 0 }, shown = { 0 }, again = { 0 };
	bool quoted = true;

	text_add(&value, "/bin/echo");
	for (int i = 0; i < 200; i++) {
		text_add(&value, " ");
		words_quote(&value, i < (int)ARRAY_SIZE(odd) ? odd[i] : "x234567890",
			    false);
	}
	is(key->kind->set(key, text_get(&value), key_field(key, &settings), &why), 0,
	   "a long list");
	key->kind->show(key, key_field(key, &settings), &shown);
	ok(strchr(text_get(&shown), '\n') != NULL, "... is shown over several lines");
	for (const char *p = text_get(&shown); (p = strchr(p, '\n')) != NULL;) {
		p += 1 + strspn(p + 1, " \t");
		quoted = quoted && *p != '[' && *p != '#' && *p != ';' &&
			 strncmp(p, "user=", 5) != 0;
	}
	ok(quoted, "... none of which looks like a key, a section or a comment");
	clear(key);
	is(key->kind->set(key, text_get(&shown), key_field(key, &settings), &why), 0,
	   "... and read again");
	key->kind->show(key, key_field(key, &settings), &again);
	is_str(text_get(&again), text_get(&shown), "... it is shown so again");
	clear(key);
}

static void test_limits_of_words(void)
{
	const struct key *refuse = keys_find("refuse"), *mask = keys_find("umask");
	auto_text struct text why = { 0 };
	char text[600];

	memset(text, 'x', sizeof(text));
	text[0] = text[513] = '"';
	text[514] = '\0';
	is(refuse->kind->set(refuse, text, key_field(refuse, &settings), &why), 0,
	   "a text of 512 bytes");
	clear(refuse);
	text[513] = 'x';
	text[514] = '"';
	text[515] = '\0';
	is(refuse->kind->set(refuse, text, key_field(refuse, &settings), &why), 1,
	   "a text of 513 bytes is refused");
	memset(text, '\n', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	text_done(&why);
	is(mask->kind->set(mask, text, key_field(mask, &settings), &why), 1,
	   "a long bad value is refused");
	ok(why.size < 400 && strchr(text_get(&why), '\n') == NULL,
	   "... and shown cut and escaped");
}

int main(void)
{
	test_extend();
	test_long_list();
	test_limits_of_words();
	return done();
}
