/* SPDX-License-Identifier: MIT */

/* pause - a command that does nothing until its client goes away. */

#include <unistd.h>

int main(void)
{
	char byte;

	while (read(STDIN_FILENO, &byte, 1) > 0)
		;
	return 0;
}
