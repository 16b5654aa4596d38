/* SPDX-License-Identifier: MIT */

/* import_xinetd_losses.c - the attributes of xinetd that come to nothing here. */

#include "conf/import_xinetd.h"

/* What has no counterpart. */
static const struct {
	enum xinetd_id id;
	const char *word; /* NULL: any */
	bool own; /* of the entry alone */
	const char *why;
} losses[] = {
	{ X_BANNER, NULL, false, "banner: no file is sent; the command must do it" },
	{ X_BANNER_SUCCESS, NULL, false,
	  "banner_success: no file is sent; the command must do it" },
	{ X_BANNER_FAIL, NULL, false,
	  "banner_fail: write the text of the file as refuse" },
	{ X_MAX_LOAD, NULL, false, "max_load: see max_connections" },
	{ X_LEAKY_BUCKET, NULL, false, "leaky_bucket: see rate_per_source" },
	{ X_LIBWRAP, NULL, true, "libwrap: put tcpd before the command, or use allow" },
	{ X_LOG_TYPE, NULL, true, "log_type of a service: there is one log, see log" },
	{ X_LOG_ON_SUCCESS, "USERID", true, "USERID: no ident server is asked" },
	{ X_LOG_ON_FAILURE, "USERID", true, "USERID: no ident server is asked" },
	{ X_LOG_ON_SUCCESS, "TRAFFIC", true, "TRAFFIC: bytes are not counted" },
};

/* What did nothing there, on Linux. */
static const struct {
	enum xinetd_id id;
	const char *why;
} idle[] = {
	{ X_RLIMIT_RSS, "as Linux does: rlimit_rss" },
	{ X_MDNS, "as on Linux: mdns" },
	{ X_DENY_TIME, "as it does nothing without a sensor: deny_time" },
	{ X_RPC_VERSION, "as it is no RPC service: rpc_version" },
	{ X_RPC_NUMBER, "as it is no RPC service: rpc_number" },
};

void xinetd_tell_losses(struct import *import, const struct xinetd_entry *entry,
			const struct xinetd_entry *defaults)
{
	for (size_t i = 0; i < ARRAY_SIZE(losses); i++) {
		const enum xinetd_id id = losses[i].id;
		const struct xinetd_value *value = xinetd_value(entry, defaults, id);

		if (value == NULL || (losses[i].own && !entry->values[id].given))
			continue;
		if (losses[i].word == NULL || words_have(&value->words, losses[i].word))
			import_lose(import, entry->service, value->at, "not kept, %s",
				    losses[i].why);
	}
	for (size_t i = 0; i < ARRAY_SIZE(idle); i++)
		if (entry->values[idle[i].id].given)
			import_remark(import, entry->service,
				      entry->values[idle[i].id].at, "left out, %s",
				      idle[i].why);
}
