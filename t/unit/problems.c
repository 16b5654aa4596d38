/* SPDX-License-Identifier: MIT */

/*
 * What is wrong is told once for each place, in the order of the file, and
 * however much it is, the list stays bounded and the count right.
 *
 * links: conf/problems base/text
 */

#include "conf/problems.h"

#include "base/text.h"

#include "tap.h"

static struct problems problems;

static void is_shown(size_t number, const char *expected, const char *name)
{
	auto_text struct text text = { 0 };

	problem_show(&problems.list[number], &text);
	is_str(text_get(&text), expected, "%s", name);
}

static void test_form(void)
{
	const struct place at = { "a.conf", 12 };

	problem_error(&problems, at, "upper", "user", "no such account \"%s\"", "x");
	problem_error(&problems, at, "upper", NULL, "bad");
	problem_error(&problems, at, NULL, NULL, "bad");
	problem_error(&problems, (struct place){ "a.conf", 0 }, NULL, NULL, "bad");
	problem_error(&problems, (struct place){ NULL, 0 }, NULL, NULL, "bad");
	problem_warn(&problems, at, "upper", "user", "odd");
	problem_error(&problems, (struct place){ "\x1b.conf", 3 }, "\x1b[2J", NULL,
		      "bad");
	is_shown(0, "a.conf:12: upper: user: no such account \"x\"",
		 "place, section, key");
	is_shown(1, "a.conf:12: upper: bad", "without a key");
	is_shown(2, "a.conf:12: bad", "without a section");
	is_shown(3, "a.conf: bad", "of the file as a whole");
	is_shown(4, "spawnd: bad", "without a file");
	is_shown(5, "a.conf:12: warning: upper: user: odd", "a warning says so");
	is_shown(6, "\\x1b.conf:3: \\x1b[2J: bad", "names are escaped");
	is((int64_t)problems.errors, 6, "errors are counted");
	is((int64_t)problems.warnings, 1, "warnings are counted apart");
	problems_done(&problems);
	ok(problems.n == 0 && problems.errors == 0, "released, it is empty");
}

static void test_once(void)
{
	/* The same name in another string is the same file. */
	char file[] = "a.conf";
	const struct place at = { "a.conf", 1 };

	problem_error(&problems, at, "s", "k", "bad %d", 1);
	problem_error(&problems, (struct place){ file, 1 }, "s", "k", "bad 1");
	is((int64_t)problems.errors, 1, "said twice of one place, it is told once");
	problem_error(&problems, (struct place){ "a.conf", 2 }, "s", "k", "bad 1");
	problem_error(&problems, (struct place){ "b.conf", 1 }, "s", "k", "bad 1");
	problem_error(&problems, at, "t", "k", "bad 1");
	problem_error(&problems, at, "s", "k", "bad 2");
	is((int64_t)problems.errors, 5, "another line, file, section or text is another");
	problems_done(&problems);
}

static void test_order(void)
{
	static const struct {
		const char *file;
		unsigned line;
		const char *what;
	} given[] = {
		{ "b", 1, "5" }, { "a", 9, "2" },  { "a", 10, "3" }, { "a", 0, "1" },
		{ "b", 1, "6" }, { "a", 10, "4" }, { "b", 2, "7" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(given); i++)
		problem_error(&problems, (struct place){ given[i].file, given[i].line },
			      NULL, NULL, "%s", given[i].what);
	problems_sort(&problems);
	for (size_t i = 0; i < problems.n; i++)
		is(problems.list[i].text[0], '1' + (int64_t)i, "sorted: place %zu", i);
	problems_done(&problems);
}

static void test_bound(void)
{
	for (unsigned i = 1; i <= 1000; i++)
		problem_error(&problems, (struct place){ "a", i }, NULL, NULL, "bad");
	problem_warn(&problems, (struct place){ "a", 1 }, NULL, NULL, "odd");
	is((int64_t)problems.n, PROBLEMS_MAX, "the list is bounded");
	is((int64_t)problems.errors, 1000, "the count is not");
	is((int64_t)problems.warnings, 1, "nor that of the warnings");
	problems_done(&problems);
}

int main(void)
{
	test_form();
	test_once();
	test_order();
	test_bound();
	return done();
}
