/* SPDX-License-Identifier: MIT */

/*
 * import_inetd.c - the lines of inetd.conf: which dialect they are in, what continues
 * what, which are comments that switch a service off, and where a word ends.
 */

#include "conf/import_inetd.h"

#include <errno.h>
#include <string.h>

#include "conf/import_lines.h"

struct reader {
	struct import *import;
	struct import_lines lines;
	enum inetd_dialect dialect;
	struct words hosts; /* of the last line that is an address alone */
	struct text entry; /* the line in hand, with what continues it */
	struct place at;
	bool disabled;
	bool in_key_values; /* NetBSD's other notation, up to a semicolon */
};

static const char off[] = "#<off>#"; /* update-inetd(8) */

static bool begins(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* What only one inetd knows. */
static enum inetd_dialect dialect_of(const struct words *words)
{
	if (strchr(words->at[3], '/') != NULL || strchr(words->at[4], '/') != NULL ||
	    begins(words->at[2], "tcp/"))
		return INETD_FREEBSD;
	if (strpbrk(words->at[1], ",:") != NULL || strchr(words->at[3], ':') != NULL)
		return INETD_NETBSD;
	if (strstr(words->at[2], "6only") != NULL)
		return INETD_INETUTILS;
	return INETD_OPENBSD;
}

static bool is_socket_type(const char *word)
{
	static const char *const types[] = { "stream", "dgram", "raw", "rdm",
					     "seqpacket" };
	size_t size = strcspn(word, ",:");

	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		if (strlen(types[i]) == size && strncmp(word, types[i], size) == 0)
			return true;
	return false;
}

static bool is_whole(const struct words *words)
{
	return words->n >= INETD_WORDS && is_socket_type(words->at[1]);
}

static enum inetd_dialect find_dialect(struct reader *reader)
{
	enum inetd_dialect dialect = INETD_OPENBSD;

	while (dialect == INETD_OPENBSD && import_lines_next(&reader->lines)) {
		auto_words struct words words = { 0 };
		const char *text = import_lines_text(&reader->lines);

		if (begins(text, off))
			text += strlen(off);
		if (*text != '#' && import_split(text, &words) < 0)
			reader->import->error = -ENOMEM;
		if (is_whole(&words))
			dialect = dialect_of(&words);
	}
	return dialect;
}

/* The word at the text, and where it ends.  In FreeBSD a word may begin with a quote, and
 * then ends with it; in NetBSD and inetutils quotes may stand anywhere; openbsd-inetd
 * knows none. */
static const char *next_word(const char *text, enum inetd_dialect dialect,
			     struct text *word)
{
	char quote = '\0';

	if (dialect == INETD_FREEBSD && (*text == '"' || *text == '\'')) {
		const char *end = strchrnul(text + 1, *text);

		text_add_bytes(word, text + 1, (size_t)(end - text) - 1);
		return *end != '\0' ? end + 1 : end;
	}
	for (; *text != '\0' && (quote != '\0' || !is_blank(*text)); text++) {
		const bool knows = dialect == INETD_NETBSD || dialect == INETD_INETUTILS;

		if (knows && quote != '\0' && *text == quote)
			quote = '\0';
		else if (knows && quote == '\0' && (*text == '"' || *text == '\''))
			quote = *text;
		else
			text_add_bytes(word, text, 1);
	}
	return text;
}

static int split(const char *text, enum inetd_dialect dialect, struct words *ret)
{
	int r = 0;

	while (*(text += strspn(text, " \t")) != '\0' && r == 0) {
		auto_text struct text word = { 0 };

		text = next_word(text, dialect, &word);
		r = text_failed(&word) ? -ENOMEM : words_add(ret, text_get(&word));
	}
	return r;
}

char *import_inetd_hosts(char *word, struct words *ret)
{
	char *colon = strrchr(word, ':'), *host = word;

	if (colon == NULL)
		return word;
	*colon = '\0';
	while (host != NULL) {
		char *next = strchr(host, ',');
		size_t size;

		if (next != NULL)
			*next++ = '\0';
		size = strlen(host);
		if (size > 1 && host[0] == '[' && host[size - 1] == ']') {
			host[size - 1] = '\0';
			host++;
		}
		/* Without memory the service has no address, which is told. */
		if (words_add(ret, *host != '\0' ? host : "*") < 0)
			break;
		host = next;
	}
	return colon + 1;
}

/* "ADDRESS:" alone is for the lines below. */
static void take_hosts(struct reader *reader, char *word)
{
	words_done(&reader->hosts);
	(void)import_inetd_hosts(word, &reader->hosts); /* nothing is behind it */
}

/* NetBSD's other notation has "on" or "off" behind the service. */
static bool is_key_values(const struct words *words)
{
	return words->n > 1 &&
	       (strcmp(words->at[1], "on") == 0 || strcmp(words->at[1], "off") == 0);
}

static void not_an_entry(struct reader *reader, const struct words *words)
{
	char shown[IMPORT_SHOWN];

	if (is_key_values(words)) {
		import_lose(reader->import, NULL, reader->at,
			    "not kept: NetBSD's notation with keys, of \"%s\"",
			    import_shown(words->at[0], shown));
		reader->in_key_values = strchr(text_get(&reader->entry), ';') == NULL;
		return;
	}
	import_lose(
		reader->import, NULL, reader->at,
		words->at[0][0] == '.'
			? "not kept: a directive of NetBSD, \"%s\""
			: "no line of inetd.conf, which has six words or more: \"%s\"",
		import_shown(text_get(&reader->entry), shown));
}

static bool ends_with_colon(const char *word)
{
	return word[0] != '\0' && word[strlen(word) - 1] == ':';
}

/* The line in hand is complete. */
static void finish_entry(struct reader *reader)
{
	auto_words struct words words = { 0 };
	const struct inetd_entry entry = { .at = reader->at,
					   .disabled = reader->disabled,
					   .dialect = reader->dialect,
					   .hosts = &reader->hosts,
					   .words = &words };

	if (reader->entry.size == 0)
		return;
	if (text_failed(&reader->entry) ||
	    split(text_get(&reader->entry), reader->dialect, &words) < 0) {
		reader->import->error = -ENOMEM;
	} else if (words.n == 0 || (reader->disabled && !is_whole(&words))) {
		; /* a comment */
	} else if (words.n == 1 && ends_with_colon(words.at[0])) {
		take_hosts(reader, words.at[0]);
	} else if (words.n < INETD_WORDS || words.at[0][0] == '.' ||
		   is_key_values(&words)) {
		not_an_entry(reader, &words);
	} else {
		import_inetd_entry(reader->import, &entry);
	}
	text_done(&reader->entry);
}

static void begin_entry(struct reader *reader, const char *text, bool disabled)
{
	reader->at = reader->lines.at;
	reader->disabled = disabled;
	text_add(&reader->entry, text);
}

static void take_comment(struct reader *reader, const char *text)
{
	if (begins(text, off)) {
		begin_entry(reader, text + strlen(off), true);
		return;
	}
	if (begins(text, "#@") && text[2] != '\0')
		import_lose(reader->import, NULL, reader->lines.at,
			    "not kept: an IPsec policy for the lines below");
}

/* An indented line continues the one above, unless it can stand for itself. */
static bool continues(struct reader *reader, const char *text)
{
	auto_words struct words words = { 0 };

	if (!is_blank(reader->lines.line[0]) || reader->entry.size == 0 ||
	    reader->disabled)
		return false;
	if (import_split(text, &words) < 0)
		reader->import->error = -ENOMEM;
	return !is_whole(&words);
}

static void take_line(struct reader *reader)
{
	const char *text = import_lines_text(&reader->lines);

	if (*text != '\0' && *text != '#' && continues(reader, text)) {
		if (reader->entry.size + strlen(text) < IMPORT_LINE_MAX)
			text_addf(&reader->entry, " %s", text);
		else
			import_lose(reader->import, NULL, reader->lines.at,
				    "not kept: with what it continues the line is over "
				    "16 KiB");
		return;
	}
	finish_entry(reader);
	if (reader->lines.is_too_long)
		import_lose(reader->import, NULL, reader->lines.at,
			    "not kept: the line is over 16 KiB");
	else if (reader->in_key_values)
		reader->in_key_values = strchr(text, ';') == NULL;
	else if (*text == '#')
		take_comment(reader, text);
	else if (*text != '\0')
		begin_entry(reader, text, false);
}

static void add_notes(struct import *import, enum inetd_dialect dialect)
{
	static const char *const names[] = { "Debian's", "NetBSD's", "FreeBSD's",
					     "inetutils'" };

	text_addf(&import->notes,
		  "# \"tcp\" is taken for %s, as in %s inetd%s.\n"
		  "# inetd's own limit of starts a minute (40 or 256, then ten minutes "
		  "without\n"
		  "# service) is not taken over where a line does not say one.\n"
		  "# Other than before: no command can gain privileges, see\n"
		  "# allow_setuid_programs; and of inetd's environment TZ and LANG are "
		  "passed on,\n"
		  "# see pass_environment.\n",
		  dialect == INETD_OPENBSD ? "IPv4 and IPv6" : "IPv4 alone",
		  names[dialect],
		  dialect == INETD_OPENBSD ? "; others take IPv4 alone (0.0.0.0:PORT)"
					   : "");
}

void import_inetd(struct import *import, const char *file, const char *bytes, size_t size)
{
	struct reader reader = { .import = import };

	import->from = "inetd";
	import_lines_begin(&reader.lines, file, bytes, size);
	reader.dialect = find_dialect(&reader);
	add_notes(import, reader.dialect);
	import_lines_begin(&reader.lines, file, bytes, size);
	while (import->error == 0 && import_lines_next(&reader.lines))
		take_line(&reader);
	finish_entry(&reader);
	words_done(&reader.hosts);
	text_done(&reader.entry);
}
