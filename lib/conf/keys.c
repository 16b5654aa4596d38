/* SPDX-License-Identifier: MIT */

/* keys.c - the table itself; adding a key begins here. */

#include "conf/keys.h"

#include <string.h>

#include "conf/kinds.h"
#include "conf/settings.h"

/* Where the field is, with an error if it has not the type that its kind sets. */
#define FIELD(st, type, member) \
	(offsetof(struct st, member) + 0 * sizeof((type *)0 == &((struct st *)0)->member))
#define SERVICE(type, member) FIELD(service_settings, type, member)
#define GLOBAL(type, member) FIELD(global_settings, type, member)

static const char *const leftovers_words[] = { "terminate", "keep", NULL };
static const char *const when_full_words[] = { "wait", "refuse", NULL };
static const char *const removed_words[] = { "finish", "terminate", NULL };
static const char *const record_words[] = { "all", "failures", "none", NULL };
static const char *const contain_words[] = { "auto", "cgroup", "process-group", NULL };
static const char *const pass_words[] = { "stdio", "listen_fds", NULL };
static const char *const stderr_words[] = { "socket", "log", "null", NULL };

#define SPAN_LONGEST (UINT64_C(1000) * 365 * 24 * 3600 * USEC_PER_SEC)

#define BYTES_MOST ((UINT64_C(1) << 63) - (UINT64_C(1) << 30)) /* in whole G */

