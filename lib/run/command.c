/* SPDX-License-Identifier: MIT */

/*
 * command.c - looks at the commands of a configuration the way the kernel will,
 * with the eyes of the account that is to run them.
 */

#include "run/command.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/base.h"
#include "base/words.h"
#include "run/helper.h"
#include "run/privilege.h"

struct finding {
	const char *where; /* said before all that is found, or "" */
	char path[PATH_MAX];
	struct text error;
	struct text warnings;
};

/* Look at files as the account, or as ourselves again. */
static bool see_as(const struct account *account)
{
	/* setfsuid() tells no errors; asking with -1 tells what is in force. */
	if (setgroups(account->n_groups, account->groups) < 0)
		return false;
	(void)setfsgid(account->gid);
	(void)setfsuid(account->uid);
	helper_end_with_parent();
	return setfsgid((gid_t)-1) == (int)account->gid &&
	       setfsuid((uid_t)-1) == (int)account->uid;
}

static bool see_as_ourselves(const struct command_check *check)
{
	(void)setfsuid(geteuid());
	(void)setfsgid(getegid());
	helper_end_with_parent();
	return setfsuid((uid_t)-1) == (int)geteuid() &&
	       /* Who may not set them has not changed them either. */
	       (setgroups(check->n_own_groups, check->own_groups) == 0 || errno == EPERM);
}

/* Find a name without a slash in the search path, as execvp(3) would. */
static bool search(const char *word, const char *search_path, char path[static PATH_MAX])
{
	for (const char *p = search_path; *p != '\0';) {
		size_t size = strcspn(p, ":");
		struct stat st;

		if (snprintf(path, PATH_MAX, "%.*s/%s", (int)size, p, word) < PATH_MAX &&
		    stat(path, &st) == 0 && S_ISREG(st.st_mode) && (st.st_mode & 0111))
			return true;
		p += size + (p[size] == ':');
	}
	return false;
}

/* "#! /bin/sh -e" in the first bytes of a script */
static bool read_interpreter(const char *path, char interpreter[static PATH_MAX])
{
	auto_close int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	char head[256];
	struct stat st;
	ssize_t n;
	char *p;

	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return false;
	n = read(fd, head, sizeof(head) - 1);
	if (n < 3 || head[0] != '#' || head[1] != '!')
		return false;
	head[n] = '\0';
	p = head + 2 + strspn(head + 2, " \t");
	p[strcspn(p, " \t\n")] = '\0';
	(void)snprintf(interpreter, PATH_MAX, "%s", p); /* shorter than that */
	return p[0] != '\0';
}

static void warn(struct finding *finding, const char *what, const char *path,
		 const char *behind)
{
	text_addf(&finding->warnings, "%s%s \"", finding->where, what);
	text_add_escaped(&finding->warnings, path, strlen(path));
	text_addf(&finding->warnings, "\"%s\n", behind);
}

static void check_file(struct finding *finding, const struct command_check *check)
{
	char interpreter[PATH_MAX];
	struct stat st;

	if (stat(finding->path, &st) < 0) {
		warn(finding, errno == ENOENT ? "there is no" : "cannot look at",
		     finding->path,
		     errno == ENOENT ? "" : " (permission, or not a path)");
		return;
	}
	if (!S_ISREG(st.st_mode)) {
		warn(finding, "not a file that can be executed:", finding->path, "");
		return;
	}
	if (!check->allow_privilege && file_gives_privilege(finding->path, st.st_mode))
		text_addf(&finding->error,
			  "%sis set-uid, set-gid or has capabilities of its own; "
			  "allow_setuid_programs = yes would let it use them",
			  finding->where);
	if (read_interpreter(finding->path, interpreter) && access(interpreter, F_OK) < 0)
		warn(finding, "its interpreter does not exist:", interpreter, "");
}

/* Could the account put another file in the place of this component?  In a
 * sticky directory it can only replace what is its own. */
static bool can_replace(const char *directory, const char *entry, uid_t uid)
{
	struct stat above, st;

	if (faccessat(AT_FDCWD, directory, W_OK | X_OK, AT_EACCESS) < 0)
		return false;
	if (stat(directory, &above) < 0 || !(above.st_mode & S_ISVTX))
		return true;
	return above.st_uid == uid || (lstat(entry, &st) == 0 && st.st_uid == uid);
}

/* The file, or the directory, and each directory above it. */
static void check_writable(struct finding *finding, const char *path, uid_t uid)
{
	char entry[PATH_MAX], directory[PATH_MAX];
	static const char behind[] = ": whoever breaks into it can change it";

	if (faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) == 0)
		warn(finding, "its own user can write", path, behind);
	(void)snprintf(entry, sizeof(entry), "%s", path); /* fits */
	for (char *slash; (slash = strrchr(entry, '/')) != NULL; *slash = '\0') {
		size_t size = (size_t)(slash - entry);

		memcpy(directory, entry, size);
		directory[size] = '\0';
		if (size == 0 && finding->where[0] != '\0')
			continue; /* the root_directory itself, of which that was told */
		if (can_replace(size > 0 ? directory : "/", entry, uid))
			warn(finding, "its own user can write",
			     size > 0 ? directory : "/", behind);
	}
}

