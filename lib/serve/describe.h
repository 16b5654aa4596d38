/* SPDX-License-Identifier: MIT */

/*
 * describe.h - what a command is told of its connection, in its environment.
 *
 * What is not known is not set, and never inherited: the words of UCSPI, CGI, xinetd
 * and our own, see spawnd(8).
 */
#pragma once

#include "run/env.h"

struct address;
struct client;
struct connection;

/* Fill the environment of a start.  Returns 0 or -ENOMEM. */
int describe_connection(const struct connection *connection, const struct client *client,
			struct env *env);

/* Keep the address it came to, where the log takes fields; without memory it is not
 * told. */
void describe_local(struct connection *connection, const struct address *local);
