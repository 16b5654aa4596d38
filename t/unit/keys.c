/* SPDX-License-Identifier: MIT */

/*
 * Every key takes what it should and refuses the rest with a reason, a value is
 * shown as it can be read again, and the manual has an entry for each key.
 *
 * links: base/hours base/origin base/rate conf/keys conf/kind_words conf/kind_value conf/kind_refuse conf/kind_environment conf/kind_origins conf/kind_rate conf/kind_log conf/kind_limit base/text base/words base/number
 */

#include "conf/keys.h"

#include "conf/kinds.h"
#include "conf/settings.h"

#include "tap.h"

/* Wide enough, and aligned, for the field of any key. */
static union {
	struct global_settings global;
	struct service_settings service;
} settings;

static void clear(const struct key *key)
{
	if (key->kind->clear != NULL)
		key->kind->clear(key_field(key, &settings));
	memset(&settings, 0, sizeof(settings));
}

#define NAME_64 "1234567890123456789012345678901234567890123456789012345678901234"

/* A NULL for shown: the value is refused, and "why" is part of the reason. */
static const struct {
	const char *key, *value, *shown, *why;
} cases[] = {
	{ "reserved_users", "a b", "a b" },
	{ "reserved_users", "\"\"", "" },
	{ "reserved_users", "a ''", NULL, "empty word" },

	{ "pid_file", "/run/x.pid", "/run/x.pid" },
	{ "pid_file", "x.pid", NULL, "not an absolute path: \"x.pid\"" },
	{ "pid_file", "/a /b", NULL, "one word" },

	{ "include", "/etc/spawnd/conf.d/*.conf", "/etc/spawnd/conf.d/*.conf" },
	{ "include", "/a\n\t'/b c/*'", "/a \"/b c/*\"" },
	{ "include", "\"\"", "" },
	{ "include", "/a conf.d/*.conf", NULL,
	  "not an absolute path: \"conf.d/*.conf\"" },
	{ "include", "~/spawnd/*", NULL, "not an absolute path: \"~/spawnd/*\"" },
	{ "include", "/a ''", NULL, "empty word" },
	{ "include", "'/a", NULL, "quote" },

	{ "log", "auto", "auto" },
	{ "log", "journal", "journal" },
	{ "log", "syslog", "syslog" },
	{ "log", "stderr", "stderr" },
	{ "log", "file:/var/log/x", "file:/var/log/x" },
	{ "log", "'file:/var/log/a b'", "\"file:/var/log/a b\"" },
	{ "log", "file:x.log", NULL, "not an absolute path: \"x.log\"" },
	{ "log", "file:", NULL, "not an absolute path: \"\"" },
	{ "log", "file", NULL, "takes auto, journal, syslog, stderr or file:PATH" },
	{ "log", "/var/log/x", NULL, "file:PATH, not \"/var/log/x\"" },
	{ "log", "Journal", NULL, "not \"Journal\"" },
	{ "log", "syslog stderr", NULL, "one word" },
	{ "syslog_facility", "auth", "auth" },
	{ "syslog_facility", "kern", "kern" },
	{ "syslog_facility", "local7", "local7" },
	{ "syslog_facility", "local8", NULL, "not a facility, such as daemon" },
	{ "syslog_facility", "mark", NULL, "not a facility" },
	{ "syslog_facility", "LOCAL0", NULL, "not a facility" },
	{ "syslog_facility", "3", NULL, "not a facility" },
	{ "syslog_name", "web-1", "web-1" },
	{ "syslog_name", NAME_64, NAME_64 },
	{ "syslog_name", NAME_64 "x", NULL, "longer than 64 characters" },
	{ "syslog_name", "a b", NULL, "one word" },
	{ "syslog_name", "'a b'", NULL, "not a plain name: \"a b\"" },
	{ "syslog_name", "a:", NULL, "not a plain name: \"a:\"" },
	{ "syslog_name", "a[1]", NULL, "not a plain name" },
	{ "syslog_name", "\xc3\xa4", NULL, "not a plain name: \"\\xc3\\xa4\"" },
	{ "syslog_name", "''", NULL, "is empty" },

	{ "removed_services", "finish", "finish" },
	{ "removed_services", "terminate", "terminate" },
	{ "removed_services", "keep", NULL, "takes finish or terminate, not \"keep\"" },

	{ "log_level", "error", "error" },
	{ "log_level", "err", "error" },
	{ "log_level", "debug", "debug" },
	{ "log_level", "7", NULL, "takes error, warning, notice, info or debug" },
	{ "log_level", "Info", NULL, "\"Info\"" },

	{ "max_processes", "1", "1" },
	{ "max_processes", "4194304", "4194304" },
	{ "max_processes", "infinity", "infinity" },
	{ "max_processes", "0", NULL, "\"infinity\"" },
	{ "max_processes", "4194305", NULL, "1 to 4194304" },
	{ "max_connections", "1", "1" },
	{ "max_connections", "infinity", "infinity" },
	{ "max_connections", "0", NULL, "\"infinity\"" },
	{ "max_connections", "0", NULL, "\"enabled = no\"" },
	{ "max_per_source", "1", "1" },
	{ "max_per_source", "4194304", "4194304" },
	{ "max_per_source", "infinity", "infinity" },
	{ "max_per_source", "0", NULL, "\"infinity\"" },
	{ "max_per_source", "0", NULL, "\"enabled = no\"" },
	{ "max_per_source", "4194305", NULL, "1 to 4194304" },
	{ "max_per_source", "-1", NULL, "not a number" },
	{ "source_prefix", "24 56", "24 56" },
	{ "source_prefix", "1\t1", "1 1" },
	{ "source_prefix", "32 128", "32 128" },
	{ "source_prefix", "33 64", NULL, "1 to 32 for IPv4: \"33\"" },
	{ "source_prefix", "0 64", NULL, "1 to 32 for IPv4: \"0\"" },
	{ "source_prefix", "32 129", NULL, "1 to 128 for IPv6: \"129\"" },
	{ "source_prefix", "32 0", NULL, "1 to 128 for IPv6: \"0\"" },
	{ "source_prefix", "32", NULL, "takes two numbers" },
	{ "source_prefix", "32 64 64", NULL, "takes two numbers" },
	{ "source_prefix", "/24 /64", NULL, "not a number of bits: \"/24\"" },
	{ "source_prefix", "24 x", NULL, "not a number of bits: \"x\"" },
	{ "rate", "50/1s", "50/1s" },
	{ "rate", "10/min", "10/1min" },
	{ "rate", "10/60", "10/1min" },
	{ "rate", "10/min burst 20", "10/1min burst 20" },
	{ "rate", "10/90s\tburst  5", "10/1min 30s burst 5" },
	{ "rate", "10/1min 30s burst 10", "10/1min 30s" },
	{ "rate", "1/1us", "1/1us" },
	{ "rate", "4194304/us burst 4194304", "4194304/1us" },
	{ "rate", "4194304/365000d", "4194304/52142w 6d" },
	{ "rate", "1/s burst 4194304", "1/1s burst 4194304" },
	{ "rate", "infinity", "infinity" },
	{ "rate", "0/1s", NULL, "\"infinity\" for no limit" },
	{ "rate", "0/1s", NULL, "\"enabled = no\"" },
	{ "rate", "0", NULL, "\"enabled = no\"" },
	{ "rate", "10/1s burst 0", NULL, "\"enabled = no\"" },
	{ "rate", "10", NULL, "not a rate, such as 50/1s" },
	{ "rate", "/1s", NULL, "not a rate, as before the slash stands no number" },
	{ "rate", "10/", NULL, "not a rate, as behind the slash stands no span" },
	{ "rate", "10/1", "10/1s" },
	{ "rate", "10/x", NULL, "not a rate, as behind the slash stands no span" },
	{ "rate", "10 / 1s", NULL, "not a rate" },
	{ "rate", "10/1s/1s", NULL, "not a rate" },
	{ "rate", "10/1s burst", NULL, "not a rate" },
	{ "rate", "10/1s burst x", NULL,
	  "not a rate, as behind \"burst\" stands no number" },
	{ "rate", "10/1sburst 5", NULL, "not a rate" },
	{ "rate", "10/1s burst5", NULL, "not a rate" },
	{ "rate", "10/burst 5", NULL, "not a rate" },
	{ "rate", "10/1s burst 5 6", NULL, "not a rate" },
	{ "rate", "10/1s 20", NULL, "not a rate" },
	{ "rate", "-1/1s", NULL, "not a rate" },
	{ "rate", "1.5/1s", NULL, "not a rate" },
	{ "rate", "010/1s", NULL, "not a rate" },
	{ "rate", "10/infinity", NULL, "not a rate" },
	{ "rate", "10/0s", NULL, "the span is out of range, 1us" },
	{ "rate", "4194305/1s", NULL, "the number is out of range, 1 to 4194304" },
	{ "rate", "99999999999999999999/1s", NULL, "out of range" },
	{ "rate", "1/1s burst 4194305", NULL, "the burst is out of range, 1 to 4194304" },
	{ "rate", "1/365001d", NULL, "out of range" },
	{ "rate", "1/1d burst 4194304", NULL, "more than 1000 years to fill" },
	{ "rate_per_source", "3/1min", "3/1min" },
	{ "rate_per_source", "3 per minute", NULL, "not a rate" },
	{ "rate_per_source", "0/1min", NULL, "\"infinity\"" },
	{ "max_connections", "00", NULL, "not a number" },
	{ "max_connections", "-1", NULL, "not a number" },
	{ "max_connections", "+5", NULL, "not a number" },
	{ "max_connections", "05", NULL, "not a number" },
	{ "max_connections", "0x10", NULL, "not a number" },
	{ "max_connections", "5.0", NULL, "not a number" },
	{ "max_connections", "1e3", NULL, "not a number" },
	{ "max_connections", "5 5", NULL, "not a number" },
	{ "max_connections", "\xd9\xa5", NULL, "not a number: \"\\xd9\\xa5\"" },
	{ "max_connections", "4194305", NULL, "1 to 4194304" },
	{ "max_connections", "4294967295", NULL, "1 to 4194304" },
	{ "max_connections", "4294967297", NULL, "1 to 4194304" },
	{ "max_connections", "18446744073709551617", NULL, "1 to 4194304" },

	{ "stop_timeout", "0", "0s" },
	{ "stop_timeout", "infinity", "infinity" },
	{ "stop_timeout", "x", NULL, "not a span" },
	{ "time_limit", "1us", "1us" },
	{ "time_limit", "90", "1min 30s" },
	{ "time_limit", "1h30min", "1h 30min" },
	{ "time_limit", "infinity", "infinity" },
	{ "time_limit", "365000d", "52142w 6d" },
	{ "time_limit", "365000d 1us", NULL, "out of range" },
	{ "time_limit", "18446744073709551615us", NULL, "out of range" },
	{ "time_limit", "99999999999999999999", NULL, "out of range" },
	{ "time_limit", "0", NULL, "\"infinity\"" },
	{ "time_limit", "1min30", NULL, "not a span" },
	{ "time_limit", "infinitys", NULL, "not a span" },
	{ "kill_after", "0", "0s" },
	{ "kill_after", "infinity", NULL, "cannot be infinity" },
	{ "retry_delay", "1ms", "1ms" },
	{ "retry_delay", "0", NULL, "out of range, 1ms" },
	{ "retry_delay", "999us", NULL, "out of range, 1ms" },
	{ "retry_delay", "infinity", NULL, "cannot be infinity" },
	{ "retry_delay_max", "1min", "1min" },
	{ "retry_delay_max", "0", NULL, "out of range, 1ms" },

	{ "listen", "7777 [::1]:80 *:5 /run/x", "7777 [::1]:80 *:5 /run/x" },
	{ "listen", "7777\n7778", "7777 7778" },
	{ "listen", "7777 \"\"", NULL, "empty word" },
	{ "listen", "7777 \"7778", NULL, "quote" },
	{ "listen", "/a\\", NULL, "backslash" },
	{ "groups", "a initgroups", "a initgroups" },
	{ "groups", "a ''", NULL, "empty word" },

	{ "command", "/bin/sh -c \"date ; id\"", "/bin/sh -c \"date ; id\"" },
	{ "command", "a a \"\" + +", "a a \"\" \"+\" \"+\"" },
	{ "command", "\"\" a", NULL, "first word is empty" },
	{ "command", "a 'b", NULL, "quote" },
	{ "command", "a \\", NULL, "backslash" },

	{ "argv0", "in.fingerd", "in.fingerd" },
	{ "argv0", "'a b'", "\"a b\"" },
	{ "argv0", "a b", NULL, "one word" },
	{ "argv0", "\"\"", NULL, "is empty" },
	{ "user", "nobody:nogroup", "nobody:nogroup" },
	{ "user", "\"nobody\"", "nobody" },
	{ "user", "nobody # not root", NULL, "a comment stands on a line of its own" },
	{ "user", "nobody ; not root", NULL, "a comment stands on a line of its own" },
	{ "user", "nobody nogroup", NULL, "one word: \"nobody nogroup\"" },
	{ "user", "''", NULL, "is empty" },
	{ "user", "'nobody", NULL, "quote" },

	{ "kill_signal", "HUP", "HUP" },
	{ "kill_signal", "SIGINT", "INT" },
	{ "kill_signal", "9", "KILL" },
	{ "kill_signal", "31", "SYS" },
	{ "kill_signal", "0", NULL, "not a signal" },
	{ "kill_signal", "32", NULL, "not a signal" },
	{ "kill_signal", "term", NULL, "not a signal" },
	{ "kill_signal", "SIGSIGTERM", NULL, "not a signal" },

	{ "leftovers", "keep", "keep" },
	{ "leftovers", "terminate", "terminate" },
	{ "leftovers", "kill", NULL, "terminate or keep, not \"kill\"" },
	{ "record", "failures", "failures" },
	{ "record", "none", "none" },
	{ "record", "yes", NULL, "all, failures or none, not \"yes\"" },
	{ "when_full", "refuse", "refuse" },
	{ "when_full", "", NULL, "wait or refuse" },
	{ "pass", "stdio", "stdio" },
	{ "pass", "listen_fds", "listen_fds" },
	{ "pass", "fd3", NULL, "takes stdio or listen_fds, not" },
	{ "stderr", "null", "null" },
	{ "stderr", "log", "log" },
	{ "stderr", "/dev/null", NULL, "socket, log or null" },

	{ "refuse", "close", "close" },
	{ "refuse", "reset", "reset" },
	{ "refuse", "\"421 \\\"busy\\\"\\r\\n\\t\\\\\"",
	  "\"421 \\\"busy\\\"\\r\\n\\t\\\\\"" },
	{ "refuse", "\"\"", NULL, "1 to 512 bytes" },
	{ "refuse", "\"a", NULL, "not closed" },
	{ "refuse", "\"a\\\"", NULL, "not closed" },
	{ "refuse", "\"a\" b", NULL, "behind the closing quote" },
	{ "refuse", "\"\\0\"", NULL, "backslash" },
	{ "refuse", "\"\\x41\"", NULL, "backslash" },
	{ "refuse", "'a'", NULL, "takes close, reset or a text" },
	{ "refuse", "busy", NULL, "takes close, reset or a text" },

	{ "access_times", "8:00-18:00", "8:00-18:00" },
	{ "access_times", "Mon-Fri 08:00-18:00 Sat,Sun", "Mon-Fri 08:00-18:00 Sat,Sun" },
	{ "access_times", "\"\"", "" },
	{ "access_times", "8-18 Mon 9-10", NULL,
	  ": \"8-18\"\nnot a time as 08:00-18:00, nor days as Mon-Fri or Sat,Sun: "
	  "\"9-10\"" },
	{ "access_times", "8-18", NULL, "not a time as 08:00-18:00" },
	{ "access_times", "Mo 08:00-18:00", NULL, "nor days as Mon-Fri" },

	{ "environment", "A=1 b_2=\"x y\" C=", "A=1 \"b_2=x y\" C=" },
	{ "environment", "A=b=c PROTOCOL=x tcp=x REMOTE=x",
	  "A=b=c PROTOCOL=x tcp=x REMOTE=x" },
	{ "environment", "HOME=/x PATH=/y LD_PRELOAD=z", "HOME=/x PATH=/y LD_PRELOAD=z" },
	{ "environment", "A", NULL, "not NAME=VALUE" },
	{ "environment", "=a", NULL, "not the name" },
	{ "environment", "1A=a", NULL, "not the name" },
	{ "environment", "A-B=a", NULL, "not the name" },
	{ "environment", "\"A B=a\"", NULL, "not the name" },
	{ "environment", "\xc3\xa9=a", NULL, "not the name" },
	{ "environment", "A@=a", NULL, "not the name" },
	{ "environment", "A`=a", NULL, "not the name" },
	{ "environment", "A=1 A=2", NULL, "twice" },
	{ "environment", "A=1 A=1", NULL, "twice" },
	{ "environment", "A=1 A=2 B=1 A=3 B=2", NULL,
	  "sets the same variable twice: \"A=2\"\nsets the same variable twice: \"A=3\"\n"
	  "sets the same variable twice: \"B=2\"" },
	{ "environment", "A B=1 ''", NULL,
	  "not NAME=VALUE: \"A\"\nan empty word in the list: \"\"" },
	{ "environment", "SPAWND_X=1", NULL, "that spawnd sets" },
	{ "environment", "SPAWND_=1", NULL, "that spawnd sets" },
	{ "environment", "TCPREMOTEIP=1", NULL, "that spawnd sets" },
	{ "environment", "TCP=1", NULL, "that spawnd sets" },
	{ "environment", "IPCREMOTEPATH=1", NULL, "that spawnd sets" },
	{ "environment", "REMOTE_HOST=1", NULL, "that spawnd sets" },
	{ "environment", "LISTEN_FDS=1", NULL, "that spawnd sets" },
	{ "environment", "PROTO=1", NULL, "that spawnd sets" },
	{ "environment", "A=1 PROTO=TCP", NULL, "\"PROTO=TCP\"" },
	{ "environment_file", "/a -/b \"/c d\"", "/a -/b \"/c d\"" },
	{ "environment_file", "\"\"", "" },
	{ "environment_file", "a", NULL, "not an absolute path: \"a\"" },
	{ "environment_file", "/a -b", NULL, "not an absolute path: \"-b\"" },
	{ "environment_file", "--/b", NULL, "not an absolute path" },
	{ "environment_file", "-", NULL, "not an absolute path" },
	{ "environment_file", "/a ''", NULL, "empty word" },
	{ "environment_from",
	  "10.0.0.0/8 A=1 'B=x y' ::/0 A=", "10.0.0.0/8 A=1 \"B=x y\" ::/0 A=" },
	{ "environment_from", "10.0.0.0/8\n10.1.0.0/16 A=10.2.0.0/16\nuid:0 A=1",
	  "10.0.0.0/8 10.1.0.0/16 A=10.2.0.0/16 uid:0 A=1" },
	{ "environment_from", "\"\"", "" },
	{ "environment_from", "+ 10.0.0.0/8 A=1", "10.0.0.0/8 A=1" },
	{ "environment_from", "A=1", NULL,
	  "an origin stands before its variables, not \"A=1\"" },
	{ "environment_from", "+ A=1", NULL, "an origin stands before its variables" },
	{ "environment_from", "10.0.0.0/8 A=1 A=2", NULL, "twice: \"A=2\"" },
	{ "environment_from", "10.0.0.0/8 A=1 ::/0 A=2 10.0.0.0/8", NULL,
	  "is given twice: \"10.0.0.0/8\"" },
	{ "environment_from", "uid:a A=1 uid:a B=1", NULL, "is given twice: \"uid:a\"" },
	{ "environment_from", "10.0.0.0/8 ::ffff:a00:0/104", NULL, "is given twice" },
	{ "environment_from", "10.0.0.0/8 =1", NULL,
	  "not the name of a variable: \"=1\"" },
	{ "environment_from", "10.0.0.0/8 PROTO=1", NULL, "that spawnd sets" },
	{ "environment_from", "10.0.0.0/8 A=1 A", NULL,
	  "no origin, and without \"=\" no variable: \"A\"" },
	{ "environment_from", "A", NULL, "host names are not looked up" },
	{ "environment_from", "A=1 10.0.0.0/8 =2 B=3 B=4 +", NULL,
	  "an origin stands before its variables, not \"A=1\"\n"
	  "not the name of a variable: \"=2\"\n"
	  "sets the same variable twice: \"B=4\"\n\"+\": not an address" },
	{ "environment_from", "::1 A=1 ::2 A=2 ::1 ::2 ::1", NULL,
	  "is given twice: \"::1\"\nis given twice: \"::1\"\nis given twice: \"::2\"" },
	{ "environment_from", "10.0.0.1/8 A=1", NULL, "did you mean 10.0.0.0/8?" },
	{ "environment_from", "@/x A=1", NULL, "takes no files" },
	{ "environment_from", "10.0.0.0/8 ''", NULL, "not an address" },
	{ "allow", "10.0.0.0/8 ::1\nuid:0 gid:users cid:3 all @/x",
	  "10.0.0.0/8 ::1 uid:0 gid:users cid:3 all @/x" },
	{ "allow", "\"\"", "\"\"" },
	{ "allow", "''", "\"\"" },
	{ "allow", "+", NULL, "\"+\" extends nothing" },
	{ "deny", "+", NULL, "\"+\" extends nothing" },
	{ "allow", "+ 10.0.0.0/8", "10.0.0.0/8" },
	{ "allow", "10.0.0.0/8 10.0.0.0/8", "10.0.0.0/8 10.0.0.0/8" },
	{ "allow", "10.0.0.0/8 ''", NULL, "empty word" },
	{ "allow", "10.1.2.3/8", NULL,
	  "10.1.2.3/8: has host bits set; did you mean 10.0.0.0/8?" },
	{ "allow", "10.0.0.0/8 localhost", NULL, "host names are not looked up" },
	{ "allow", "a 10.0.0.0/8 @x cid:a", NULL,
	  "host names are not looked up; a list in a file is @FILE\n"
	  "@FILE takes an absolute path: \"@x\"\n"
	  "\"cid:a\": not the number of a machine" },
	{ "allow", "@x", NULL, "@FILE takes an absolute path: \"@x\"" },
	{ "allow", "@", NULL, "@FILE takes an absolute path" },
	{ "allow", "10.0.0.0/8 +", NULL, "not an address" },
	{ "deny", "10.0.0.0/8", "10.0.0.0/8" },
	{ "deny", "\"\"", "\"\"" },
	{ "deny", "10.0.0.0/8, ::1", NULL, "blanks separate words, not commas" },
	{ "pass_environment", "TZ LC_ALL _x", "TZ LC_ALL _x" },
	{ "pass_environment", "A=1", NULL, "not the name" },
	{ "pass_environment", "PROTO", NULL, "that spawnd sets" },
	{ "pass_environment", "TCPLOCALIP", NULL, "that spawnd sets" },
	{ "pass_environment", "LISTEN_PID", NULL, "that spawnd sets" },

	{ "working_directory", "/", "/" },
	{ "working_directory", "'/a b'", "\"/a b\"" },
	{ "working_directory", "x", NULL, "not an absolute path: \"x\"" },
	{ "working_directory", "~", NULL, "not an absolute path: \"~\"" },
	{ "working_directory", "/a /b", NULL, "one word" },
	{ "umask", "0", "0000" },
	{ "umask", "022", "0022" },
	{ "umask", "0777", "0777" },
	{ "umask", "1000", NULL, "0 to 0777" },
	{ "umask", "00022", NULL, "not an octal number" },
	{ "umask", "8", NULL, "not an octal number" },
	{ "umask", "u=rwx", NULL, "not an octal number" },

	{ "root_directory", "/srv/x", "/srv/x" },
	{ "root_directory", "srv", NULL, "not an absolute path: \"srv\"" },
	{ "nice", "0", "0" },
	{ "nice", "19", "19" },
	{ "nice", "-20", "-20" },
	{ "nice", "20", NULL, "out of range, -20 to 19: \"20\"" },
	{ "nice", "-21", NULL, "out of range, -20 to 19: \"-21\"" },
	{ "nice", "18446744073709551616", NULL, "out of range" },
	{ "nice", "-18446744073709551616", NULL, "out of range" },
	{ "nice", "-0", NULL, "not a number" },
	{ "nice", "+5", NULL, "not a number" },
	{ "nice", "--5", NULL, "not a number" },
	{ "nice", "-", NULL, "not a number" },
	{ "nice", "", NULL, "not a number" },
	{ "nice", "infinity", NULL, "not a number" },
	{ "oom_score_adjust", "1000", "1000" },
	{ "oom_score_adjust", "-1000", "-1000" },
	{ "oom_score_adjust", "1001", NULL, "out of range, -1000 to 1000" },
	{ "oom_score_adjust", "-1001", NULL, "out of range, -1000 to 1000" },
	{ "limit_as", "64M", "64M" },
	{ "limit_as", "65536K:infinity", "64M:infinity" },
	{ "limit_as", "1000", "1000" },
	{ "limit_as", "1024G", "1024G" },
	{ "limit_as", "8589934591G", "8589934591G" },
	{ "limit_as", "8589934592G", NULL, "out of range, 0 to 8589934591G: " },
	{ "limit_as", "17179869185G", NULL, "out of range" },
	{ "limit_as", "18446744073709551615", NULL, "out of range" },
	{ "limit_as", "99999999999999999999", NULL, "out of range" },
	{ "limit_as", "64m", NULL,
	  "not a number of bytes, such as 4096 or 64M: \"64m\"" },
	{ "limit_as", "64T", NULL, "not a number of bytes" },
	{ "limit_as", "64 M", NULL, "not a number of bytes" },
	{ "limit_as", "M", NULL, "not a number of bytes" },
	{ "limit_as", "64MK", NULL, "not a number of bytes" },
	{ "limit_as", "-1", NULL, "not a number of bytes" },
	{ "limit_as", "", NULL, "not a number of bytes" },
	{ "limit_as", ":", NULL, "not a number of bytes" },
	{ "limit_as", "64M:", NULL, "not a number of bytes" },
	{ "limit_as", ":64M", NULL, "not a number of bytes" },
	{ "limit_as", "1:2:3", NULL,
	  "not a number of bytes, such as 4096 or 64M: \"2:3\"" },
	{ "limit_as", "1 : 2", NULL, "not a number of bytes" },
	{ "limit_as", "unlimited", NULL, "not a number of bytes" },
	{ "limit_as", "2M:1M", NULL, "the soft limit is above the hard one: \"2M:1M\"" },
	{ "limit_as", "infinity:1G", NULL, "above the hard one" },
	{ "limit_cpu", "90:1h", "1min 30s:1h" },
	{ "limit_cpu", "1min 30s", "1min 30s" },
	{ "limit_cpu", "infinity", "infinity" },
	{ "limit_cpu", "0", NULL, "out of range, 1s to 52142w 6d: \"0\"" },
	{ "limit_cpu", "1500ms", NULL, "not a span of whole seconds" },
	{ "limit_cpu", "30K", NULL, "not a span of whole seconds" },
	{ "limit_cpu", "365001d", NULL, "out of range" },
	{ "limit_core", "0", "0" },
	{ "limit_core", "0:1G", "0:1G" },
	{ "limit_core", "no", NULL, "not a number of bytes" },
	{ "limit_data", "0:1K", "0:1K" },
	{ "limit_data", "1k", NULL, "not a number of bytes" },
	{ "limit_fsize", "1025K", "1025K" },
	{ "limit_fsize", "x", NULL, "not a number of bytes" },
	{ "limit_memlock", "3072M:3G", "3G" },
	{ "limit_memlock", "3G:3071M", NULL, "above the hard one" },
	{ "limit_nofile", "3", "3" },
	{ "limit_nofile", "1024:524288", "1024:524288" },
	{ "limit_nofile", "infinity", "infinity" },
	{ "limit_nofile", "2", NULL, "out of range, 3 to 2147483647: \"2\"" },
	{ "limit_nofile", "3:2147483648", NULL, "out of range" },
	{ "limit_nofile", "1K", NULL, "not a number: \"1K\"" },
	{ "limit_nproc", "0:50", "0:50" },
	{ "limit_nproc", "2147483648", NULL, "out of range, 0 to 2147483647" },
	{ "contain", "auto", "auto" },
	{ "contain", "cgroup", "cgroup" },
	{ "contain", "process-group", "process-group" },
	{ "contain", "pgrp", NULL, "takes auto, cgroup or process-group, not \"pgrp\"" },
	{ "memory_max", "67108864", "64M" },
	{ "memory_max", "4K", "4K" },
	{ "memory_max", "4095", NULL, "out of range, 4K to" },
	{ "memory_max", "infinity", "infinity" },
	{ "memory_max", "64M:128M", NULL, "not a number of bytes" },
	{ "tasks_max", "1", "1" },
	{ "tasks_max", "infinity", "infinity" },
	{ "tasks_max", "0", NULL, "infinity" },
	{ "cpu_weight", "10000", "10000" },
	{ "cpu_weight", "0", NULL, "infinity" },
	{ "cpu_weight", "10001", NULL, "out of range, 1 to 10000" },
	{ "cpu_weight", "infinity", "infinity" },
	{ "cpu_weight", "much", NULL, "not a number" },
	{ "limit_stack", "8M:infinity", "8M:infinity" },
	{ "limit_stack", "8M:8", NULL, "above the hard one" },

	{ "backlog", "1", "1" },
	{ "backlog", "infinity", "infinity" },
	{ "backlog", "0", NULL, "\"infinity\"" },
	{ "backlog", "2147483648", NULL, "1 to 2147483647" },
	{ "socket_user", "alice", "alice" },
	{ "socket_user", "a b", NULL, "one word" },
	{ "socket_group", "2001", "2001" },
	{ "socket_group", "''", NULL, "is empty" },
	{ "socket_mode", "660", "0660" },
	{ "socket_mode", "0", "0000" },
	{ "socket_mode", "1777", NULL, "0 to 0777" },
	{ "socket_mode", "rw", NULL, "not an octal number" },
	{ "bind_device", "eth0", "eth0" },
	{ "bind_device", "eth0 eth1", NULL, "one word" },
	{ "free_bind", "yes", "yes" },
	{ "free_bind", "no", "no" },
	{ "free_bind", "1", NULL, "takes yes or no, not \"1\"" },
	{ "ipv6_only", "no", "no" },
	{ "ipv6_only", "default", NULL, "takes yes or no" },
	{ "no_delay", "yes", "yes" },
	{ "no_delay", "on", NULL, "takes yes or no" },
	{ "keep_alive", "1", "1s" },
	{ "keep_alive", "1min 30s", "1min 30s" },
	{ "keep_alive", "32767", "9h 6min 7s" },
	{ "keep_alive", "infinity", "infinity" },
	{ "keep_alive", "0", NULL, "not whole seconds from 1s, nor \"infinity\": \"0\"" },
	{ "keep_alive", "500ms", NULL, "not whole seconds from 1s" },
	{ "keep_alive", "1500ms", NULL, "not whole seconds" },
	{ "keep_alive", "32768", NULL, "out of range, 1s to 9h 6min 7s" },
	{ "user_timeout", "1500ms", "1s 500ms" },
	{ "user_timeout", "0", "0s" },
	{ "user_timeout", "1500us", NULL, "not whole milliseconds" },
	{ "user_timeout", "infinity", NULL, "cannot be infinity" },
	{ "user_timeout", "25d", NULL, "out of range" },
	{ "defer_accept", "5", "5s" },
	{ "defer_accept", "0", "0s" },
	{ "defer_accept", "1ms", NULL, "not whole seconds" },
	{ "defer_accept", "3601", NULL, "out of range, 0s to 1h" },
	{ "receive_buffer", "64K", "64K" },
	{ "receive_buffer", "1G", "1G" },
	{ "receive_buffer", "1023", NULL, "out of range, 1K to 1G" },
	{ "receive_buffer", "2G", NULL, "out of range, 1K to 1G" },
	{ "receive_buffer", "infinity", NULL, "cannot be infinity" },
	{ "send_buffer", "4096", "4K" },
	{ "send_buffer", "64k", NULL, "not a number of bytes" },
	{ "allow_setuid_programs", "yes", "yes" },
	{ "allow_setuid_programs", "true", NULL, "takes yes or no, not \"true\"" },
	{ "enabled", "no", "no" },
	{ "enabled", "No", NULL, "takes yes or no, not \"No\"" },
	{ "enabled", "1", NULL, "takes yes or no, not \"1\"" },
};

