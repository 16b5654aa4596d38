/* SPDX-License-Identifier: MIT */

/*
 * import_address.h - addresses, ports and networks, as other super-servers write them.
 */
#pragma once

#include <stdbool.h>

#include "base/words.h"

/* Where a service listens. */
struct import_address {
	bool v4, v6; /* for clients of which family */
	bool any; /* at every address; else ... */
	unsigned char bytes[16]; /* ... at this one, IPv4 in the first four */
	unsigned port;
};

/* Read a number; names of hosts are none. */
bool import_address_parse(const char *word, struct import_address *ret);
bool import_addresses_overlap(const struct import_address *a,
			      const struct import_address *b);

/* The TCP port that a number or a name from services(5) means; 0 if none. */
unsigned import_port(const char *word);

enum import_network {
	IMPORT_NETWORK_NAME = 1, /* of a host, a domain or a network */
	IMPORT_NETWORK_BAD,
};

/*
 * Append the networks that a word of only_from or no_access means, as CIDR without host
 * bits; IPv4 clients as IPv6 shows them (::ffff:10.0.0.0/104) as IPv4.  Returns 0, one of
 * the above, or -ENOMEM.
 */
int import_networks(const char *word, struct words *ret);

/* Is it an IPv4 address that inet_aton(3) reads in its own way: short (10.1 is 10.0.0.1),
 * octal or hexadecimal?  A mask may follow. */
bool import_address_is_odd(const char *word);

/* Both as import_networks() gives them: is the second within the first, or the same? */
bool import_network_has(const char *network, const char *other);
