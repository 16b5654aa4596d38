/* SPDX-License-Identifier: MIT */

/*
 * A file that we write is never one that somebody else chose: links and files that
 * others could have planted are refused and stay as they are, others are opened.
 *
 * links: base/trusted base/text
 */

#include "base/trusted.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"

#include "tap.h"

enum { FLAGS = O_RDWR | O_CREAT | O_TRUNC, STRANGER = 2001 };

static void make(const char *path, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	ok(fd >= 0 && write(fd, "old\n", 4) == 4 && fchmod(fd, mode) == 0 &&
		   close(fd) == 0,
	   "%s is there", path);
}

static off_t size_of(const char *path)
{
	struct stat st;

	return lstat(path, &st) < 0 ? -1 : st.st_size;
}

/* An error that is expected, or 0; and the size of the file behind. */
static void opens(const char *path, int flags, int error, const char *name)
{
	auto_text struct text why = { 0 };
	auto_close int fd = -1;
	int r = trusted_open(path, flags, 0644, &fd, &why);

	is(r, error, "%s", name);
	ok((fd >= 0) == (error == 0), "... a descriptor says the same");
	is_str(text_get(&why), "", "... there is no other reason");
	if (fd < 0)
		return;
	is(fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC, "... it is closed on exec");
	is(write(fd, "new", 3), 3, "... and can be written");
	is(fcntl(fd, F_GETFL) & O_NONBLOCK, O_NONBLOCK, "... without waiting");
}

static void refuses(const char *path, const char *reason, const char *untouched,
		    off_t size)
{
	auto_text struct text why = { 0 };
	int fd = -1;

	is(trusted_open(path, FLAGS, 0644, &fd, &why), 1, "%s is refused", path);
	is(fd, -1, "... not opened");
	is_str(text_get(&why), reason, "... and why");
	is(size_of(untouched), size, "... %s stays as it is", untouched);
}

static void test_ours(void)
{
	struct stat st;

	opens("ours/new", FLAGS, 0, "a new file");
	ok(stat("ours/new", &st) == 0 && (st.st_mode & 07777) == 0644,
	   "... has its mode");
	make("ours/old", 0666);
	opens("ours/old", FLAGS, 0, "an old file of any rights, in a directory of ours");
	is(size_of("ours/old"), 3, "... is cut");
	opens("ours/old", O_WRONLY | O_APPEND, 0, "one to append to");
	is(size_of("ours/old"), 6, "... is not cut");
	opens("ours/none", O_RDWR, -ENOENT, "none, and not to be made");
	opens("ours/old", FLAGS | O_EXCL, -EEXIST, "one that should not be there");
	opens("ours", FLAGS, -EISDIR, "a directory");
	opens("ours/", FLAGS, -EISDIR, "a directory with a slash");
	opens("ours/old/", FLAGS, -ENOTDIR, "a file for a directory");
	opens("ours/.", FLAGS, -EISDIR, "a dot");
	opens("", FLAGS, -ENOENT, "no name");
	opens("/", FLAGS, -EISDIR, "the root");
	opens("none/x", FLAGS, -ENOENT, "no directory");
	ok(symlink("old", "ours/link") == 0, "a link");
	opens("ours/link", FLAGS, 0, "is followed");
	is(size_of("ours/old"), 3, "... to what it names");
	ok(symlink("fresh", "ours/dangling") == 0, "a link to nothing");
	opens("ours/dangling", FLAGS, 0, "makes what it names");
	is(size_of("ours/fresh"), 3, "... there");
	ok(symlink("../ours/../ours", "ours/up") == 0, "a link to a directory");
	opens(".//ours/up/./up/old", FLAGS, 0, "by a long way");
	ok(symlink("loop", "ours/loop") == 0, "a loop");
	opens("ours/loop", FLAGS, -ELOOP, "a loop ends");
	opens("ours/loop/x", FLAGS, -ELOOP, "... as a directory too");
}

