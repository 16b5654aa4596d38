/* SPDX-License-Identifier: MIT */

/* clone3.c - the system call and the way into the child, an architecture each. */

#include "run/clone3.h"

#include <errno.h>

#if defined(__x86_64__)

/* The kernel leaves all registers as they are but rax, rcx and r11, in the child too.
 * Its stack pointer is the end of the new stack, a multiple of 16 as at any call. */
__asm__(".pushsection .text\n"
	".globl clone3_call\n"
	".type clone3_call, @function\n"
	"clone3_call:\n"
	".cfi_startproc\n"
	"	endbr64\n"
	"	mov %rcx, %r8\n"
	"	mov $435, %eax\n"
	"	syscall\n"
	"	test %rax, %rax\n"
	"	jz 1f\n"
	"	ret\n"
	"1:	.cfi_undefined rip\n" /* nobody called the child */
	"	xor %ebp, %ebp\n"
	"	mov %r8, %rdi\n"
	"	call *%rdx\n"
	"	ud2\n"
	".cfi_endproc\n"
	".size clone3_call, . - clone3_call\n"
	".popsection\n");

#elif defined(__aarch64__)

/* All registers but x0 stay as they are, in the child too. */
__asm__(".pushsection .text\n"
	".globl clone3_call\n"
	".type clone3_call, %function\n"
	".balign 4\n"
	"clone3_call:\n"
	".cfi_startproc\n"
	"	hint #34\n" /* bti c */
	"	mov x8, #435\n"
	"	svc #0\n"
	"	cbz x0, 1f\n"
	"	ret\n"
	"1:	.cfi_undefined x30\n" /* nobody called the child */
	"	mov x29, #0\n"
	"	mov x30, #0\n"
	"	mov x0, x3\n"
	"	blr x2\n"
	"	brk #0\n"
	".cfi_endproc\n"
	".size clone3_call, . - clone3_call\n"
	".popsection\n");

#else

long clone3_call(const struct clone_args *args, size_t size, int (*function)(void *),
		 void *data)
{
	(void)args;
	(void)size;
	(void)function;
	(void)data;
	return -ENOSYS;
}

#endif
