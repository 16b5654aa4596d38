/* SPDX-License-Identifier: MIT */

/*
 * One line is one line: whatever a file holds and however long its lines are, no
 * key, section or value comes of it but what stands there, with its line number,
 * and everything else is an error that names its line.
 *
 * links: base/hours base/origin base/rate conf/reader conf/problems conf/keys conf/kind_words conf/kind_value conf/kind_refuse conf/kind_environment conf/kind_origins conf/kind_rate conf/kind_log conf/kind_limit base/text base/words base/number
 */

#include "conf/reader.h"

#include "base/text.h"
#include "conf/keys.h"

#include "tap.h"

static struct problems problems;

/* "[s@1] user@2=x; [!ghost@3]" */
static void show(const struct sections *sections, struct text *text)
{
	for (size_t i = 0; i < sections->n; i++) {
		const struct section *section = &sections->list[i];

		text_addf(text, "%s[%s%s@%u]", i > 0 ? " " : "",
			  section->ghost ? "!" : "", section->name, section->at.line);
		for (size_t j = 0; j < section->n; j++)
			text_addf(text, " %s@%u=%s;", section->entries[j].key->name,
				  section->entries[j].at.line, section->entries[j].value);
	}
}

static void read_bytes(const char *bytes, size_t size, struct sections *sections)
{
	/* Exactly so many bytes, so that a sanitizer sees a read behind them. */
	auto_free char *copy = malloc(size + (size == 0));

	if (size > 0)
		memcpy(copy, bytes, size);
	is(reader_read("f", copy, size, false, sections, &problems), 0, "it is read");
}

/* Each expected problem is "LINE text that is part of it". */
static void are_problems(const char *const *expected)
{
	size_t n = 0;

	while (expected[n] != NULL)
		n++;
	if (!is((int64_t)problems.n, (int64_t)n, "... so many problems"))
		for (size_t i = 0; i < problems.n; i++)
			printf("# %u: %s\n", problems.list[i].at.line,
			       problems.list[i].text);
	for (size_t i = 0; i < n && i < problems.n; i++) {
		char *part;
		unsigned long line = strtoul(expected[i], &part, 10);

		if (!ok(problems.list[i].at.line == line &&
				strstr(problems.list[i].text, part + 1) != NULL,
			"... %s", expected[i]))
			printf("# is %u: %s\n", problems.list[i].at.line,
			       problems.list[i].text);
	}
}

struct reader_case {
	const char *name;
	const char *bytes;
	const char *shown;
	const char *problems[5];
	size_t size; /* 0: up to the NUL */
};

