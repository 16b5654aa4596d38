/* SPDX-License-Identifier: MIT */

/*
 * text.h - text that grows, and text from strangers made fit to be shown.
 *
 * A struct text owns its bytes, which always end with a NUL; a zeroed one is
 * empty and valid.  Running out of memory is remembered instead of reported at
 * each step: build the whole, then ask text_failed() once.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/base.h"

struct text {
	char *at;
	size_t size; /* without the NUL */
	size_t room;
	bool failed;
};

#define auto_text __attribute__((cleanup(text_done)))

void text_add(struct text *text, const char *string);
void text_add_bytes(struct text *text, const char *bytes, size_t size);
void text_addf(struct text *text, const char *format, ...) PRINTF(2, 3);

/* Append bytes that may hold anything, as ESCAPED_ROOM() says below. */
void text_add_escaped(struct text *text, const char *bytes, size_t size);

static inline bool text_failed(const struct text *text)
{
	return text->failed;
}

/* The text so far, never NULL. */
static inline const char *text_get(const struct text *text)
{
	return text->at != NULL ? text->at : "";
}

/* Hand the bytes to the caller, who frees them; NULL when memory ran out. */
char *text_steal(struct text *text);
void text_done(struct text *text);

/*
 * Write bytes as printable ASCII into a buffer: control characters, bytes above
 * 0x7e, quotes and backslashes become \xHH (or \" and \\).  What does not fit is
 * cut and ends with "...".  Returns the length written; the result has a NUL.
 */
size_t escape(char *buf, size_t room, const char *bytes, size_t size);

/* Room that holds so many bytes escaped, whatever they are. */
#define ESCAPED_ROOM(size) (4 * (size) + 4)

/* Blanks are space and tab; nothing here asks the locale. */
bool is_blank(char c);
bool is_digit(char c);

/*
 * The candidate that a mistyped word most likely meant, or NULL when none is
 * near.  Candidates end with NULL.
 */
const char *nearest(const char *word, const char *const *candidates);

/* A number that tells most strings apart, fast (FNV-1a). */
uint32_t text_hash(const char *string);
