/* SPDX-License-Identifier: MIT */

/*
 * What was given is taken, in its order, on both sides; what is cut short, or does not
 * fit, is told and never read past its end.
 *
 * links: base/answers base/text
 */

#include "base/answers.h"

#include <errno.h>
#include <stdlib.h>

#include "base/base.h"

#include "tap.h"

static void give_all(struct answers *answers)
{
	const uint32_t number = 4711;

	answers_give(answers, &number, sizeof(number));
	answers_give_text(answers, "a text");
	answers_give_text(answers, NULL);
	answers_give_text(answers, "");
	answers_give(answers, "raw\0bytes", 9);
	answers_give(answers, "", 0);
}

static void take_text(struct answers *answers, const char *expected, const char *name)
{
	char *string = (char *)"not touched";

	is(answers_take_text(answers, &string), 0, "%s", name);
	is_str(string, expected, "... as it was given");
	free(string);
}

static void take_all(struct answers *answers, const char *side)
{
	const char *bytes = NULL;
	uint32_t number = 0;

	is(answers_take(answers, &number, sizeof(number)), 0, "%s: a number", side);
	is(number, 4711, "... as it was given");
	take_text(answers, "a text", "a text");
	take_text(answers, NULL, "no text");
	take_text(answers, "", "an empty one");
	is(answers_take_bytes(answers, 9, &bytes), 0, "bytes");
	ok(memcmp(bytes, "raw\0bytes", 9) == 0, "... as they were given");
	is(answers_take_bytes(answers, 0, &bytes), 0, "no bytes");
	is(answers_take(answers, &number, 1), -EBADMSG, "and no more");
	is(answers_take_bytes(answers, 0, &bytes), 0, "... which changes nothing");
}

/* Take from so many bytes of what was given, as the side that does not ask. */
static int take_from(const char *bytes, size_t size)
{
	/* Of their size exactly, so that a sanitizer sees who reads past the end. */
	auto_free char *copy = malloc(size > 0 ? size : 1);
	auto_free char *one = NULL, *two = NULL, *three = NULL;
	struct answers answers = { .bytes = copy, .size = size };
	uint32_t number;
	const char *raw;
	int r;

	if (copy == NULL)
		return -ENOMEM;
	memcpy(copy, bytes, size);
	r = answers_take(&answers, &number, sizeof(number));
	if (r == 0)
		r = answers_take_text(&answers, &one);
	if (r == 0)
		r = answers_take_text(&answers, &two);
	if (r == 0)
		r = answers_take_text(&answers, &three);
	return r == 0 ? answers_take_bytes(&answers, 9, &raw) : r;
}

static void cut_short(void)
{
	struct answers asks = { .asks = true };
	size_t good = 0, bad = 0;

	give_all(&asks);
	for (size_t size = 0; size < asks.given.size; size++)
		*(take_from(text_get(&asks.given), size) == -EBADMSG ? &bad : &good) += 1;
	is((int64_t)good, 0, "what is cut short is no message, wherever it was cut");
	is((int64_t)bad, (int64_t)asks.given.size, "... each time");
	is(take_from(text_get(&asks.given), asks.given.size), 0, "and the whole is one");
	text_done(&asks.given);
}

/* A size that does not fit, or a text without its NUL. */
static void odd_text(size_t size, const char *bytes, size_t have, int expected,
		     const char *name)
{
	char message[sizeof(size) + 8] = "";
	char *string = NULL;
	struct answers answers = { .bytes = message, .size = sizeof(size) + have };

	memcpy(message, &size, sizeof(size));
	memcpy(message + sizeof(size), bytes, have);
	is(answers_take_text(&answers, &string), expected, "%s", name);
	is_str(string, expected == 0 ? bytes : NULL, "... and its text");
	free(string);
}

static void as_it_comes(void)
{
	struct answers asks = { .asks = true };
	char *string = NULL;

	for (int i = 0; i < 3; i++) {
		answers_give_text(&asks, i == 1 ? "one" : "another");
		is(answers_take_text(&asks, &string), 0, "given, and taken at once");
		is_str(string, i == 1 ? "one" : "another", "... as it was given");
		free(string);
	}
	text_done(&asks.given);
}

int main(void)
{
	struct answers asks = { .asks = true }, takes = { 0 };

	give_all(&asks);
	take_all(&asks, "who asks");
	takes.bytes = text_get(&asks.given);
	takes.size = asks.given.size;
	take_all(&takes, "who is told");
	text_done(&asks.given);
	as_it_comes();
	cut_short();
	odd_text(4, "abc", 4, 0, "a text of its size");
	odd_text(3, "abc", 4, -EBADMSG, "without its NUL");
	odd_text(5, "abc", 4, -EBADMSG, "with one byte too few");
	odd_text(SIZE_MAX, "abc", 4, -EBADMSG, "of a size that is none");
	odd_text(SIZE_MAX - 7, "abc", 4, -EBADMSG, "of one that would wrap round");
	return done();
}
