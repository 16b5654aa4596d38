/* SPDX-License-Identifier: MIT */

/*
 * text.c - text that grows by doubling, the escapes, and the edit distance that
 * finds what a mistyped word meant.
 */

#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static bool text_reserve(struct text *text, size_t more)
{
	size_t room = MAX(text->room, 64);
	char *at;

	if (text->failed)
		return false;
	while (room - text->size <= more) {
		if (room > SIZE_MAX / 2) {
			text->failed = true;
			return false;
		}
		room *= 2;
	}
	if (room == text->room)
		return true;
	at = realloc(text->at, room);
	if (at == NULL) {
		text->failed = true;
		return false;
	}
	text->at = at;
	text->room = room;
	return true;
}

void text_add_bytes(struct text *text, const char *bytes, size_t size)
{
	if (!text_reserve(text, size))
		return;
	memcpy(text->at + text->size, bytes, size);
	text->size += size;
	text->at[text->size] = '\0';
}

void text_add(struct text *text, const char *string)
{
	text_add_bytes(text, string, strlen(string));
}

void text_addf(struct text *text, const char *format, ...)
{
	va_list args;
	int size;

	va_start(args, format);
	size = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (size < 0 || !text_reserve(text, (size_t)size)) {
		text->failed = true;
		return;
	}
	va_start(args, format);
	(void)vsnprintf(text->at + text->size, (size_t)size + 1, format,
			args); /* measured */
	va_end(args);
	text->size += (size_t)size;
}

void text_add_escaped(struct text *text, const char *bytes, size_t size)
{
	if (!text_reserve(text, ESCAPED_ROOM(size)))
		return;
	text->size += escape(text->at + text->size, text->room - text->size, bytes, size);
}

char *text_steal(struct text *text)
{
	char *at = NULL;

	if (!text->failed && text_reserve(text, 0)) {
		text->at[text->size] = '\0';
		at = steal_ptr(&text->at);
	}
	text_done(text);
	return at;
}

void text_done(struct text *text)
{
	free(text->at);
	*text = (struct text){ 0 };
}

/* One byte as it is shown; returns how many characters that takes. */
static size_t escape_byte(char shown[5], unsigned char byte)
{
	static const char hex[] = "0123456789abcdef";

	if (byte == '"' || byte == '\\') {
		shown[0] = '\\';
		shown[1] = (char)byte;
		return 2;
	}
	if (byte >= 0x20 && byte < 0x7f) {
		shown[0] = (char)byte;
		return 1;
	}
	shown[0] = '\\';
	shown[1] = 'x';
	shown[2] = hex[byte >> 4];
	shown[3] = hex[byte & 15];
	return 4;
}

size_t escape(char *buf, size_t room, const char *bytes, size_t size)
{
	static const char cut[] = "...";
	size_t used = 0, whole = 0; /* whole: where "..." still fits behind */

	if (room < sizeof(cut)) {
		if (room > 0)
			buf[0] = '\0';
		return 0;
	}
	for (size_t i = 0; i < size; i++) {
		char shown[5];
		size_t n = escape_byte(shown, (unsigned char)bytes[i]);

		if (used + n >= room) {
			memcpy(buf + whole, cut, sizeof(cut));
			return whole + sizeof(cut) - 1;
		}
		memcpy(buf + used, shown, n);
		used += n;
		if (used + sizeof(cut) <= room)
			whole = used;
	}
	buf[used] = '\0';
	return used;
}

bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

enum { WORD_MAX = 48 };

/* Levenshtein's distance, with one row kept; words are at most WORD_MAX long. */
static size_t distance(const char *a, size_t a_size, const char *b, size_t b_size)
{
	size_t row[WORD_MAX + 1];

	for (size_t j = 0; j <= b_size; j++)
		row[j] = j;
	for (size_t i = 1; i <= a_size; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= b_size; j++) {
			size_t above = row[j];
			size_t change = diagonal + (a[i - 1] != b[j - 1]);

			row[j] = MIN(MIN(above, row[j - 1]) + 1, change);
			diagonal = above;
		}
	}
	return row[b_size];
}

const char *nearest(const char *word, const char *const *candidates)
{
	size_t size = strlen(word), best_distance = 4;
	const char *best = NULL;

	if (size > WORD_MAX)
		return NULL;
	for (; *candidates != NULL; candidates++) {
		size_t c_size = strlen(*candidates), d;

		if (c_size > WORD_MAX)
			continue;
		d = distance(word, size, *candidates, c_size);
		if (d < best_distance && d * 2 < MAX(size, c_size)) {
			best_distance = d;
			best = *candidates;
		}
	}
	return best;
}

uint32_t text_hash(const char *string)
{
	uint32_t hash = 2166136261U;

	for (; *string != '\0'; string++)
		hash = (hash ^ (unsigned char)*string) * 16777619U;
	return hash;
}