static const struct reader_case cases[] = {
	/* What is good */
	{ "two sections", "[s]\nuser = a\numask=022\n\n[t]\nuser\t=\tb\n",
	  "[s@1] user@2=a; umask@3=022; [t@5] user@6=b;" },
	{ "no newline at the end", "[s]\nuser = a", "[s@1] user@2=a;" },
	{ "a comment at the end", "[s]\nuser = a\n#", "[s@1] user@2=a;" },
	{ "a section at the end", "[s]", "[s@1]" },
	{ "nothing", "", "" },
	{ "blank lines", "\n \n\t\n", "" },
	{ "comments", "# x\n; y\n  # z\n[s]\n", "[s@4]" },
	{ "a comment with all kinds of bytes", "# \x01\x1b\x7f\xff \r x\n[s]\n",
	  "[s@2]" },
	{ "CRLF", "[s]\r\nuser = a\r\n\r\n# x\r\n", "[s@1] user@2=a;" },
	{ "a CR at the end of the file", "[s]\r\nuser = a\r", "[s@1] user@2=a;" },
	{ "a byte order mark", "\xef\xbb\xbf[s]\nuser = a\n", "[s@1] user@2=a;" },
	{ "a byte order mark alone", "\xef\xbb\xbf", "" },
	{ "blanks around", "[s]  \nuser =  a b \t\n", "[s@1] user@2=a b;" },
	{ "= in a value", "[s]\nuser = a=b = c\n", "[s@1] user@2=a=b = c;" },
	{ ": in a value", "[s]\nlisten = [::1]:80\n", "[s@1] listen@2=[::1]:80;" },
	{ "; and # in a value", "[s]\ncommand = sh -c \"date ; id\" # x\n",
	  "[s@1] command@2=sh -c \"date ; id\" # x;" },
	{ "quotes, % and $ stay", "[s]\nuser = \"a\" 'b' \\ %s $x ~\n",
	  "[s@1] user@2=\"a\" 'b' \\ %s $x ~;" },
	{ "bytes above ASCII", "[s]\nuser = \xc2\xa0\xff\n",
	  "[s@1] user@2=\xc2\xa0\xff;" },
	{ "a section without entries between", "[s]\n[t]\nuser = a\n",
	  "[s@1] [t@2] user@3=a;" },
	{ "all that a name is made of", "[aZ09._@+-]\n", "[aZ09._@+-@1]" },
	{ "a name of 48", "[123456789012345678901234567890123456789012345678]\n",
	  "[123456789012345678901234567890123456789012345678@1]" },
	{ "one key in two sections", "[s]\nuser = a\n[t]\nuser = b\n",
	  "[s@1] user@2=a; [t@3] user@4=b;" },

	/* Continued lines */
	{ "a list goes on", "[s]\nlisten = 1\n\t2\n 3\n", "[s@1] listen@2=1\n2\n3;" },
	{ "a command goes on", "[s]\ncommand = a\n  -x = y\n",
	  "[s@1] command@2=a\n-x = y;" },
	{ "... across comments and blank lines", "[s]\nlisten = 1\n# x\n\n  ; y\n  2\n",
	  "[s@1] listen@2=1\n2;" },
	{ "... with CRLF", "[s]\r\nlisten = 1\r\n 2\r\n", "[s@1] listen@2=1\n2;" },
	{ "a word with = that is no key", "[s]\nenvironment = A=1\n B=2\n",
	  "[s@1] environment@2=A=1\nB=2;" },
	{ "a bracket that is no section", "[s]\nlisten = 1\n [::]:80\n",
	  "[s@1] listen@2=1\n[::]:80;" },
	{ "an indented known key",
	  "[s]\nlisten = 1\n user = root\n",
	  "[s@1] listen@2=1;",
	  { "3 an indented key" } },
	{ "... without blanks around =",
	  "[s]\nlisten = 1\n\tuser=root\n",
	  "[s@1] listen@2=1;",
	  { "3 an indented key" } },
	{ "... behind a key of one line",
	  "[s]\numask = 022\n user = root\n",
	  "[s@1] umask@2=022;",
	  { "3 an indented key" } },
	{ "... at the top of a section",
	  "[s]\n user = root\n",
	  "[s@1]",
	  { "2 an indented key" } },
	{ "... before any section",
	  " user = root\n[s]\n",
	  "[s@2]",
	  { "1 an indented key" } },
	{ "an indented section",
	  "[s]\nlisten = 1\n [t]\nuser = a\n",
	  "[s@1] listen@2=1; user@4=a;",
	  { "3 an indented section" } },
	{ "a key of one line does not go on",
	  "[s]\nuser = a\n b\n",
	  "[s@1] user@2=a;",
	  { "3 one line only" } },
	{ "nothing to continue", "[s]\n b\n", "[s@1]", { "2 none above it" } },
	{ "nothing to continue in a new section",
	  "[s]\nlisten = 1\n[t]\n 2\n",
	  "[s@1] listen@2=1; [t@3]",
	  { "4 none above it" } },
	{ "what continues a refused key is told with it",
	  "[s]\nlisten = 1\nlistne = 2\n 3\n",
	  "[s@1] listen@2=1;",
	  { "3 unknown key \"listne\"; did you mean \"listen\"?" } },
	{ "what continues a key given twice",
	  "[s]\nlisten = 1\nlisten = 2\n 3\n",
	  "[s@1] listen@2=1;",
	  { "3 given twice, first at f:2" } },
	{ "what continues a line with a control character",
	  "[s]\nlisten = 1\nlisten = \x01\n 3\n",
	  "[s@1] listen@2=1;",
	  { "3 control character" } },

	/* Sections that are none */
	{ "text behind ]",
	  "[s] user = root\numask = 022\n",
	  "[!s@1] umask@2=022;",
	  { "1 text after \"]\"" } },
	{ "a comment behind ]", "[s] # x\n", "[!s@1]", { "1 text after \"]\"" } },
	{ "an address as a section",
	  "[::]:80 = x\n",
	  "[!::@1]",
	  { "1 text after \"]\"" } },
	{ "two brackets", "[s]]\n", "[!s@1]", { "1 text after \"]\"" } },
	{ "no ]",
	  "[t]\n[s\nuser = root\n",
	  "[t@1] [!s@2] user@3=root;",
	  { "2 no \"]\"" } },
	{ "[ alone", "[\n", "[!@1]", { "1 no \"]\"" } },
	{ "no name", "[]\nuser = root\n", "[!@1] user@2=root;", { "1 needs a name" } },
	{ "a blank name", "[ ]\n", "[! @1]", { "1 is made of" } },
	{ "blanks within", "[ s ]\n", "[! s @1]", { "1 is made of" } },
	{ "a slash in a name", "[../s]\n", "[!../s@1]", { "1 is made of" } },
	{ "a name above ASCII", "[\xc3\xa9]\n", "[!\xc3\xa9@1]", { "1 is made of" } },
	{ "a name of 49",
	  "[1234567890123456789012345678901234567890123456789]\n",
	  "[!1234567890123456789012345678901234567890123456789@1]",
	  { "1 at most 48 characters" } },
	{ "names that differ behind 49 bytes",
	  "[1234567890123456789012345678901234567890123456789a]\n"
	  "[1234567890123456789012345678901234567890123456789b]\nuser = x\n",
	  "[!1234567890123456789012345678901234567890123456789a@1] "
	  "[!1234567890123456789012345678901234567890123456789b@2] user@3=x;",
	  { "1 at most 48", "2 at most 48" } },
	{ "a section twice",
	  "[s]\nuser = a\n[t]\n[s]\nuser = root\n",
	  "[s@1] user@2=a; [t@3] [!s@4] user@5=root;",
	  { "4 given twice, first at f:1" } },
	{ "global in capitals",
	  "[Global]\n",
	  "[Global@1]",
	  { "1 did you mean [global]?" } },

	/* Entries that are none */
	{ "a key twice",
	  "[s]\nuser = a\nuser = root\n",
	  "[s@1] user@2=a;",
	  { "3 given twice, first at f:2" } },
	{ "a key in capitals",
	  "[s]\nUser = a\n",
	  "[s@1]",
	  { "2 unknown key \"User\"; did you mean \"user\"?" } },
	{ "a key near to none",
	  "[s]\nfrobnicate = a\n",
	  "[s@1]",
	  { "2 unknown key \"frobnicate\"" } },
	{ "an unknown key is shown escaped",
	  "[s]\n\xff\"x = a\n",
	  "[s@1]",
	  { "2 unknown key \"\\xff\\\"x\"" } },
	{ ": is no =",
	  "[s]\nlisten:8080=x\nuser: a\n",
	  "[s@1]",
	  { "2 unknown key \"listen:8080\"", "3 neither" } },
	{ "no =", "[s]\nuser\n", "[s@1]", { "2 neither" } },
	{ "no key", "[s]\n= a\n", "[s@1]", { "2 no key before" } },
	{ "= alone", "[s]\n=\n", "[s@1]", { "2 no key before" } },
	{ "] alone", "[s]\n]\n", "[s@1]", { "2 neither" } },
	{ "no value",
	  "[s]\nuser =\numask=  \n",
	  "[s@1]",
	  { "2 user: has no value", "3 umask: has no value" } },
	{ "before the first section",
	  "user = root\n[s]\n",
	  "[s@2]",
	  { "1 before the first section" } },

	/* Bytes that are no text */
	{ "a CR within a line",
	  "[s]\nuser = a\rumask = 022\n",
	  "[s@1]",
	  { "2 carriage return" } },
	{ "CR alone ends no line", "[s]\ruser = a\r", "", { "1 carriage return" } },
	{ "control characters",
	  "[s]\nuser = a\x1b[2J\nuser = \x0b"
	  "a\nuser = a\x7f\n[t\x01]\n",
	  "[s@1]",
	  { "2 control character", "3 control character", "4 control character",
	    "5 control character" } },
	{ "a NUL", "[s]\nuser = a\0 evil\numask = 022\n", "", { "2 NUL" }, 31 },
	{ "a NUL in a comment", "# \0\n[s]\n", "", { "1 NUL" }, 8 },
	{ "a NUL at the very end", "[s]\n\0", "", { "2 NUL" }, 5 },
	{ "UTF-16", "\xff\xfe[\0s\0]\0\n\0", "", { "1 NUL" }, 10 },
	{ "two byte order marks",
	  "\xef\xbb\xbf\xef\xbb\xbf[s]\n",
	  "",
	  { "1 before the first" } },
	{ "a byte order mark within",
	  "[s]\n\xef\xbb\xbfuser = a\n",
	  "[s@1]",
	  { "2 unknown key \"\\xef\\xbb\\xbfuser\"; did you mean \"user\"?" } },

	/* All of them in one run */
	{ "reading goes on",
	  "[s]\nusre = a\n[t] x\numask\n[u]\nuser = a\n",
	  "[s@1] [!t@3] [u@5] user@6=a;",
	  { "2 unknown", "3 text after", "4 neither" } },
};

