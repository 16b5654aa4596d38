/* SPDX-License-Identifier: MIT */

/*
 * A log file has every line whole and once, or counted, when it is renamed or the disk
 * is full; and only a regular file that nobody else chose is written.
 *
 * links: report/log report/sink report/output base/trusted report/receiver
 * links: report/layout report/queue report/event base/text
 */

#include "report/log.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "base/text.h"

#include "tap.h"

static char folder[] = "/tmp/log_file.XXXXXX";
static char path[64], other[64];

static void read_file(const char *name, struct text *text)
{
	char buf[65536];
	auto_close int fd = open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	ssize_t n;

	while ((n = read(fd, buf, sizeof(buf))) > 0)
		text_add_bytes(text, buf, (size_t)n);
}

static int open_path(const char *name, struct sink **ret, struct text *why)
{
	const struct log_request request = { .to = LOG_TO_FILE,
					     .path = name,
					     .name = "tester" };

	return sink_open(&request, ret, why);
}

static struct log *log_to_file(void)
{
	auto_text struct text why = { 0 };
	struct log *log = log_new();
	struct sink *sink = NULL;

	is(open_path(path, &sink, &why), 0, "it can be opened%s", text_get(&why));
	log_use(log, sink);
	return log;
}

/* The lines "N tail" of a text: each whole, in order and once; what is missing is
 * counted, and told as dropped. */
struct count {
	unsigned lines, told, last;
	bool good;
};

static void count_lines(const char *p, struct count *count)
{
	for (const char *end; (end = strchr(p, '\n')) != NULL; p = end + 1) {
		const char *at = strstr(p, "]: ");
		unsigned n;
		int size = 0;

		if (at == NULL || at > end)
			count->good = false;
		else if (sscanf(at, "]: log: dropped %u", &n) == 1)
			count->told += n;
		else if (sscanf(at, "]: %u tail%n", &n, &size) == 1 && at + size == end &&
			 n > count->last)
			count->lines++, count->last = n;
		else
			count->good = false;
	}
	count->good = count->good && *p == '\0';
}

static void test_file(void)
{
	struct log *log = log_to_file();
	auto_text struct text text = { 0 };
	char head[32];
	const char *at;
	struct stat st = { 0 };

	ok(log_fd(log) < 0, "a file cannot be watched");
	log_line(log, LOG_INFO, "upper", "hello");
	ok(log_flush(log), "a line is written");
	read_file(path, &text);
	(void)snprintf(head, sizeof(head), " tester[%d]: upper: hello\n", (int)getpid());
	at = strstr(text_get(&text), head);
	ok(at != NULL && strspn(text_get(&text), "0123456789-T:.+") == 31 &&
		   at == text_get(&text) + 31,
	   "... with a time, our name and number");
	log_free(log);
	(void)stat(path, &st);
	is(st.st_mode & 0777, 0640, "others cannot read it");
	log = log_to_file();
	log_line(log, LOG_INFO, NULL, "more");
	log_free(log);
	text_done(&text);
	read_file(path, &text);
	ok(strstr(text_get(&text), "hello\n") != NULL &&
		   strstr(text_get(&text), "]: more\n") != NULL,
	   "what exists is appended to");
	(void)unlink(path);
}

static void test_rename(void)
{
	struct log *log = log_to_file();
	struct count count = { .good = true };
	struct stat st = { 0 };

	for (unsigned i = 1; i <= 3000; i++) {
		log_line(log, LOG_INFO, NULL, "%u tail", i);
		if (i % 100 == 50)
			(void)log_flush(log);
		if (i % 1000 == 0) { /* as logrotate does */
			auto_text struct text text = { 0 };

			(void)rename(path, other);
			log_reopen(log);
			read_file(other, &text);
			count_lines(text_get(&text), &count);
		}
	}
	log_free(log);
	ok(count.good, "each line is whole and in order");
	is(count.lines, 3000, "... and once, in the file of before");
	ok(stat(path, &st) == 0 && st.st_size == 0, "... and a new one was made");
	(void)unlink(path);
	(void)unlink(other);
}

static void test_reopen_fails(void)
{
	struct log *log = log_to_file();
	auto_text struct text text = { 0 };

	(void)rename(path, other);
	(void)mkdir(path, 0700);
	log_reopen(log);
	log_line(log, LOG_INFO, NULL, "goes on");
	log_free(log);
	read_file(other, &text);
	ok(strstr(text_get(&text), "]: cannot open the log anew, ") != NULL,
	   "it cannot be opened anew, which is said");
	ok(strstr(text_get(&text), path) != NULL, "... with its name");
	ok(strstr(text_get(&text), "]: goes on\n") != NULL,
	   "... and the old one goes on");
	(void)rmdir(path);
	(void)unlink(other);
}

