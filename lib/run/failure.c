/* SPDX-License-Identifier: MIT */

/* failure.c - the words for a start that failed. */

#include "run/failure.h"

#include <elf.h>
#include <errno.h>
#include <string.h>

#include "base/text.h"

static void add_name(struct text *text, const char *name)
{
	text_add(text, " ");
	text_add_escaped(text, name, strlen(name));
}

/* execve() said that there is no such file, but the child could read it: then it is
 * what the file names that is missing.  True: that is told. */
static bool explain_missing(const char *head, struct text *text)
{
	if (memcmp(head, ELFMAG, SELFMAG) == 0) {
		text_add(text, ": its loader (dynamic linker)");
	} else if (memcmp(head, "#!", 2) == 0) {
		text_add(text, ": its interpreter");
		add_name(text, head + 2 + strspn(head + 2, " \t"));
	} else {
		return false;
	}
	text_addf(text, " does not exist: %s", strerror(ENOENT));
	return true;
}

static void add_step(struct text *text, const struct start_failure *failure,
		     const struct spawn_plan *plan)
{
	static const char *const names[] = {
		[STEP_BORN] = "cannot begin",
		[STEP_CGROUP] = "cannot enter its cgroup",
		[STEP_DESCRIPTORS] = "cannot set up the descriptors",
		[STEP_SESSION] = "cannot begin a session",
		[STEP_OOM_SCORE] = "cannot set oom_score_adjust",
		[STEP_NICE] = "cannot set nice",
		[STEP_LIMITS] = "cannot set",
		[STEP_ROOT] = "cannot change the root to",
		[STEP_GROUPS] = "account: cannot set the supplementary groups",
		[STEP_GID] = "account: cannot set the group",
		[STEP_PRIVILEGES] = "account: cannot set no_new_privs",
		[STEP_UID] = "account: cannot set the user",
		[STEP_LATE_LIMITS] = "cannot set",
		[STEP_CAPABILITIES] = "account: cannot drop the capabilities",
		[STEP_VERIFY] = "account: is not what it was to be after the drop",
		[STEP_DIRECTORY] = "cannot change to directory",
		[STEP_SIGNALS] = "cannot unblock the signals",
		[STEP_EXEC] = "cannot execute",
	};

	text_add(text, names[failure->step]);
	switch (failure->step) {
	case STEP_LIMITS:
	case STEP_LATE_LIMITS:
		add_name(text, plan->limits[failure->limit].name);
		break;
	case STEP_ROOT:
		add_name(text, plan->root);
		break;
	case STEP_DIRECTORY:
		add_name(text, plan->directory);
		break;
	case STEP_EXEC:
		add_name(text, plan->path);
		break;
	default:
		break;
	}
}

void start_failure_show(const struct start_failure *failure,
			const struct spawn_plan *plan, struct text *text)
{
	add_step(text, failure, plan);
	if (failure->error == 0)
		text_add(text, ": the process was ended before");
	else if (failure->error == ETIMEDOUT)
		text_add(text, ": it took too long, and was ended");
	else if (failure->step == STEP_EXEC && failure->error == ENOENT &&
		 explain_missing(failure->head, text))
		return;
	else if (failure->step != STEP_VERIFY)
		text_addf(text, ": %s", strerror(failure->error));
}
