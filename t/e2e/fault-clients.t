#!/bin/sh
# SPDX-License-Identifier: MIT
# Clients that read a byte now and then, that never read, that never send, and that
# close one half first: the command sees what TCP says, nobody else waits for them.
. "$(dirname "$0")/../lib.sh"

mkdir told && chmod 777 told
cat >spawnd.conf <<EOF
[global]
stderr = null
[much]
user = alice
listen = 127.0.0.1:0 $tmp/much.sock
command = /usr/bin/head -c 8388608 /dev/zero
[never]
user = alice
listen = 127.0.0.1:0 $tmp/never.sock
time_limit = 500ms
command = /usr/bin/head -c 8388608 /dev/zero
[half]
user = bob
listen = 127.0.0.1:0 $tmp/half.sock
command = $tools/half $tmp/told/late
[silent]
user = grace
listen = 127.0.0.1:0
max_connections = 3
command = /bin/cat
EOF
start
before=$(descriptors)

# A byte for each line that it is told to read, then the rest.
for at in "$(port_of much)" "$tmp/much.sock"; do
	mkfifo slow
	"$tools/rude" slow "$at" <slow >slow.out &
	slow=$!
	exec 3>slow
	await 'grep -q ready slow.out'
	records=$(grep -c 'much: end' spawnd.log)
	for i in 1 2 3 4 5 6 7 8 9 10; do
		echo >&3
		is "$(echo "$i" | ask "$(port_of silent)")" "$i" "a slow reader, $i: others do not wait"
	done
	is "$(grep -c 'much: end' spawnd.log)" "$records" 'its command waits for it'
	exec 3>&-
	wait "$slow"
	is "$(tail -n 1 slow.out)" 8388608 'and when it reads, all is there'
	await "[ \"\$(grep -c 'much: end' spawnd.log)\" -gt $records ]"
	like "$(grep 'much: end' spawnd.log | tail -n 1)" ' exit=0 ' 'and the command has done'
	rm slow
done

# Who never reads ends by the limit of time.
for at in "$(port_of never)" "$tmp/never.sock"; do
	mkfifo never
	records=$(grep -c 'never: end' spawnd.log)
	"$tools/client" idle "$at" 1 <never >never.out &
	idle=$!
	exec 3>never
	await "[ \"\$(grep -c 'never: end' spawnd.log)\" -gt $records ]"
	like "$(grep 'never: end' spawnd.log | tail -n 1)" ' timeout=TERM ' \
		'who never reads ends by the time limit'
	exec 3>&-
	wait "$idle"
	rm never
done
calm "$before"

# The client closes its half first: spawn-stdio shows that.  Here the command does.
for at in "$(port_of half)" "$tmp/half.sock"; do
	rm -f told/*
	is "$("$tools/rude" late "$at" 'and that is why')" 'over to you
sent' 'a command that closes its half first: the client sees the end, and goes on'
	await '[ -e told/late.end ]'
	is "$(cat told/late)" 'and that is why' 'the command has it, up to the end'
done
is "$("$tools/client" end "$(port_of half)")" 'over to you
eof' 'both close: the end'
await '[ "$(grep -c "half: end .* exit=0 " spawnd.log)" = 3 ]'
calm "$before"

# At capacity with clients that never send: one leaves, one gets in.
for i in 1 2 3; do
	mkfifo "silent.$i"
	"$tools/client" idle "$(port_of silent)" 1 <"silent.$i" >"silent.$i.out" &
done
exec 3>silent.1 4>silent.2 5>silent.3
await '[ "$(cat silent.?.out | grep -c ready)" = 3 ]'
await '[ "$(ps -o pid= --ppid "$pid" | wc -l)" = 3 ]'
records=$(grep -c 'silent: end' spawnd.log)
(
	exec 3>&- 4>&- 5>&-
	echo patience | ask "$(port_of silent)" >patience.out
) &
patience=$!
await '[ "$(ss -Htn state close-wait "sport = :$(port_of silent)" | wc -l)" = 1 ]'
"$tools/client" end "$(port_of never)" >/dev/null # a turn of the loop
is "$(wc -c <patience.out) $(grep -c 'silent: end' spawnd.log)" "0 $records" \
	'three say nothing, the fourth waits'
exec 4>&-
wait "$patience"
is "$(cat patience.out)" patience 'one of them leaves, and it is served'
await '[ "$(grep -c "silent: end" spawnd.log)" = $((records + 2)) ]'
is "$(ps -o pid= --ppid "$pid" | wc -l)" 2 'the others are left alone'
exec 3>&- 5>&-
calm "$before"
done_testing
