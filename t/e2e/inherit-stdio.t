#!/bin/sh
# SPDX-License-Identifier: MIT
# Started with any of stdin, stdout and stderr closed, spawnd serves, and the command
# has the connection as its stdio and nothing else.
. "$(dirname "$0")/../lib.sh"

cp "$tools/context" .
printf '[x]\nlisten = %s/socket\ncommand = %s/context\nuser = alice\n' "$tmp" "$tmp" \
	>spawnd.conf
printf '[cat]\nlisten = %s/cat\ncommand = cat\nuser = bob\nstderr = log\n' "$tmp" \
	>>spawnd.conf

closed() { # REDIRECTIONS
	start_as sh -c "exec \"\$@\" $1" sh "$spawnd" -c "$tmp/spawnd.conf"
	before=$(descriptors)
	for closed in $1; do
		case "$closed" in
		'<&-') fd=0 ;;
		'>&-') fd=1 ;;
		'2>&-') fd=2 ;;
		*) continue ;;
		esac
		is "$(readlink "/proc/$pid/fd/$fd")" /dev/null \
			"started with $1: /dev/null stands at $fd"
	done
	is "$(ask_unix socket </dev/null | sed -n 's/^fd //p' | sed 's/\[.*//')" \
		'0 blocking socket:
1 blocking socket:
2 blocking socket:' "started with $1: the command has its connection"
	is "$(echo hello | ask_unix cat)" hello "started with $1: bytes go both ways"
	calm "$before"
	stop
	is "$status" 0 "started with $1: the daemon stops with status 0"
}

closed '<&-'
closed '>&-'
closed '2>&-'
closed '<&- >&-'
closed '<&- 2>&-'
closed '>&- 2>&-'
closed '<&- >&- 2>&-'
closed '<&- >&- 2>&- 3>/dev/null'

is "$("$spawnd" -c spawnd.conf -n <&- >&- 2>&-; echo $?)" 0 'a check works too'
done_testing
