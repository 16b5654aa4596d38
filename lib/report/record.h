/* SPDX-License-Identifier: MIT */

/*
 * record.h - the one record of a command that ran, or that could not.
 *
 *     upper: end id=17 peer=127.0.0.1:40512 pid=4211 exit=0 run=0.012s cpu=0.001s
 *
 * The journal gets SPAWND_SERVICE, _ID, _PEER, _LOCAL, _PID, _UID, _OUTCOME, _STATUS,
 * _RUN_USEC, _CPU_USEC and _MEMORY_PEAK beside it; what is not known is left out.  Where
 * the memory of the connection was limited, the line has memory= too.
 */
#pragma once

#include <stdint.h>
#include <sys/types.h>

#include "report/log.h"

enum outcome {
	OUTCOME_EXIT,
	OUTCOME_SIGNAL,
	OUTCOME_TIMEOUT,
	OUTCOME_FAILED,
};

struct record {
	const char *service;
	uint64_t id;
	const char *peer;
	const char *local; /* the address it came to; NULL: not known */
	pid_t pid; /* 0: there was no process */
	uid_t uid; /* of the command; 0, which no command has: not known */
	enum outcome outcome;
	bool by_signal; /* how it ended after a time-out */
	int status; /* exit status or signal */
	const char *failure; /* of OUTCOME_FAILED, escaped */
	uint64_t time_limit; /* of OUTCOME_TIMEOUT, for the hint */
	uint64_t run_usec;
	uint64_t cpu_usec;
	uint64_t memory_peak; /* bytes; 0: not known */
	/* Where the kernel killed for want of memory, for the hint. */
	uint64_t memory_max;
};

/* exit 0 is info, failed an error, any other end a notice. */
int record_level(const struct record *record);
void record_write(const struct record *record, struct log *log);
