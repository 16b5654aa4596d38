/* SPDX-License-Identifier: MIT */

/*
 * options - a command that shows the options of the socket that is its standard input:
 * a line for each, its name first.
 *
 *     options
 *
 * What the socket does not have is shown as the error.
 */

#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const struct {
	const char *name;
	int level, option;
} options[] = {
	{ "type", SOL_SOCKET, SO_TYPE },
	{ "family", SOL_SOCKET, SO_DOMAIN },
	{ "keep_alive", SOL_SOCKET, SO_KEEPALIVE },
	{ "keep_idle", IPPROTO_TCP, TCP_KEEPIDLE },
	{ "keep_interval", IPPROTO_TCP, TCP_KEEPINTVL },
	{ "keep_count", IPPROTO_TCP, TCP_KEEPCNT },
	{ "no_delay", IPPROTO_TCP, TCP_NODELAY },
	{ "user_timeout", IPPROTO_TCP, TCP_USER_TIMEOUT },
	{ "free_bind", IPPROTO_IP, IP_FREEBIND },
	{ "ipv6_only", IPPROTO_IPV6, IPV6_V6ONLY },
	{ "receive_buffer", SOL_SOCKET, SO_RCVBUF },
	{ "send_buffer", SOL_SOCKET, SO_SNDBUF },
};

int main(void)
{
	char device[IF_NAMESIZE] = "";
	socklen_t size = sizeof(device);

	for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++) {
		int value = 0;

		size = sizeof(value);
		if (getsockopt(STDIN_FILENO, options[i].level, options[i].option, &value,
			       &size) < 0)
			printf("%s %s\n", options[i].name, strerrorname_np(errno));
		else
			printf("%s %d\n", options[i].name, value);
	}
	size = sizeof(device);
	if (getsockopt(STDIN_FILENO, SOL_SOCKET, SO_BINDTODEVICE, device, &size) < 0)
		printf("device %s\n", strerrorname_np(errno));
	else
		printf("device %s\n", device);
	return 0;
}
