/* SPDX-License-Identifier: MIT */

/* kind_log.c - where the log goes, and how it is called there. */

#include "conf/kinds.h"

#define SYSLOG_NAMES /* the table of facilities in syslog.h */
#include <errno.h>
#include <string.h>
#include <syslog.h>

#include "conf/settings.h"

enum { SYSLOG_NAME_MAX = 64 };

static const char file_prefix[] = "file:";

static const char *const places[] = {
	[PLACE_AUTO] = "auto",
	[PLACE_JOURNAL] = "journal",
	[PLACE_SYSLOG] = "syslog",
	[PLACE_STDERR] = "stderr",
};

static int set_file(struct log_setting *log, const char *path, struct text *why)
{
	char *copy;

	if (path[0] != '/')
		return kind_refused(why, "not an absolute path:", path);
	copy = strdup(path);
	if (copy == NULL)
		return -ENOMEM;
	free(log->path);
	*log = (struct log_setting){ .place = PLACE_FILE, .path = copy };
	return 0;
}

static int set_log(const struct key *key, const char *value, void *field,
		   struct text *why)
{
	struct log_setting *log = field;
	auto_free char *word = NULL;
	int r = kind_word.set(key, value, &word, why);

	if (r != 0)
		return r;
	if (strncmp(word, file_prefix, strlen(file_prefix)) == 0)
		return set_file(log, word + strlen(file_prefix), why);
	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		if (strcmp(places[i], word) != 0)
			continue;
		free(log->path);
		*log = (struct log_setting){ .place = (enum log_place)i };
		return 0;
	}
	return kind_refused(why, "takes auto, journal, syslog, stderr or file:PATH, not",
			    word);
}

static void show_log(const struct key *key, const void *field, struct text *text)
{
	const struct log_setting *log = field;
	auto_text struct text word = { 0 };

	(void)key;
	if (log->place != PLACE_FILE) {
		text_add(text, places[log->place]);
		return;
	}
	text_add(&word, file_prefix);
	text_add(&word, log->path);
	text->failed |= text_failed(&word);
	words_quote(text, text_get(&word), false);
}

static void clear_log(void *field)
{
	struct log_setting *log = field;

	free(log->path);
	*log = (struct log_setting){ 0 };
}

const struct kind kind_log = { set_log, show_log, clear_log, false };

/* Some stand there for the sake of old programs only: "mark" is none. */
static bool is_facility(const CODE *code)
{
	return code->c_val <= LOG_LOCAL7 && (code->c_val & LOG_PRIMASK) == 0;
}

static int set_facility(const struct key *key, const char *value, void *field,
			struct text *why)
{
	(void)key;
	for (const CODE *code = facilitynames; code->c_name != NULL; code++) {
		if (is_facility(code) && strcmp(code->c_name, value) == 0) {
			*(int *)field = code->c_val;
			return 0;
		}
	}
	return kind_refused(why, "not a facility, such as daemon or local0:", value);
}

static void show_facility(const struct key *key, const void *field, struct text *text)
{
	(void)key;
	for (const CODE *code = facilitynames; code->c_name != NULL; code++) {
		if (code->c_val == *(const int *)field) {
			text_add(text, code->c_name);
			return;
		}
	}
}

const struct kind kind_facility = { .set = set_facility, .show = show_facility };

static int set_syslog_name(const struct key *key, const char *value, void *field,
			   struct text *why)
{
	auto_free char *name = NULL;
	int r = kind_word.set(key, value, &name, why);

	if (r != 0)
		return r;
	if (strlen(name) > SYSLOG_NAME_MAX) {
		text_addf(why, "longer than %d characters", SYSLOG_NAME_MAX);
		return 1;
	}
	for (const char *p = name; *p != '\0'; p++)
		/* A receiver finds its end by the first of these. */
		if (*p <= ' ' || *p > '~' || strchr("[:]", *p) != NULL)
			return kind_refused(why, "not a plain name:", name);
	free(*(char **)field);
	*(char **)field = steal_ptr(&name);
	return 0;
}

static void show_name(const struct key *key, const void *field, struct text *text)
{
	kind_word.show(key, field, text);
}

static void clear_name(void *field)
{
	kind_word.clear(field);
}

const struct kind kind_syslog_name = { set_syslog_name, show_name, clear_name, false };
