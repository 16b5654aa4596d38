/* SPDX-License-Identifier: MIT */

/* answers.c - bytes in order; a text has its size in front, with its NUL, 0 for NULL. */

#include "base/answers.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

void answers_give(struct answers *answers, const void *bytes, size_t size)
{
	text_add_bytes(&answers->given, bytes, size);
}

void answers_give_text(struct answers *answers, const char *string)
{
	const size_t size = string != NULL ? strlen(string) + 1 : 0;

	answers_give(answers, &size, sizeof(size));
	if (string != NULL)
		answers_give(answers, string, size);
}

int answers_take_bytes(struct answers *answers, size_t size, const char **ret)
{
	const char *bytes = answers->asks ? text_get(&answers->given) : answers->bytes;
	const size_t have = answers->asks ? answers->given.size : answers->size;

	if (answers->asks && text_failed(&answers->given))
		return -ENOMEM;
	if (have - answers->taken < size)
		return -EBADMSG;
	*ret = bytes + answers->taken;
	answers->taken += size;
	return 0;
}

int answers_take(struct answers *answers, void *to, size_t size)
{
	const char *from;
	int r = answers_take_bytes(answers, size, &from);

	if (r == 0 && size > 0)
		memcpy(to, from, size);
	return r;
}

int answers_take_text(struct answers *answers, char **ret)
{
	const char *from;
	size_t size = 0;
	int r = answers_take(answers, &size, sizeof(size));

	*ret = NULL;
	if (r < 0 || size == 0)
		return r;
	r = answers_take_bytes(answers, size, &from);
	if (r < 0 || from[size - 1] != '\0')
		return -EBADMSG;
	*ret = strdup(from);
	return *ret != NULL ? 0 : -ENOMEM;
}
