/* SPDX-License-Identifier: MIT */

/*
 * answers.h - what only file systems and name services know, asked where it may take
 * its time, and carried to where it may not.
 *
 * A configuration is loaded twice.  First in a helper process, which asks: it reads
 * files and looks up names, and gives each answer before it takes it.  Then in the
 * daemon, which goes the same way and takes the answers in the same order, and so
 * waits for nobody.  One function stands for each question, on both sides: it gives if
 * it is to ask, and then takes.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

struct answers {
	bool asks; /* find out and give, before it is taken */
	struct text given; /* of the side that asks */
	const char *bytes; /* of the side that does not: borrowed */
	size_t size;
	size_t taken;
};

/* Memory that runs out is remembered in answers->given. */
void answers_give(struct answers *answers, const void *bytes, size_t size);
void answers_give_text(struct answers *answers, const char *string); /* or NULL */

/* Return 0, -EBADMSG when that is not what was given, or -ENOMEM.  A string is the
 * caller's to free, and NULL when it was given as NULL; bytes live until more is given,
 * or as long as answers->bytes. */
int answers_take(struct answers *answers, void *to, size_t size);
int answers_take_text(struct answers *answers, char **ret);
int answers_take_bytes(struct answers *answers, size_t size, const char **ret);
