/* SPDX-License-Identifier: MIT */

/* plan.h - what two starts have in common. */
#pragma once

#include "run/child.h"

/* Would the same be started, as the same user, in the same way? */
bool spawn_plans_equal(const struct spawn_plan *a, const struct spawn_plan *b);
