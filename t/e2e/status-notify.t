#!/bin/sh
# SPDX-License-Identifier: MIT
# The service manager is told of READY, RELOADING, STATUS and STOPPING, in their order,
# also over an abstract socket; one that does not read holds nothing up.
. "$(dirname "$0")/../reload.sh"
. "$(dirname "$0")/../lib.sh"

mkdir held && chmod 777 held
write() {
	cat >spawnd.conf <<-EOT
	[hold]
	listen = $tmp/hold.sock
	command = $tools/hold $tmp/held
	user = nobody
	[absent]
	listen = $tmp/absent.sock
	command = $tmp/absent
	user = bob
	retry_delay = 1h
	retry_delay_max = 1h
	EOT
}

manager=
begin() { # ADDRESS [FILE]: a manager and a daemon
	rm -f told
	: >spawnd.log
	"$tools/manager" "$@" >told &
	manager=$!
	await 'grep -qs bound told'
	NOTIFY_SOCKET=$1 "$spawnd" -c "$tmp/spawnd.conf" 2>>spawnd.log &
	pid=$!
	await 'grep -q "serves . services" spawnd.log'
}
finish() {
	kill "$manager"
	wait "$manager" 2>/dev/null
}
told() { tail -n "+$(($1 + 1))" told | head -n 1; } # the message with that number

# Whoever has waited for READY, or for -d, finds in the log what there is to say until
# then, however long that takes to write.
# A leak cannot be looked for under strace.
slowly='env ASAN_OPTIONS=detect_leaks=0 strace -D -f -o trace -e trace=writev
	-e inject=writev:delay_enter=300000'
last() { tail -n 1 "$1" | sed 's/.*\]: //; s/ in .*//'; }
: >spawnd.log
# shellcheck disable=SC2086 # words
start_as $slowly "$spawnd" -l 127.0.0.1:0 -u nobody -- cat
like "$(last spawnd.log)" '^serves 1 services' 'READY comes behind the log'
kill -HUP "$pid"
await '[ "$(grep -c READY=1 notify.log)" = 2 ]'
is "$(last spawnd.log)" 'reloaded 1 services' '... also at a reload'
stop
# shellcheck disable=SC2086 # words
$slowly "$spawnd" -d -l 127.0.0.1:0 -u nobody -s "log=file:$tmp/detached.log" -s "pid_file=$tmp/pid" -- cat
like "$(last detached.log)" '^serves 1 services' 'so does the end of -d'
kill "$(cat pid)"
await '[ ! -e pid ]'

write
begin "@spawnd-test-$$"
await '[ "$(wc -l <told)" = 2 ]'
is "$(told 1)" 'READY=1|STATUS=Serving 2 services, 0 commands, 0 paused' 'READY and STATUS'

echo a | ask_unix hold.sock >a.out &
a=$!
await '[ "$(wc -l <told)" = 3 ]'
is "$(told 2)" 'STATUS=Serving 2 services, 1 commands, 0 paused' 'a command'
nc -NU absent.sock </dev/null
await '[ "$(wc -l <told)" = 4 ]'
is "$(told 3)" 'STATUS=Serving 2 services, 1 commands, 1 paused' 'a pause'

now() { awk '{ printf "%.0f\n", $1 * 1000000 }' /proc/uptime; }
write
sed -i '/\[absent\]/a enabled = no' spawnd.conf
from=$(now)
reload
to=$(now)
await '[ "$(wc -l <told)" = 6 ]'
like "$(told 4)" '^RELOADING=1\|MONOTONIC_USEC=[0-9]+$' 'a reload begins'
at=$(told 4 | sed 's/.*=//')
# The clock of /proc/uptime counts sleep too, and in hundredths.
[ "$at" -le "$((to + 20000))" ] && [ "$at" -ge "$((from - 20000))" ]
ok $? "... at a time of CLOCK_MONOTONIC ($from <= $at <= $to)"
is "$(told 5)" 'READY=1|STATUS=Serving 1 services, 1 commands, 0 paused' 'and ends'
echo nonsense >>spawnd.conf
reload_fails 'a bad one'
await '[ "$(wc -l <told)" = 8 ]'
like "$(told 6)" '^RELOADING=1\|MONOTONIC_USEC=' '... begins'
is "$(told 7)" 'READY=1|STATUS=Serving 1 services, 1 commands, 0 paused; the last reload failed' '... and ends'

kill -TERM "$pid"
await '[ "$(wc -l <told)" = 9 ]'
is "$(told 8)" 'STOPPING=1|EXTEND_TIMEOUT_USEC=15000000|STATUS=Waiting for 1 commands to finish' 'STOPPING'
touch held/a.go
wait "$a" "$pid"
pid=
is "$(tail -n +2 told | wc -l)" 8 'and that was all'
finish

# A manager that does not read: its queue fills, and everything goes on.
write
begin "$tmp/full.sock" "$tmp/reads"
queue=$(cat /proc/sys/net/unix/max_dgram_qlen)
for i in $(seq $((queue + 15))); do
	reload
done
before=$(descriptors)
echo b | ask_unix hold.sock >b.out &
b=$!
await '[ -e held/b.on ]'
touch held/b.go
wait "$b"
is "$(cat b.out)" b 'a manager that does not read: clients are served'
reload
used=$(ticks)
reload
calm "$before"
[ $(($(ticks) - used)) -lt 10 ]
ok $? '... without spinning'
kill -TERM "$pid"
wait "$pid"
is $? 0 '... it stops, and waits for nobody'
pid=
finish

# And one that reads again gets the latest, in its order.
rm -f full.sock reads
begin "$tmp/full.sock" "$tmp/reads"
for i in $(seq $((queue + 5))); do
	reload
done
touch reads
await 'tail -n 1 told | grep -q ^READY=1'
[ "$(tail -n 2 told | cut -c1-11 | xargs)" = 'RELOADING=1 READY=1|STA' ]
ok $? 'one that reads again learns how it is now'
kill -TERM "$pid"
wait "$pid"
pid=
await 'tail -n 1 told | grep -q ^STOPPING=1'
ok 0 '... and that it stops'
finish

# What is no address is none.
for address in '' relative @ / "/$(printf %0120d 0)" "$tmp/nobody"; do
	: >spawnd.log
	NOTIFY_SOCKET=$address "$spawnd" -c "$tmp/spawnd.conf" 2>>spawnd.log &
	pid=$!
	await 'grep -q "serves . services" spawnd.log'
	reload
	kill -TERM "$pid"
	wait "$pid"
	is $? 0 "NOTIFY_SOCKET=$(echo "$address" | sed "s,$tmp,," | cut -c1-20): it serves and stops"
	pid=
done
done_testing
