/* SPDX-License-Identifier: MIT */

/* span - any text as a span: what is read is written back, and read as the same. */

#include "base/number.h"

#include <stdlib.h>
#include <string.h>

#include "base/base.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	auto_free char *text = strndup((const char *)data, size);
	char shown[SPAN_ROOM];
	uint64_t usec, again;

	if (text == NULL || span_parse(text, &usec) != 0)
		return 0;
	if (span_parse(span_format(usec, shown), &again) != 0 || again != usec)
		abort();
	return 0;
}
