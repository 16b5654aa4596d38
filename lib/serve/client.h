/* SPDX-License-Identifier: MIT */

/*
 * client.h - one who was accepted, and has no command yet.
 */
#pragma once

#include <stdbool.h>

#include "net/addr.h"
#include "net/sources.h"

struct client {
	int fd; /* -1: nobody */
	struct address address; /* as accept() gave it */
	struct address local; /* that it connected to */
	struct peer peer;
	bool is_admitted; /* the question was asked, and is not asked again */
	struct source_ticket ticket; /* what it has taken of its source */
};
