#!/bin/sh
# SPDX-License-Identifier: MIT
# The first example of the manual: one line serves a filter on a port.
. "$(dirname "$0")/../lib.sh"

start -l 127.0.0.1:0 -u nobody -s time_limit=10s -- tr a-z A-Z
port=$(port_of tr)
before=$(descriptors)
is "$(echo hi | ask "$port")" HI 'a line comes back in capitals'
await 'grep -q "tr: end id=1" spawnd.log'
like "$(grep 'tr: end' spawnd.log)" \
	'tr: end id=1 peer=127\.0\.0\.1:[0-9]+ pid=[0-9]+ exit=0 run=[0-9]+\.[0-9]{3}s cpu=[0-9]+\.[0-9]{3}s$' \
	'and there is a record of it'
calm "$before"
done_testing
