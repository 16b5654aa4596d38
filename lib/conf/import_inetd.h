/* SPDX-License-Identifier: MIT */

/* import_inetd.h - inetd.conf in its dialects. */
#pragma once

#include "conf/import_service.h"

enum inetd_dialect {
	INETD_OPENBSD, /* Debian's openbsd-inetd; and where nothing tells */
	INETD_NETBSD,
	INETD_FREEBSD,
	INETD_INETUTILS,
};

/* One line, continued ones joined. */
struct inetd_entry {
	struct place at;
	bool disabled; /* by update-inetd */
	enum inetd_dialect dialect;
	const struct words *hosts; /* where no address is said; none: any */
	const struct words *words;
};

/* How many words a line has at least: the arguments may be missing. */
enum { INETD_WORDS = 6 };

void import_inetd(struct import *import, const char *file, const char *bytes,
		  size_t size);

/* Add the service of one line. */
void import_inetd_entry(struct import *import, const struct inetd_entry *entry);

/* The addresses before the last colon of a word, which is cut there; the rest is
 * returned. */
char *import_inetd_hosts(char *word, struct words *ret);
