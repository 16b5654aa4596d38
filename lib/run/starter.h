/* SPDX-License-Identifier: MIT */

/*
 * starter.h - what whoever starts spawnd leaves behind, and what must not reach a
 * command, hold us up or be taken for ours.
 *
 * Called once each, in this order, before anything else.
 */
#pragma once

/* NULL, or why we must not run at all: set-uid, set-gid or with capabilities of the
 * file, whoever starts spawnd would choose what it executes. */
const char *starter_problem(void);

/* Default dispositions for all signals, no alarm, and all signals blocked but those
 * that a fault or a terminal raises, and those that end spawnd as long as there is
 * no loop to take them. */
void starter_reset_signals(void);

/* Block those too: from now on the loop takes them from a descriptor. */
void starter_block_ends(void);

/* Whoever started us may have put the client's socket on standard error too: then nothing
 * that we say may be written there.  Needs the slots, see child.h. */
void starter_spare_client(int connection);
