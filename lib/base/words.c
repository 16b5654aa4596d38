/* SPDX-License-Identifier: MIT */

/* words.c - the splitter: one pass, one state, one word at a time. */

#include "base/words.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int words_add(struct words *words, const char *word)
{
	char **at = reallocarray(words->at, words->n + 2, sizeof(*at));
	char *copy;

	if (at == NULL)
		return -ENOMEM;
	words->at = at;
	at[words->n] = NULL;
	copy = strdup(word);
	if (copy == NULL)
		return -ENOMEM;
	at[words->n++] = copy;
	at[words->n] = NULL;
	return 0;
}

bool words_have(const struct words *words, const char *word)
{
	for (size_t i = 0; i < words->n; i++)
		if (strcmp(words->at[i], word) == 0)
			return true;
	return false;
}

bool words_equal(const struct words *a, const struct words *b)
{
	for (size_t i = 0; i < a->n && i < b->n; i++)
		if (strcmp(a->at[i], b->at[i]) != 0)
			return false;
	return a->n == b->n;
}

void words_done(struct words *words)
{
	for (size_t i = 0; i < words->n; i++)
		free(words->at[i]);
	free(words->at);
	*words = (struct words){ 0 };
}

static bool is_separator(char c)
{
	return is_blank(c) || c == '\n';
}

/* Take one word from *p, which stands on its first character. */
static int word_take(const char **p, struct text *word)
{
	char quote = '\0';

	for (; **p != '\0' && (quote != '\0' || !is_separator(**p)); (*p)++) {
		char c = **p, next = (*p)[1];

		if (c == '\n') {
			return WORDS_QUOTE;
		} else if (quote == '\0' && (c == '\'' || c == '"')) {
			quote = c;
		} else if (quote != '\0' && c == quote) {
			quote = '\0';
		} else if (c == '\\' && quote != '\'' &&
			   (quote == '\0' || next == '"' || next == '\\')) {
			if (next == '\0' || next == '\n')
				return WORDS_BACKSLASH;
			text_add_bytes(word, &next, 1);
			(*p)++;
		} else {
			text_add_bytes(word, &c, 1);
		}
	}
	return quote != '\0' ? WORDS_QUOTE : 0;
}

int words_split(const char *text, struct words *ret)
{
	auto_words struct words words = { 0 };
	auto_text struct text word = { 0 };
	const char *p = text;
	int r;

	for (;;) {
		while (is_separator(*p))
			p++;
		if (*p == '\0')
			break;
		word.size = 0;
		text_add(&word, "");
		r = word_take(&p, &word);
		if (r != 0)
			return r;
		if (text_failed(&word))
			return -ENOMEM;
		r = words_add(&words, text_get(&word));
		if (r < 0)
			return r;
	}
	*ret = words;
	words = (struct words){ 0 };
	return 0;
}

void words_quote(struct text *text, const char *word, bool always)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789_-+=./,:@%^~[]*$<>|&(){}!?#;`";

	/* A lone + would extend a list; # and ; look like a comment. */
	if (!always && word[0] != '\0' && strchr("#;+", word[0]) == NULL &&
	    word[strspn(word, plain)] == '\0') {
		text_add(text, word);
		return;
	}
	text_add(text, "\"");
	for (; *word != '\0'; word++) {
		if (*word == '"' || *word == '\\')
			text_add(text, "\\");
		text_add_bytes(text, word, 1);
	}
	text_add(text, "\"");
}
