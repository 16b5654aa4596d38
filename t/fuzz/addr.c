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
	struct address address, again;

	if (text == NULL || address_parse(text, &address, &why) != 0)
		return 0;
	address_show(&address, &shown);
	/* A path is shown escaped. */
	if (address.at.any.sa_family != AF_UNIX &&
	    (address_parse(text_get(&shown), &again, &why) != 0 ||
	     (address_port(&address) != 0 && !addresses_overlap(&address, &again))))
		abort();
	return 0;
}
