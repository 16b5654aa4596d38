#!/bin/sh
# SPDX-License-Identifier: MIT
# TERM drains: nobody new is served, who is served gets the answer, then the daemon
# ends with status 0; systemd is told of READY and of STOPPING.
. "$(dirname "$0")/../lib.sh"

mkdir held && chmod 777 held
cat >spawnd.conf <<EOF
[hold]
user = nobody
listen = 127.0.0.1:0 $tmp/path.sock
command = $tools/hold $tmp/held
EOF
for signal in TERM QUIT; do
	start
	port=$(port_of hold)
	echo "a$signal" | ask "$port" >a.out &
	a=$!
	echo "b$signal" | ask_unix path.sock >b.out &
	b=$!
	await '[ -e held/a$signal.on ] && [ -e held/b$signal.on ]'
	kill "-$signal" "$pid"
	await 'grep -q STOPPING=1 notify.log'
	ok 0 "$signal: STOPPING=1 is told"
	is "$(grep -ac 'READY=1' notify.log)" 1 'after READY=1, which was told once'
	! nc -z 127.0.0.1 "$port" && [ ! -e path.sock ]
	ok $? 'new clients find nobody'
	kill -0 "$pid"
	ok $? 'it waits for those that it has'
	touch "held/a$signal.go" "held/b$signal.go"
	wait "$a" "$b"
	is "$(cat a.out b.out | tr '\n' ' ')" "a$signal b$signal " 'who have their answers'
	wait "$pid"
	is "$?" 0 'then it ends with status 0'
	pid=
	kill "$ear"
	wait "$ear" 2>/dev/null
	ear=
	is "$(grep -c 'end id=.* exit=0 ' spawnd.log)" 2 'with a record for both'
	like "$(tail -n 1 spawnd.log)" ' stopped$' 'and a last word'
	: >spawnd.log
done

# Nothing to wait for.
for signal in TERM QUIT INT; do
	start
	stop "$signal"
	is "$status" 0 "idle, $signal: it ends at once with status 0"
done
done_testing
