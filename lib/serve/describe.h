/* SPDX-License-Identifier: MIT */

/*
 * describe.h - what a command is told of its connection, in its environment.
 *
 * What is not known is not set, and never inherited: the words of UCSPI, CGI, xinetd
 * and our own, see spawnd(8).
 */
#pragma once

#include "net/addr.h"
#include "run/env.h"

struct connection;

/* Fill the environment of a start.  Returns 0 or -ENOMEM. */
int describe_connection(const struct connection *connection, struct env *env,
			const struct address *peer, const struct address *local);
