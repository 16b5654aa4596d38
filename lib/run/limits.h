/* SPDX-License-Identifier: MIT */

/* limits.h - how much the system leaves to us: descriptors and processes. */
#pragma once

#include <stdbool.h>
#include <sys/resource.h>

/* Raise our soft limit of open files to the hard one; what it was before is what
 * commands get back.  Returns 0 or -errno. */
int limits_raise_files(struct rlimit *ret_before);

/* How many commands at once the system can be expected to carry: a descriptor
 * and a process each, with some left for everybody else. */
unsigned limits_processes(bool privileged);
