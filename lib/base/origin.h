/* SPDX-License-Identifier: MIT */

/*
 * origin.h - where clients come from, as a rule names it.
 *
 *     10.0.0.0/8 192.0.2.1       a network of IPv4, or one address
 *     2001:db8::/32 ::1          of IPv6
 *     uid:1000 uid:alice         who is at the other end of a Unix socket
 *     gid:100 gid:users          a group of who is there
 *     cid:3                      a virtual machine, over vsock
 *     all                        everybody who can be told from nobody
 *
 * An origin is a prefix: bytes in network order, of which the first bits count.  A
 * network of IPv4-mapped addresses is one of IPv4.  Names of hosts are none: who
 * answers for them is somebody else than who decides here.
 */
#pragma once

#include <stdint.h>

#include "base/text.h"

enum origin_kind {
	ORIGIN_V4,
	ORIGIN_V6,
	ORIGIN_UID,
	ORIGIN_GID,
	ORIGIN_CID,
	ORIGIN_KINDS,
	ORIGIN_ALL = ORIGIN_KINDS, /* all of each kind, which stand before it */
};

enum { ORIGIN_BYTES = 16, ORIGIN_V6_BITS = 128, ORIGIN_NUMBER_BITS = 32 };

struct origin {
	uint8_t kind; /* enum origin_kind */
	uint8_t bits; /* how many of the first ones count */
	uint8_t key[ORIGIN_BYTES]; /* what is behind them is 0 */
	uint32_t value; /* what a list has for it; 0 as it is read */
};

/* How many bytes the keys of a kind have. */
size_t origin_width(enum origin_kind kind);

/* A number as a key, and as an origin. */
void origin_key(uint32_t number, uint8_t key[static ORIGIN_BYTES]);
struct origin origin_number(enum origin_kind kind, uint32_t number);

/*
 * Read a word.  Returns 0; or 1 with the reason, and then the result is not touched.
 * The name of an account or a group is not looked up: *ret_name is that part of the
 * word then, and else NULL.
 */
int origin_parse(const char *word, struct origin *ret, const char **ret_name,
		 struct text *why);

/* By kind and key, those that contain others first; by the value in the end. */
int origins_compare(const void *a, const void *b);

/* Do they name the same? */
bool origins_equal(const struct origin *a, const struct origin *b);
