/* SPDX-License-Identifier: MIT */

/*
 * settings.h - the settings of the daemon and of a service, as the keys give them.
 *
 * Fields are named after their keys; spans are in microseconds, and
 * COUNT_INFINITY stands for "infinity" in a count.  What the texts mean to the
 * machine (addresses, accounts, files) is found out later: here they are words.
 */
#pragma once

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/rate.h"
#include "base/words.h"
#include "conf/problems.h"

#define COUNT_INFINITY UINT_MAX
#define DEFAULT_PATH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

enum { KEYS_MAX = 96 };

enum leftovers { LEFTOVERS_TERMINATE, LEFTOVERS_KEEP };
enum when_full { WHEN_FULL_WAIT, WHEN_FULL_REFUSE };
enum record_which { RECORD_ALL, RECORD_FAILURES, RECORD_NONE };
enum stderr_to { STDERR_SOCKET, STDERR_LOG, STDERR_NULL };
enum pass { PASS_STDIO, PASS_LISTEN_FDS };
enum removed_services { REMOVED_FINISH, REMOVED_TERMINATE };
enum log_place { PLACE_AUTO, PLACE_JOURNAL, PLACE_SYSLOG, PLACE_STDERR, PLACE_FILE };
enum contain_how { CONTAIN_AUTO, CONTAIN_CGROUP, CONTAIN_PROCESS_GROUP };
enum refuse_how { REFUSE_CLOSE, REFUSE_RESET, REFUSE_TEXT };

struct refuse {
	enum refuse_how how;
	char *text; /* for REFUSE_TEXT */
};

struct log_setting {
	enum log_place place;
	char *path; /* for PLACE_FILE */
};

/* Of a resource, as setrlimit(2) knows them. */
#define LIMIT_INFINITY UINT64_MAX
struct limit {
	bool is_set;
	uint64_t soft, hard;
};

/* Who may connect, or may not; see base/origin.h. */
struct origin_list {
	bool is_set; /* also to none */
	size_t inherited; /* so many of the words, the first, are those of the default */
	struct words words; /* or @FILE */
};

struct integer {
	bool is_set;
	int value;
};

struct span {
	bool is_set;
	uint64_t usec;
};

/* How many bits of an address make one source. */
struct source_prefix {
	unsigned v4, v6;
};

struct global_settings {
	struct place set_at[KEYS_MAX]; /* by number of the key; no file: the default */
	struct words reserved_users;
	struct words include;
	int removed_services; /* enum */
	char *pid_file; /* NULL: none */
	struct log_setting log;
	int log_level; /* a priority of syslog(3) */
	int syslog_facility; /* as syslog(3) takes it */
	char *syslog_name;
	uint64_t stop_timeout;
	unsigned max_processes; /* 0: not set, from the limits of the system */
};

struct service_settings {
	char *name;
	struct place at; /* of the section */
	struct place *set_at; /* as above; until the places are forgotten */
	bool is_own[KEYS_MAX]; /* said by the section itself, not a default */

	struct words listen;
	struct words command;
	char *argv0; /* NULL: the command's first word */
	char *user; /* NULL: not set */
	struct words groups;
	uint64_t time_limit;
	int kill_signal;
	uint64_t kill_after;
	int leftovers; /* enum, as are the next ones */
	int record;
	int when_full;
	int pass;
	int stderr_to;
	unsigned max_connections;
	unsigned max_per_source;
	struct source_prefix source_prefix;
	struct rate rate;
	struct rate rate_per_source;
	struct refuse refuse;
	struct words access_times;
	struct origin_list allow;
	struct origin_list deny;
	struct words environment_file;
	struct words environment;
	struct origin_list environment_from; /* each with its variables */
	struct words pass_environment;
	char *working_directory;
	char *root_directory; /* NULL: that of spawnd */
	unsigned umask;
	struct integer nice;
	struct integer oom_score_adjust;
	struct limit limit_as;
	struct limit limit_cpu; /* in seconds */
	struct limit limit_core;
	struct limit limit_data;
	struct limit limit_fsize;
	struct limit limit_memlock;
	struct limit limit_nofile;
	struct limit limit_nproc;
	struct limit limit_stack;
	int contain; /* enum */
	uint64_t memory_max; /* 0: not set, as of the next two; or LIMIT_INFINITY */
	unsigned tasks_max;
	unsigned cpu_weight;
	bool allow_setuid_programs;
	bool enabled;
	uint64_t retry_delay;
	uint64_t retry_delay_max;
	/* Of what is listened on; what is not set is the kernel's. */
	unsigned backlog; /* 0: the most there is, as COUNT_INFINITY */
	char *socket_user; /* NULL: spawnd's, as the next */
	char *socket_group;
	struct integer socket_mode;
	char *bind_device;
	int free_bind; /* enum maybe, as are the next ones */
	int ipv6_only;
	int no_delay;
	struct span keep_alive;
	struct span user_timeout;
	struct span defer_accept;
	uint64_t receive_buffer; /* 0: not set */
	uint64_t send_buffer;
};