/* clang-format off */
const struct key keys[] = {
	{ "reserved_users", &kind_list, SCOPE_GLOBAL, GLOBAL(struct words, reserved_users), "spawnd" },
	{ "include", &kind_paths, SCOPE_GLOBAL, GLOBAL(struct words, include), NULL },
	{ "pid_file", &kind_path, SCOPE_GLOBAL, GLOBAL(char *, pid_file), NULL },
	{ "log", &kind_log, SCOPE_GLOBAL, GLOBAL(struct log_setting, log), "auto" },
	{ "log_level", &kind_level, SCOPE_GLOBAL, GLOBAL(int, log_level), "info" },
	{ "syslog_facility", &kind_facility, SCOPE_GLOBAL, GLOBAL(int, syslog_facility), "daemon" },
	{ "syslog_name", &kind_syslog_name, SCOPE_GLOBAL, GLOBAL(char *, syslog_name), "spawnd" },
	{ "max_processes", &kind_count, SCOPE_GLOBAL, GLOBAL(unsigned, max_processes), NULL,
	  .min = 1, .max = 4194304, .infinity = true },
	{ "stop_timeout", &kind_span, SCOPE_GLOBAL, GLOBAL(uint64_t, stop_timeout), "30s",
	  .max = SPAN_LONGEST, .infinity = true },
	{ "removed_services", &kind_choice, SCOPE_GLOBAL, GLOBAL(int, removed_services), "finish",
	  .words = removed_words },

	{ "listen", &kind_list, SCOPE_OWN, SERVICE(struct words, listen), NULL },
	{ "command", &kind_command, SCOPE_OWN, SERVICE(struct words, command), NULL },
	{ "argv0", &kind_word, SCOPE_OWN, SERVICE(char *, argv0), NULL },
	{ "user", &kind_word, SCOPE_SERVICE, SERVICE(char *, user), NULL },
	{ "groups", &kind_list, SCOPE_SERVICE, SERVICE(struct words, groups), NULL },
	{ "time_limit", &kind_span, SCOPE_SERVICE, SERVICE(uint64_t, time_limit), "1000s",
	  .min = 1, .max = SPAN_LONGEST, .infinity = true },
	{ "kill_signal", &kind_signal, SCOPE_SERVICE, SERVICE(int, kill_signal), "TERM" },
	{ "kill_after", &kind_span, SCOPE_SERVICE, SERVICE(uint64_t, kill_after), "5s",
	  .max = SPAN_LONGEST },
	{ "leftovers", &kind_choice, SCOPE_SERVICE, SERVICE(int, leftovers), "terminate",
	  .words = leftovers_words },
	{ "record", &kind_choice, SCOPE_SERVICE, SERVICE(int, record), "all",
	  .words = record_words },
	{ "max_connections", &kind_count, SCOPE_SERVICE, SERVICE(unsigned, max_connections), "100",
	  .min = 1, .max = 4194304, .infinity = true },
	{ "max_per_source", &kind_count, SCOPE_SERVICE, SERVICE(unsigned, max_per_source), "infinity",
	  .min = 1, .max = 4194304, .infinity = true },
	{ "source_prefix", &kind_prefix, SCOPE_SERVICE, SERVICE(struct source_prefix, source_prefix),
	  "32 64" },
	{ "rate", &kind_rate, SCOPE_SERVICE, SERVICE(struct rate, rate), "infinity" },
	{ "rate_per_source", &kind_rate, SCOPE_SERVICE, SERVICE(struct rate, rate_per_source),
	  "infinity" },
	{ "when_full", &kind_choice, SCOPE_SERVICE, SERVICE(int, when_full), "wait",
	  .words = when_full_words },
	{ "refuse", &kind_refuse, SCOPE_SERVICE, SERVICE(struct refuse, refuse), "close" },
	{ "access_times", &kind_hours, SCOPE_SERVICE, SERVICE(struct words, access_times), NULL },
	{ "allow", &kind_origins, SCOPE_SERVICE, SERVICE(struct origin_list, allow), NULL },
	{ "deny", &kind_origins, SCOPE_SERVICE, SERVICE(struct origin_list, deny), NULL },
	{ "pass", &kind_choice, SCOPE_SERVICE, SERVICE(int, pass), "stdio", .words = pass_words },
	{ "stderr", &kind_choice, SCOPE_SERVICE, SERVICE(int, stderr_to), "socket",
	  .words = stderr_words },
	{ "environment_file", &kind_environment_files, SCOPE_SERVICE,
	  SERVICE(struct words, environment_file), NULL },
	{ "environment", &kind_assignments, SCOPE_SERVICE, SERVICE(struct words, environment), NULL },
	{ "environment_from", &kind_environment_from, SCOPE_SERVICE,
	  SERVICE(struct origin_list, environment_from), NULL },
	{ "pass_environment", &kind_names, SCOPE_SERVICE, SERVICE(struct words, pass_environment),
	  "TZ LANG" },
	{ "working_directory", &kind_path, SCOPE_SERVICE, SERVICE(char *, working_directory), "/" },
	{ "root_directory", &kind_path, SCOPE_SERVICE, SERVICE(char *, root_directory), NULL },
	{ "umask", &kind_mode, SCOPE_SERVICE, SERVICE(unsigned, umask), "022", .max = 0777 },
	{ "nice", &kind_integer, SCOPE_SERVICE, SERVICE(struct integer, nice), "0",
	  .min = (uint64_t)-20, .max = 19 },
	{ "oom_score_adjust", &kind_integer, SCOPE_SERVICE, SERVICE(struct integer, oom_score_adjust),
	  NULL, .min = (uint64_t)-1000, .max = 1000 },
	{ "limit_as", &kind_limit_bytes, SCOPE_SERVICE, SERVICE(struct limit, limit_as), NULL,
	  .max = BYTES_MOST },
	{ "limit_cpu", &kind_limit_seconds, SCOPE_SERVICE, SERVICE(struct limit, limit_cpu), NULL,
	  .min = 1, .max = SPAN_LONGEST / USEC_PER_SEC },
	{ "limit_core", &kind_limit_bytes, SCOPE_SERVICE, SERVICE(struct limit, limit_core), "0",
	  .max = BYTES_MOST },
	{ "limit_data", &kind_limit_bytes, SCOPE_SERVICE, SERVICE(struct limit, limit_data), NULL,
	  .max = BYTES_MOST },
	{ "limit_fsize", &kind_limit_bytes, SCOPE_SERVICE, SERVICE(struct limit, limit_fsize), NULL,
	  .max = BYTES_MOST },
	{ "limit_memlock", &kind_limit_bytes, SCOPE_SERVICE, SERVICE(struct limit, limit_memlock), NULL,
	  .max = BYTES_MOST },
	/* Three are open already. */
	{ "limit_nofile", &kind_limit_number, SCOPE_SERVICE, SERVICE(struct limit, limit_nofile), NULL,
	  .min = 3, .max = INT_MAX },
	{ "limit_nproc", &kind_limit_number, SCOPE_SERVICE, SERVICE(struct limit, limit_nproc), NULL,
	  .max = INT_MAX },
	{ "limit_stack", &kind_limit_bytes, SCOPE_SERVICE, SERVICE(struct limit, limit_stack), NULL,
	  .max = BYTES_MOST },
	{ "contain", &kind_choice, SCOPE_SERVICE, SERVICE(int, contain), "auto",
	  .words = contain_words },
	{ "memory_max", &kind_size, SCOPE_SERVICE, SERVICE(uint64_t, memory_max), NULL,
	  .min = 4096, .max = BYTES_MOST, .infinity = true },
	{ "tasks_max", &kind_count, SCOPE_SERVICE, SERVICE(unsigned, tasks_max), NULL,
	  .min = 1, .max = 4194304, .infinity = true },
	{ "cpu_weight", &kind_count, SCOPE_SERVICE, SERVICE(unsigned, cpu_weight), NULL,
	  .min = 1, .max = 10000, .infinity = true },
	{ "allow_setuid_programs", &kind_bool, SCOPE_SERVICE, SERVICE(bool, allow_setuid_programs), "no" },
	{ "retry_delay", &kind_span, SCOPE_SERVICE, SERVICE(uint64_t, retry_delay), "1s",
	  .min = USEC_PER_MSEC, .max = SPAN_LONGEST },
	{ "retry_delay_max", &kind_span, SCOPE_SERVICE, SERVICE(uint64_t, retry_delay_max), "60s",
	  .min = USEC_PER_MSEC, .max = SPAN_LONGEST },
	{ "backlog", &kind_count, SCOPE_SERVICE, SERVICE(unsigned, backlog), NULL,
	  .min = 1, .max = INT_MAX, .infinity = true },
	{ "socket_user", &kind_word, SCOPE_SERVICE, SERVICE(char *, socket_user), NULL },
	{ "socket_group", &kind_word, SCOPE_SERVICE, SERVICE(char *, socket_group), NULL },
	{ "socket_mode", &kind_rights, SCOPE_SERVICE, SERVICE(struct integer, socket_mode), "0666",
	  .max = 0777 },
	{ "bind_device", &kind_word, SCOPE_SERVICE, SERVICE(char *, bind_device), NULL },
	{ "free_bind", &kind_maybe, SCOPE_SERVICE, SERVICE(int, free_bind), NULL },
	{ "ipv6_only", &kind_maybe, SCOPE_SERVICE, SERVICE(int, ipv6_only), NULL },
	{ "no_delay", &kind_maybe, SCOPE_SERVICE, SERVICE(int, no_delay), NULL },
	/* As far as the kernel goes. */
	{ "keep_alive", &kind_seconds, SCOPE_SERVICE, SERVICE(struct span, keep_alive), NULL,
	  .min = USEC_PER_SEC, .max = 32767 * USEC_PER_SEC, .infinity = true },
	{ "user_timeout", &kind_milliseconds, SCOPE_SERVICE, SERVICE(struct span, user_timeout), NULL,
	  .max = INT_MAX / 1000 * USEC_PER_SEC },
	{ "defer_accept", &kind_seconds, SCOPE_SERVICE, SERVICE(struct span, defer_accept), NULL,
	  .max = 3600 * USEC_PER_SEC },
	{ "receive_buffer", &kind_size, SCOPE_SERVICE, SERVICE(uint64_t, receive_buffer), NULL,
	  .min = 1024, .max = 1 << 30 },
	{ "send_buffer", &kind_size, SCOPE_SERVICE, SERVICE(uint64_t, send_buffer), NULL,
	  .min = 1024, .max = 1 << 30 },
	{ "enabled", &kind_bool, SCOPE_SERVICE, SERVICE(bool, enabled), "yes" },
};
/* clang-format on */

const size_t n_keys = ARRAY_SIZE(keys);
_Static_assert(ARRAY_SIZE(keys) <= KEYS_MAX, "the places of the keys need room");

const struct key *keys_find(const char *name)
{
	for (size_t i = 0; i < n_keys; i++)
		if (strcmp(keys[i].name, name) == 0)
			return &keys[i];
	return NULL;
}

const char *keys_nearest(const char *name)
{
	const char *names[ARRAY_SIZE(keys) + 1];

	for (size_t i = 0; i < n_keys; i++)
		names[i] = keys[i].name;
	names[n_keys] = NULL;
	return nearest(name, names);
}

size_t key_number(const struct key *key)
{
	return (size_t)(key - keys);
}

bool key_continues(const struct key *key)
{
	return key->kind->continues;
}

void *key_field(const struct key *key, void *settings)
{
	return (char *)settings + key->at;
}

const void *key_field_const(const struct key *key, const void *settings)
{
	return (const char *)settings + key->at;
}
