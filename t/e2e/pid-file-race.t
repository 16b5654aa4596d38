#!/bin/sh
# SPDX-License-Identifier: MIT
# Two that are started at the same moment, again and again: one serves, the other one
# exits with status 3 and touches nothing of the first, whether they meet at the pid
# file, at a port or at a Unix socket.
[ -n "${REAPED:-}" ] || REAPED=1 exec "${TOOLS:?}/reaper" "$0"
. "$(dirname "$0")/../lib.sh"

begin() { # LOG OPTION...
	log=$1
	shift
	"$spawnd" -d "$@" -s "log=file:$tmp/$log.log" -u nobody -- cat 2>"$log"
	echo $? >>"$log"
}

# So many times: start two, see who won, ask the winner, end it.
race() { # TIMES SIGNAL NAME ADDRESS OPTION...
	times=$1 signal=$2 name=$3 address=$4
	shift 4
	i=0
	while [ "$i" -lt "$times" ]; do
		i=$((i + 1))
		rm -f one.log two.log
		begin one "$@" &
		one=$!
		begin two "$@" &
		wait "$one" $!
		for log in one two; do
			tail -n 1 "$log"
		done | sort | tr '\n' ' ' >>"$name.statuses"
		echo >>"$name.statuses"
		pid=$(sed -n 's/^.* spawnd\[\([0-9]*\)\]: cat: listens on .*/\1/p' one.log two.log)
		# shellcheck disable=SC2086 # several words
		echo x | nc -N $address >>"$name.answers"
		[ ! -e x.pid ] || [ "$(cat x.pid)" = "$pid" ] || echo "$(cat x.pid), not $pid"
		# shellcheck disable=SC2086 # there should be one
		kill "-$signal" $pid || break
		# shellcheck disable=SC2086
		while kill -0 $pid 2>/dev/null; do :; done
		pid=
	done >"$name.wrong" 2>&1
	is "$(sort "$name.statuses" | uniq -c | sed 's/^ *//')" "$times 0 3 " "$name: one serves"
	is "$(sort "$name.answers" | uniq -c | sed 's/^ *//')" "$times x" "$name: and answers"
	is "$(cat "$name.wrong")" '' "$name: nothing is odd"
}

start -l 127.0.0.1:0 -u nobody -- cat
port=$(port_of cat)
stop
race 30 TERM port "127.0.0.1 $port" -l "127.0.0.1:$port"
like "$(cat one two)" 'cannot listen on 127.0.0.1:[0-9]+: Address already in use' 'port: and why'
race 30 TERM socket "-U $tmp/socket" -l "$tmp/socket"
# Killed, it leaves its file behind for the next one.
race 100 KILL file "127.0.0.1 $port" -l "127.0.0.1:$port" -s "pid_file=$tmp/x.pid"
like "$(cat one two)" \
	"pid_file: $tmp/x.pid is locked by the spawnd with pid [0-9]+" 'file: and why'
done_testing
