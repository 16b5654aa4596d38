/* SPDX-License-Identifier: MIT */

/*
 * import_service.h - a service on its way from another super-server's configuration to
 * ours: what is kept as keys, the rest as remarks.
 *
 * Values are tried on the kinds of their keys before they are taken, so that what is
 * written can be read.  Running out of memory is remembered in import->error.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"
#include "base/words.h"
#include "conf/import_address.h"
#include "conf/problems.h"

enum {
	IMPORT_SERVICES_MAX = 4096,
	IMPORT_REMARKS_MAX = 64, /* of one service */
};

struct import_service {
	struct place at;
	unsigned last_line; /* of its own; 0: all that is said is said there */
	char *name; /* in the original */
	struct words listen;
	struct import_address *addresses; /* what listen means, to find overlaps */
	size_t n_addresses;
	struct text keys;
	struct text remarks;
	unsigned n_remarks;
	bool disabled; /* in the original */
	bool dropped; /* not served: all of it is a comment */
	bool outlined; /* with its keys, for whoever mends it */
	const struct import_service *winner; /* who has its address, or NULL */
	char *section; /* its name in what was written, or NULL */
};

struct import {
	struct problems *problems;
	const char *from; /* "inetd" or "xinetd" */
	struct text notes; /* on all services, as comments */
	struct text global; /* keys of [global] */
	struct import_service **list;
	size_t n, room;
	struct import_service rest; /* remarks on what is no service */
	int error;
};

/* A new service; NULL when there are too many, which is told, or memory ran out. */
struct import_service *import_add(struct import *import, const char *name,
				  struct place at);

/* A word from the file, fit to be shown; valid as long as the buffer. */
enum { IMPORT_SHOWN = 124 };
const char *import_shown(const char *word, char buf[static IMPORT_SHOWN]);

/* Something of the service is not kept; what it has from elsewhere is told once, of no
 * service alone.  The texts are ours, words from the file are
 * shown() in them. */
void import_lose(struct import *import, struct import_service *service, struct place at,
		 const char *format, ...) PRINTF(4, 5);

/* Nothing is lost, but somebody should look at it. */
void import_warn(struct import *import, struct import_service *service, struct place at,
		 const char *format, ...) PRINTF(4, 5);

/* A remark, where nothing is lost. */
void import_remark(struct import *import, struct import_service *service, struct place at,
		   const char *format, ...) PRINTF(4, 5);

/* The service cannot be served; outlined: its keys are shown as comments. */
void import_drop(struct import *import, struct import_service *service, struct place at,
		 bool outlined, const char *format, ...) PRINTF(5, 6);

/* Set a key; false when the value cannot be taken, which is a loss that is told. */
bool import_set(struct import *import, struct import_service *service, struct place at,
		const char *key, const char *value);
bool import_set_words(struct import *import, struct import_service *service,
		      struct place at, const char *key, const struct words *words);

/* Would the list of that key take this word?  If not, that is told as a loss. */
bool import_takes(struct import *import, struct import_service *service, struct place at,
		  const char *key, const char *word);

/* Set a key of [global]. */
bool import_set_global(struct import *import, struct place at, const char *key,
		       const char *value);

/*
 * Listen there; a family that is not asked for stays out, an address of NULL is any.
 * False when it cannot be, which has dropped the service.
 */
bool import_listen(struct import *import, struct import_service *service, struct place at,
		   const struct import_address *address, const char *port);

/* Listen on a Unix socket. */
bool import_listen_path(struct import *import, struct import_service *service,
			struct place at, const char *path);

/* Split at blanks alone, without quotes: 0 or -ENOMEM. */
int import_split(const char *text, struct words *ret);

void import_done(struct import *import);
