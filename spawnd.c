/* SPDX-License-Identifier: MIT */

/* spawnd.c - the command line: what to read, what to do with it, what to exit with. */

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "base/path.h"
#include "base/words.h"
#include "conf/reader.h"
#include "net/stored.h"
#include "run/contain.h"
#include "run/limits.h"
#include "run/starter.h"
#include "serve/daemon.h"
#include "serve/inetd.h"
#include "serve/load.h"
#include "serve/server.h"
#include "serve/tell.h"

#define VERSION "0.1.0"
#define CONFIG_FILE "/etc/spawnd/spawnd.conf"

enum action { ACTION_SERVE, ACTION_CHECK, ACTION_SHOW, ACTION_INETD, ACTION_CONVERT };

struct options {
	enum action action;
	const char *config; /* NULL: one service from the command line */
	const char *inetd; /* the service of -i */
	const char *convert; /* the file of --convert */
	struct words listen;
	struct words service; /* KEY=VALUE of -l, -u and the command */
	struct words set; /* of -s */
	char *name; /* of the service from the command line */
	char *absolute; /* what config is then */
	bool detach;
	int louder; /* -v less -q */
	struct passed passed; /* what was passed to us beside */
	struct passed stored; /* of that, what is ours, see net/stored.h */
};

static const char usage_text[] =
	"usage: spawnd [-d] [-c FILE]                   run the services of a "
	"configuration\n"
	"       spawnd [-d] -l ADDRESS [-u USER] [-s KEY=VALUE]... [--] COMMAND "
	"[ARG]...\n"
	"                                               run one service\n"
	"       spawnd [-c FILE] -i SERVICE             serve the connection on "
	"descriptor 0\n"
	"       spawnd [-c FILE] -n | -T                check, or show, the "
	"configuration\n"
	"       spawnd --convert FILE                   write inetd.conf or xinetd.conf "
	"anew\n"
	"\n"
	"  -c, --config FILE         read FILE, not " CONFIG_FILE "\n"
	"  -l, --listen ADDRESS      listen there (repeatable)\n"
	"  -u, --user USER[:GROUP]   run the command as this user\n"
	"  -s, --set KEY=VALUE       set a key of the configuration (repeatable)\n"
	"  -i, --inetd SERVICE       serve one connection, exit as its command did\n"
	"  -n, --check               check the configuration, tell every error\n"
	"  -T, --show-config         show the settings in force and where they come "
	"from\n"
	"      --convert FILE        write the configuration of inetd or xinetd in FILE "
	"(- for\n"
	"                            standard input) as one of spawnd\n"
	"  -d, --daemon              detach, and return when it serves\n"
	"  -v, --verbose             log more (repeatable)\n"
	"  -q, --quiet               log less (repeatable)\n"
	"  -V, --version             show the version\n"
	"  -h, --help                show this\n";

static int usage(const char *what)
{
	fprintf(stderr, "spawnd: %s\n%s", what, usage_text);
	return EXIT_USAGE;
}

static int out_of_memory(void)
{
	fprintf(stderr, "spawnd: %s\n", strerror(ENOMEM));
	return EXIT_CANNOT_START;
}

static int add_setting(struct words *words, const char *key, const char *value)
{
	auto_free char *entry = NULL;

	if (asprintf(&entry, "%s=%s", key, value) < 0) {
		entry = NULL;
		return -ENOMEM;
	}
	return words_add(words, entry);
}

/* The name of the service from the command line: that of its program, if it can be
 * one. */
static int name_service(struct options *options, const char *program)
{
	const char *slash = strrchr(program, '/');
	const char *name = slash != NULL ? slash + 1 : program;

	if (section_name_problem(name) != NULL || strcmp(name, "global") == 0)
		name = "command";
	options->name = strdup(name);
	return options->name != NULL ? 0 : -ENOMEM;
}

/* The words after the options, written so that the key "command" reads them.  A
 * program with a relative path is one of here and now. */
static int add_command(struct options *options, char **argv)
{
	auto_text struct text command = { 0 };
	auto_free char *program = NULL;
	int r = name_service(options, argv[0]);

	if (r < 0)
		return r;
	if (argv[0][0] != '/' && strchr(argv[0], '/') != NULL)
		program = path_absolute(argv[0]);
	words_quote(&command, program != NULL ? program : argv[0], false);
	for (argv++; *argv != NULL; argv++) {
		text_add(&command, " ");
		words_quote(&command, *argv, false);
	}
	if (text_failed(&command))
		return -ENOMEM;
	return add_setting(&options->service, "command", text_get(&command));
}

static int add_listen(struct options *options)
{
	auto_text struct text list = { 0 };

	for (size_t i = 0; i < options->listen.n; i++) {
		words_quote(&list, options->listen.at[i], false);
		text_add(&list, " ");
	}
	if (text_failed(&list))
		return -ENOMEM;
	return add_setting(&options->service, "listen", text_get(&list));
}

