/* SPDX-License-Identifier: MIT */

/* show.h - the configuration in force, as -T writes it: to be read back. */
#pragma once

struct load;
struct text;

void show_load(const struct load *load, struct text *text);
