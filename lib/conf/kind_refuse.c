/* SPDX-License-Identifier: MIT */

/* kind_refuse.c - how a client is refused: closed, reset, or told a text. */

#include "conf/kinds.h"

#include <errno.h>
#include <string.h>

#include "conf/settings.h"

enum { REFUSE_TEXT_MAX = 512 };

/* A quoted text with \n \r \t \\ \" */
static int unquote(const char *value, struct text *ret, struct text *why)
{
	static const char from[] = "nrt\\\"", to[] = "\n\r\t\\\"";
	const char *p = value + 1;

	for (; *p != '"' && *p != '\0'; p++) {
		const char *escaped;

		if (*p != '\\') {
			text_add_bytes(ret, p, 1);
			continue;
		}
		escaped = p[1] != '\0' ? strchr(from, p[1]) : NULL;
		if (escaped == NULL) {
			text_add(why, "after a backslash stands n, r, t, a quote or a "
				      "backslash");
			return 1;
		}
		text_add_bytes(ret, &to[escaped - from], 1);
		p++;
	}
	if (*p == '\0' || p[1] != '\0') {
		text_add(why, *p == '\0' ? "a quote is not closed"
					 : "something stands behind the closing quote");
		return 1;
	}
	if (ret->size == 0 || ret->size > REFUSE_TEXT_MAX) {
		text_addf(why, "the text has 1 to %d bytes", REFUSE_TEXT_MAX);
		return 1;
	}
	return 0;
}

static void clear_refuse(void *field)
{
	struct refuse *refuse = field;

	free(refuse->text);
	*refuse = (struct refuse){ 0 };
}

static int set_refuse(const struct key *key, const char *value, void *field,
		      struct text *why)
{
	struct refuse refuse = { .how = REFUSE_CLOSE };

	(void)key;
	if (value[0] == '"') {
		auto_text struct text text = { 0 };
		int r = unquote(value, &text, why);

		if (r != 0)
			return r;
		refuse.how = REFUSE_TEXT;
		refuse.text = text_steal(&text);
		if (refuse.text == NULL)
			return -ENOMEM;
	} else if (strcmp(value, "reset") == 0) {
		refuse.how = REFUSE_RESET;
	} else if (strcmp(value, "close") != 0) {
		return kind_refused(
			why, "takes close, reset or a text in double quotes, not", value);
	}
	clear_refuse(field);
	*(struct refuse *)field = refuse;
	return 0;
}

static void show_refuse(const struct key *key, const void *field, struct text *text)
{
	const struct refuse *refuse = field;

	(void)key;
	if (refuse->how != REFUSE_TEXT) {
		text_add(text, refuse->how == REFUSE_RESET ? "reset" : "close");
		return;
	}
	text_add(text, "\"");
	for (const char *p = refuse->text; *p != '\0'; p++) {
		static const char from[] = "\n\r\t\\\"", to[] = "nrt\\\"";
		const char *special = strchr(from, *p);

		if (special != NULL)
			text_addf(text, "\\%c", to[special - from]);
		else
			text_add_bytes(text, p, 1);
	}
	text_add(text, "\"");
}

const struct kind kind_refuse = { set_refuse, show_refuse, clear_refuse, false };
