/* SPDX-License-Identifier: MIT */

/* load_account.h - the part of load.h that finds and judges accounts. */
#pragma once

#include "serve/load.h"

/* Fill the account of every plan.  Returns 0 or -errno. */
int load_accounts(struct load *load, const struct privilege *privilege,
		  struct answers *answers, struct problems *problems);
