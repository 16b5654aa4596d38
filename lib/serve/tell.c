/* SPDX-License-Identifier: MIT */

/* tell.c - writes answers to whoever started us with a question. */

#include "serve/tell.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>

#include "base/text.h"
#include "conf/import.h"
#include "conf/problems.h"
#include "report/output.h"
#include "serve/load.h"
#include "serve/notify.h"
#include "serve/server.h"
#include "serve/show.h"

void tell_problems(struct problems *problems)
{
	size_t more = problems->errors + problems->warnings - problems->n;
	const bool is_journal = stderr_is_journal(); /* which takes <3> as a level */

	problems_sort(problems);
	for (size_t i = 0; i < problems->n; i++) {
		auto_text struct text line = { 0 };

		problem_show(&problems->list[i], &line);
		if (is_journal)
			fprintf(stderr, "<%d>",
				problems->list[i].warning ? LOG_WARNING : LOG_ERR);
		fprintf(stderr, "%s\n", text_get(&line));
	}
	if (more > 0)
		fprintf(stderr, "%sspawnd: and %zu more\n", is_journal ? "<3>" : "",
			more);
}

/* The first of them is what matters most in "systemctl status". */
void tell_manager(const struct problems *problems)
{
	sd_event *event = NULL;
	struct notify *notify = NULL;
	auto_text struct text line = { 0 };
	size_t i = 0;

	while (i < problems->n && problems->list[i].warning)
		i++;
	if (i < problems->n)
		problem_show(&problems->list[i], &line);
	/* Without memory it is in the log alone. */
	if (line.size > 0 && sd_event_new(&event) >= 0 && notify_new(event, &notify) >= 0)
		notify_send(notify, "STATUS=Cannot start: %s", text_get(&line));
	notify_free(notify);
	sd_event_unref(event);
}

bool tell_text(const struct text *text)
{
	if (fputs(text_get(text), stdout) != EOF && fflush(stdout) != EOF)
		return true;
	fprintf(stderr, "spawnd: cannot write: %s\n", strerror(errno));
	return false;
}

int tell_load(const struct load *load, const struct load_request *request)
{
	auto_text struct text text = { 0 };

	show_load(load, request, &text);
	if (text_failed(&text)) {
		fprintf(stderr, "spawnd: %s\n", strerror(ENOMEM));
		return EXIT_CANNOT_START;
	}
	return tell_text(&text) ? 0 : EXIT_CONFIGURATION;
}

/* As -n does. */
static int check(void *data, const struct text *output, struct problems *ret)
{
	struct load_request request = *(const struct load_request *)data;
	struct load *load = NULL;
	int r;

	request.conf = (struct conf_request){ .path = "converted", .text = output };
	r = load_configuration(&request, ret, &load);
	load_free(load);
	return r;
}

int tell_converted(const char *path, const struct load_request *request)
{
	static struct problems problems; /* it is large, and there is one */
	struct load_request asked = *request;
	const struct import_checker checker = { check, &asked };
	auto_text struct text output = { 0 }, why = { 0 };
	int r = import_file(path, &checker, &problems, &output, &why);
	size_t lost = problems.errors;

	if (r == 0)
		tell_problems(&problems);
	problems_done(&problems);
	if (r < 0) {
		fprintf(stderr, "spawnd: %s\n", strerror(-r));
		return EXIT_CANNOT_START;
	}
	if (r > 0) {
		auto_text struct text shown = { 0 };

		text_add_escaped(&shown, path, strlen(path));
		fprintf(stderr, "spawnd: %s: %s\n", text_get(&shown), text_get(&why));
		return EXIT_CONFIGURATION;
	}
	return tell_text(&output) && lost == 0 ? 0 : EXIT_CONFIGURATION;
}