/* Set, show, set what was shown, show: twice the same. */
static void is_shown(const struct key *key, const char *value, const char *shown)
{
	const char *next = value;
	auto_text struct text first = { 0 }, second = { 0 };

	for (int i = 0; i < 2; i++) {
		auto_text struct text why = { 0 };
		struct text *text = i == 0 ? &first : &second;

		is(key->kind->set(key, next, key_field(key, &settings), &why), 0,
		   "%s = %s%s", key->name, next, i > 0 ? ", again" : "");
		if (why.size > 0)
			printf("# %s\n", text_get(&why));
		key->kind->show(key, key_field(key, &settings), text);
		is_str(text_get(text), shown, "... is shown so");
		clear(key);
		next = text_get(&first);
	}
}

static void is_refused(const struct key *key, const char *value, const char *part)
{
	auto_text struct text why = { 0 }, before = { 0 }, after = { 0 };

	if (key->standard != NULL)
		(void)key->kind->set(key, key->standard, key_field(key, &settings), &why);
	key->kind->show(key, key_field(key, &settings), &before);
	is(key->kind->set(key, value, key_field(key, &settings), &why), 1,
	   "%s = %s is refused", key->name, value);
	if (!ok(strstr(text_get(&why), part) != NULL, "... saying why"))
		printf("# says: %s\n# not:  %s\n", text_get(&why), part);
	key->kind->show(key, key_field(key, &settings), &after);
	is_str(text_get(&after), text_get(&before), "... and keeps what it had");
	clear(key);
}

