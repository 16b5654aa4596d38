/* SPDX-License-Identifier: MIT */

/*
 * contain.h - the part of the tree of cgroups that was delegated to us.
 *
 * That is the cgroup in which spawnd was started, or the one above (systemd's
 * DelegateSubgroup=), where whoever manages cgroups has marked it as ours: by the
 * attribute user.delegate or trusted.delegate with the value 1, or by giving it to our
 * account (not to root) and the one above to another.  That we may write there is no
 * mark: root may write everywhere.  Below it stand
 *
 *     spawnd          we ourselves; a lock makes it one spawnd to a delegated cgroup
 *     connections/N   one for each connection, see cgroup.h
 *     limited/N       those of services that limit what a connection may use: here
 *                     alone controllers are enabled
 *
 * Linux 5.14 is needed, which can kill a cgroup.
 */
#pragma once

#include <stdbool.h>

struct cgroups;
struct contain;
struct text;

enum controller { CONTROLLER_MEMORY, CONTROLLER_PIDS, CONTROLLER_CPU, CONTROLLERS };

/* As cgroup.controllers names it. */
const char *controller_name(enum controller controller);

enum { CONTAIN_NONE = 1, CONTAIN_UNUSABLE };

/* Find it; nothing is changed.  Returns 0; or with a reason that there is none, or that
 * there is one that cannot be used; or -errno. */
int contain_find(struct contain **ret, struct text *why);
struct contain *contain_free(struct contain *contain);

/* The directory, and whether it has the controller to give. */
const char *contain_path(const struct contain *contain);
bool contain_offers(const struct contain *contain, enum controller controller);

/*
 * Take it: move ourselves down, and end what a killed spawnd has left.  Then
 * controllers can be enabled for the limited ones.  Each does nothing if that was done
 * before.  They return 0; 1 with the reason; or -ENOMEM.
 */
int contain_take(struct contain *contain, struct text *why);
int contain_enable(struct contain *contain, enum controller controller, struct text *why);

/* How many connections of a killed spawnd were ended when it was taken. */
unsigned contain_ended(const struct contain *contain);

/* The cgroups for connections; NULL as long as it is not taken.  NULL is allowed. */
struct cgroups *contain_cgroups(struct contain *contain);

/* Leave it as it was found, but for cgroups in which processes live on. */
void contain_leave(struct contain *contain);
