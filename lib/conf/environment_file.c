/* SPDX-License-Identifier: MIT */

/* environment_file.c - reads variables, and says nothing of their values. */

#include "conf/environment_file.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "conf/kinds.h"
#include "conf/lines.h"
#include "conf/source.h"

enum { VARIABLES_MAX = 1000 }; /* each is compared with those before it */

/* A value in quotes is one word; else it is what stands there. */
static int read_value(const char *from, struct text *value, struct text *why)
{
	auto_words struct words words = { 0 };
	int r;

	if (*from != '"' && *from != '\'') {
		text_add(value, from);
		if (*from == '\0' || from[strlen(from) - 1] != '\\')
			return 0;
		text_add(why, "ends with a backslash: lines are not continued here");
		return 1;
	}
	r = kind_split(from, &words, why);
	if (r == 0 && words.n != 1) {
		text_add(why, "text behind the closing quote");
		r = 1;
	}
	if (r == 0)
		text_add(value, words.at[0]);
	return r;
}

static bool has_control(const char *text)
{
	for (; *text != '\0'; text++)
		if (((unsigned char)*text < 0x20 && *text != '\t') || *text == 0x7f)
			return true;
	return false;
}

/* The name alone is shown, and only one that can be no part of a secret. */
static const char *check_line(const char *line, const char *equals)
{
	if (strncmp(line, "export", 6) == 0 && is_blank(line[6]))
		return "NAME=VALUE stands without \"export\" here";
	if (equals == NULL)
		return "not NAME=VALUE";
	if (equals > line && is_blank(equals[-1]))
		return "a blank stands in front of \"=\"";
	if (has_control(line))
		return "a control character within the line";
	return kind_assignment_problem(line);
}

static int work_on(void *data, char *line, struct text *why)
{
	struct words *words = data;
	char *equals = strchr(line, '=');
	const char *what = check_line(line, equals);
	auto_text struct text variable = { 0 };
	int r;

	if (what == NULL && words->n == VARIABLES_MAX)
		what = "more than 1000 variables";
	if (what != NULL) {
		text_add(why, what);
		return 1;
	}
	text_add_bytes(&variable, line, (size_t)(equals + 1 - line));
	r = read_value(equals + 1 + strspn(equals + 1, " \t"), &variable, why);
	for (size_t i = 0; r == 0 && i < words->n; i++)
		if (kind_same_variable(words->at[i], text_get(&variable))) {
			text_add(why, "sets the same variable twice");
			r = 1;
		}
	if (r == 0 && text_failed(&variable))
		r = -ENOMEM;
	return r == 0 ? words_add(words, text_get(&variable)) : r;
}

static bool is_missing(const char *path)
{
	struct stat st;

	return stat(path, &st) < 0 && errno == ENOENT;
}

/* The problems, and if there are none the variables, which NULL ends. */
static int ask(struct answers *answers, const char *path)
{
	const bool is_optional = path[0] == '-';
	const struct lines_format format = { .most = SOURCE_MAX, .work = work_on };
	auto_words struct words words = { 0 };
	int r;

	if (is_optional && is_missing(path + 1)) {
		answers_give_text(answers, NULL); /* no problem, ... */
		answers_give_text(answers, NULL); /* ... and no variable */
		return 0;
	}
	r = lines_ask(answers, path + is_optional, &format, &words);
	if (r != 0)
		return MIN(r, 0);
	for (size_t i = 0; i < words.n; i++)
		answers_give_text(answers, words.at[i]);
	answers_give_text(answers, NULL);
	return 0;
}

int environment_file_load(struct answers *answers, const char *path, const char *because,
			  struct problems *problems, struct words *to)
{
	int r = answers->asks ? ask(answers, path) : 0;

	if (r == 0)
		r = lines_take(answers, path + (path[0] == '-'), because, problems);
	while (r == 0) {
		auto_free char *variable = NULL;

		r = answers_take_text(answers, &variable);
		if (r == 0 && variable == NULL)
			break;
		if (r == 0)
			r = words_add(to, variable);
	}
	return MIN(r, 0);
}
