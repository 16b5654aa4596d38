/* SPDX-License-Identifier: MIT */

/*
 * import - any bytes as inetd.conf or xinetd.conf: what comes out is a configuration
 * that is read without an error, whatever was lost on the way.
 */

#include "conf/import.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf/keys.h"
#include "conf/reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Keys that are being built are unknown to the reader, and nothing else may be. */
static void check(const struct text *output)
{
	static struct problems problems;
	struct sections sections = { 0 };

	(void)reader_read("fuzz", text_get(output), output->size, false, &sections,
			  &problems);
	for (size_t i = 0; i < problems.n; i++) {
		fprintf(stderr, "%u: %s\n%s\n", problems.list[i].at.line,
			problems.list[i].text, text_get(output));
		abort();
	}
	sections_done(&sections);
	problems_done(&problems);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct problems problems;
	static const struct import_checker nobody = { 0 };
	auto_text struct text output = { 0 }, why = { 0 };

	/* What is included would be read from the machine. */
	if (memmem(data, size, "include", 7) != NULL)
		return 0;
	if (import_bytes("fuzz", (const char *)data, size, &nobody, &problems, &output,
			 &why) == 0)
		check(&output);
	problems_done(&problems);
	return 0;
}
