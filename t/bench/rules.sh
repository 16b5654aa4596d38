#!/bin/sh
# SPDX-License-Identifier: MIT
#
# rules.sh BUILD - what rules and limits cost a connection, as ratios to the floor: none
# of them, 1,000 networks in "allow" and "deny", and those with all limits per source,
# rates and times beside.

. "$(dirname "$0")/lib.sh"
port=17800
uid=$(id -u nobody)

networks() { # FIRST-BYTE: 500 of them
	awk -v first="$1" 'BEGIN {
		for (i = 0; i < 250; i++) {
			printf "%d.%d.0.0/16\n", first, i
			printf "2001:db8:%x:%x::/64\n", first, i
		}
	}'
}
networks 10 >"$tmp/allow"
networks 11 >"$tmp/deny"
echo 127.0.0.0/8 >>"$tmp/allow"

cat >"$tmp/rules.conf" <<EOF
[global]
user = nobody
max_connections = 1000
time_limit = 60s
[none]
listen = 127.0.0.1:$((port + 1))
command = $tmp/hello
[rules]
listen = 127.0.0.1:$((port + 2))
command = $tmp/hello
allow = @$tmp/allow
deny = @$tmp/deny
[limits]
listen = 127.0.0.1:$((port + 3))
command = $tmp/hello
allow = @$tmp/allow
deny = @$tmp/deny
access_times = 00:00-24:00
max_per_source = 900
rate = 1000000/1s
rate_per_source = 1000000/1s
EOF

servers='floor none rules limits'
serve floor_hello "$bench/floor" "$port" "$uid" "$tmp/hello"
serve spawnd "$build/spawnd" -c "$tmp/rules.conf"
# shellcheck disable=SC2034,SC2154 # set by serve, and read by measure
pid_none_hello=$pid_spawnd pid_rules_hello=$pid_spawnd pid_limits_hello=$pid_spawnd
for n in 0 1 2 3; do
	answers $((port + n))
done
head_of_table
for clients in 1 32 256; do
	measure hello "$clients"
done
