#!/bin/sh
# SPDX-License-Identifier: MIT
# USR1 writes how everything is into the log: each service in its state, with its
# addresses and its counts, and each connection once, however slowly the log is read.
. "$(dirname "$0")/../reload.sh"
. "$(dirname "$0")/../lib.sh"

mkdir held && chmod 777 held
hold() { # NAME ACCOUNT SETTING...
	name=$1 account=$2
	shift 2
	printf '[%s]\nlisten = %s/%s.sock\ncommand = %s\nuser = %s\n' "$name" "$tmp" "$name" \
		"$tools/hold $tmp/held" "$account"
	for setting; do
		echo "$setting"
	done
}
conf() {
	printf '[global]\nretry_delay = 1h\nretry_delay_max = 1h\nmax_processes = 50\n'
	printf '[serving]\nlisten = 127.0.0.1:0 [::1]:0 %s/serving.sock\n' "$tmp"
	printf 'command = cat\nuser = alice\n'
	hold full bob 'max_connections = 1' 'when_full = refuse' 'time_limit = infinity'
	printf '[absent]\nlisten = %s/absent.sock\ncommand = %s/absent\nuser = grace\n' \
		"$tmp" "$tmp"
	[ -n "${1:-}" ] || hold removed erin 'time_limit = 1h' 'kill_after = 1h' \
		'kill_signal = WINCH'
}
says() { # SERVICE: its lines
	grep "\]: $1: " report | sed "s/.*\]: $1: //"
}

conf >spawnd.conf
start
before=$(descriptors)
report
like "$(head -n 1 report)" ': report: 4 services, 0 commands of at most 50, up for [0-9]+(ms|s|us)?' \
	'it begins with all of them'
like "$(tail -n 1 report)" ': end of the report$' 'and has an end'
fresh='live=0 accepted=0 refused=0 failed=0'
is "$(says full)" "state=\"serving\" $fresh
listening on $tmp/full.sock" 'a service that nobody used yet'
is "$(says serving)" "state=\"serving\" $fresh
listening on 127.0.0.1:$(ss -Hltnp | sed -n "s/.* 127\.0\.0\.1:\([0-9]*\) .*pid=$pid,.*/\1/p")
listening on [::1]:$(ss -Hltnp | sed -n "s/.* \[::1\]:\([0-9]*\) .*pid=$pid,.*/\1/p")
listening on $tmp/serving.sock" 'one with three addresses, and the ports that were chosen'
is "$(wc -l <report)" $((2 + 4 + 3 + 3)) 'and that is all'

# Every state.
for i in 1 2 3; do
	echo "$i" | ask_unix serving.sock >/dev/null
done
echo a | ask_unix full.sock >a.out &
a=$!
await '[ -e held/a.on ]'
"$tools/client" end "$tmp/full.sock" >/dev/null
"$tools/client" end "$tmp/full.sock" >/dev/null
nc -NU absent.sock </dev/null
echo b | ask_unix removed.sock >b.out &
b=$!
await '[ -e held/b.on ]'
conf without >spawnd.conf
reloaded 'one is removed'
await 'report; says absent | grep -q 'paused_for=[1-9]''
like "$(head -n 1 report)" ': report: 3 services, 2 commands of at most 50' 'three, and one that was'
is "$(says serving | head -n 1)" \
	'state="serving" live=0 accepted=3 refused=0 failed=0' \
	'one that serves'
is "$(says full | head -n 1)" \
	'state="full" live=1 accepted=3 refused=2 (max_connections=2) failed=0' \
	'one that is full'
like "$(says absent | head -n 1)" \
	'^state="paused, its command cannot be started" paused_for=[0-9]+\.[0-9]{3}s live=0 accepted=1 refused=0 failed=1$' \
	'one that pauses for its command'
is "$(says removed | head -n 1)" \
	'state="removed" live=1 accepted=1 refused=0 failed=0' \
	'one that was removed'
is "$(says removed | grep -c listening)" 0 '... and listens no more'

