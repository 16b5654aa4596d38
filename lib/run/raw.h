/* SPDX-License-Identifier: MIT */

/*
 * raw.h - system calls that touch nothing but the kernel.
 *
 * Between clone() and execve() the child shares its parent's memory, errno
 * included, and the parent runs on.  These calls return -errno like the kernel
 * and never write errno.  On an architecture that is not named here they go
 * through syscall(2): all that can then happen is that one of the two reports
 * the other's error.
 */
#pragma once

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)

static inline __attribute__((always_inline)) long raw5(long n, long a, long b, long c,
						       long d, long e)
{
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	long ret;

	__asm__ volatile("syscall"
			 : "=a"(ret)
			 : "a"(n), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8)
			 : "rcx", "r11", "memory");
	return ret;
}

#elif defined(__aarch64__)

static inline __attribute__((always_inline)) long raw5(long n, long a, long b, long c,
						       long d, long e)
{
	register long x8 __asm__("x8") = n;
	register long x0 __asm__("x0") = a;
	register long x1 __asm__("x1") = b;
	register long x2 __asm__("x2") = c;
	register long x3 __asm__("x3") = d;
	register long x4 __asm__("x4") = e;

	__asm__ volatile("svc 0"
			 : "+r"(x0)
			 : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4)
			 : "memory");
	return x0;
}

#else

static inline __attribute__((always_inline)) long raw5(long n, long a, long b, long c,
						       long d, long e)
{
	long ret = syscall(n, a, b, c, d, e);

	return ret < 0 ? -errno : ret;
}

#endif

/* Where the plain call of the name is one of 16-bit ids, the 32-bit one. */
#ifdef SYS_setresuid32
#define ID_CALL(name) SYS_##name##32
#else
#define ID_CALL(name) SYS_##name
#endif

#define RAW0(n) raw5((n), 0, 0, 0, 0, 0)
#define RAW1(n, a) raw5((n), (long)(a), 0, 0, 0, 0)
#define RAW2(n, a, b) raw5((n), (long)(a), (long)(b), 0, 0, 0)
#define RAW3(n, a, b, c) raw5((n), (long)(a), (long)(b), (long)(c), 0, 0)
#define RAW4(n, a, b, c, d) raw5((n), (long)(a), (long)(b), (long)(c), (long)(d), 0)
#define RAW5(n, a, b, c, d, e) \
	raw5((n), (long)(a), (long)(b), (long)(c), (long)(d), (long)(e))
