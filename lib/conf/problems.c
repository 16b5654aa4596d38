/* SPDX-License-Identifier: MIT */

/* problems.c - the list of what is wrong, deduplicated and bounded. */

#include "conf/problems.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

void place_show(struct place at, struct text *text)
{
	text_add_escaped(text, at.file, strlen(at.file));
	if (at.line > 0)
		text_addf(text, ":%u", at.line);
}

static bool problems_have(const struct problems *problems, struct place at,
			  const char *text)
{
	for (size_t i = 0; i < problems->n; i++) {
		const struct problem *known = &problems->list[i];

		if (known->at.line == at.line && strcmp(known->text, text) == 0 &&
		    strcmp(known->at.file, at.file) == 0)
			return true;
	}
	return false;
}

PRINTF(6, 0)
static void problem_add(struct problems *problems, bool warning, struct place at,
			const char *section, const char *key, const char *format,
			va_list args)
{
	auto_text struct text text = { 0 };
	auto_free char *what = NULL;
	char *whole, *file;

	if (at.file == NULL)
		at.file = "spawnd";
	if (vasprintf(&what, format, args) < 0)
		what = NULL;
	if (section != NULL) {
		text_add_escaped(&text, section, strlen(section));
		text_add(&text, ": ");
	}
	if (key != NULL)
		text_addf(&text, "%s: ", key);
	text_add(&text, what != NULL ? what : "out of memory");
	whole = text_steal(&text);
	if (whole != NULL && problems_have(problems, at, whole)) {
		free(whole);
		return;
	}
	*(warning ? &problems->warnings : &problems->errors) += 1;
	file = strdup(at.file);
	if (whole == NULL || file == NULL || problems->n == PROBLEMS_MAX) {
		free(whole); /* counted all the same */
		free(file);
		return;
	}
	problems->list[problems->n++] = (struct problem){
		.at = { file, at.line }, .file = file, .warning = warning, .text = whole
	};
}

void problem_error(struct problems *problems, struct place at, const char *section,
		   const char *key, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	problem_add(problems, false, at, section, key, format, args);
	va_end(args);
}

void problem_warn(struct problems *problems, struct place at, const char *section,
		  const char *key, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	problem_add(problems, true, at, section, key, format, args);
	va_end(args);
}

static bool stands_after(const struct problem *a, const struct problem *b)
{
	int by_file = strcmp(a->at.file, b->at.file);

	return by_file != 0 ? by_file > 0 : a->at.line > b->at.line;
}

/* By insertion: stable, and the list is short. */
void problems_sort(struct problems *problems)
{
	for (size_t i = 1; i < problems->n; i++) {
		struct problem moved = problems->list[i];
		size_t j = i;

		for (; j > 0 && stands_after(&problems->list[j - 1], &moved); j--)
			problems->list[j] = problems->list[j - 1];
		problems->list[j] = moved;
	}
}

void problem_show(const struct problem *problem, struct text *text)
{
	place_show(problem->at, text);
	text_add(text, problem->warning ? ": warning: " : ": ");
	text_add(text, problem->text);
}

void problems_done(struct problems *problems)
{
	for (size_t i = 0; i < problems->n; i++) {
		free(problems->list[i].text);
		free(problems->list[i].file);
	}
	*problems = (struct problems){ 0 };
}
