/* SPDX-License-Identifier: MIT */

/* outcome.h - what became of a connection: its record, and what -i exits with. */
#pragma once

#include "report/record.h"

struct connection;

/* Of a command that ran, and is reaped. */
enum outcome outcome_of(const struct connection *connection);

/* Write the record, if the service wants it; a failure has its reason, escaped. */
void outcome_write(const struct connection *connection, enum outcome outcome,
		   const char *failure);
int outcome_exit_status(const struct connection *connection, enum outcome outcome);