/* A file that may not grow is what a full disk is. */
static void set_limit(rlim_t size)
{
	struct rlimit limit;

	(void)getrlimit(RLIMIT_FSIZE, &limit);
	limit.rlim_cur = size;
	if (setrlimit(RLIMIT_FSIZE, &limit) < 0)
		printf("Bail out! setrlimit: %s\n", strerror(errno));
}

static void test_full(bool reopened)
{
	struct log *log = log_to_file();
	auto_text struct text text = { 0 };
	struct count count = { .good = true };
	bool waited = false;
	char *cut;

	set_limit(10000);
	for (unsigned i = 1; i <= 3000; i++) {
		log_line(log, LOG_INFO, NULL, "%u tail", i);
		if (i % 10 == 0)
			waited |= !log_flush(log);
		if (i == 1500 && reopened)
			log_reopen(log);
		if (i == 2000)
			set_limit(RLIM_INFINITY);
	}
	log_free(log);
	ok(!waited, "a full disk is not waited for");
	read_file(path, &text);
	ok(text.size > 10000 && text.at[10000] == '\n',
	   "what was cut stays, and the next line begins on one of its own");
	cut = memrchr(text.at, '\n', 10000);
	(void)memmove(cut + 1, text.at + 10001, text.size - 10000);
	count_lines(text.at, &count);
	ok(count.good, "every other line is whole");
	ok(count.told > 0, "what was lost is told");
	is(count.lines + count.told, 3000, "... and all of it");
	(void)unlink(path);
}

/* Full when all of a line but its end is written. */
static void test_full_at_the_end(void)
{
	struct log *log = log_to_file();
	struct count count = { .good = true };
	auto_text struct text text = { 0 };
	struct stat st = { 0 };

	log_line(log, LOG_INFO, NULL, "1 tail");
	(void)log_flush(log);
	(void)stat(path, &st);
	set_limit((rlim_t)st.st_size * 2 - 1);
	log_line(log, LOG_INFO, NULL, "2 tail");
	(void)log_flush(log);
	set_limit(RLIM_INFINITY);
	log_line(log, LOG_INFO, NULL, "3 tail");
	log_free(log);
	read_file(path, &text);
	count_lines(text_get(&text), &count);
	ok(count.good && count.lines == 3 && count.told == 0,
	   "a line that lacks its end alone is not lost");
	(void)unlink(path);
}

/* Renamed while the last line is cut: the new file begins with a line. */
static void test_full_renamed(void)
{
	struct log *log = log_to_file();
	auto_text struct text text = { 0 };

	set_limit(1000);
	for (unsigned i = 1; i <= 100; i++)
		log_line(log, LOG_INFO, NULL, "%u tail", i);
	(void)log_flush(log);
	set_limit(RLIM_INFINITY);
	(void)rename(path, other);
	log_reopen(log);
	log_line(log, LOG_INFO, NULL, "new");
	log_free(log);
	read_file(path, &text);
	ok(strstr(text_get(&text), "]: new\n") != NULL && text.at[0] == '2',
	   "a new file begins with a line, though the old one ended within one");
	(void)unlink(path);
	(void)unlink(other);
}

/* A reload to where the log already goes, in the middle of a line. */
static void test_follow(void)
{
	enum { LINES = 200 };
	const struct log_request request = { .to = LOG_TO_STDERR, .name = "tester" };
	auto_text struct text why = { 0 }, text = { 0 };
	struct log *log;
	struct sink *sink = NULL;
	char buf[65536], *next;
	int ends[2], saved = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 10);
	unsigned last = 0, cut = 0, n;
	ssize_t size;

	if (pipe2(ends, O_CLOEXEC) < 0)
		printf("Bail out! no pipe: %s\n", strerror(errno));
	(void)fcntl(ends[0], F_SETFL, O_NONBLOCK);
	(void)dup2(ends[1], STDERR_FILENO);
	log = log_new();
	for (unsigned i = 1; i <= LINES; i++)
		log_line(log, LOG_INFO, NULL, "%01000u tail", i);
	ok(!log_flush(log), "the reader is slow");
	is(sink_open(&request, &sink, &why), 0, "the log is opened anew");
	log_use(log, sink);
	for (int turns = 0; turns < 100; turns++) {
		while ((size = read(ends[0], buf, sizeof(buf))) > 0)
			text_add_bytes(&text, buf, (size_t)size);
		(void)log_flush(log);
	}
	for (char *line = text.at; *line != '\0'; line = next) {
		next = strchr(line, '\n');
		*next++ = '\0';
		if (strstr(line, " tail") == NULL)
			cut++;
		else if (sscanf(strstr(line, "]: "), "]: %u tail", &n) == 1 &&
			 n == last + 1)
			last = n;
	}
	is(last, LINES, "every line comes whole, in order and once");
	is(cut, 1, "... and the piece of one before that stands alone");
	log_free(log);
	(void)dup2(saved, STDERR_FILENO);
	(void)close(saved);
	(void)close(ends[0]);
	(void)close(ends[1]);
}

