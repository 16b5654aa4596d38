#!/bin/sh
# SPDX-License-Identifier: MIT
# spawnd -i takes its connection from descriptor 0, or else from what systemd passes; it
# exits as for any other, and holds nothing open beside its command.
[ -n "${REAPED:-}" ] || REAPED=1 exec "${TOOLS:?}/reaper" "$0"
. "$(dirname "$0")/../lib.sh"

cp "$tools/context" .
cat >ends <<'EOF'
#!/bin/sh
cat
exec >&- <&- 2>&-
read -r line <"$1"
exit 0
EOF
chmod 755 ends
cat >spawnd.conf <<EOF
[global]
user = nobody
[cat]
listen = systemd:cat
command = cat
[env]
listen = 127.0.0.1:1
command = $tmp/context
[three]
listen = 127.0.0.1:2
command = /bin/sh -c "cat <&3 >&3"
pass = listen_fds
[exits]
listen = 127.0.0.1:3
command = /bin/sh -c "exit 7"
[ends]
listen = 127.0.0.1:4
command = $tmp/ends $tmp/goes-on
[fails]
listen = 127.0.0.1:5
command = $tmp/nothing
[tree]
listen = 127.0.0.1:6
command = /bin/sh -c "sleep 1000 & echo \$! >$tmp/pids/child; wait"
EOF
chmod 644 spawnd.conf
mkfifo goes-on && chmod 666 goes-on
mkdir pids && chmod 777 pids
on() { timeout 20 "$tools/on-socket" "$@"; } # OPTION... KIND COMMAND...
serve() { # SERVICE OPTION... KIND
	service=$1
	shift
	on "$@" "$spawnd" -c spawnd.conf -i "$service" 2>log
}

for kind in tcp unix; do
	for how in -3 -b; do
		is "$(echo hello | serve cat $how $kind)" hello "$kind, $how: it is served"
		serve exits $how $kind </dev/null
		is $? 7 '... spawnd exits as the command did'
	done
	is "$(echo hello | serve three -3 $kind)" hello "$kind: passed on"
	is "$(echo hello | serve three $kind)" hello "$kind: taken from descriptor 0, and passed"
	like "$(cat log)" '^[^ ]* spawnd\[[0-9]*\]: three: end id=1 .* exit=0' '... with its record'
done
seen=$(serve env -3 tcp </dev/null)
unlike "$seen" '^env LISTEN_' 'a command sees nothing of the variables'
like "$seen" '^env TCPREMOTEIP=127\.0\.0\.1$' '... but the addresses'
is "$(printf '%s\n' "$seen" | sed -n 's/^fd \([0-9]* [a-z]*\) .*/\1/p' | tr '\n' ' ')" \
	'0 blocking 1 blocking 2 blocking ' \
	'... and has the connection as its stdio, which blocks, and no more'

# The client shows what it has got when the connection ends, and nobody but the command
# has that open.
for how in -3 -b -2; do
	rm -f ended
	echo hello | serve ends "$how" tcp >ended &
	job=$!
	await '[ -s ended ]'
	ok 0 "on-socket $how: the client sees the end when the command closes its connection"
	echo go >goes-on
	wait "$job"
	is $? 0 '... and later the command ends'
done

# What is not served, and how spawnd ends then.
refused() { # STATUS REGEX NAME SERVICE OPTION... KIND
	expected=$1 text=$2 name=$3
	shift 3
	serve "$@" </dev/null >said
	is $? "$expected" "$name: the status"
	like "$(cat log)" "$text" '... and why'
}
refused 125 'cat: descriptor 3 is a listening socket, not a connection$' 'a listener' cat -3 listening
refused 125 'cat: descriptor 3 is not connected$' 'one that is not connected' cat -3 unconnected
refused 125 'cat: descriptor 3 is not a stream socket$' 'datagrams' cat -3 udp
refused 125 'descriptor 0 is not a socket, and more than one socket was passed$' 'two' cat -3 -n tcp
refused 125 'fails: end id=1 .*failed="cannot execute' 'a command that is missing' fails -3 tcp
refused 1 'there is no service "none" in ' 'a service that is missing' none -3 tcp
cp spawnd.conf good.conf
echo nonsense >>spawnd.conf
refused 1 'spawnd\.conf:[0-9]*: ' 'a bad configuration' cat -3 tcp
cp good.conf spawnd.conf
LISTEN_FDS=1 LISTEN_PID=1 "$spawnd" -c spawnd.conf -i cat </dev/null 2>log
is $? 125 'what was passed to somebody else is not taken'
like "$(cat log)" 'descriptor 0 is not a socket$' '... and why'
is "$(echo shown | on -3 -2 tcp "$spawnd" -c spawnd.conf -i cat)" shown \
	'where standard error is the connection nothing is written to it'

# Ended, it ends the tree of its command.
for signal in TERM INT HUP; do
	rm -f pids/*
	mkfifo silent
	"$tools/on-socket" -3 tcp sh -c 'echo $$ >ours; exec "$@"' sh \
		"$spawnd" -c spawnd.conf -i tree <silent 2>log &
	job=$!
	exec 9>silent
	await '[ -s pids/child ]'
	kill "-$signal" "$(cat ours)"
	exec 9>&-
	wait "$job"
	is $? 143 "$signal: it exits as its command, which TERM ended"
	child=$(cat pids/child)
	await '! ps -o stat= -p "$child" | grep -q "^[^Z]"'
	ok 0 '... and what that had started is gone'
	rm silent
done
done_testing