static void test_cases(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct key *key = keys_find(cases[i].key);

		if (!ok(key != NULL, "there is a key %s", cases[i].key))
			continue;
		if (cases[i].shown != NULL)
			is_shown(key, cases[i].value, cases[i].shown);
		else
			is_refused(key, cases[i].value, cases[i].why);
	}
}

static void test_each_key(void)
{
	for (size_t i = 0; i < n_keys; i++) {
		const struct key *key = &keys[i];
		auto_text struct text why = { 0 }, shown = { 0 };
		unsigned good = 0, bad = 0;

		ok(keys_find(key->name) == key && key_number(key) == i,
		   "%s is found by its name", key->name);
		is_str(keys_nearest(key->name), key->name, "... and nearest to itself");
		for (size_t j = 0; j < ARRAY_SIZE(cases); j++)
			if (strcmp(cases[j].key, key->name) == 0)
				*(cases[j].shown != NULL ? &good : &bad) += 1;
		ok(good > 0 && bad > 0, "... and has good and bad cases here");
		ok(key->scope == SCOPE_GLOBAL ? key->at < sizeof(settings.global)
					      : key->at < sizeof(settings.service),
		   "... and a field");
		if (key->standard == NULL) {
			key->kind->show(key, key_field(key, &settings), &shown);
			is_str(text_get(&shown), "", "... not set, nothing is shown");
			continue;
		}
		is(key->kind->set(key, key->standard, key_field(key, &settings), &why), 0,
		   "... and its default is good");
		key->kind->show(key, key_field(key, &settings), &shown);
		clear(key);
		is_shown(key, text_get(&shown), text_get(&shown));
	}
}

static void test_manual(void)
{
	static const char path[] = "man/spawnd.conf.5";
	FILE *file = fopen(path, "re");
	bool found[KEYS_MAX] = { false };
	char line[1024];

	ok(file != NULL, "%s can be read", path);
	while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
		static const char entry[] = ".It Ic ";
		const struct key *key;

		if (strncmp(line, entry, strlen(entry)) != 0)
			continue;
		line[strlen(entry) + strcspn(line + strlen(entry), " \n")] = '\0';
		key = keys_find(line + strlen(entry));
		if (key != NULL)
			found[key_number(key)] = true;
	}
	for (size_t i = 0; file != NULL && i < n_keys; i++)
		ok(found[i], "%s has an entry .It Ic in the manual", keys[i].name);
	if (file != NULL)
		(void)fclose(file); /* only read from */
}

int main(void)
{
	test_cases();
	test_each_key();
	test_manual();
	return done();
}
