/* SPDX-License-Identifier: MIT */

/*
 * access.h - which of many origins a peer is of: lists, and what allow and deny say.
 *
 * A list is made once and not changed; whoever needs it holds it.  Of the origins in it
 * that a peer is of the longest counts: of networks that with the most bits; over a Unix
 * socket the account before its groups, and of groups the one with the lowest value.
 * What is not known of a peer matches nothing: where something is denied, who is not
 * known at all must be refused before it is asked.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/answers.h"
#include "base/origin.h"

struct access;
struct peer;

/* In one list; and no value of theirs is greater. */
enum { ACCESS_ORIGINS_MAX = (1 << 23) - 1 };

/* Of an origin that comes twice the lowest value counts.  Returns 0, -ENOMEM, or -EFBIG
 * for too many. */
int access_new(const struct origin *origins, size_t n, struct access **ret);
struct access *access_hold(struct access *access);
struct access *access_release(struct access *access);

/* Carry it from a helper, see base/answers.h: 0 or -errno. */
void access_give(struct answers *answers, const struct access *access);
int access_take(struct answers *answers, struct access **ret);

/* Has it origins of this kind? */
bool access_has(const struct access *access, enum origin_kind kind);

/* Who asks.  The groups are those beside the peer's own, where any list has groups. */
struct access_who {
	const struct peer *peer;
	const gid_t *groups;
	size_t n_groups;
};

struct access_found {
	int length; /* compares: of the longest that matches; -1: none does */
	uint32_t value;
};

struct access_found access_find(const struct access *access,
				const struct access_who *who);

/* Several lists as one, each held. */
struct access_lists {
	struct access **at;
	size_t n;
};

/* Holds it: 0 or -ENOMEM. */
int access_lists_add(struct access_lists *lists, struct access *access);
bool access_lists_have(const struct access_lists *lists, enum origin_kind kind);
void access_lists_done(struct access_lists *lists);

struct access_rules {
	bool has_allow; /* else all are allowed */
	struct access_lists allow;
	struct access_lists deny;
};

enum access_verdict { ACCESS_GRANTED, ACCESS_NOT_ALLOWED, ACCESS_DENIED };

/* The longest match decides, of the same length deny. */
enum access_verdict access_judge(const struct access_rules *rules,
				 const struct access_who *who);

/* The supplementary groups at the other end of a Unix socket, as it connected.  Returns
 * 0 or -errno; the caller frees them. */
int access_groups(int fd, gid_t **ret, size_t *ret_n);
