/* SPDX-License-Identifier: MIT */

/* export.h - the settings in force, written as a configuration (-T). */
#pragma once

#include "base/text.h"
#include "conf/conf.h"

/* Each setting behind a comment that tells where it comes from. */
void export_global(const struct global_settings *global, struct text *text);
void export_service(const struct service_settings *service, struct text *text);