static void check_as_account(struct finding *finding, const struct command_check *check)
{
	if (check->look == LOOK_AS_ACCOUNT && !see_as(check->account)) {
		text_add(&finding->warnings, "cannot look at it with its user's eyes\n");
	} else {
		if (faccessat(AT_FDCWD, finding->path, X_OK, AT_EACCESS) < 0)
			warn(finding, "its user cannot execute", finding->path,
			     errno == EACCES ? ": Permission denied" : "");
		check_writable(finding, finding->path, check->account->uid);
	}
	if (check->look == LOOK_AS_ACCOUNT && !see_as_ourselves(check))
		text_add(&finding->error, "cannot look at files as ourselves any more");
}

static void check_command(struct finding *finding, const struct command_check *check)
{
	struct stat st;

	if (strchr(check->word, '/') == NULL) {
		if (!search(check->word, check->search_path, finding->path)) {
			finding->path[0] = '\0';
			text_addf(&finding->error, "%sthere is no \"", finding->where);
			text_add_escaped(&finding->error, check->word,
					 strlen(check->word));
			text_addf(&finding->error, "\" in %s", check->search_path);
			return;
		}
	} else if (snprintf(finding->path, PATH_MAX, "%s", check->word) >= PATH_MAX) {
		finding->path[0] = '\0';
		text_add(&finding->error, "the path is too long");
		return;
	}
	check_file(finding, check);
	if (check->look != LOOK_AS_ROOT && finding->error.size == 0 &&
	    stat(finding->path, &st) == 0)
		check_as_account(finding, check);
}

/* The directory as all others see it. */
static bool check_root(struct finding *finding, const struct command_check *check)
{
	struct stat st;
	int error = stat(check->root, &st) < 0 ? errno : 0;

	if (error == 0 && !S_ISDIR(st.st_mode))
		error = ENOTDIR;
	if (error != 0) {
		text_add(&finding->error, "cannot look at root_directory \"");
		text_add_escaped(&finding->error, check->root, strlen(check->root));
		text_addf(&finding->error, "\": %s", strerror(error));
		return false;
	}
	if (check->look == LOOK_AS_ROOT)
		return true;
	if (check->look == LOOK_AS_ACCOUNT && !see_as(check->account))
		return true; /* that will be told of the command */
	check_writable(finding, check->root, check->account->uid);
	return check->look != LOOK_AS_ACCOUNT || see_as_ourselves(check);
}

/* Go there, look, and come back: this process is a helper, and has no other threads
 * and no name services that a root could change. */
static void check_in_root(struct finding *finding, const struct command_check *check)
{
	auto_close int outside = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (outside < 0 || chroot(check->root) < 0) {
		warn(finding, "cannot look into root_directory", check->root,
		     ", and so not at the command");
		if (check->word[0] == '/')
			(void)snprintf(finding->path, PATH_MAX, "%s",
				       check->word); /* a longer one fails to start */
		else
			text_add(&finding->error,
				 "cannot be looked for: give its absolute path");
		return;
	}
	finding->where = "in its root_directory: ";
	check_command(finding, check);
	if (fchdir(outside) < 0 || chroot(".") < 0)
		_exit(EPERM); /* the next command would be looked for in here */
}

static void check_one(struct finding *finding, const struct command_check *check)
{
	finding->where = "";
	if (check->root == NULL)
		check_command(finding, check);
	else if (check_root(finding, check))
		check_in_root(finding, check);
}

/* Three texts a command; an empty one is NULL. */
static void give_check(struct answers *answers, const struct command_check *check)
{
	struct finding finding = { 0 };

	check_one(&finding, check);
	answers_give_text(answers, finding.path[0] != '\0' ? finding.path : NULL);
	answers_give_text(answers, finding.error.size > 0 ? finding.error.at : NULL);
	answers_give_text(answers,
			  finding.warnings.size > 0 ? finding.warnings.at : NULL);
	answers->given.failed |=
		text_failed(&finding.error) || text_failed(&finding.warnings);
	text_done(&finding.error);
	text_done(&finding.warnings);
}

static int take_check(struct answers *answers, struct command_check *check)
{
	int r = answers_take_text(answers, &check->path);

	if (r == 0)
		r = answers_take_text(answers, &check->error);
	return r == 0 ? answers_take_text(answers, &check->warnings) : r;
}

int commands_check(struct answers *answers, struct command_check *checks, size_t n)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < n; i++) {
		if (answers->asks)
			give_check(answers, &checks[i]);
		r = take_check(answers, &checks[i]);
	}
	return r;
}
