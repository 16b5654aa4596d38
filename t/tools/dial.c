/* SPDX-License-Identifier: MIT */

/*
 * dial - a client of a Unix socket that may have a name of its own, or of vsock, and
 * shows what it is told.
 *
 *     dial [-i] SOCKET [NAME]
 *
 * NAME may be of any bytes, and as long as the kernel allows; "@" in front makes
 * it an abstract one, and so it does for SOCKET, which may also have "seqpacket:" in
 * front, or be vsock:CID:PORT.  With -i standard input is sent, else nothing.
 */

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <linux/vm_sockets.h> /* wants sys/socket.h before it */

/* All of sun_path may be taken: the kernel needs no NUL at its end. */
static socklen_t make_address(const char *text, struct sockaddr_un *ret)
{
	size_t size = strlen(text);

	*ret = (struct sockaddr_un){ .sun_family = AF_UNIX };
	if (size > sizeof(ret->sun_path))
		size = sizeof(ret->sun_path);
	memcpy(ret->sun_path, text, size);
	if (text[0] == '@')
		ret->sun_path[0] = '\0';
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + size);
}

static int dial(const char *text, const char *name)
{
	static const char seqpacket[] = "seqpacket:";
	const int is_seqpacket = strncmp(text, seqpacket, strlen(seqpacket)) == 0;
	struct sockaddr_vm vm = { .svm_family = AF_VSOCK };
	const int is_vm = sscanf(text, "vsock:%u:%u", &vm.svm_cid, &vm.svm_port) == 2;
	int fd = socket(is_vm ? AF_VSOCK : AF_UNIX,
			is_seqpacket ? SOCK_SEQPACKET : SOCK_STREAM, 0);
	struct sockaddr_un address;
	socklen_t size;

	if (name != NULL) {
		size = make_address(name, &address);
		if (bind(fd, (struct sockaddr *)&address, size) < 0) {
			perror("bind");
			return -1;
		}
	}
	size = make_address(is_seqpacket ? text + strlen(seqpacket) : text, &address);
	if ((is_vm ? connect(fd, (struct sockaddr *)&vm, sizeof(vm))
		   : connect(fd, (struct sockaddr *)&address, size)) < 0) {
		perror("connect");
		return -1;
	}
	return fd;
}

int main(int argc, char **argv)
{
	const int sends = argc > 1 && strcmp(argv[1], "-i") == 0;
	char buf[4096];
	ssize_t n;
	int fd;

	argv += sends;
	argc -= sends;
	if (argc < 2)
		return 2;
	fd = dial(argv[1], argc > 2 ? argv[2] : NULL);
	if (fd < 0)
		return 1;
	while (sends && (n = read(STDIN_FILENO, buf, sizeof(buf))) > 0)
		if (send(fd, buf, (size_t)n, MSG_NOSIGNAL) != n)
			break;
	shutdown(fd, SHUT_WR);
	while ((n = read(fd, buf, sizeof(buf))) > 0)
		if (write(STDOUT_FILENO, buf, (size_t)n) != n)
			return 1;
	return n == 0 ? 0 : 1;
}
