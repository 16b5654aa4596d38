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

void start_failure_show(const struct start_failure *failure,
			const struct spawn_plan *plan, struct text *text)
{
	static const char *const names[] = {
		[STEP_BORN] = "cannot begin",
		[STEP_DESCRIPTORS] = "cannot set up the descriptors",
		[STEP_SESSION] = "cannot begin a session",
		[STEP_LIMITS] = "cannot set the limit of open files",
		[STEP_GROUPS] = "account: cannot set the supplementary groups",
		[STEP_GID] = "account: cannot set the group",
		[STEP_PRIVILEGES] = "account: cannot set no_new_privs",
		[STEP_UID] = "account: cannot set the user",
		[STEP_CAPABILITIES] = "account: cannot drop the capabilities",
		[STEP_VERIFY] = "account: is not what it was to be after the drop",
		[STEP_DIRECTORY] = "cannot change to directory",
		[STEP_SIGNALS] = "cannot unblock the signals",
		[STEP_EXEC] = "cannot execute",
	};

	text_add(text, names[failure->step]);
	if (failure->step == STEP_EXEC)
		add_name(text, plan->path);
	else if (failure->step == STEP_DIRECTORY)
		add_name(text, plan->directory);
	if (failure->error == 0)
		text_add(text, ": the process was ended before");
	else if (failure->step == STEP_EXEC && failure->error == ENOENT &&
		 explain_missing(failure->head, text))
		return;
	else if (failure->step != STEP_VERIFY)
		text_addf(text, ": %s", strerror(failure->error));
}
