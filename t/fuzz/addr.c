/* SPDX-License-Identifier: MIT */

/* addr - any text as an address: what is read is shown, and read again as the same. */

#include <stdlib.h>
#include <string.h>

#include "net/addr.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	auto_free char *text = strndup((const char *)data, size);
	auto_text struct text why = { 0 }, shown = { 0 };
	struct answers none = { 0 }; /* names of ports are not looked up */
	struct address_range range, again;
	struct address last;

	if (text == NULL || address_parse(text, &none, &range, &why) != 0)
		return 0;
	last = address_of_range(&range, range.n - 1);
	if (range.n > RANGE_MAX ||
	    address_port(&last) != address_port(&range.first) + range.n - 1)
		abort();
	address_show(&last, &shown);
	/* A path is shown escaped. */
	if (last.at.any.sa_family != AF_UNIX &&
	    (address_parse(text_get(&shown), &none, &again, &why) != 0 || again.n != 1 ||
	     (address_port(&last) != 0 && !addresses_overlap(&last, &again.first))))
		abort();
	return 0;
}
