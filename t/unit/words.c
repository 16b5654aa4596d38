/* SPDX-License-Identifier: MIT */

/*
 * A value is split into words by one rule of quotes, with nothing substituted,
 * and what words_quote() writes is split into the same words.
 *
 * links: base/words base/text
 */

#include "base/words.h"

#include "tap.h"

/* The words, "a|b|c". */
static void join(const struct words *words, struct text *text)
{
	for (size_t i = 0; i < words->n; i++)
		text_addf(text, "%s%s", i > 0 ? "|" : "", words->at[i]);
}

static void test_split(void)
{
	static const struct {
		const char *text;
		size_t n;
		const char *joined;
	} cases[] = {
		{ "", 0, "" },
		{ " \t\n ", 0, "" },
		{ "a", 1, "a" },
		{ "  a\tb \n c  ", 3, "a|b|c" },
		{ "''", 1, "" },
		{ "\"\" ''", 2, "|" },
		{ "'a b' \"c d\"", 2, "a b|c d" },
		{ "a'b'\"c\"d", 1, "abcd" },
		{ "'\"' \"'\"", 2, "\"|'" },
		{ "'a\\' b", 2, "a\\|b" },
		{ "\"a\\\"b\\\\c\"", 1, "a\"b\\c" },
		{ "\"a\\n\\$\\ \"", 1, "a\\n\\$\\ " },
		{ "a\\ b\\'\\\"\\\\\\n", 1, "a b'\"\\n" },
		{ "\\#", 1, "#" },
		{ "date ; id # no", 5, "date|;|id|#|no" },
		{ "\"date ; id\"", 1, "date ; id" },
		{ "$HOME ~ `id` %s $(id) *", 6, "$HOME|~|`id`|%s|$(id)|*" },
		{ "a\n\"b c\"\nd", 3, "a|b c|d" },
		{ "\xc3\xa9 \xff", 2, "\xc3\xa9|\xff" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		auto_words struct words words = { 0 };
		auto_text struct text joined = { 0 };
		char name[128];

		(void)escape(name, sizeof(name), cases[i].text, strlen(cases[i].text));
		is(words_split(cases[i].text, &words), 0, "split <%s>", name);
		is((int64_t)words.n, (int64_t)cases[i].n, "... into so many");
		join(&words, &joined);
		is_str(text_get(&joined), cases[i].joined, "... which are these");
		ok(words.at == NULL ? words.n == 0 : words.at[words.n] == NULL,
		   "... and end with NULL");
	}
}

static void test_errors(void)
{
	static const struct {
		const char *text;
		int r;
	} cases[] = {
		{ "'", WORDS_QUOTE },           { "\"", WORDS_QUOTE },
		{ "a 'b", WORDS_QUOTE },        { "a \"b\\\"", WORDS_QUOTE },
		{ "a \"b\\", WORDS_QUOTE },     { "\"a\nb\"", WORDS_QUOTE },
		{ "'a\n'", WORDS_QUOTE },       { "'a' 'b", WORDS_QUOTE },
		{ "\\", WORDS_BACKSLASH },      { "a\\", WORDS_BACKSLASH },
		{ "a \\\nb", WORDS_BACKSLASH },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct words words = { 0 };
		char name[128];

		(void)escape(name, sizeof(name), cases[i].text, strlen(cases[i].text));
		is(words_split(cases[i].text, &words), cases[i].r, "split <%s>", name);
		ok(words.at == NULL && words.n == 0, "... and the result is untouched");
	}
}

/* Words of all characters that a line can hold, alone and beside each other. */
static void test_quote(void)
{
	static const char *const given[] = {
		"",     "a",     "+",  "#",    ";x",       "[a]",         "user=x",
		"a b",  "\t",    "'",  "\"",   "\\",       "\\\\",        "a\\",
		"\\\"", "$(id)", "--", "`id`", "\xc3\xa9", "it's \"so\"",
	};
	auto_words struct words back = { 0 };
	auto_text struct text text = { 0 };
	bool same;

	for (size_t i = 0; i < ARRAY_SIZE(given); i++) {
		text_add(&text, i % 2 ? " " : "\n");
		words_quote(&text, given[i], false);
	}
	for (int c = 1; c < 256; c++) {
		char word[3] = { (char)c, 'x', '\0' };

		if (c == '\n')
			continue;
		text_add(&text, " ");
		words_quote(&text, word, false);
		text_add(&text, " ");
		words_quote(&text, word + 1, false);
	}
	is(words_split(text_get(&text), &back), 0, "what is quoted can be split");
	same = back.n == ARRAY_SIZE(given) + 2 * 254;
	for (size_t i = 0; same && i < ARRAY_SIZE(given); i++)
		same = is_str(back.at[i], given[i], "quoted and back: <%s>", given[i]);
	for (size_t i = ARRAY_SIZE(given), c = 1; same && i < back.n; i += 2, c++) {
		c += c == '\n';
		same = back.at[i][0] == (char)c && strcmp(back.at[i] + 1, "x") == 0 &&
		       strcmp(back.at[i + 1], "x") == 0;
	}
	ok(same, "quoted and back: every character");
}

static void test_plain(void)
{
	static const struct {
		const char *word, *quoted;
	} cases[] = {
		{ "/usr/bin/tr", "/usr/bin/tr" },
		{ "[::1]:80", "[::1]:80" },
		{ "A=b", "A=b" },
		{ "a-z", "a-z" },
		{ "", "\"\"" },
		{ "#x", "\"#x\"" },
		{ ";x", "\";x\"" },
		{ "+", "\"+\"" },
		{ "a b", "\"a b\"" },
		{ "a\"b", "\"a\\\"b\"" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		auto_text struct text text = { 0 };

		words_quote(&text, cases[i].word, false);
		is_str(text_get(&text), cases[i].quoted, "<%s> is written so",
		       cases[i].word);
	}
}

static void test_list(void)
{
	auto_words struct words words = { 0 };

	ok(!words_have(&words, "a"), "an empty list has nothing");
	is(words_add(&words, "a"), 0, "a word is added");
	is(words_add(&words, "bc"), 0, "and another");
	ok(words_have(&words, "a") && words_have(&words, "bc"), "it has both");
	ok(!words_have(&words, "b") && !words_have(&words, ""), "and nothing else");
	ok(words.n == 2 && words.at[2] == NULL, "it ends with NULL");
	words_done(&words);
	ok(words.n == 0 && words.at == NULL, "released, it is empty");
}

int main(void)
{
	test_split();
	test_errors();
	test_quote();
	test_plain();
	test_list();
	return done();
}