/* Which files */

static void refused(const char *name, const char *reason, const char *what)
{
	auto_text struct text why = { 0 };
	struct sink *sink = NULL;

	is(open_path(name, &sink, &why), 1, "%s is refused", what);
	ok(strstr(text_get(&why), reason) != NULL && strstr(text_get(&why), name) != NULL,
	   "... with the reason and the name: %s", text_get(&why));
	sink_free(sink);
}

static void test_kinds(void)
{
	int reader;

	(void)mkfifo(path, 0600);
	refused(path, "regular file", "a FIFO that nobody reads");
	reader = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	refused(path, "regular file", "a FIFO that somebody reads");
	(void)close(reader);
	(void)unlink(path);
	refused("/dev/null", "regular file", "a device");
	refused(folder, "directory", "a folder");
	(void)snprintf(other, sizeof(other), "%s/none/log", folder);
	refused(other, "No such file", "one in no folder");
	(void)snprintf(other, sizeof(other), "%s/other", folder);
}

static void make_target(mode_t mode)
{
	auto_close int fd = open(other, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (write(fd, "precious", 8) != 8 || fchmod(fd, mode) < 0)
		printf("Bail out! cannot write %s\n", other);
}

static void plant(int how(const char *, const char *), const char *from, const char *to)
{
	if (how(from, to) < 0)
		printf("Bail out! cannot make %s: %s\n", to, strerror(errno));
}

static void target_is_untouched(void)
{
	auto_text struct text text = { 0 };

	read_file(other, &text);
	is_str(text_get(&text), "precious", "... and what it leads to is untouched");
	(void)unlink(other);
	(void)unlink(path);
}

static void test_planted(void)
{
	auto_text struct text why = { 0 };
	struct sink *sink = NULL;
	struct stat st;

	make_target(0600);
	plant(symlink, other, path);
	is(open_path(path, &sink, &why), 0,
	   "where we alone can write, a link is followed");
	sink_free(sink);

	(void)chmod(folder, 01777);
	refused(path, "in a directory that others can write to", "a symbolic link");
	target_is_untouched();
	plant(symlink, other, path);
	refused(path, "in a directory that others can write to", "a dangling one");
	ok(stat(other, &st) < 0, "... and nothing is made");
	(void)unlink(path);
	make_target(0600);
	plant(link, other, path);
	refused(path, "in a directory that others can write to", "a hard link");
	target_is_untouched();
	make_target(0666);
	(void)rename(other, path);
	refused(path, "in a directory that others can write to",
		"one that others can write");
	(void)rename(path, other);
	target_is_untouched();
	is(open_path(path, &sink, &why), 0, "but a new file can be made there");
	sink_free(sink);
	is(open_path(path, &sink, &why), 0, "... and opened again");
	sink_free(sink);
	if (geteuid() == 0) {
		is(chown(path, 65534, 65534), 0, "somebody else's");
		refused(path, "in a directory that others can write to",
			"one of somebody else");
	}
	(void)unlink(path);
	(void)chmod(folder, 0700);
}

int main(void)
{
	if (mkdtemp(folder) == NULL)
		return 1;
	(void)umask(022);
	(void)signal(SIGXFSZ, SIG_IGN);
	(void)snprintf(path, sizeof(path), "%s/log", folder);
	(void)snprintf(other, sizeof(other), "%s/other", folder);
	test_file();
	test_rename();
	test_reopen_fails();
	test_full(false);
	test_full(true);
	test_full_at_the_end();
	test_full_renamed();
	test_follow();
	test_kinds();
	test_planted();
	ok(rmdir(folder) == 0, "nothing is left");
	return done();
}
