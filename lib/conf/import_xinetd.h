/* SPDX-License-Identifier: MIT */

/*
 * import_xinetd.h - xinetd.conf: its entries as they stand, and what they come to.
 */
#pragma once

#include "conf/import_files.h"
#include "conf/import_service.h"

enum xinetd_id {
	X_SOCKET_TYPE,
	X_PROTOCOL,
	X_WAIT,
	X_USER,
	X_GROUP,
	X_GROUPS,
	X_SERVER,
	X_SERVER_ARGS,
	X_ID,
	X_TYPE,
	X_FLAGS,
	X_PORT,
	X_BIND,
	X_V6ONLY,
	X_DISABLE,
	X_INSTANCES,
	X_PER_SOURCE,
	X_CPS,
	X_LEAKY_BUCKET,
	X_MAX_LOAD,
	X_ONLY_FROM,
	X_NO_ACCESS,
	X_ACCESS_TIMES,
	X_ENV,
	X_PASSENV,
	X_NICE,
	X_UMASK,
	X_RLIMIT_AS,
	X_RLIMIT_CPU,
	X_RLIMIT_DATA,
	X_RLIMIT_FILES,
	X_RLIMIT_RSS,
	X_RLIMIT_STACK,
	X_LOG_TYPE,
	X_LOG_ON_SUCCESS,
	X_LOG_ON_FAILURE,
	X_BANNER,
	X_BANNER_SUCCESS,
	X_BANNER_FAIL,
	X_REDIRECT,
	X_LIBWRAP,
	X_DENY_TIME,
	X_MDNS,
	X_RPC_VERSION,
	X_RPC_NUMBER,
	X_ENABLED,
	X_DISABLED,
	X_COUNT,
};

struct xinetd_value {
	bool given;
	struct place at; /* where it was given last */
	struct words words;
};

/* A service, or the defaults. */
struct xinetd_entry {
	char *name;
	struct place at;
	struct import_service *service; /* NULL for the defaults */
	const char *unclosed; /* the entry that it stands in, or NULL */
	struct xinetd_value values[X_COUNT];
};

/* Read a configuration with what it includes, and convert it. */
void import_xinetd(struct import *import, struct import_files *files, const char *file,
		   const char *bytes, size_t size);

/* Is this how a line of it begins? */
bool import_xinetd_begins(const struct words *words);

/*
 * The attribute of that name, as an entry or the defaults may have it.  Returns its
 * number or X_COUNT; fills how many values it takes (-1: any number) and whether += and
 * -= may be used.
 */
enum xinetd_id xinetd_attribute(const char *name, bool in_defaults, int *ret_values,
				bool *ret_is_set);
const char *xinetd_attribute_name(enum xinetd_id id);

/* A list, changed as the operator says: '=', '+' or '-'.  Returns 0 or -ENOMEM. */
int xinetd_change_list(struct words *list, char sign, const struct words *values);

/* One line of an entry; false when xinetd gives the entry up there. */
bool xinetd_take_attribute(struct import *import, struct xinetd_entry *entry,
			   struct place at, const struct words *words);

/* What its service is called, and whether it is switched on. */
void xinetd_settle(struct import *import, struct xinetd_entry *entry,
		   const struct xinetd_entry *defaults);

/* Fill the keys of an entry's service, when all has been read. */
void xinetd_convert(struct import *import, struct xinetd_entry *entry,
		    const struct xinetd_entry *defaults);

/* The part of that about who may connect, when and how often. */
void xinetd_convert_access(struct import *import, struct xinetd_entry *entry,
			   const struct xinetd_entry *defaults);

/* What is served without something that it had, or had in vain. */
void xinetd_tell_losses(struct import *import, const struct xinetd_entry *entry,
			const struct xinetd_entry *defaults);

/* Keys of [global]. */
void xinetd_convert_defaults(struct import *import, const struct xinetd_entry *defaults);

/* The value of the entry, else of the defaults, or NULL. */
const struct xinetd_value *xinetd_value(const struct xinetd_entry *entry,
					const struct xinetd_entry *defaults,
					enum xinetd_id id);
