/* SPDX-License-Identifier: MIT */

/*
 * guest - a library to preload: clients of TCP are shown as if they came over vsock, from
 * the context 7 and its port 4294967294 to the context 3 and the port 1024.
 *
 * Few machines have a loopback of vsock, and the addresses of one are never so large.
 */

#include <dlfcn.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/vm_sockets.h> /* wants sys/socket.h before it */

typedef int get_name(int, struct sockaddr *, socklen_t *);

static void fill(struct sockaddr *name, socklen_t *size, unsigned cid, unsigned port)
{
	const struct sockaddr_vm vm = { .svm_family = AF_VSOCK,
					.svm_cid = cid,
					.svm_port = port };

	memcpy(name, &vm, *size < sizeof(vm) ? *size : sizeof(vm));
	*size = sizeof(vm);
}

int accept4(int fd, struct sockaddr *name, socklen_t *size, int flags)
{
	int (*real)(int, struct sockaddr *, socklen_t *, int) =
		(int (*)(int, struct sockaddr *, socklen_t *, int))dlsym(RTLD_NEXT,
									 "accept4");
	const int r = real(fd, name, size, flags);

	if (r >= 0 && name != NULL && name->sa_family == AF_INET6)
		fill(name, size, 7, 4294967294);
	return r;
}

/* Of a connection alone. */
int getsockname(int fd, struct sockaddr *name, socklen_t *size)
{
	get_name *real = (get_name *)dlsym(RTLD_NEXT, "getsockname");
	get_name *real_peer = (get_name *)dlsym(RTLD_NEXT, "getpeername");
	struct sockaddr_in6 peer = { 0 };
	socklen_t peer_size = sizeof(peer);
	const int r = real(fd, name, size);

	if (r == 0 && real_peer(fd, (struct sockaddr *)&peer, &peer_size) == 0 &&
	    peer.sin6_family == AF_INET6)
		fill(name, size, 3, 1024);
	return r;
}
