/* SPDX-License-Identifier: MIT */

/* hello - the smallest command worth serving: one line on standard output. */

#include <unistd.h>

int main(void)
{
	return write(STDOUT_FILENO, "hello\n", 6) == 6 ? 0 : 1;
}
