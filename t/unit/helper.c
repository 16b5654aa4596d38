/* SPDX-License-Identifier: MIT */

/*
 * A helper's answer arrives whole; one that hangs, fails, dies or says too much is told
 * as what it is, in time, and nothing is left of it.
 *
 * links: run/helper base/text base/number
 * no valgrind: it has descriptors of its own
 */

#include "run/helper.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/base.h"

#include "tap.h"

static int work_say(void *data, struct text *answer)
{
	text_add(answer, data);
	return 0;
}

static int work_say_nothing(void *data, struct text *answer)
{
	(void)data;
	(void)answer;
	return 0;
}

/* So many bytes. */
static int work_say_much(void *data, struct text *answer)
{
	const size_t size = *(const size_t *)data;
	char *bytes = malloc(size);

	if (bytes == NULL)
		return ENOMEM;
	memset(bytes, 'x', size);
	text_add_bytes(answer, bytes, size);
	free(bytes);
	return 0;
}

static int work_fail(void *data, struct text *answer)
{
	text_add(answer, "not to be seen");
	return *(const int *)data;
}

static int work_hang(void *data, struct text *answer)
{
	(void)data;
	(void)answer;
	while (pause() < 0)
		;
	return 0;
}

/* Not even TERM. */
static int work_hang_deaf(void *data, struct text *answer)
{
	signal(SIGTERM, SIG_IGN);
	return work_hang(data, answer);
}

static int work_die(void *data, struct text *answer)
{
	(void)data;
	(void)answer;
	raise(SIGKILL);
	return 0;
}

/* The descriptors that it has, as a text; but for the one that lists them. */
static int work_list(void *data, struct text *answer)
{
	DIR *directory = opendir("/proc/self/fd");
	const struct dirent *entry;

	(void)data;
	while (directory != NULL && (entry = readdir(directory)) != NULL)
		if (entry->d_name[0] != '.' && atoi(entry->d_name) != dirfd(directory) &&
		    atoi(entry->d_name) > 2)
			text_addf(answer, "%s ", entry->d_name);
	closedir(directory);
	return 0;
}

static unsigned count_descriptors(void)
{
	unsigned n = 0;

	for (int fd = 0; fd < 1024; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

/* The answer, or the error. */
static void runs(helper_work *work, void *data, int expected, const char *answer,
		 const char *name)
{
	const unsigned before = count_descriptors();
	auto_free char *got = NULL;
	size_t size = 0;

	is(helper_run(work, data, 20 * USEC_PER_SEC, &got, &size), expected, "%s", name);
	if (expected == 0) {
		is((int64_t)size, (int64_t)strlen(answer), "... of its size");
		ok(got != NULL && memcmp(got, answer, size) == 0, "... the answer");
	}
	ok(waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD, "... no child is left");
	is(count_descriptors(), before, "... nor a descriptor");
}

static void is_slow(helper_work *work, const char *name)
{
	const uint64_t from = now_usec();
	auto_free char *got = NULL;
	size_t size = 0;

	is(helper_run(work, NULL, 50 * USEC_PER_MSEC, &got, &size), -ETIMEDOUT, "%s",
	   name);
	ok(now_usec() - from >= 50 * USEC_PER_MSEC, "... it had its time");
	ok(waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD, "... no child is left");
}

/* Step by step, as a loop does it. */
static void steps(void)
{
	struct helper helper = { 0 };
	size_t size = 3 * 1024 * 1024;
	struct pollfd at;
	int r;

	is(helper_start(work_say_much, &size, &helper), 0, "it is started");
	ok(fcntl(helper.fd, F_GETFL) & O_NONBLOCK, "reading waits for nothing");
	ok(fcntl(helper.fd, F_GETFD) & FD_CLOEXEC, "its descriptor is closed on exec");
	at = (struct pollfd){ .fd = helper.fd, .events = POLLIN };
	while ((r = helper_read(&helper)) == 1)
		(void)poll(&at, 1, 20000);
	is(r, 0, "3 MiB come, more than a pipe takes");
	is((int64_t)helper.answer.size, (int64_t)size, "... and all of them");
	while ((r = helper_reap(&helper)) == 1)
		(void)poll(NULL, 0, 1);
	is(r, 0, "it ended well");
	helper_done(&helper);

	is(helper_start(work_hang_deaf, NULL, &helper), 0, "one that hangs");
	is(helper_read(&helper), 1, "... says nothing");
	is(helper_reap(&helper), 1, "... and does not end");
	is(helper_end(&helper), -ECHILD, "... until it is killed");
	helper_done(&helper);
}

static int work_parent(void *data, struct text *answer)
{
	int *ends = data;
	struct helper helper = { 0 };

	(void)answer;
	/* A helper of its own, that must not outlive it. */
	if (helper_start(work_hang, NULL, &helper) < 0)
		return 1;
	(void)!write(ends[1], &helper.pid, sizeof(helper.pid));
	raise(SIGKILL);
	return 0;
}

/* A parent that is killed takes its helper along. */
static void dies_with_parent(void)
{
	int ends[2];
	pid_t parent, pid = 0;
	bool gone = false;

	if (!ok(pipe(ends) == 0, "a pipe"))
		return;
	parent = fork();
	if (parent == 0)
		_exit(work_parent(ends, NULL));
	ok(read(ends[0], &pid, sizeof(pid)) == sizeof(pid), "a parent and its helper");
	(void)waitpid(parent, NULL, 0);
	for (int i = 0; i < 2000 && !gone; i++) {
		char path[64], state = 0;
		FILE *file;

		(void)snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
		file = fopen(path, "r");
		gone = file == NULL || fscanf(file, "%*d (%*[^)]) %c", &state) != 1 ||
		       state == 'Z';
		if (file != NULL)
			fclose(file);
		if (!gone)
			usleep(10000);
	}
	ok(gone, "the helper of a parent that was killed is gone, too");
	close(ends[0]);
	close(ends[1]);
}

int main(void)
{
	static char text[] = "an answer";
	int error = ENOENT, odd = 4711;
	size_t much = (size_t)ANSWER_MAX + 1;

	/* Something for it not to inherit. */
	ok(dup2(0, 5) == 5 && dup2(0, 6) == 6, "more descriptors");
	runs(work_say, text, 0, text, "an answer");
	runs(work_say_nothing, NULL, 0, "", "an empty one");
	runs(work_list, NULL, 0, "3 ", "it has the pipe, and nothing else of ours");
	runs(work_fail, &error, -ENOENT, NULL, "an error is told");
	runs(work_fail, &odd, -ENOMEM, NULL, "... if it can be");
	runs(work_die, NULL, -ECHILD, NULL, "one that was killed");
	runs(work_say_much, &much, -EFBIG, NULL, "one that says too much");
	is_slow(work_hang, "one that hangs");
	is_slow(work_hang_deaf, "one that hangs and hears nothing");
	steps();
	dies_with_parent();
	return done();
}
