/* SPDX-License-Identifier: MIT */

/*
 * load.h - a configuration made ready to be served: addresses, accounts, files.
 *
 * This is where the texts of a configuration meet the machine.  Everything is
 * checked, everything that is wrong is told; only a load without errors gives
 * something to serve.
 */
#pragma once

#include "base/words.h"
#include "conf/conf.h"
#include "net/addr.h"
#include "run/account.h"
#include "run/child.h"
#include "run/privilege.h"

/* All that serving one service needs; constant while it is served. */
struct service_plan {
	const struct service_settings *settings;
	struct address *addresses;
	size_t n_addresses;
	struct account account;
	char *path; /* of the command, absolute */
	char **argv; /* borrowed words, argv0 first */
	struct words environment; /* what is the same for all connections */
	struct spawn_plan spawn;
};

struct load {
	struct conf *conf;
	struct service_plan *plans; /* one for each service of the conf */
	size_t n;
	unsigned max_processes;
};

struct load_request {
	struct conf_request conf;
	const struct privilege *privilege;
	struct rlimit open_files; /* what commands get */
	bool needs_enabled; /* nothing to serve is an error */
};

/* Fills *ret (also with problems, for -T) and returns 0, or -errno. */
int load_configuration(const struct load_request *request, struct problems *problems,
		       struct load **ret);
struct load *load_free(struct load *load);
struct service_plan *load_find(const struct load *load, const char *name);