/* In a directory where strangers may write. */
static void test_shared(const char *absolute)
{
	auto_free char *up = NULL;

	make("ours/target", 0644);
	ok(symlink("../ours/target", "all/link") == 0 &&
		   symlink("../ours/made", "all/dangling") == 0 &&
		   symlink("../ours", "all/way") == 0 && mkfifo("all/fifo", 0666) == 0 &&
		   link("ours/target", "all/hard") == 0,
	   "strangers planted something");
	refuses("all/link",
		"\"link\" is a symbolic link, in a directory that others can write to",
		"ours/target", 4);
	refuses("all/dangling",
		"\"dangling\" is a symbolic link, in a directory that others can "
		"write to",
		"ours/made", -1);
	refuses("all/way/target",
		"\"way\" is a symbolic link, in a directory that others can write to",
		"ours/target", 4);
	refuses("all/fifo",
		"\"fifo\" is not a regular file, in a directory that others can write to",
		"all/fifo", 0);
	refuses("all/hard",
		"\"hard\" has another name too, by a hard link, in a directory that "
		"others can write to",
		"ours/target", 4);
	make("all/open", 0666);
	refuses("all/open",
		"\"open\" can be written by others, in a directory that others can "
		"write to",
		"all/open", 4);
	ok(symlink("../all/link", "ours/there") == 0, "a good link to a planted one");
	refuses("ours/there",
		"\"link\" is a symbolic link, in a directory that others can write to",
		"ours/target", 4);
	opens("all/new", FLAGS, 0, "a new file there is no problem");
	opens("all/new", FLAGS, 0, "nor an old one of ours");
	is(size_of("all/new"), 3, "... which is cut");
	opens("all/new", O_WRONLY | O_APPEND, 0, "or to append to");
	is(size_of("all/new"), 6, "... and then is not cut");
	opens("all/new", FLAGS | O_EXCL, -EEXIST, "unless it should not be there");
	opens("all/none", O_RDWR, -ENOENT, "what is not there is not made unasked");
	ok(asprintf(&up, "%s/ours/target", absolute) > 0 && unlink("all/hard") == 0,
	   "the hard link is gone");
	opens(up, FLAGS, 0, "an absolute path");
	/* For the next mode. */
	ok(unlink("all/link") == 0 && unlink("all/dangling") == 0 &&
		   unlink("all/way") == 0 && unlink("all/fifo") == 0 &&
		   unlink("all/new") == 0 && unlink("all/open") == 0 &&
		   unlink("ours/there") == 0,
	   "all is put away");
}

/* A directory of ours below one where strangers may write. */
static void test_below(void)
{
	make("ours/target", 0644);
	ok(mkdir("all/ours", 0755) == 0 &&
		   symlink("../../ours/target", "all/ours/link") == 0,
	   "a directory of ours in it");
	ok(chmod("all", 01777) == 0, "it is sticky");
	opens("all/ours/link", FLAGS, 0, "in a sticky one nobody can exchange it");
	ok(chmod("all", 0777) == 0, "it is not");
	refuses("all/ours/link",
		"\"link\" is a symbolic link, in a directory that others can write to",
		"ours/target", 3);
}

/* Files of others; takes root. */
static void test_strangers(void)
{
	ok(chmod("all", 01777) == 0, "a sticky directory");
	make("all/x", 0644);
	ok(chown("all/x", STRANGER, 0) == 0, "a file of a stranger");
	refuses("all/x",
		"\"x\" belongs neither to root nor to the caller, in a directory that "
		"others can write to",
		"all/x", 4);
	make("ours/x", 0644);
	ok(chown("ours/x", STRANGER, 0) == 0, "the same in a directory of ours");
	opens("ours/x", FLAGS, 0, "is the administrator's choice");
	ok(mkdir("theirs", 0755) == 0 && symlink("../ours/target", "theirs/link") == 0 &&
		   chown("theirs", STRANGER, 0) == 0,
	   "a directory of a stranger");
	refuses("theirs/link",
		"\"link\" is a symbolic link, in a directory that others can write to",
		"ours/target", 3);
	ok(mkdir("group", 0775) == 0 && chmod("group", 0775) == 0 &&
		   symlink("../ours/target", "group/link") == 0,
	   "a directory of our group");
	opens("group/link", FLAGS, 0, "is ours");
	ok(chown("group", 0, STRANGER) == 0, "of another group");
	refuses("group/link",
		"\"link\" is a symbolic link, in a directory that others can write to",
		"ours/target", 3);
	opens("group/new", FLAGS, 0, "a new file is fine in all of them");
}

/* Somebody who makes and removes a link all the time wins nothing. */
static void test_race(void)
{
	unsigned opened = 0;
	pid_t pid;

	make("ours/target", 0644);
	pid = fork();
	while (pid == 0) {
		(void)!symlink("../ours/target", "all/race");
		(void)unlink("all/race");
	}
	for (int i = 0; i < 20000; i++) {
		auto_text struct text why = { 0 };
		auto_close int fd = -1;

		if (trusted_open("all/race", FLAGS, 0644, &fd, &why) == 0)
			opened++;
	}
	ok(kill(pid, SIGKILL) == 0 && waitpid(pid, NULL, 0) == pid, "a race is over");
	is(size_of("ours/target"), 4, "what the link named is untouched");
	printf("# opened %u of 20000\n", opened);
}

int main(void)
{
	char folder[] = "/tmp/spawnd-unit.XXXXXX", remove[64];

	(void)umask(022);
	ok(mkdtemp(folder) != NULL && chmod(folder, 0755) == 0 && chdir(folder) == 0 &&
		   mkdir("ours", 0755) == 0 && mkdir("all", 0777) == 0,
	   "a scratch folder");
	test_ours();
	ok(chmod("all", 0777) == 0, "a directory that all can write to");
	test_shared(folder);
	ok(chmod("all", 01777) == 0, "the same, sticky");
	test_shared(folder);
	test_below();
	if (geteuid() == 0)
		test_strangers();
	test_race();
	(void)snprintf(remove, sizeof(remove), "rm -rf %s", folder);
	is(system(remove), 0, "the scratch folder is gone"); /* NOLINT(cert-env33-c) */
	return done();
}
