/* SPDX-License-Identifier: MIT */

/* words - any text as words: what is split is quoted, and split into the same. */

#include "base/words.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	auto_free char *text = strndup((const char *)data, size);
	auto_words struct words words = { 0 }, again = { 0 };
	auto_text struct text quoted = { 0 };

	if (text == NULL || words_split(text, &words) != 0)
		return 0;
	for (size_t i = 0; i < words.n; i++) {
		text_add(&quoted, " ");
		/* A line end within a word can come from a backslash, not be quoted. */
		if (strchr(words.at[i], '\n') != NULL)
			return 0;
		words_quote(&quoted, words.at[i], i % 2);
	}
	if (words_split(text_get(&quoted), &again) != 0 || again.n != words.n)
		abort();
	for (size_t i = 0; i < words.n; i++)
		if (strcmp(words.at[i], again.at[i]) != 0)
			abort();
	return 0;
}
