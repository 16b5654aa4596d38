#!/bin/sh
# SPDX-License-Identifier: MIT
# Ten thousand clients that are gone before or while they are served, over TCP and a
# Unix socket, also while the daemon stands still: each has its record, no slot is
# lost, nobody who stays loses a byte.
. "$(dirname "$0")/../lib.sh"

cat >spawnd.conf <<EOF
[global]
user = nobody
max_connections = 20
[tcp]
listen = 127.0.0.1:0
command = /bin/cat
[path]
listen = $tmp/path.sock
command = /bin/cat
[full]
listen = 127.0.0.1:0
max_connections = 1
when_full = refuse
refuse = "come back later\n"
command = /bin/cat
EOF
start
before=$(descriptors)
port=$(port_of tcp)

records() { grep -c ': end id=' spawnd.log; }

is "$("$tools/rude" resets "$port" 2000)" 2000 '2,000 reset when they are connected'
is "$("$tools/rude" resets "$tmp/path.sock" 2000)" 2000 'so do 2,000 over a Unix socket'
is "$("$tools/rude" served "$port" 500)" 500 '500 reset when they have had an answer'
is "$("$tools/rude" served "$tmp/path.sock" 500)" 500 'and 500 over the Unix socket'
await '[ "$(records)" = 5000 ]'
is "$(grep -c 'end id=.* \(exit=[01]\|signal=PIPE\) ' spawnd.log)" 5000 \
	'each has a record of a command that ran'
is "$(sed -n 's/.* end id=\([0-9]*\) .*/\1/p' spawnd.log | sort -u | wc -l)" 5000 \
	'and a number of its own'

mkfifo hold
"$tools/client" idle "$(port_of full)" 1 <hold >idle.out &
exec 3>hold
await '[ "$(ps -o pid= --ppid "$pid" | wc -l)" = 1 ]'
is "$("$tools/rude" resets "$(port_of full)" 5000)" 5000 '5,000 reset where all are refused'
is "$("$tools/client" end "$(port_of full)")" 'come back later
eof' 'and who stays is told so'
exec 3>&-
await '[ "$(records)" = 5001 ]'
unlike "$(cat spawnd.log)" 'cannot|pausing|failed=' 'nothing failed for any of it'
calm "$before"

# The daemon finds them all in its backlog when it goes on: gone, half closed, waiting.
kill -STOP "$pid"
await 'grep -q "^State:.T" "/proc/$pid/status"'
is "$("$tools/client" reset "$port" 100)$("$tools/client" reset "$tmp/path.sock" 100)" 100100 \
	'a daemon that is stopped: a hundred come and go at each socket'
: >clients
for i in $(seq 10); do
	echo "half $i" | ask "$port" >"half.$i" &
	"$tools/client" end "$port" >"closed.$i" </dev/null &
	echo $! >>clients
done
await '[ "$(ss -Htn state close-wait "sport = :$port" | wc -l)" = 10 ]'
await '[ "$(ss -Htn state established "sport = :$port" | wc -l)" = 10 ]'
is "$("$tools/client" reset "$port" 100)" 100 'and as many behind those who stay'
kill -CONT "$pid"
await '[ "$(cat half.* | wc -l)" = 10 ]'
is "$(cat half.* | sort -k 2n | tr '\n' ' ')" \
	"$(seq 10 | sed 's/^/half /' | tr '\n' ' ')" 'who half closed has the answer'
await '[ "$(ps -o pid= --ppid "$pid" | wc -l)" = 10 ]'
# shellcheck disable=SC2046 # a list of numbers
kill $(cat clients)
await '[ "$(records)" = 5321 ]'
is "$(echo next | ask "$port")" next 'when they leave, the next one is served'
calm "$before"
done_testing