static void test_cases(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct reader_case *c = &cases[i];
		struct sections sections = { 0 };
		auto_text struct text shown = { 0 };

		read_bytes(c->bytes, c->size > 0 ? c->size : strlen(c->bytes), &sections);
		show(&sections, &shown);
		is_str(text_get(&shown), c->shown, "%s", c->name);
		are_problems(c->problems);
		sections_done(&sections);
		problems_done(&problems);
	}
}

/* A line of so many bytes, whose tail would be a key of its own if it were cut. */
static void add_long_line(struct text *text, const char *head, size_t size)
{
	static const char tail[] = "user=root";

	text_add(text, head);
	for (size_t i = strlen(head); i < size - strlen(tail); i++)
		text_add(text, "x");
	text_add(text, tail);
}

static void test_long_lines(void)
{
	static const size_t sizes[] = { 150, 190, 196,  197,   198,           199, 200,
					201, 202, 208,  209,   397,           398, 399,
					400, 401, 4096, 60000, LINE_MAX_BYTES };
	static const char *const comments[] = { "#", ";", "  ;" };
	static const char *const ends[] = { "\n", "\r\n" };

	for (size_t i = 0; i < ARRAY_SIZE(sizes) * ARRAY_SIZE(ends); i++) {
		const size_t size = sizes[i / ARRAY_SIZE(ends)];
		const char *end = ends[i % ARRAY_SIZE(ends)];
		struct sections sections = { 0 };
		auto_text struct text text = { 0 };
		const struct section *section;

		if (size == LINE_MAX_BYTES && end[0] == '\r')
			continue;
		text_addf(&text, "[s]%s", end);
		add_long_line(&text, "command = ", size);
		text_add(&text, end);
		for (size_t j = 0; j < ARRAY_SIZE(comments); j++) {
			add_long_line(&text, comments[j], size);
			text_add(&text, end);
		}
		text_addf(&text, "umask = 022%sargv0 = y", end);
		read_bytes(text_get(&text), text.size, &sections);
		is((int64_t)problems.n, 0, "lines of %zu bytes are good", size);
		section = sections_find(&sections, "s");
		ok(section != NULL && section->n == 3 &&
			   section_find(section, keys_find("user")) == NULL,
		   "... and each is one line");
		if (section != NULL && section->n == 3) {
			is((int64_t)strlen(section->entries[0].value), (int64_t)size - 10,
			   "... of which nothing is cut");
			is(section->entries[2].at.line, 7,
			   "... and what follows has its right number");
		}
		sections_done(&sections);
		problems_done(&problems);
	}
}

