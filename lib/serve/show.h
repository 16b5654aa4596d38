/* SPDX-License-Identifier: MIT */

/* show.h - what -T shows: a configuration as it is in force, here and now. */
#pragma once

#include "serve/load.h"

void show_load(const struct load *load, const struct load_request *request,
	       struct text *text);
