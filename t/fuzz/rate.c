/* SPDX-License-Identifier: MIT */

/* rate - any text as a rate: what is read is written back, and its bucket is never empty
 * at first, nor full for ever. */

#include "base/rate.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	auto_free char *text = strndup((const char *)data, size);
	const uint64_t now = UINT64_C(1) << 50;
	struct bucket bucket = { 0 };
	struct rate rate, again;
	char shown[RATE_ROOM];

	if (text == NULL || rate_parse(text, &rate) != 0)
		return 0;
	if (rate_parse(rate_format(&rate, shown), &again) != 0 ||
	    !rates_equal(&rate, &again))
		abort();
	if (rate.count == 0)
		return 0;
	for (uint32_t i = 0; i < MIN(rate.burst, 1000); i++) {
		if (!bucket_has(&bucket, &rate, now))
			abort();
		bucket_take(&bucket, &rate, now);
	}
	if ((rate.burst <= 1000 && bucket_has(&bucket, &rate, now)) ||
	    bucket.full_at <= now || bucket_ready_at(&bucket, &rate, now) < now)
		abort();
	return 0;
}
