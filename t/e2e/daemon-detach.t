#!/bin/sh
# SPDX-License-Identifier: MIT
# -d: when the command returns, all listeners answer and the pid file is there; what
# goes on has a session of its own and nothing of its starter.
[ -n "${REAPED:-}" ] || REAPED=1 exec "${TOOLS:?}/reaper" "$0"
. "$(dirname "$0")/../lib.sh"

cp "$tools/context" .
cp "$spawnd" daemon
cat >spawnd.conf <<EOF
[global]
user = nobody
pid_file = $tmp/x.pid
log = file:$tmp/log
[cat]
listen = $tmp/cat.sock 127.0.0.1:0
command = cat
[context]
user = alice
listen = $tmp/context.sock
command = $tmp/context
EOF

# Its exit status is in $status, what it says in "out".
detach() { # [STARTER...]
	timeout -s KILL 20 "$@" ./daemon -d -c spawnd.conf >out 2>&1
	status=$?
	pid=$(cat x.pid 2>/dev/null)
}

finish() { # NAME
	kill "$(cat x.pid)"
	await '! kill -0 "$pid" 2>/dev/null'
	[ ! -e x.pid ] && [ ! -e cat.sock ]
	ok $? "$1: kill \$(cat x.pid) ends it, and its files are gone"
	pid=
}

audit() { # NAME
	is "$(echo x | ask_unix cat.sock)" x "$1: it serves"
	is "$(for i in 0 1 2; do readlink "/proc/$pid/fd/$i"; done | sort | uniq -c |
		sed 's/^ *//')" '3 /dev/null' "$1: its stdio is /dev/null"
	is "$(find "/proc/$pid/fd" -lname 'pipe:*' -o -lname '*/out' -o -lname '/dev/pts/*')" '' \
		"$1: it holds nothing else"
	is "$(ps -o pid=,sid=,pgid=,tty= "$pid" | tr -s ' ' | sed 's/^ //')" \
		"$pid $pid $pid ?" "$1: it leads a session without a terminal"
	is "$(readlink "/proc/$pid/cwd")" / "$1: it stands in /"
	seen=$(ask_unix context.sock </dev/null)
	is "$(printf '%s\n' "$seen" | sed -n 's/^fd //p' | sed 's/\[.*//')" \
		'0 blocking socket:
1 blocking socket:
2 blocking socket:' "$1: a command has its connection and no other descriptor"
	is "$(printf '%s\n' "$seen" | sed -n 's/^tty //p')" ENXIO "$1: ... and no terminal"
}

detach
is "$status" 0 'the status is 0'
is "$(echo x | ask "$(sed -n 's/.*: cat: listens on .*:\([0-9]*\)$/\1/p' log)")" x \
	'all listeners answer, at once'
is "$(sed -n 's/.* spawnd\[\([0-9]*\)\]: .* listens on .*/\1/p' log | uniq -c | sed 's/^ *//')" \
	"3 $pid" 'what it logs has its pid'
audit plain
await '[ -z "$(ps -o pid= --ppid "$pid")" ]'
before=$(descriptors)
said=$(timeout -s KILL 20 ./daemon -d -c spawnd.conf 2>&1)
like "$? $said" "^3 .*$tmp/x.pid is locked by the spawnd with pid $pid\$" 'a second one does not'
calm "$before"
finish plain

# Whoever reads all that it writes has the end of it.
for i in '' '2>&1' '>/dev/null 2>&1'; do
	timeout -s KILL 20 sh -c "out=\$(./daemon -d -c spawnd.conf 2>/dev/null $i)"
	is "$?" 0 "\$(spawnd -d $i) does not hang"
	pid=$(cat x.pid)
	finish "\$(... $i)"
done

for i in '<&-' '>&-' '2>&-' '<&- >&- 2>&-' '<&- >&- 2>&- 3>/dev/null'; do
	eval "./daemon -d -c spawnd.conf >/dev/null 2>&1 $i"
	is $? 0 "started with $i"
	pid=$(cat x.pid)
	audit "started with $i"
	finish "started with $i"
done

detach "$tools/starter" -i -b -p
is "$status" 0 'with all signals ignored and blocked'
audit 'odd signals'
finish 'odd signals'

# From a terminal, that is gone afterwards.
cat >run <<'EOT'
#!/bin/sh
./context >context.log
./daemon -d -c spawnd.conf
echo $? >run.status
EOT
chmod 755 run
script -qec ./run /dev/null >/dev/null 2>&1 </dev/null
is "$(sed -n 's/^tty //p' context.log) $(cat run.status)" 'yes 0' 'from a terminal'
pid=$(cat x.pid)
audit 'from a terminal'
finish 'from a terminal'

# systemd is told whom to watch, before it is told the rest.
nc -lkuU notify >notify.log 2>/dev/null &
ear=$!
await '[ -S notify ]'
detach env NOTIFY_SOCKET="$tmp/notify"
await 'grep -q READY=1 notify.log'
is "$(sed -n 's/READY/\nREADY/; s/STATUS.*//; p' notify.log | grep -o 'MAINPID=[0-9]*\|READY=1')" \
	"MAINPID=$pid
READY=1" 'systemd is told which process it is'
finish notify
kill "$ear"
ear=
start
unlike "$(cat notify.log)" MAINPID '... but only then'
done_testing
