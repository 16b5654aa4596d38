#!/bin/sh
# SPDX-License-Identifier: MIT
# Without a free descriptor all services pause; with the next one they go on, and
# nobody who waited is lost.
. "$(dirname "$0")/../lib.sh"

mkdir held && chmod 777 held
cat >spawnd.conf <<EOF
[global]
user = nobody
[hold]
listen = 127.0.0.1:0
command = $tools/hold $tmp/held
[other]
listen = 127.0.0.1:0
command = /bin/cat
EOF
start
port=$(port_of hold)
before=$(descriptors)
highest=$(find "/proc/$pid/fd" -mindepth 1 -printf '%f\n' | sort -n | tail -n 1)

# Room for three: each that runs takes one, and a start takes two for a moment.
prlimit --pid "$pid" --nofile=$((highest + 5)):
for i in 1 2 3 4 5 6; do
	echo "c$i" | ask "$port" >"c$i.out" &
	eval "c$i=$!"
done
await 'grep -q "hold: cannot start a command" spawnd.log'
echo other | ask "$(port_of other)" >other.out &
other=$!
await 'grep -q "other: cannot accept a client: Too many open files" spawnd.log'
like "$(cat spawnd.log)" 'hold: cannot start a command: Too many open files; pausing' \
	'the reason is told as it is'
used=$(ticks)
is "$(ss -Hltn "sport = :$port or sport = :$(port_of other)" | grep -c LISTEN)" 2 \
	'both listen still'
served=$(find held -name '*.on' | wc -l)
[ "$served" -ge 1 ] && [ "$served" -lt 6 ]
ok $? "some are served ($served), some wait"

# One by one they end, and whoever waits takes the place.
for i in 1 2 3 4 5 6; do
	touch "held/c$i.go"
done
for i in 1 2 3 4 5 6; do
	eval "wait \$c$i"
done
wait "$other"
is "$(cat c1.out c2.out c3.out c4.out c5.out c6.out other.out | tr '\n' ' ')" \
	'c1 c2 c3 c4 c5 c6 other ' 'all are served in the end'
used=$(($(ticks) - used))
[ "$used" -lt 15 ]
ok $? "without spinning meanwhile ($used ticks)"
# A command that could be started is the end of one want and the beginning of the next.
[ "$(grep -c 'hold: cannot' spawnd.log)" -le 6 ]
ok $? 'no more lines tell of it than clients came'
await '[ "$(grep -c ": end id=" spawnd.log)" = 7 ]'
calm "$before"
done_testing
