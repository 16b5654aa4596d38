/* SPDX-License-Identifier: MIT */

/*
 * clone3.h - clone3(2) for a child on a stack of its own, which the C library lacks.
 *
 * A child that shares our memory must not return on our stack: so the call and the
 * first steps of the child are in assembly, for x86-64 and AArch64.  Elsewhere it
 * says ENOSYS.
 */
#pragma once

#include <linux/sched.h>
#include <stddef.h>

/* As clone3() does; the child calls the function, which must not return, with the
 * data.  Returns the process, or -errno, and never writes errno. */
long clone3_call(const struct clone_args *args, size_t size, int (*function)(void *),
		 void *data);
