#!/bin/sh
# SPDX-License-Identifier: MIT
# Signals that come together, while commands are being started, or that mean nothing
# in a drain: the daemon ends as it was told, and nobody is left half served.
[ -n "${REAPED:-}" ] || REAPED=1 exec "${TOOLS:?}/reaper" "$0"
. "$(dirname "$0")/../lib.sh"

mkdir held && chmod 777 held
cat >spawnd.conf <<EOF
[global]
kill_after = 1h
max_connections = 40
[hold]
user = alice
listen = 127.0.0.1:0
command = $tools/hold $tmp/held
[cat]
user = bob
listen = 127.0.0.1:0
command = /bin/cat
EOF

begin() {
	rm -f held/*
	: >spawnd.log
	start
	echo one | ask "$(port_of hold)" >one.out &
	client=$!
	await '[ -e held/one.on ]'
}

ended() { # NAME
	wait "$pid"
	is "$?" 0 "$1"
	pid=
	kill "$ear"
	wait "$ear" 2>/dev/null
	ear=
	wait "$client"
	like "$(tail -n 1 spawnd.log)" ' stopped$' 'with its last word'
}

# All that it finds when it goes on: equal signals are one, so this is a drain still.
begin
kill -STOP "$pid"
await 'grep -q "^State:.T" "/proc/$pid/status"'
kill -TERM "$pid"
kill -TERM "$pid"
kill -CONT "$pid"
await 'grep -q stopping spawnd.log'
kill -0 "$(ps -o pid= --ppid "$pid")"
ok $? 'two TERMs at the same moment are one'
for i in HUP USR1 HUP CHLD HUP; do
	kill "-$i" "$pid"
done
is "$(grep -c STOPPING=1 notify.log) $(ps -o pid= --ppid "$pid" | wc -l)" '1 1' \
	'HUP and USR1 in a drain end neither it nor the command'
! nc -z 127.0.0.1 "$(port_of hold)"
ok $? 'nor does it listen again'
touch held/one.go
ended 'and it ends when the command does'
is "$(cat one.out) $(grep -c 'hold: end .* exit=0 ' spawnd.log)" 'one 1' 'which had its time'

# TERM, INT, QUIT and HUP together: all of them, in whatever order, end it.
begin
kill -STOP "$pid"
await 'grep -q "^State:.T" "/proc/$pid/status"'
for i in QUIT TERM HUP INT; do
	kill "-$i" "$pid"
done
kill -CONT "$pid"
ended 'TERM, INT, QUIT and HUP at the same moment: it ends'
like "$(grep 'hold: end' spawnd.log)" ' signal=(TERM|KILL) ' 'and its command with it'

# While clients come and commands are started.
for signal in TERM INT; do
	begin
	for i in $(seq 30); do
		echo "$i" | ask "$(port_of cat)" >"cat.$i" 2>/dev/null &
		clients="${clients:-} $!"
	done
	await 'grep -q "cat: end" spawnd.log'
	kill "-$signal" "$pid"
	touch held/one.go
	ended "$signal while commands are being started: it ends"
	# shellcheck disable=SC2086 # several words
	wait $clients
	clients=
	wrong=0
	for i in $(seq 30); do
		[ ! -s "cat.$i" ] || [ "$(cat "cat.$i")" = "$i" ] || wrong=$((wrong + 1))
	done
	is "$wrong" 0 'each client has all of its answer, or nothing'
	unlike "$(cat spawnd.log)" 'cannot|pausing|failed=' 'and there was no trouble'
	is "$(sed -n 's/.* end id=\([0-9]*\) .*/\1/p' spawnd.log | sort | uniq -d)" '' \
		'and no record twice'
done

# A start that takes its time, up to what a start may take, is stopped in the middle of it.
for signal in TERM INT; do
	export ASAN_OPTIONS=detect_leaks=0 # which cannot be looked for under strace
	begin
	strace -f -p "$pid" -o trace -e trace=chdir \
		-e inject=chdir:delay_enter=1500000 2>strace.log &
	tracer=$!
	await 'grep -q "^TracerPid:.[1-9]" "/proc/$pid/status"'
	echo late | ask "$(port_of cat)" >late.out &
	late=$!
	await '[ "$(ps -o pid= --ppid "$pid" | wc -l)" = 2 ]'
	kill "-$signal" "$pid"
	await 'grep -q stopping spawnd.log'
	kill "$tracer" # the start goes on
	touch held/one.go
	ended "$signal in the middle of a start: it ends"
	wait "$late"
	wait "$tracer" 2>/dev/null
	if [ "$signal" = TERM ]; then
		is "$(cat late.out)" late 'TERM: who was about to be served is served'
		like "$(grep 'cat: end' spawnd.log)" ' exit=0 ' 'with its record'
	else
		is "$(cat late.out)" '' 'INT: who was about to be served gets the end'
		like "$(grep 'cat: end' spawnd.log)" 'cat: end id=2 .* signal=TERM ' 'with its record'
	fi
done
done_testing
