/* SPDX-License-Identifier: MIT */

/*
 * conf.h - a configuration as a whole: read, merged with its defaults, checked
 * as far as the text alone tells.
 *
 * The value of a key is, from weak to strong: its default, what [global] says,
 * what the section of the service says.  Settings from the command line stand
 * in [global], in the place of what the file says there.  Services may also stand in
 * the files that [global] includes.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/answers.h"
#include "conf/problems.h"
#include "conf/settings.h"

struct conf {
	char *path; /* of the file; or "command line" */
	struct words includes; /* the other files, in the order they were read */
	bool is_read; /* no: there is nothing in it to look at */
	struct global_settings global;
	struct service_settings **services; /* enabled or not, in their order */
	size_t n;
};

struct conf_request {
	const char *path; /* the file; NULL: one service, from "service" */
	const struct text *text; /* what is in it, where that is in hand; else NULL */
	const char *service_name;
	char *const *service; /* KEY=VALUE, ends with NULL */
	char *const *set; /* of -s: KEY=VALUE, ends with NULL; may be NULL */
};

/*
 * Fills *ret whenever memory lasts, so that further checks can add to the
 * problems; only a conf without errors may be served.  Files are asked for through
 * the answers.  Returns 0 or -errno.
 */
int conf_read(const struct conf_request *request, struct answers *answers,
	      struct problems *problems, struct conf **ret);
struct conf *conf_free(struct conf *conf);

/* Settings that were taken out of a conf (with steal_ptr) are freed alone; and what
 * they say of their places lives no longer than the conf. */
struct service_settings *service_settings_free(struct service_settings *settings);
void service_settings_forget_places(struct service_settings *settings);

/* Where the key of that name was set: the section, when it was not. */
struct place service_place(const struct service_settings *settings, const char *key);

/* The same for a setting of the daemon; no file, when it is the default. */
struct place global_place(const struct global_settings *settings, const char *key);

/* Is the key set by the service's own section, and not by [global]? */
bool service_says(const struct service_settings *settings, const char *key);
