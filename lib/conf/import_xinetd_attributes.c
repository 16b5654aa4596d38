/* SPDX-License-Identifier: MIT */

/* import_xinetd_attributes.c - the table of xinetd's attributes. */

#include <string.h>

#include "conf/import_xinetd.h"

enum { IN_SERVICE = 1, IN_DEFAULTS = 2, IN_BOTH = 3 };

static const struct attribute {
	const char *name;
	int values; /* -1: any number */
	int where;
	bool is_set; /* of values: += and -= */
} attributes[X_COUNT] = {
	[X_SOCKET_TYPE] = { "socket_type", 1, IN_SERVICE },
	[X_PROTOCOL] = { "protocol", 1, IN_SERVICE },
	[X_WAIT] = { "wait", 1, IN_SERVICE },
	[X_USER] = { "user", 1, IN_SERVICE },
	[X_GROUP] = { "group", 1, IN_SERVICE },
	[X_GROUPS] = { "groups", 1, IN_BOTH },
	[X_SERVER] = { "server", 1, IN_SERVICE },
	[X_SERVER_ARGS] = { "server_args", -1, IN_SERVICE },
	[X_ID] = { "id", 1, IN_SERVICE },
	[X_TYPE] = { "type", -1, IN_SERVICE },
	[X_FLAGS] = { "flags", -1, IN_SERVICE },
	[X_PORT] = { "port", 1, IN_SERVICE },
	[X_BIND] = { "bind", 1, IN_BOTH },
	[X_V6ONLY] = { "v6only", 1, IN_BOTH },
	[X_DISABLE] = { "disable", 1, IN_SERVICE },
	[X_INSTANCES] = { "instances", 1, IN_BOTH },
	[X_PER_SOURCE] = { "per_source", 1, IN_BOTH },
	[X_CPS] = { "cps", 2, IN_BOTH },
	[X_LEAKY_BUCKET] = { "leaky_bucket", 4, IN_BOTH },
	[X_MAX_LOAD] = { "max_load", 1, IN_BOTH },
	[X_ONLY_FROM] = { "only_from", -1, IN_BOTH, true },
	[X_NO_ACCESS] = { "no_access", -1, IN_BOTH, true },
	[X_ACCESS_TIMES] = { "access_times", -1, IN_SERVICE },
	[X_ENV] = { "env", -1, IN_SERVICE, true },
	[X_PASSENV] = { "passenv", -1, IN_BOTH, true },
	[X_NICE] = { "nice", 1, IN_SERVICE },
	[X_UMASK] = { "umask", 1, IN_BOTH },
	[X_RLIMIT_AS] = { "rlimit_as", 1, IN_SERVICE },
	[X_RLIMIT_CPU] = { "rlimit_cpu", 1, IN_SERVICE },
	[X_RLIMIT_DATA] = { "rlimit_data", 1, IN_SERVICE },
	[X_RLIMIT_FILES] = { "rlimit_files", 1, IN_SERVICE },
	[X_RLIMIT_RSS] = { "rlimit_rss", 1, IN_SERVICE },
	[X_RLIMIT_STACK] = { "rlimit_stack", 1, IN_SERVICE },
	[X_LOG_TYPE] = { "log_type", -1, IN_BOTH },
	[X_LOG_ON_SUCCESS] = { "log_on_success", -1, IN_BOTH, true },
	[X_LOG_ON_FAILURE] = { "log_on_failure", -1, IN_BOTH, true },
	[X_BANNER] = { "banner", 1, IN_BOTH },
	[X_BANNER_SUCCESS] = { "banner_success", 1, IN_BOTH },
	[X_BANNER_FAIL] = { "banner_fail", 1, IN_BOTH },
	[X_REDIRECT] = { "redirect", 2, IN_SERVICE },
	[X_LIBWRAP] = { "libwrap", 1, IN_SERVICE },
	[X_DENY_TIME] = { "deny_time", 1, IN_BOTH },
	[X_MDNS] = { "mdns", 1, IN_BOTH },
	[X_RPC_VERSION] = { "rpc_version", 1, IN_SERVICE },
	[X_RPC_NUMBER] = { "rpc_number", 1, IN_SERVICE },
	[X_ENABLED] = { "enabled", -1, IN_DEFAULTS, true },
	[X_DISABLED] = { "disabled", -1, IN_DEFAULTS, true },
};

enum xinetd_id xinetd_attribute(const char *name, bool in_defaults, int *ret_values,
				bool *ret_is_set)
{
	const int where = in_defaults ? IN_DEFAULTS : IN_SERVICE;
	enum xinetd_id id = X_SOCKET_TYPE;

	if (strcmp(name, "interface") == 0)
		name = "bind";
	while (id < X_COUNT && (strcmp(attributes[id].name, name) != 0 ||
				!(attributes[id].where & where)))
		id++;
	if (id == X_COUNT)
		return id;
	*ret_values = attributes[id].values;
	*ret_is_set = attributes[id].is_set;
	return id;
}

const char *xinetd_attribute_name(enum xinetd_id id)
{
	return attributes[id].name;
}
