#!/bin/sh
# SPDX-License-Identifier: MIT
# The ports of a service are served in turn, also where there is room for one client at a
# time: nobody who comes again and again keeps another port waiting.
. "$(dirname "$0")/../reload.sh"
. "$(dirname "$0")/../lib.sh"

port=$(free_ports 3)
mkfifo go
cat >spawnd.conf <<EOF
[range]
listen = 127.0.0.1:$port
command = sh -c "echo \$((TCPLOCALPORT - $port)) >>$tmp/served; read -r _ <$tmp/go"
user = alice
max_connections = 1
EOF
: >served
chmod 666 served go
start
# A single one is watched otherwise, and so no more.
sed -i 's/^listen.*/&-'"$((port + 2))/" spawnd.conf
reloaded 'one port becomes three'
before=$(descriptors)

# Four clients at each port.
exec 3<>go
clients=
for i in 0 0 0 0 1 1 1 1 2 2 2 2; do
	nc -N 127.0.0.1 $((port + i)) </dev/null >/dev/null &
	clients="$clients $!"
done
# One has its command.
waiting() { echo $(($(backlog "$port") + $(backlog $((port + 1))) + $(backlog $((port + 2))))); }
await '[ "$(waiting)" = 11 ] && [ -s served ]'
used=$(ticks)
for i in 1 2 3 4 5 6 7 8 9 10; do waiting >/dev/null; done
used=$(($(ticks) - used))
[ "$used" -lt 10 ]
ok $? "while they wait it does not spin ($used ticks)"
for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
	await '[ "$(wc -l <served)" = "$i" ]'
	echo >&3
done
# shellcheck disable=SC2086 # a list of numbers
wait $clients
is "$(wc -l <served)" 12 'all clients are served'
# The first may have been served before there were others.
is "$(sed -n 2,4p served | sort | tr -d '\n') $(sed -n 5,7p served | sort | tr -d '\n')" \
	'012 012' 'of three that are served one after the other, one is of each port'
calm "$before"
done_testing
