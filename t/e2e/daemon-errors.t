#!/bin/sh
# SPDX-License-Identifier: MIT
# -d: what keeps the child from serving is told by its starter, on standard error and
# by its status; and a child whose starter is gone does not serve.
[ -n "${REAPED:-}" ] || REAPED=1 exec "${TOOLS:?}/reaper" "$0"
. "$(dirname "$0")/../lib.sh"

mkdir slow
conf() { # ADDRESS
	printf '[global]\nuser = nobody\npid_file = %s/x.pid\nlog = file:%s/log\n[cat]\ncommand = cat\nlisten = %s\n' \
		"$tmp" "$tmp" "$1" >spawnd.conf
}

fails() { # STATUS REASON NAME COMMAND...
	expected=$1 reason=$2 name=$3
	shift 3
	said=$(timeout -s KILL 20 "$@" "$spawnd" -d -c spawnd.conf 2>&1)
	is $? "$expected" "$name: status $expected"
	like "$said" "$reason" "$name: and why"
	[ ! -e x.pid ]
	ok $? "$name: no pid file is left"
}

conf 127.0.0.1:x
fails 1 "^$tmp/spawnd.conf:7: cat: listen: " 'an error of the configuration' env
conf "$tmp/slow"
fails 3 "cannot listen on $tmp/slow: something that is no socket" 'no listener' env
conf "$tmp/none/x.sock"
fails 3 "cannot listen on $tmp/none/x.sock: No such file or directory" 'no directory' env
nc -lkU "$tmp/taken" >/dev/null &
await '[ -S taken ]'
conf "$tmp/first.sock $tmp/taken"
fails 3 "cannot listen on $tmp/taken: Address already in use" 'one of two listeners' env
[ ! -e first.sock ]
ok $? '... the other one is closed again'
conf "$tmp/x.sock"
fails 3 '^spawnd: process 1 cannot detach' 'in a container' unshare --pid --fork

# A child that takes long: it is stopped when it begins to listen.
conf "127.0.0.1:0 $tmp/slow/x.sock"
begin() {
	strace -D -f -q -o trace -e trace=listen -e inject=listen:signal=STOP:when=1 \
		"$spawnd" -d -c spawnd.conf 2>err &
	starter=$!
	await '[ -s x.pid ]'
	child=$(cat x.pid)
	await 'case $(ps -o stat= "$child") in [tT]*) ;; *) false ;; esac'
	is "$(ps -o ppid= "$child" | tr -d ' ')" "$starter" "$1: the starter waits for the child"
}
# No search for leaks works under strace.
export ASAN_OPTIONS=detect_leaks=0

begin 'a killed child'
kill -KILL "$child"
wait "$starter"
is $? 137 'the child is killed: 128 and the signal'
rm x.pid

for signal in TERM INT HUP QUIT KILL; do
	rm -f log
	begin "$signal"
	kill -$signal "$starter"
	wait "$starter" 2>/dev/null
	[ $? -gt 128 ]
	ok $? "$signal ends the starter"
	kill -CONT "$child"
	await '! kill -0 "$child" 2>/dev/null'
	[ ! -e x.pid ] && [ ! -e slow/x.sock ]
	ok $? "$signal: ... and so the child, with all that it had"
	like "$(cat log)" "spawnd\[$child\]: cat: listens on $tmp/slow/x.sock" \
		"$signal: ... which was about to serve"
done
done_testing
