#!/bin/sh
# SPDX-License-Identifier: MIT
# The descriptors 0, 1 and 2 of a command are the one connected socket, which blocks;
# no other is open in it, whatever is open in spawnd and was in its starter.
. "$(dirname "$0")/../lib.sh"

cp "$tools/context" "$tools/hold" .
mkdir held
chmod 777 held
cat >spawnd.conf <<EOT
[socket]
listen = 127.0.0.1:0 $tmp/socket
command = $tmp/context
user = alice
[log]
listen = 127.0.0.1:0
command = $tmp/context
user = bob
stderr = log
[null]
listen = 127.0.0.1:0
command = $tmp/context
user = grace
stderr = null
[hold]
listen = 127.0.0.1:0
command = $tmp/hold held
working_directory = $tmp
user = erin
EOT

# The numbers of inodes, which nobody knows before, as letters in their order.
shown() {
	printf '%s\n' "$seen" | sed -n 's/^fd //p' | awk '{
		if ($3 ~ /\[/ && !($3 in name))
			name[$3] = substr($3, 1, index($3, ":")) "[" ++n "]"
		print $1, $2, $3 in name ? name[$3] : $3
	}'
}

audit() { # NAME
	seen=$(ask "$(port_of socket)" </dev/null)
	is "$(shown)" '0 blocking socket:[1]
1 blocking socket:[1]
2 blocking socket:[1]' "$1: stdio is the socket, and that is all"
	like "$(printf '%s\n' "$seen" | sed -n 's/^peer //p')" '^127\.0\.0\.1 [1-9]' \
		"$1: it is a connected one, as descriptor 1 knows"
	is "$(printf '%s\n' "$seen" | sed -n 's/^local //p')" \
		"127.0.0.1 $(port_of socket)" "$1: and it knows its own address"
	seen=$(ask_unix socket </dev/null)
	is "$(shown)" '0 blocking socket:[1]
1 blocking socket:[1]
2 blocking socket:[1]' "$1: the same of a Unix socket"
	seen=$(ask "$(port_of log)" </dev/null)
	is "$(shown)" '0 blocking socket:[1]
1 blocking socket:[1]
2 blocking pipe:[2]' "$1: stderr = log"
	seen=$(ask "$(port_of null)" </dev/null)
	is "$(shown)" '0 blocking socket:[1]
1 blocking socket:[1]
2 blocking /dev/null' "$1: stderr = null"
}

start_as "$tools/starter" -f 2000 "$spawnd" -c "$tmp/spawnd.conf"
before=$(descriptors)
[ "$before" -lt 100 ]
ok $? '2,000 descriptors of the starter are closed in the daemon'
audit 'started with 2,000 descriptors'

for i in $(seq 20); do
	echo "$i" | ask "$(port_of hold)" >/dev/null &
done
await '[ "$(ls held | grep -c on)" = 20 ]'
audit 'beside 20 connections'
find held -name '*.on' | sed 's/on$/go/' | xargs touch
calm "$before"
stop
is "$status" 0 'the daemon stops with status 0'

# What the daemon's own output is makes no difference.
: >spawnd.log
start_as sh -c 'exec "$@" 2>&1 | cat >>spawnd.log' sh "$spawnd" -c "$tmp/spawnd.conf"
daemon=$(sed -n 's/.*spawnd\[\([0-9]*\)\]: serves.*/\1/p' spawnd.log)
audit 'with its log in a pipe'
kill "$daemon"
wait "$pid"
is $? 0 'the daemon stops'
pid=
done_testing
