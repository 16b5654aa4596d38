/* SPDX-License-Identifier: MIT */

/*
 * floor PORT UID COMMAND - the least that can start a command per connection:
 * accept, vfork, wire the socket, drop to the account, execute.  It checks,
 * limits, times and records nothing; it is what other servers are measured by.
 */

#include <arpa/inet.h>
#include <grp.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	/* The kernel reaps: nothing could be cheaper. */
	struct sigaction reap = { .sa_handler = SIG_DFL, .sa_flags = SA_NOCLDWAIT };
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	uid_t id;

	if (argc < 4)
		return 2;
	at.sin_port = htons((in_port_t)atoi(argv[1]));
	id = (uid_t)atoi(argv[2]);
	if (setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &(int){ 1 }, sizeof(int)) <
		    0 ||
	    bind(listener, (struct sockaddr *)&at, sizeof(at)) < 0 ||
	    listen(listener, SOMAXCONN) < 0 || sigaction(SIGCHLD, &reap, NULL) < 0)
		return 3;

	for (;;) {
		volatile int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

		if (fd >= 0 && vfork() == 0) {
			if (dup2(fd, 0) < 0 || dup2(fd, 1) < 0 || dup2(fd, 2) < 0 ||
			    setgroups(0, NULL) < 0 || setgid(id) < 0 || setuid(id) < 0)
				_exit(125);
			execv(argv[3], argv + 3);
			_exit(126);
		}
		close(fd);
	}
}