# Connections.
a_pid=$(pgrep -P "$pid" -u bob)
b_pid=$(pgrep -P "$pid" -u erin)
like "$(says full | tail -n 1)" \
	"^live id=4 peer=uid:0 pid=$a_pid age=[0-9]+\.[0-9]{3}s left=infinity state=running\$" \
	'a connection without a limit'
like "$(says removed | tail -n 1)" \
	"^live id=[67] peer=uid:0 pid=$b_pid age=[0-9]+\.[0-9]{3}s left=3[56][0-9]{2}\.[0-9]{3}s state=running\$" \
	'one with its limit'
sed -i '1a removed_services = terminate' spawnd.conf
hold removed erin 'time_limit = 1h' >>spawnd.conf
reloaded 'it comes back'
conf without >spawnd.conf
sed -i '1a removed_services = terminate' spawnd.conf
reloaded 'and is removed, to be ended'
report
like "$(says removed | tail -n 1)" ' state=ending$' 'one that was told to end'
touch held/a.go held/b.go
wait "$a" "$b"

# Something is missing.
strace -p "$pid" -o trace -e trace=accept4 -e inject=accept4:error=EMFILE 2>strace.log &
tracer=$!
await '! grep -q "^TracerPid:.0$" "/proc/$pid/status"'
echo c | ask_unix serving.sock >c.out &
c=$!
await '[ "$(grep -c INJECTED trace)" -ge 2 ]'
await 'report; says serving | grep -q paused'
like "$(says serving | head -n 1)" '^state="paused, something is missing" paused_for=' \
	'one that lacks something'
kill "$tracer"
wait "$tracer" 2>/dev/null
wait "$c"
is "$(cat c.out)" c '... which passes'

# Twice: the second one begins anew.
count_before=$(grep -c 'end of the report' spawnd.log)
kill -USR1 "$pid"
kill -USR1 "$pid"
await '[ "$(grep -c "end of the report" spawnd.log)" -gt '"$count_before"' ]'
report
[ "$(grep -c ': report: ' report)" = 1 ] && [ "$(tail -n 1 report | grep -c 'end of the report')" = 1 ]
ok $? 'twice at once does no harm'
calm $((before - 1))
stop TERM

# Two thousand connections, and a log that is read slowly.
cat >many.conf <<EOT
[global]
user = nobody
[many]
listen = $tmp/many.sock
command = sleep 1000
max_connections = 3000
kill_after = 0
[other]
listen = $tmp/other.sock
command = cat
EOT
mkfifo log.fifo
perl -e 'open my $in, "<", "log.fifo"; $| = 1; while (sysread $in, my $buf, 3000) {
	print $buf; select undef, undef, undef, 0.002 }' >slow.log &
slow=$!
"$spawnd" -c "$tmp/many.conf" 2>log.fifo &
pid=$!
await '[ -S many.sock ]'
mkfifo hang
"$tools/client" idle "$tmp/many.sock" 2000 <hang >idle.out &
idle=$!
exec 8>hang
await '[ "$(pgrep -c -P "$pid" -x sleep)" = 2000 ]'
kill -USR1 "$pid"
await 'grep -q ": report: " slow.log'
is "$(echo hello | ask_unix other.sock)" hello 'clients are served meanwhile'
await 'grep -q "end of the report" slow.log'
is "$(grep -c ' many: live id=' slow.log)" 2000 'two thousand connections are reported'
is "$(sed -n 's/.* many: live id=\([0-9]*\) .*/\1/p' slow.log | sort -un | wc -l)" 2000 \
	'... each of them once'
is "$(sed -n 's/.* many: live .* pid=\([0-9]*\) .*/\1/p' slow.log | sort -un | wc -l)" 2000 \
	'... with its own pid'
like "$(grep ' many: state' slow.log)" 'state="serving" live=2000 accepted=2000 ' 'and counted'
is "$(grep -c 'lost' slow.log)" 0 'no line was lost'
exec 8>&-
kill -INT "$pid"
wait "$pid"
is $? 0 'it stops'
pid=
wait "$idle" "$slow"
done_testing
