#!/bin/sh
# SPDX-License-Identifier: MIT
# A daemon that gets no process, or no memory: it pauses, says so once, does not spin
# and does not end; when there is some again it goes on, and who waited is served.
. "$(dirname "$0")/../lib.sh"

mkdir held && chmod 777 held
cp "$spawnd" daemon

# How many wait in the backlog or as the one that is kept; all have sent what they say.
ask_all() { # FIRST LAST
	for i in $(seq "$1" "$2"); do
		echo "c$i" | ask "$port" >"c$i.out" &
		eval "client_$i=$!"
	done
}

all_served() { # FIRST LAST NAME
	for i in $(seq "$1" "$2"); do
		touch "held/c$i.go"
	done
	for i in $(seq "$1" "$2"); do
		eval "wait \$client_$i"
		[ "$(cat "c$i.out")" = "c$i" ] || break
	done
	is "$(cat "c$i.out")" "c$2" "$3"
}

# Of an ordinary user all processes count, the daemon too.
uid=$((30000 + $$ % 20000))
start_as setpriv --reuid="$uid" --regid="$uid" --clear-groups \
	"$tmp/daemon" -l 127.0.0.1:0 -- "$tools/hold" "$tmp/held"
port=$(port_of hold)
before=$(descriptors)
# By its own account: root is not allowed to everywhere.
setpriv --reuid="$uid" --regid="$uid" --clear-groups prlimit --pid "$pid" --nproc=4:
used=$(ticks)
ask_all 1 8
await '[ "$(find held -name "*.on" | wc -l)" = 3 ]'
await 'grep -q "hold: cannot start a command: Resource temporarily unavailable; pausing" spawnd.log'
is "$(ss -Hltn "sport = :$port" | grep -c LISTEN) $(find held -name '*.on' | wc -l)" '1 3' \
	'three processes for eight clients: three are served, it listens still'
touch held/c1.go held/c2.go held/c3.go held/c4.go
await '[ "$(find held -name "*.on" | wc -l)" -ge 4 ]'
ok 0 'with the next free one it goes on by itself'
all_served 1 8 'and in the end all are served'
used=$(($(ticks) - used))
[ "$used" -lt 20 ]
ok $? "without spinning ($used ticks)"
await '[ "$(grep -c "hold: end .* exit=0 " spawnd.log)" = 8 ]'
unlike "$(cat spawnd.log)" 'failed=' 'no client was lost by it'
calm "$before"
stop
is "$status" 0 'it stops with status 0'

# No memory.  (A sanitizer takes terabytes of address space at its start.)
if grep -aq __asan_init "$spawnd"; then
	done_testing
fi
rm -f held/*
: >spawnd.log
start -l 127.0.0.1:0 -u "$uid:$uid" -s max_connections=infinity -- "$tools/hold" "$tmp/held"
port=$(port_of hold)
before=$(descriptors)
ask_all 1 1
await '[ -e held/c1.on ]'
# As much as it has, and a little for some of them.
size=$(sed -n 's/^VmSize:[^0-9]*\([0-9]*\) kB$/\1/p' "/proc/$pid/status")
prlimit --pid "$pid" --as="$(((size + 128) * 1024)):"
mkfifo idle
"$tools/client" idle "$port" 700 <idle >idle.out &
exec 3>idle
await 'grep -q "hold: cannot .*: Cannot allocate memory; pausing" spawnd.log'
used=$(ticks)
ok 0 'no memory: it says so'
running=$(ps -o pid= --ppid "$pid" | wc -l)
[ "$running" -gt 1 ] && [ "$running" -lt 700 ]
ok $? "and lives, with what it has ($running of 701)"
await 'grep -q ready idle.out'
is "$(ss -Hltn "sport = :$port" | grep -c LISTEN)" 1 'it listens still'
touch held/c1.go
await 'grep -q "hold: end .* exit=0 " spawnd.log'
ok 0 'what ends is recorded'
used=$(($(ticks) - used))
[ "$used" -lt 20 ]
ok $? "it does not spin ($used ticks)"
prlimit --pid "$pid" --as=unlimited:
await '[ "$(ps -o pid= --ppid "$pid" | wc -l)" = 700 ]'
ok 0 'when there is some, all are served'
unlike "$(cat spawnd.log)" 'failed=' 'no client was lost by it'
touch held/.go
exec 3>&-
await '[ "$(grep -c "hold: end" spawnd.log)" = 701 ]'
calm "$before"
done_testing
