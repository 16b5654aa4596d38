#!/bin/sh
# SPDX-License-Identifier: MIT
# A client that was accepted is not lost when no process can be had for it: it is
# kept, and served after the pause.
. "$(dirname "$0")/../lib.sh"

start -l 127.0.0.1:0 -u nobody -- cat
port=$(port_of cat)
told=0
for error in EAGAIN ENOMEM; do
	rm -f trace
	strace -p "$pid" -o trace -e trace=clone -e "inject=clone:error=$error:when=1..3" \
		2>strace.log &
	tracer=$!
	await '! grep -q "^TracerPid:.0$" "/proc/$pid/status"'
	used=$(ticks)
	echo first | ask "$port" >first.out &
	first=$!
	await 'grep -q INJECTED trace'
	echo second | ask "$port" >second.out &
	second=$!
	await '[ "$(grep -c INJECTED trace)" -ge 2 ]'
	is "$(ss -Hltn "sport = :$port" | grep -c LISTEN)" 1 "$error: it listens still"
	wait "$first" "$second"
	is "$(cat first.out second.out | tr '\n' ' ')" 'first second ' 'both are served'
	used=$(($(ticks) - used))
	[ "$used" -lt 10 ]
	ok $? "without spinning ($used ticks)"
	kill "$tracer"
	wait "$tracer" 2>/dev/null
	told=$((told + 1))
	is "$(grep -c 'cannot start a command' spawnd.log)" "$told" 'one line told of it'
done
like "$(cat spawnd.log)" 'cannot start a command: Resource temporarily unavailable' \
	'EAGAIN is told as what it is'
like "$(cat spawnd.log)" 'cannot start a command: Cannot allocate memory' \
	'and so is ENOMEM'
is "$(grep -c 'clients are served again' spawnd.log)" 2 'the end is told, too'

stop
is "$status" 0 'it stops'

# Told to stop meanwhile, it does.  (No search for leaks works under strace.)
start_as env ASAN_OPTIONS=detect_leaks=0 "$spawnd" -l 127.0.0.1:0 -u nobody -- cat
strace -p "$pid" -o trace -e trace=clone -e inject=clone:error=EAGAIN 2>strace.log &
await '! grep -q "^TracerPid:.0$" "/proc/$pid/status"'
"$tools/client" end "$(port_of cat)" >kept.out &
client=$!
await '[ "$(grep -c "cannot start a command" spawnd.log)" = 3 ]'
stop
is "$status" 0 'it stops while a client is kept'
wait "$client"
like "$(cat kept.out)" '^(eof|reset)$' 'and the client sees that'
done_testing
