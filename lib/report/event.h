/* SPDX-License-Identifier: MIT */

/*
 * event.h - the kinds of things that are told, each with its own MESSAGE_ID.
 *
 * The journal finds all of one kind by it (journalctl MESSAGE_ID=...), and catalog
 * text belongs to it: an id never changes and is never given to another kind.
 */
#pragma once

enum event_kind {
	EVENT_NONE, /* a line like any other, without an id */

	/* the daemon */
	EVENT_STARTED,
	EVENT_CANNOT_START,
	EVENT_STOPPING,
	EVENT_STOPPED,
	EVENT_RELOADED,
	EVENT_RELOAD_FAILED,
	EVENT_LOG_DROPPED,

	/* a service */
	EVENT_LISTENS,
	EVENT_CANNOT_LISTEN,
	EVENT_PAUSED,
	EVENT_RESUMED,
	EVENT_LIMIT_REACHED,
	EVENT_LIMIT_OVER,
	EVENT_REFUSED,

	/* how a command ended */
	EVENT_ENDED, /* it exited */
	EVENT_KILLED, /* by a signal that was not ours */
	EVENT_TIMED_OUT,
	EVENT_WAS_IDLE,
	EVENT_HUNG_UP,
	EVENT_FAILED, /* it could not be started */

	EVENTS_N,
};

/* 32 hexadecimal digits; NULL for EVENT_NONE. */
const char *event_id(enum event_kind kind);
