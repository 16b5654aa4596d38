/* SPDX-License-Identifier: MIT */

/*
 * load_contain.h - which services run their commands in cgroups, and what that takes.
 *
 * contain = auto takes cgroups where they are delegated, and process groups elsewhere,
 * also when they turn out not to be usable; contain = cgroup and limits of a connection
 * insist on them.
 */
#pragma once

#include "serve/load.h"

/* Fill the plans, and tell what cannot be. */
void load_contain(struct load *load, const struct load_request *request,
		  struct problems *problems);

/* Take the cgroup that the load needs; nothing if it needs none.  Returns 0; or 1 with
 * the reason when a service insists on it, or -ENOMEM.  The reason stands in the text too
 * when none insists. */
int load_take_cgroup(const struct load *load, const struct load_request *request,
		     struct text *why);
