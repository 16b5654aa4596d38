#!/bin/sh
# SPDX-License-Identifier: MIT
# max_connections commands run, and not one more: the next client waits in the
# backlog with what it sent, and is served when one of them ends.
. "$(dirname "$0")/../lib.sh"

# Those of the other service end beside, and are no matter here.
running() { ps -o comm= --ppid "$pid" | grep -cx hold; }

client() { # NAME: asks in the background
	echo "$1" | ask "$port" >"$1.out" &
	eval "client_$1=$!"
}

# N clients are served, two more wait and come in turn.
check() { # N HOW
	rm -rf held && mkdir held && chmod 777 held
	port=$(port_of hold)
	before=$(descriptors)
	n=1
	while [ "$n" -le "$1" ]; do
		client "c$n"
		await "[ -e held/c$n.on ]"
		n=$((n + 1))
	done
	client next
	# It is connected, with its bytes on their way.
	await '[ "$(ss -Htn state close-wait "sport = :$port" | wc -l)" = '"$(($1 + 1))"' ]'
	client last
	await '[ "$(ss -Htn state close-wait "sport = :$port" | wc -l)" = '"$(($1 + 2))"' ]'
	# A turn of the loop after both: a client of the other service.
	echo x | ask "$(port_of other)" >/dev/null
	is "$(running) $(find held -name '*.on' | wc -l)" "$1 $1" "$2: $1 run, two wait"
	touch held/c1.go
	wait "$client_c1"
	is "$(cat c1.out)" c1 'one ends'
	await '[ "$(find held -name "*.on" | wc -l)" = '"$(($1 + 1))"' ]'
	is "$(running)" "$1" 'one of the two is served instead'
	n=2
	while [ "$n" -le "$1" ]; do
		touch "held/c$n.go"
		n=$((n + 1))
	done
	touch held/next.go held/last.go
	wait "$client_next"
	wait "$client_last"
	is "$(cat next.out last.out)" "next
last" 'who waited has lost nothing'
	calm "$before"
	stop
	is "$status" 0 'and it stops'
}

other='[other]
listen = 127.0.0.1:0
command = /bin/cat'

for max in 1 2 5; do
	cat >spawnd.conf <<-EOF
	[global]
	user = nobody
	[hold]
	listen = 127.0.0.1:0
	command = $tools/hold $tmp/held
	max_connections = $max
	$other
	EOF
	start
	check "$max" 'in the service'
done

cat >spawnd.conf <<EOF
[global]
user = nobody
max_connections = 2
[hold]
listen = 127.0.0.1:0
command = $tools/hold $tmp/held
$other
EOF
start
check 2 'in [global]'

cat >spawnd.conf <<EOF
[global]
user = nobody
[hold]
listen = 127.0.0.1:0
command = $tools/hold $tmp/held
$other
EOF
start -c "$tmp/spawnd.conf" -s max_connections=2
check 2 'as -s beside -c'

cat >spawnd.conf <<EOF
[global]
user = nobody
max_connections = 5
[hold]
listen = 127.0.0.1:0
command = $tools/hold $tmp/held
max_connections = 2
$other
EOF
start
check 2 'the service before [global]'
done_testing
