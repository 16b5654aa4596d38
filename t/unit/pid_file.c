/* SPDX-License-Identifier: MIT */

/*
 * A pid file is taken once, its lock tells who has it, and what cannot be a pid file
 * of ours is left as it is.
 *
 * links: run/pid_file base/trusted base/text
 */

#include "run/pid_file.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"

#include "tap.h"

static char file[64];

static void make(const char *content, mode_t mode)
{
	auto_close int fd = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	ok(fd >= 0 && write(fd, content, strlen(content)) == (ssize_t)strlen(content) &&
		   fchmod(fd, mode) == 0,
	   "a file is there");
}

/* Read by another process: the lock ends when we close any descriptor of the file. */
static const char *content(void)
{
	static char buf[64];
	char command[128];
	FILE *cat;
	size_t n;

	(void)snprintf(command, sizeof(command), "cat %s 2>/dev/null || echo none", file);
	cat = popen(command, "r"); /* NOLINT(cert-env33-c) */
	n = cat == NULL ? 0 : fread(buf, 1, sizeof(buf) - 1, cat);
	buf[n] = '\0';
	if (cat != NULL)
		(void)pclose(cat);
	return strcmp(buf, "none\n") == 0 ? "none" : buf;
}

/* Another process, which has the lock of that type until it is killed. */
static pid_t locker(short type)
{
	struct flock all = { .l_type = type, .l_whence = SEEK_SET };
	int ends[2];
	char byte;
	pid_t pid;

	if (pipe(ends) < 0)
		return -1;
	pid = fork();
	if (pid == 0) {
		int fd = open(file, type == F_RDLCK ? O_RDONLY : O_RDWR);

		if (fcntl(fd, F_SETLK, &all) == 0 && write(ends[1], "", 1) == 1)
			(void)pause();
		_exit(1);
	}
	(void)close(ends[1]);
	ok(read(ends[0], &byte, 1) == 1, "another process has locked it");
	(void)close(ends[0]);
	return pid;
}

/* The reason is: before, the path, after. */
static void refuses(const char *before, const char *after, const char *name)
{
	auto_text struct text why = { 0 }, expected = { 0 };
	struct pid_file *taken = NULL;

	text_addf(&expected, "%s%s%s", before, file, after);
	is(pid_file_take(file, &taken, &why), 1, "%s is refused", name);
	is_str(text_get(&why), text_get(&expected), "... and why");
	ok(taken == NULL, "... nothing is taken");
}

static void refuses_locked(const char *before)
{
	auto_text struct text reason = { 0 };
	pid_t pid;

	make("1\n", 0644);
	pid = locker(F_WRLCK);
	text_addf(&reason, "%s%d", before, (int)pid);
	refuses("", text_get(&reason), "a locked file");
	is_str(content(), "1\n", "... and is as it was");
	ok(kill(pid, SIGKILL) == 0 && waitpid(pid, NULL, 0) == pid, "its holder is gone");
}

static void takes(const char *name)
{
	auto_text struct text why = { 0 };
	struct pid_file *taken = NULL;
	char number[32];
	pid_t pid;
	int status = 0;

	(void)snprintf(number, sizeof(number), "%d\n", (int)getpid());
	is(pid_file_take(file, &taken, &why), 0, "%s is taken", name);
	is_str(content(), number, "... with our number");
	/* A child has it not, and takes nothing away by its end. */
	pid = fork();
	if (pid == 0)
		_exit(pid_file_take(file, &taken, &why) == 1 ? 0 : 1);
	ok(waitpid(pid, &status, 0) == pid && status == 0, "... a child cannot take it");
	is_str(content(), number, "... and changes nothing");
	ok(pid_file_drop(taken) == NULL, "... dropped");
	is_str(content(), "none", "... it is gone");
}

/* Take and drop; what only one may do at a time is to make the mark. */
static int take_turns(const char *mark)
{
	unsigned turns = 0;

	for (int i = 0; i < 6000; i++) {
		auto_text struct text why = { 0 };
		struct pid_file *taken = NULL;
		int fd;

		if (pid_file_take(file, &taken, &why) != 0)
			continue;
		fd = open(mark, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		if (fd < 0)
			return 1; /* somebody else has it, too */
		(void)close(fd);
		(void)unlink(mark);
		pid_file_drop(taken);
		turns++;
	}
	return turns > 0 ? 0 : 2;
}

/* Some end while others begin: who has locked a file that was removed has nothing. */
static void test_turns(const char *folder)
{
	char mark[96];
	pid_t pids[3];
	int status;

	(void)snprintf(mark, sizeof(mark), "%s/mark", folder);
	for (size_t i = 0; i < ARRAY_SIZE(pids); i++) {
		pids[i] = fork();
		if (pids[i] == 0)
			_exit(take_turns(mark));
	}
	for (size_t i = 0; i < ARRAY_SIZE(pids); i++)
		ok(waitpid(pids[i], &status, 0) == pids[i] && status == 0,
		   "process %zu of three that take turns never met another", i + 1);
	(void)unlink(mark);
}

/* Whoever can read a file that was left behind can lock it so, and keeps nobody out. */
static void takes_from_reader(void)
{
	pid_t pid;

	make("1\n", 0644);
	pid = locker(F_RDLCK);
	takes("one that is locked for reading");
	ok(kill(pid, SIGKILL) == 0 && waitpid(pid, NULL, 0) == pid, "its holder is gone");
}

int main(void)
{
	char folder[] = "/tmp/spawnd-unit.XXXXXX";

	ok(mkdtemp(folder) != NULL, "a scratch folder");
	(void)snprintf(file, sizeof(file), "%s/x.pid", folder);
	takes("a new file");
	make("12345678901234567890\nmore\n", 0600);
	takes("an old one");
	refuses_locked(" is locked by the spawnd with pid ");
	takes("one whose writer is dead");
	takes_from_reader();
	test_turns(folder);
	make("1\n", 0666);
	refuses("", " can be written by others", "one that all can write");
	is_str(content(), "1\n", "... and is as it was");
	ok(unlink(file) == 0 && mkfifo(file, 0600) == 0, "a FIFO");
	refuses("", " is not a regular file", "a FIFO");
	ok(unlink(file) == 0 && mkdir(file, 0700) == 0, "a directory");
	refuses("cannot open ", ": Is a directory", "a directory");
	ok(rmdir(file) == 0 && symlink("none/x", file) == 0, "a link to nowhere");
	refuses("cannot open ", ": No such file or directory", "a link to nowhere");
	ok(unlink(file) == 0 && rmdir(folder) == 0, "nothing is left");
	ok(pid_file_drop(NULL) == NULL, "none is dropped in peace");
	return done();
}
