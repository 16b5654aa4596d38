/* SPDX-License-Identifier: MIT */

/*
 * streams - the socket for streams of a journal of a test's own: shows whose each line
 * is.
 *
 *     streams PATH BACKLOG
 *
 * A stream begins with seven lines, shown as "begins FIRST|SECOND|..."; each that follows
 * is shown as "FIRST[PID]: line", with the pid of the process that wrote it, and its end
 * as "ends FIRST".
 */

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { STREAMS_MAX = 64, HEAD = 7 };

static struct pollfd at[1 + STREAMS_MAX];
static struct stream {
	char line[4096], head[256];
	size_t size;
	int lines; /* of the head */
} streams[1 + STREAMS_MAX];
static nfds_t n = 1;

static void end_line(struct stream *stream, int pid)
{
	const size_t used = strlen(stream->head);

	stream->line[stream->size] = '\0';
	stream->size = 0;
	if (stream->lines < HEAD) {
		const size_t room = sizeof(stream->head) - used - 2;
		const size_t size = strlen(stream->line);

		memcpy(stream->head + used, stream->line, size < room ? size : room);
		strcat(stream->head, "|");
		if (++stream->lines == HEAD)
			printf("begins %s\n", stream->head);
	} else {
		printf("%.*s[%d]: %s\n", (int)strcspn(stream->head, "|"), stream->head,
		       pid, stream->line);
	}
}

static int pid_of(struct msghdr *message)
{
	struct ucred who = { 0 };
	struct cmsghdr *part = CMSG_FIRSTHDR(message);

	if (part != NULL && part->cmsg_type == SCM_CREDENTIALS)
		memcpy(&who, CMSG_DATA(part), sizeof(who));
	return who.pid;
}

static void take(nfds_t i)
{
	char buf[2048], control[CMSG_SPACE(sizeof(struct ucred))];
	struct iovec piece = { buf, sizeof(buf) };
	struct msghdr message = { .msg_iov = &piece,
				  .msg_iovlen = 1,
				  .msg_control = control,
				  .msg_controllen = sizeof(control) };
	struct stream *stream = &streams[i];
	ssize_t size = recvmsg(at[i].fd, &message, 0);

	for (ssize_t j = 0; j < size; j++)
		if (buf[j] == '\n')
			end_line(stream, pid_of(&message));
		else if (stream->size < sizeof(stream->line) - 1)
			stream->line[stream->size++] = buf[j];
	if (size > 0)
		return;
	printf("ends %.*s\n", (int)strcspn(stream->head, "|"), stream->head);
	close(at[i].fd);
	at[i] = at[--n];
	streams[i] = streams[n];
}

static void take_new(void)
{
	const int on = 1;
	int fd = accept(at[0].fd, NULL, NULL);

	if (fd < 0 || n > STREAMS_MAX)
		return;
	setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof(on));
	at[n] = (struct pollfd){ .fd = fd, .events = POLLIN };
	streams[n++] = (struct stream){ .size = 0 };
}

int main(int argc, char **argv)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	int backlog = 0;

	if (argc != 3 || sscanf(argv[2], "%d", &backlog) != 1) {
		fprintf(stderr, "usage: streams PATH BACKLOG\n");
		return 2;
	}
	snprintf(to.sun_path, sizeof(to.sun_path), "%s", argv[1]);
	unlink(argv[1]);
	umask(0);
	setvbuf(stdout, NULL, _IOLBF, 0);
	at[0] = (struct pollfd){ .fd = socket(AF_UNIX, SOCK_STREAM, 0),
				 .events = POLLIN };
	if (at[0].fd < 0 || bind(at[0].fd, (struct sockaddr *)&to, sizeof(to)) < 0 ||
	    listen(at[0].fd, backlog) < 0) {
		perror(argv[1]);
		return 1;
	}
	while (poll(at, n, -1) > 0) {
		for (nfds_t i = n; i > 1; i--)
			if (at[i - 1].revents != 0)
				take(i - 1);
		if (at[0].revents != 0)
			take_new();
	}
	return 1;
}