/* The same at the end of the file, without a newline. */
static void test_long_last_line(void)
{
	for (size_t size = 190; size < 210; size++) {
		struct sections sections = { 0 };
		auto_text struct text text = { 0 };
		const struct section *section;

		text_add(&text, "[s]\n");
		add_long_line(&text, "command = ", size);
		read_bytes(text_get(&text), text.size, &sections);
		section = sections_find(&sections, "s");
		ok(problems.n == 0 && section != NULL && section->n == 1 &&
			   strlen(section->entries[0].value) == size - 10,
		   "a last line of %zu bytes without a newline is whole", size);
		sections_done(&sections);
		problems_done(&problems);
	}
}

static void test_too_long(void)
{
	static const char *const heads[] = { "command = ", "#", "[", "  " };

	for (size_t i = 0; i < ARRAY_SIZE(heads); i++) {
		struct sections sections = { 0 };
		auto_text struct text text = { 0 }, shown = { 0 };

		text_add(&text, "[s]\nlisten = 1\n");
		add_long_line(&text, heads[i], LINE_MAX_BYTES + 1);
		text_add(&text, "\numask = 022\n");
		read_bytes(text_get(&text), text.size, &sections);
		show(&sections, &shown);
		is_str(text_get(&shown), "[s@1] listen@2=1; umask@4=022;",
		       "a line over 64 KiB gives nothing");
		are_problems((const char *const[]){ "3 over 64 KiB", NULL });
		sections_done(&sections);
		problems_done(&problems);
	}
}

/* A value may be longer than a line: by going on. */
static void test_long_value(void)
{
	struct sections sections = { 0 };
	auto_text struct text text = { 0 };

	text_add(&text, "[s]\ncommand = a");
	for (int i = 0; i < 1000; i++) {
		text_add(&text, "\n ");
		add_long_line(&text, "x", 199);
	}
	read_bytes(text_get(&text), text.size, &sections);
	is((int64_t)problems.n, 0, "a value of a thousand lines");
	is((int64_t)strlen(sections.list[0].entries[0].value), 1 + 1000 * 200,
	   "... is whole");
	sections_done(&sections);
	problems_done(&problems);
}

static void test_key_of_any_length(void)
{
	struct sections sections = { 0 };
	auto_text struct text text = { 0 };

	text_add(&text, "[s]\n");
	for (int i = 0; i < 300; i++)
		text_add(&text, "user");
	text_add(&text, " = root\n");
	read_bytes(text_get(&text), text.size, &sections);
	is((int64_t)problems.n, 1, "a key of 1200 bytes is one unknown key");
	is((int64_t)sections.list[0].n, 0, "... and no other");
	sections_done(&sections);
	problems_done(&problems);
}

int main(void)
{
	test_cases();
	test_long_lines();
	test_long_last_line();
	test_too_long();
	test_long_value();
	test_key_of_any_length();
	return done();
}
