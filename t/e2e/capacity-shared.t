#!/bin/sh
# SPDX-License-Identifier: MIT
# max_processes bounds all services together; a slot that one gives back serves a
# client that waits at another.
. "$(dirname "$0")/../lib.sh"

mkdir held && chmod 777 held
cat >spawnd.conf <<EOF
[global]
user = nobody
max_processes = 3
[one]
listen = 127.0.0.1:0
command = $tools/hold $tmp/held
[two]
listen = 127.0.0.1:0
command = $tools/hold $tmp/held
[refuses]
listen = 127.0.0.1:0
when_full = refuse
refuse = "full\n"
command = $tools/hold $tmp/held
EOF
start
before=$(descriptors)

client() { # SERVICE NAME
	echo "$2" | ask "$(port_of "$1")" >"$2.out" &
	eval "client_$2=$!"
}

client one a
client one b
client two c
await '[ -e held/a.on ] && [ -e held/b.on ] && [ -e held/c.on ]'
client two d
client one e
await '[ "$(ss -Htn state close-wait "sport = :$(port_of two)" | wc -l)" = 2 ]'
await '[ "$(ss -Htn state close-wait "sport = :$(port_of one)" | wc -l)" = 3 ]'
# Its answer comes behind the others' in the loop.
is "$("$tools/client" end "$(port_of refuses)" | head -n 1)" full \
	'a third service refuses, though it runs nothing itself'
is "$(find held -name '*.on' | sort | tr '\n' ' ')" 'held/a.on held/b.on held/c.on ' \
	'three run, two services make their clients wait'
await 'grep -q "refuses: max_processes" spawnd.log'
like "$(cat spawnd.log)" 'one: max_processes = 3 reached; clients wait' 'one says so'
like "$(cat spawnd.log)" 'refuses: max_processes = 3 reached; clients are refused' \
	'and so does the other'

touch held/a.go
await '[ "$(find held -name "*.on" | wc -l)" = 4 ]'
ok 0 'one ends, one of them is served'
touch held/b.go held/c.go held/d.go held/e.go
for i in a b c d e; do
	eval "wait \$client_$i"
done
is "$(cat a.out b.out c.out d.out e.out | tr '\n' ' ')" 'a b c d e ' 'all had their turn'
await '[ "$(grep -c ": end id=" spawnd.log)" = 5 ]'
calm "$before"
stop

# Both can fill up alone, and then the other's client takes the next place.
rm -rf held && mkdir held && chmod 777 held
sed -i 's/max_processes = 3/max_processes = 1/' spawnd.conf
start
before=$(descriptors)
client one a
await '[ -e held/a.on ]'
client two b
await '[ "$(ss -Htn state close-wait "sport = :$(port_of two)" | wc -l)" = 1 ]'
touch held/a.go
await '[ -e held/b.on ]'
ok 0 'what ends at one makes room at the other'
touch held/b.go
wait "$client_a" "$client_b"
await '[ "$(grep -c ": end id=" spawnd.log)" = 7 ]'
calm "$before"
done_testing
