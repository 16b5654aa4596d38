/* SPDX-License-Identifier: MIT */

/* tell.h - what the command line is answered with, on standard output and error. */
#pragma once

#include <stdbool.h>

struct load;
struct load_request;
struct problems;
struct text;

/* What is wrong, and how much more there is. */
void tell_problems(struct problems *problems);

/* Of those that keep us from starting the service manager is told the first one. */
void tell_manager(const struct problems *problems);

/* A load as -T shows it.  Returns what to exit with. */
int tell_load(const struct load *load, const struct load_request *request);

/* On standard output; false, and told, when that cannot be written. */
bool tell_text(const struct text *text);

/* The configuration of inetd or xinetd in a file, as one of spawnd that can be served as
 * the request says.  Returns what to exit with: 0 when all of it could be kept. */
int tell_converted(const char *path, const struct load_request *request);