/* What getopt_long() could not take: a letter, or a word that it has just gone past. */
static int unknown_option(int c, char *const *argv)
{
	auto_text struct text what = { 0 };
	const char *word = argv[optind - 1];

	text_add(&what, c == ':' ? "needs an argument: "
			: optopt != 0 && strncmp(word, "--", 2) == 0
				? "takes no argument: "
				: "unknown option: ");
	if (optopt != 0 && strncmp(word, "--", 2) != 0)
		text_addf(&what, "-%c", optopt);
	else
		text_add_escaped(&what, word, strlen(word));
	return usage(text_get(&what));
}

enum { OPTION_CONVERT = 256 }; /* has no letter */

static const struct option long_options[] = {
	{ "config", required_argument, NULL, 'c' },
	{ "listen", required_argument, NULL, 'l' },
	{ "user", required_argument, NULL, 'u' },
	{ "set", required_argument, NULL, 's' },
	{ "inetd", required_argument, NULL, 'i' },
	{ "check", no_argument, NULL, 'n' },
	{ "show-config", no_argument, NULL, 'T' },
	{ "convert", required_argument, NULL, OPTION_CONVERT },
	{ "daemon", no_argument, NULL, 'd' },
	{ "verbose", no_argument, NULL, 'v' },
	{ "quiet", no_argument, NULL, 'q' },
	{ "version", no_argument, NULL, 'V' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

enum { PARSE_DONE = -1 }; /* nothing to do any more: -V, -h */

static const char exclusive[] = "-i, -n, -T and --convert exclude each other";

/* One option; 0, an exit status, PARSE_DONE or -ENOMEM. */
static int take_option(struct options *options, int c, char *const *argv)
{
	switch (c) {
	case 'c':
		options->config = optarg;
		return 0;
	case 'l':
		return words_add(&options->listen, optarg);
	case 'u':
		return add_setting(&options->service, "user", optarg);
	case 's':
		return words_add(&options->set, optarg);
	case 'i':
		if (options->action != ACTION_SERVE)
			return usage(exclusive);
		options->action = ACTION_INETD;
		options->inetd = optarg;
		return 0;
	case 'n':
	case 'T':
		if (options->action != ACTION_SERVE)
			return usage(exclusive);
		options->action = c == 'n' ? ACTION_CHECK : ACTION_SHOW;
		return 0;
	case OPTION_CONVERT:
		if (options->action != ACTION_SERVE)
			return usage(exclusive);
		options->action = ACTION_CONVERT;
		options->convert = optarg;
		return 0;
	case 'd':
		options->detach = true;
		return 0;
	case 'v':
		options->louder++;
		return 0;
	case 'q':
		options->louder--;
		return 0;
	case 'V':
		printf("spawnd %s\n", VERSION);
		return PARSE_DONE;
	case 'h':
		printf("%s", usage_text);
		return PARSE_DONE;
	default:
		return unknown_option(c, argv);
	}
}

/* Whoever detaches leaves the directory in which the name of the file holds. */
static int make_absolute(struct options *options)
{
	if (options->config[0] == '\0')
		return 0;
	options->absolute = path_absolute(options->config);
	if (options->absolute == NULL) {
		fprintf(stderr, "spawnd: cannot tell where %s is: %s\n", options->config,
			strerror(errno));
		return EXIT_CANNOT_START;
	}
	options->config = options->absolute;
	return 0;
}

/* The options as a whole: 0, an exit status, PARSE_DONE or -ENOMEM. */
static int take_options(struct options *options, int argc, char **argv)
{
	int c, r = 0;

	opterr = 0;
	while (r == 0 && (c = getopt_long(argc, argv, "+:c:l:u:s:i:nTdvqVh", long_options,
					  NULL)) != -1)
		r = take_option(options, c, argv);
	if (r != 0)
		return r;
	if (options->action == ACTION_CONVERT)
		/* "--convert FILE", or with "=" between them */
		return argc == (strchr(argv[1], '=') != NULL ? 2 : 3)
			       ? 0
			       : usage("--convert takes one file and no other option");
	for (int i = 1; i < argc; i++)
		if (strchr(argv[i], '\n') != NULL)
			return usage("an argument with a line end in it cannot be taken; "
				     "put what is longer into a script");
	if (options->detach && options->action != ACTION_SERVE)
		return usage("-d does not go with -i, -n or -T");
	if (options->listen.n == 0) {
		if (optind < argc)
			return usage("a command needs an address to listen on, -l");
		if (options->service.n > 0)
			return usage("-u goes with -l; in a configuration it is the key "
				     "\"user\"");
		if (options->config == NULL)
			options->config = CONFIG_FILE;
		return options->detach ? make_absolute(options) : 0;
	}
	if (options->config != NULL || options->inetd != NULL)
		return usage("-l does not go with -c or -i");
	if (optind == argc)
		return usage("-l needs a command");
	r = add_listen(options);
	return r < 0 ? r : add_command(options, argv + optind);
}

static void options_done(struct options *options)
{
	words_done(&options->listen);
	words_done(&options->service);
	words_done(&options->set);
	free(options->name);
	free(options->absolute);
	passed_done(&options->passed);
	passed_done(&options->stored);
}

/* Consumes the load. */
static int run(struct options *options, struct load_request *request, struct load *load,
	       struct spawner *spawner, int *starter)
{
	struct log *log = log_new();
	int r;

	if (log == NULL) {
		load_free(load);
		return out_of_memory();
	}
	starter_block_ends();
	r = options->action == ACTION_INETD
		    ? inetd_serve(request, load, options->inetd, &options->passed,
				  spawner, log)
		    : daemon_serve(request, load, spawner, log, starter);
	log_free(log);
	return r;
}

static int load_and_act(struct options *options, struct spawner *spawner,
			const struct privilege *privilege,
			const struct rlimit *open_files, struct contain *contain,
			const char *no_contain)
{
	/* Static: it is large, and there is one. */
	static struct problems problems;
	struct passed any = { .is_open = true }; /* to be looked at, not listened on */
	struct load *load = NULL;
	auto_close int starter = -1; /* who waits for us behind it */
	struct load_request request = {
		.conf = { .path = options->config,
			  .service_name = options->name,
			  .service = options->service.at,
			  .set = options->set.at },
		.privilege = privilege,
		.contain = contain,
		.no_contain = no_contain,
		.shows = options->action == ACTION_SHOW,
		.open_files = *open_files,
		.only = options->inetd,
		.passed = options->action == ACTION_SERVE ? &options->passed : &any,
		.stored = &options->stored,
		.detached = options->detach,
		.louder = options->louder,
	};
	int r;

	if (options->action == ACTION_CONVERT)
		return tell_converted(options->convert, &request);
	r = load_configuration(&request, &problems, &load);
	if (r == 0)
		tell_problems(&problems);
	if (r == 0 && problems.errors > 0 && options->action == ACTION_SERVE)
		tell_manager(&problems);
	if (r < 0)
		r = out_of_memory();
	else if (problems.errors > 0)
		r = EXIT_CONFIGURATION;
	else if (options->action == ACTION_CHECK)
		r = 0;
	else if (options->action == ACTION_SHOW)
		r = tell_load(load, &request);
	else if (!options->detach || daemon_detach(&request, load, &starter, &r) == 0)
		r = run(options, &request, steal_ptr(&load), spawner, &starter);
	problems_done(&problems);
	load_free(load);
	passed_done(&any);
	return r;
}

static int start(struct options *options, struct spawner *spawner)
{
	struct privilege privilege = { 0 };
	struct contain *contain = NULL;
	auto_text struct text no_contain = { 0 };
	struct rlimit open_files;
	int r = privilege_get(&privilege);

	if (r == 0)
		r = limits_raise_files(&open_files);
	if (r == 0)
		r = contain_find(&contain, &no_contain);
	if (r == CONTAIN_UNUSABLE && options->action == ACTION_SERVE)
		fprintf(stderr,
			"spawnd: contain: commands are ended by process group: %s\n",
			text_get(&no_contain));
	if (r < 0) {
		fprintf(stderr, "spawnd: cannot start: %s\n", strerror(-r));
		r = EXIT_CANNOT_START;
	} else {
		if (options->action == ACTION_CHECK || options->action == ACTION_CONVERT)
			privilege_as_root(&privilege);
		r = load_and_act(options, spawner, &privilege, &open_files, contain,
				 text_get(&no_contain));
	}
	contain_free(contain);
	privilege_done(&privilege);
	return r;
}

int main(int argc, char **argv)
{
	struct options options = { 0 };
	struct spawner *spawner = NULL;
	const char *problem = starter_problem();
	int r;

	if (problem != NULL) {
		fprintf(stderr, "spawnd: %s\n", problem);
		return EXIT_CANNOT_START;
	}
	starter_reset_signals();
	/* All else that the starter left open beyond stdio is none of ours. */
	r = passed_take(SLOTS_END, &options.passed);
	if (r == 0 && options.passed.error == NULL)
		r = spawner_new(&spawner);
	if (r < 0 || options.passed.error != NULL) {
		fprintf(stderr, "spawnd: cannot set up the descriptors: %s%s\n",
			r < 0 ? strerror(-r) : options.passed.error,
			r == -ENOSYS ? " (Linux 5.10 or later is needed)" : "");
		options_done(&options);
		return EXIT_CANNOT_START;
	}
	starter_spare_client(STDIN_FILENO);
	if (options.passed.n > 0)
		starter_spare_client(options.passed.sockets[0].fd);
	r = take_options(&options, argc, argv);
	if (r == 0 && options.action == ACTION_SERVE)
		r = stored_take(&options.passed, &options.stored);
	if (r == 0)
		r = start(&options, spawner);
	else if (r == PARSE_DONE)
		r = fflush(stdout) == EOF ? EXIT_CANNOT_START : 0;
	else if (r < 0)
		r = out_of_memory();
	options_done(&options);
	spawner_free(spawner);
	return r;
}
