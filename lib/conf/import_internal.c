/* SPDX-License-Identifier: MIT */

/* import_internal.c - the table of the internal services. */

#include "conf/import_internal.h"

#include <string.h>

/* clang-format off */
/* They write the date in another way, and xinetd's chargen has no blank and no ~. */
static const struct {
	const char *name;
	const char *from; /* NULL: both */
	const char *command;
} internals[] = {
	{ "echo", NULL, "/bin/cat" },
	{ "discard", NULL, "/bin/sh -c \"exec cat >/dev/null\"" },
	{ "daytime", "inetd",
	  "/bin/sh -c 'printf \"%s\\r\\n\" \"$(LC_ALL=C date \"+%a %b %e %T %Y\")\"'" },
	{ "daytime", "xinetd",
	  "/bin/sh -c 'printf \"%s\\r\\n\" \"$(LC_ALL=C date \"+%d %^b %Y %T %Z\")\"'" },
	{ "time", NULL,
	  "/bin/sh -c 't=$(($(date +%s) + 2208988800));"
	  " printf \"$(printf \"\\\\%03o\\\\%03o\\\\%03o\\\\%03o\""
	  " $((t >> 24 & 255)) $((t >> 16 & 255)) $((t >> 8 & 255)) $((t & 255)))\"'" },
	{ "chargen", "inetd",
	  "/usr/bin/awk 'BEGIN { for (; i < 95; i++) s = s sprintf(\"%c\", 32 + i);"
	  " for (s = s s;; i++) printf \"%s\\r\\n\", substr(s, i % 95 + 1, 72) }'" },
	{ "chargen", "xinetd",
	  "/usr/bin/awk 'BEGIN { for (; i < 93; i++) s = s sprintf(\"%c\", 33 + i);"
	  " for (s = s s;; i++) printf \"%s\\r\\n\", substr(s, i % 93 + 1, 72) }'" },
};
/* clang-format on */

bool import_is_root(const char *name)
{
	return strcmp(name, "root") == 0 || strcmp(name, "toor") == 0 ||
	       (name[0] != '\0' && name[strspn(name, "0")] == '\0');
}

void import_internal(struct import *import, struct import_service *service,
		     struct place at, const char *name, const char *user)
{
	char shown[IMPORT_SHOWN];

	for (size_t i = 0; i < ARRAY_SIZE(internals); i++) {
		if (strcmp(internals[i].name, name) != 0 ||
		    (internals[i].from != NULL &&
		     strcmp(internals[i].from, import->from) != 0))
			continue;
		import_remark(import, service, at,
			      "%s did this itself; give the command an account of its "
			      "own",
			      import->from);
		import_set(import, service, at, "command", internals[i].command);
		if (!import_set(import, service, at, "user",
				user != NULL && !import_is_root(user) ? user : "nobody"))
			import_drop(import, service, at, false,
				    "not served: its user cannot be written");
		return;
	}
	import_drop(import, service, at, false,
		    "not kept: an internal service of %s, \"%s\", for which there is no "
		    "command",
		    import->from, import_shown(name, shown));
}
