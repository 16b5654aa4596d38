/* SPDX-License-Identifier: MIT */

/*
 * words.h - a value split into words, with quotes and backslashes.
 *
 * Words are separated by blanks and line ends, and a quote closes on the line on
 * which it opens.  'single quotes' keep everything as it is; within "double
 * quotes" a backslash keeps the meaning off the next " or \; outside of quotes it
 * does so for any character.  "" is an empty word.  Nothing is substituted.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

/* Owns its words and the array, which ends with NULL (or is NULL when empty). */
struct words {
	char **at;
	size_t n;
};

enum words_problem {
	WORDS_QUOTE = 1, /* a quote is not closed on its line */
	WORDS_BACKSLASH, /* a line ends with a backslash */
};

/* Returns 0, a problem, or -ENOMEM; fills ret only on 0. */
int words_split(const char *text, struct words *ret);

/* Append a copy of a word: 0 or -ENOMEM. */
int words_add(struct words *words, const char *word);
bool words_have(const struct words *words, const char *word);
bool words_equal(const struct words *a, const struct words *b);
void words_done(struct words *words);

/* Append a word written so that words_split() reads it back; in quotes where it
 * needs them, or always. */
void words_quote(struct text *text, const char *word, bool always);

#define auto_words __attribute__((cleanup(words_done)))
