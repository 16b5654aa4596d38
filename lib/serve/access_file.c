/* SPDX-License-Identifier: MIT */

/* access_file.c - from the lines of a file to a list. */

#include "serve/access_file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "conf/lines.h"
#include "run/account.h"

enum { FILE_MOST = 8 * 1024 * 1024 };

/* An account is looked up as the user of a command is, with any group; and a group as
 * its group, with any account. */
int origin_look_up(struct answers *answers, struct origin *origin, const char *name,
		   struct text *why)
{
	const bool is_user = origin->kind == ORIGIN_UID;
	struct account_request request = { 0 };
	auto_free char *user = NULL;
	int r;

	if (asprintf(&user, is_user ? "%s:0" : "0:%s", name) < 0) {
		user = NULL;
		return -ENOMEM;
	}
	request.user = user;
	r = accounts_find(answers, &request, 1);
	if (r == 0 && request.problem != NULL) {
		text_add(why, request.problem);
		r = 1;
	}
	if (r == 0)
		origin_key(is_user ? request.found.uid : request.found.gid, origin->key);
	account_done(&request.found);
	free(request.problem);
	return r;
}

struct reading {
	struct origin *at;
	size_t n, room;
};

static int add_origin(struct reading *reading, const struct origin *origin)
{
	if (reading->n == reading->room) {
		const size_t room = 2 * reading->room + 64;
		struct origin *at = reallocarray(reading->at, room, sizeof(*at));

		if (at == NULL)
			return -ENOMEM;
		reading->at = at;
		reading->room = room;
	}
	reading->at[reading->n++] = *origin;
	return 0;
}

static int complain(struct text *why, const char *what, const char *line)
{
	text_addf(why, "%s: \"", what);
	text_add_escaped(why, line, strlen(line));
	text_add(why, "\"");
	return 1;
}

/* "192.0.2.0/24 ; why", as published lists have it. */
static int work_on(void *data, char *line, struct text *why)
{
	struct answers own = { .asks = true };
	struct origin origin;
	const char *name;
	char *end = line + strcspn(line, " \t"), *behind = end + strspn(end, " \t");
	int r;

	if (*behind != '\0' && *behind != '#' && *behind != ';')
		return complain(why, "one origin a line", line);
	*end = '\0';
	if (*line == '@')
		return complain(why, "no files within files", line);
	if (line[strcspn(line, "#;")] != '\0')
		return complain(why, "a blank stands before a comment", line);
	r = origin_parse(line, &origin, &name, why);
	/* Nobody but this process needs the answer. */
	if (r == 0 && name != NULL)
		r = origin_look_up(&own, &origin, name, why);
	text_done(&own.given);
	return r == 0 ? add_origin(data, &origin) : r;
}

/* The problems, and if there are none the list. */
static int ask(struct answers *answers, const char *path)
{
	static const struct lines_format format = {
		.most = FILE_MOST,
		.work = work_on,
		.if_blank = "has no entry; a list that is empty on purpose has a comment",
	};
	struct reading reading = { 0 };
	struct access *access = NULL;
	int r = lines_ask(answers, path, &format, &reading);

	if (r == 0)
		r = access_new(reading.at, reading.n, &access);
	if (r == 0)
		access_give(answers, access);
	access_release(access);
	free(reading.at);
	return MIN(r, 0);
}

int access_file_load(struct answers *answers, const char *path, const char *because,
		     struct problems *problems, struct access **ret)
{
	int r = answers->asks ? ask(answers, path) : 0;

	*ret = NULL;
	if (r == 0)
		r = lines_take(answers, path, because, problems);
	if (r == 0)
		r = access_take(answers, ret);
	return MIN(r, 0);
}
