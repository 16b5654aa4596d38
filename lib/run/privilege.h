/* SPDX-License-Identifier: MIT */

/*
 * privilege.h - what spawnd itself may do, asked once at start.
 *
 * Privileged is who has uid 0 or CAP_SETUID: who could start a command as
 * another account.  Capability numbers are those of capabilities(7).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct privilege {
	bool privileged;
	bool can_switch; /* really become others, here and now */
	bool is_assumed; /* not what we have, but what root would */
	bool no_new_privs; /* nothing that is executed gains any, whatever a key says */
	uid_t uid;
	gid_t gid;
	gid_t *groups; /* own supplementary groups, sorted */
	size_t n_groups;
	uint64_t effective; /* capabilities, a bit each */
};

/* Returns 0 or -errno. */
int privilege_get(struct privilege *ret);
void privilege_done(struct privilege *privilege);
bool privilege_has(const struct privilege *privilege, int capability);

/* As a start by root would have it: what -n checks against. */
void privilege_as_root(struct privilege *privilege);

/* Does the file make whoever executes it somebody else (set-uid, set-gid, or
 * capabilities of its own)? */
bool file_gives_privilege(const char *path, mode_t mode);

/* Sort and leave out what stands twice; returns how many are left. */
size_t groups_sort(gid_t *groups, size_t n);
