/* SPDX-License-Identifier: MIT */

/* lines.c - goes through a file line by line, and collects what is wrong. */

#include "conf/lines.h"

#include <errno.h>
#include <string.h>

#include "conf/reader.h"
#include "conf/source.h"

enum { COMPLAINTS_MAX = 20 }; /* of one file; it can be wrong from its begin to its end */

struct lines {
	struct answers *answers;
	unsigned number; /* of the line in hand; 0: the file as a whole */
	unsigned complaints;
	bool says_something; /* also in a comment */
};

/* Each is the number of its line, and a text; NULL ends them. */
static void complain(struct lines *lines, const char *what)
{
	if (++lines->complaints > COMPLAINTS_MAX)
		return;
	answers_give_text(lines->answers, what);
	answers_give(lines->answers, &lines->number, sizeof(lines->number));
}

static void end_complaints(struct lines *lines)
{
	auto_text struct text more = { 0 };

	if (lines->complaints > COMPLAINTS_MAX) {
		text_addf(&more, "and %u more lines are wrong",
			  lines->complaints - COMPLAINTS_MAX);
		lines->complaints = lines->number = 0;
		complain(lines, text_get(&more));
	}
	answers_give_text(lines->answers, NULL);
}

/* Is it text, and whole? */
static bool check_whole(struct lines *lines, const char *bytes, size_t size)
{
	const char *nul = memchr(bytes, '\0', size), *end = bytes + size;
	const char *what = NULL;

	if (nul != NULL)
		what = "is not text: it holds a NUL byte";
	else if (size > 0 && end[-1] != '\n')
		what = "the last line has no end: is the file complete?";
	if (what == NULL)
		return true;
	lines->number = 1;
	for (const char *p = bytes; p < (nul != NULL ? nul : end); p++)
		lines->number += *p == '\n';
	complain(lines, what);
	return false;
}

/* Without the blanks around it. */
static char *trim(char *line, char *end)
{
	while (end > line && (is_blank(end[-1]) || end[-1] == '\r'))
		end--;
	*end = '\0';
	while (is_blank(*line))
		line++;
	return line;
}

static int work_on(struct lines *lines, char *line, size_t size, lines_work *work,
		   void *data)
{
	auto_text struct text why = { 0 };
	int r = 0;

	lines->number++;
	if (size > LINE_MAX_BYTES) {
		complain(lines, "the line is over 64 KiB");
		return 0;
	}
	line = trim(line, line + size);
	lines->says_something |= *line != '\0';
	if (*line != '\0' && *line != '#' && *line != ';')
		r = work(data, line, &why);
	if (r > 0)
		complain(lines, text_get(&why));
	return MIN(r, 0);
}

static int work_on_all(struct lines *lines, char *bytes, size_t size,
		       const struct lines_format *format, void *data)
{
	int r = 0;

	for (char *next = bytes, *end; r == 0 && next < bytes + size; next = end + 1) {
		end = memchr(next, '\n', (size_t)(bytes + size - next));
		r = work_on(lines, next, (size_t)(end - next), format->work, data);
	}
	if (r == 0 && !lines->says_something && lines->complaints == 0 &&
	    format->if_blank != NULL) {
		lines->number = 0;
		complain(lines, format->if_blank);
	}
	return r;
}

int lines_ask(struct answers *answers, const char *path,
	      const struct lines_format *format, void *data)
{
	struct lines lines = { .answers = answers };
	auto_text struct text why = { 0 };
	auto_free char *bytes = NULL;
	size_t size = 0;
	int r = source_read(path, format->most, &why, &bytes, &size);

	if (r > 0)
		complain(&lines, text_get(&why));
	if (r == 0 && check_whole(&lines, bytes, size))
		r = work_on_all(&lines, bytes, size, format, data);
	if (r < 0)
		return r;
	r = lines.complaints > 0;
	end_complaints(&lines);
	return r;
}

int lines_take(struct answers *answers, const char *path, const char *because,
	       struct problems *problems)
{
	bool any = false;

	for (;;) {
		auto_free char *what = NULL;
		unsigned number = 0;
		int r = answers_take_text(answers, &what);

		if (r < 0 || what == NULL)
			return r < 0 ? r : any;
		r = answers_take(answers, &number, sizeof(number));
		if (r < 0)
			return r;
		any = true;
		problem_error(problems, (struct place){ path, number }, NULL, NULL,
			      "%s%s", what, number == 0 ? because : "");
	}
}
