/* SPDX-License-Identifier: MIT */

/*
 * base.h - what every file uses: ownership by attribute, spans of time, sizes.
 *
 * A local marked auto_* is released when it leaves its scope, on every path;
 * steal_*() hands the value on and disarms that.  All times in spawnd are
 * microseconds; deadlines are on CLOCK_MONOTONIC.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define CONTAINER_OF(p, type, member) \
	((type *)(void *)((char *)(p)-offsetof(type, member)))
#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define MAX(a, b) ((a) > (b) ? (a) : (b))

#define PRINTF(at, first) __attribute__((__format__(__printf__, at, first)))

#define USEC_PER_MSEC UINT64_C(1000)
#define USEC_PER_SEC UINT64_C(1000000)
#define USEC_INFINITY UINT64_MAX

/* Of a setting that may be left to the kernel. */
enum maybe { MAYBE_UNSET, MAYBE_NO, MAYBE_YES };

#define auto_free __attribute__((cleanup(free_p)))
#define auto_close __attribute__((cleanup(close_p)))

static inline void free_p(void *p)
{
	free(*(void **)p);
}

/* Close what is open and say so in the variable; an error of close() cannot be
 * acted on (the descriptor is gone either way, see close(2)). */
static inline void close_fd(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
	*fd = -1;
}

static inline void close_p(int *fd)
{
	close_fd(fd);
}

static inline int steal_fd(int *fd)
{
	int value = *fd;

	*fd = -1;
	return value;
}

static inline void *steal_ptr_(void **p)
{
	void *value = *p;

	*p = NULL;
	return value;
}
#define steal_ptr(p) ((__typeof__(*(p)))steal_ptr_((void **)(p)))

static inline uint64_t usec_of(struct timespec ts)
{
	return (uint64_t)ts.tv_sec * USEC_PER_SEC + (uint64_t)ts.tv_nsec / 1000;
}

static inline uint64_t now_usec(void)
{
	struct timespec ts = { 0 };

	(void)clock_gettime(CLOCK_MONOTONIC, &ts); /* cannot fail for this clock */
	return usec_of(ts);
}

/* A moment so long after another; infinity stays infinity. */
static inline uint64_t usec_after(uint64_t from, uint64_t span)
{
	return span > USEC_INFINITY - from ? USEC_INFINITY : from + span;
}
