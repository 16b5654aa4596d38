/* SPDX-License-Identifier: MIT */

/*
 * load.h - a configuration made ready to be served: addresses, accounts, files.
 *
 * This is where the texts of a configuration meet the machine.  Everything is
 * checked, everything that is wrong is told; only a load without errors gives
 * something to serve.
 */
#pragma once

#include <sys/resource.h>

#include "base/hours.h"
#include "base/words.h"
#include "conf/conf.h"
#include "net/access.h"
#include "net/addr.h"
#include "net/listen.h"
#include "net/passed.h"
#include "run/account.h"
#include "run/cgroup.h"
#include "run/child.h"
#include "run/privilege.h"

/*
 * All that serving one service needs; constant while it is served.  A plan is held by
 * its service and by each connection that was begun with it, and outlives the load
 * that made it.
 */
struct service_plan {
	unsigned holders;
	struct service_settings *settings;
	struct address *addresses;
	size_t n_addresses;
	struct hours access_times;
	struct listen_settings listening; /* at all of them */
	struct access_rules access;
	struct account account;
	char *path; /* of the command, absolute */
	char **argv; /* borrowed words, argv0 first */
	struct words environment; /* what is the same for all connections ... */
	struct access *environment_origins; /* ... but these, by their values; or NULL */
	struct words *environments;
	size_t n_environments;
	struct spawn_plan spawn;
	bool in_cgroup; /* each command, if the daemon could take one */
	struct cgroup_limits limits; /* of each */
};

struct service_plan *plan_hold(struct service_plan *plan);
struct service_plan *plan_release(struct service_plan *plan);

struct load {
	struct conf *conf; /* its services are taken out, and in the plans */
	struct service_plan **plans; /* one for each service, enabled or not */
	size_t n;
	unsigned max_processes;
	struct words warnings; /* that were told of it, without their places */
};

struct load_request {
	struct conf_request conf;
	const struct privilege *privilege;
	struct contain *contain; /* NULL: there are no cgroups for us ... */
	const char *no_contain; /* ... for this reason */
	bool shows; /* nobody is served by us (-T) */
	struct rlimit open_files; /* what commands get */
	const char *only; /* the one service that is to be served, enabled or not, and
			   * without listening (-i); NULL: all that are enabled */
	struct passed *passed; /* sockets that can be listened on */
	struct passed *stored; /* of ours, which were kept, see net/stored.h; or NULL */
	bool detached; /* standard error is nobody's */
	int louder; /* what -v and -q add to log_level */
};

/* How long the name services and file systems may take, all look-ups together. */
#define LOAD_USEC (60 * USEC_PER_SEC)

/* In a helper, see run/helper.h: ask all that the configuration takes.  The data is a
 * struct load_request. */
int load_ask(void *request, struct text *answer);

/* Load it with the helper's answer; or, when there is none, report the -errno that the
 * helper failed with.  Fills *ret (also with problems, for -T), unless that is an error,
 * and returns 0; or -ENOMEM. */
int load_answered(const struct load_request *request, int error, const char *answer,
		  size_t size, struct problems *problems, struct load **ret);

/* Both, waiting for the helper. */
int load_configuration(const struct load_request *request, struct problems *problems,
		       struct load **ret);

/* Will the service be served? */
bool load_serves(const struct load_request *request,
		 const struct service_settings *settings);
struct load *load_free(struct load *load);
struct service_plan *load_find(const struct load *load, const char *name);
