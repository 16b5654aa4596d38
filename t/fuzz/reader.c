/* SPDX-License-Identifier: MIT */

/* reader - any bytes as a configuration file: nothing but entries or problems. */

#include "conf/reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct problems problems;
	struct sections sections = { 0 };

	(void)reader_read("fuzz", (const char *)data, size, false, &sections, &problems);
	sections_done(&sections);
	problems_done(&problems);
	return 0;
}
