/* SPDX-License-Identifier: MIT */

/*
 * Text grows without limit, what strangers sent is shown as bounded printable
 * ASCII, and a mistyped word finds the one that was meant.
 *
 * links: base/text
 */

#include "base/text.h"

#include <errno.h>

#include "tap.h"

static void test_growth(void)
{
	auto_text struct text text = { 0 };
	auto_free char *whole = NULL;
	bool same = true;

	is_str(text_get(&text), "", "a zeroed text is empty");
	for (int i = 0; i < 5000; i++) {
		text_add(&text, "ab");
		text_add_bytes(&text, "c\0d", 3);
		text_addf(&text, "%05d", i);
	}
	is((int64_t)text.size, 50000, "all that was added is there");
	for (int i = 0; i < 5000; i++) {
		char expected[16];

		(void)snprintf(expected, sizeof(expected), "abc%cd%05d", 0, i);
		same = same && memcmp(text.at + (size_t)i * 10, expected, 10) == 0;
	}
	ok(same, "... in order, NUL bytes too");
	is(text.at[text.size], 0, "... with a NUL behind it");
	ok(!text_failed(&text), "... and nothing failed");
	text_add_escaped(&text, "\n", 1);
	is_str(text.at + 50000, "\\x0a", "escaped bytes are added behind it");
	whole = text_steal(&text);
	ok(whole != NULL && text.at == NULL && text.size == 0,
	   "stealing leaves it empty");
	free(whole);
	whole = text_steal(&text);
	is_str(whole, "", "an empty text is stolen as an empty string");
}

static void test_memory(void)
{
	auto_text struct text text = { 0 };

	text_add(&text, "kept");
	text_add_bytes(&text, "", SIZE_MAX / 2);
	ok(text_failed(&text), "what cannot be held is remembered as a failure");
	text_add(&text, "more");
	is_str(text_get(&text), "kept", "... and the text is what it was before");
	ok(text_steal(&text) == NULL, "... and is not handed out");
	ok(!text_failed(&text), "... after which it can be used again");
}

static void test_escape(void)
{
	static const struct {
		const char *bytes;
		size_t size;
		size_t room;
		const char *shown;
	} cases[] = {
		{ "", 0, 16, "" },
		{ "plain ~", 7, 16, "plain ~" },
		{ "\"\\", 2, 16, "\\\"\\\\" },
		{ "a\0b", 3, 16, "a\\x00b" },
		{ "\x1b[2J", 4, 16, "\\x1b[2J" },
		{ "\r\n\t", 3, 16, "\\x0d\\x0a\\x09" },
		{ "\x7f\x80\xff", 3, 16, "\\x7f\\x80\\xff" },
		{ "12345678", 8, 9, "12345678" },
		{ "123456789", 9, 9, "12345..." },
		{ "1234\n", 5, 9, "1234\\x0a" },
		{ "12345\n", 6, 9, "12345..." },
		{ "\n\n\n", 3, 9, "\\x0a..." },
		{ "\n\n\n", 3, 7, "..." },
		{ "abcd", 4, 4, "..." },
		{ "abc", 3, 4, "abc" },
		{ "abc", 3, 3, "" },
		{ "abc", 3, 1, "" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char buf[32];
		size_t size = escape(buf, cases[i].room, cases[i].bytes, cases[i].size);

		is_str(buf, cases[i].shown, "escape %zu: what is shown", i);
		is((int64_t)size, (int64_t)strlen(cases[i].shown), "escape %zu: size", i);
	}
}

/* Every byte, every room: nothing but printable ASCII, never past the room, no
 * escape cut in the middle. */
static void test_escape_bounds(void)
{
	char bytes[256], whole[ESCAPED_ROOM(256)], buf[ESCAPED_ROOM(256)];
	bool printable = true, bounded = true, honest = true;
	size_t full;

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)i;
	full = escape(whole, sizeof(whole), bytes, sizeof(bytes));
	for (size_t i = 0; i < full; i++)
		printable = printable && whole[i] >= 0x20 && whole[i] < 0x7f;
	ok(printable, "all 256 bytes are shown in printable ASCII");
	for (size_t room = 0; room < sizeof(buf); room++) {
		size_t size;

		memset(buf, 'X', sizeof(buf));
		size = escape(buf, room, bytes, sizeof(bytes));
		bounded = bounded && (room == 0 ? buf[0] == 'X'
						: size < room && buf[size] == '\0' &&
							  buf[room] == 'X');
		if (room > full)
			honest = honest && strcmp(buf, whole) == 0;
		else if (room > 3)
			honest = honest && strcmp(buf + size - 3, "...") == 0 &&
				 memcmp(buf, whole, size - 3) == 0 && size + 7 >= room;
	}
	ok(bounded, "no room is exceeded");
	ok(honest, "what does not fit is cut as late as possible, and says so");
	memset(bytes, '\n', sizeof(bytes));
	is((int64_t)escape(buf, sizeof(buf), bytes, sizeof(bytes)), 4 * 256,
	   "ESCAPED_ROOM() is enough for the worst");
}

static void test_nearest(void)
{
	static const char *const known[] = { "user",   "umask",     "time_limit",
					     "listen", "leftovers", NULL };
	static const char *const none[] = { NULL };
	static const struct {
		const char *word, *found;
	} cases[] = {
		{ "usr", "user" },
		{ "user", "user" },
		{ "users", "user" },
		{ "timelimit", "time_limit" },
		{ "time-limit", "time_limit" },
		{ "time_limti", "time_limit" },
		{ "Listen", "listen" },
		{ "leftover", "leftovers" },
		{ "", NULL },
		{ "x", NULL },
		{ "program", NULL },
		{ "us", NULL },
		{ "time_limit_of_it", NULL },
	};
	char longest[200];

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		is_str(nearest(cases[i].word, known), cases[i].found, "nearest to \"%s\"",
		       cases[i].word);
	memset(longest, 'u', sizeof(longest));
	longest[sizeof(longest) - 1] = '\0';
	is_str(nearest(longest, known), NULL, "a very long word is near to nothing");
	is_str(nearest("user", none), NULL, "nothing is near where nothing is known");
}

int main(void)
{
	test_growth();
	test_memory();
	test_escape();
	test_escape_bounds();
	test_nearest();
	return done();
}
