#!/bin/sh
# SPDX-License-Identifier: MIT
# The pid file: it has the number of the one that serves, keeps a second one away,
# is taken over from a dead one whatever it says, and is gone at the end.
[ -n "${REAPED:-}" ] || REAPED=1 exec "${TOOLS:?}/reaper" "$0"
. "$(dirname "$0")/../lib.sh"

mkdir run
file=$tmp/run/x.pid
serve="-l $tmp/socket -u nobody -s pid_file=$file"
cp "$tools/hold" .

begin() {
	# shellcheck disable=SC2086 # several words
	start $serve "$@" -- cat
}

state() { stat -c '%i %Y %s %a' "$file" && cat "$file"; }

second() { # NAME OPTION...
	name=$1
	shift
	before=$(state)
	# shellcheck disable=SC2086
	said=$(timeout 20 "$spawnd" "$@" -l "$tmp/other" -u nobody -s "pid_file=$file" -- cat 2>&1)
	is "$?" 3 "$name: exits with status 3"
	like "$said" "spawnd\[[0-9]+\]: pid_file: $file is locked by the spawnd with pid $pid\$" \
		"$name: says who has it"
	is "$(state)" "$before" "$name: the file is untouched"
	[ ! -e other ]
	ok $? "$name: nothing is listened on"
	is "$(echo x | ask_unix socket)" x "$name: the first one serves on"
}

begin
is "$(od -c run/x.pid)" "$(echo "$pid" | od -c)" 'the file has the pid and a line end'
is "$(stat -c %a run/x.pid)" 644 '... for all to read'
second 'a second one'
second 'a second one, detached' -d
for i in -n -T; do
	before=$(state)
	# shellcheck disable=SC2086
	"$spawnd" $serve $i -- cat >/dev/null
	is "$? $(state)" "0 $before" "$i leaves it alone"
done
printf '[global]\npid_file = %s\n[cat]\nuser = nobody\nlisten = %s/i\ncommand = cat\n' \
	"$file" "$tmp" >inetd.conf
before=$(state)
is "$(echo x | "$tools/on-socket" tcp "$spawnd" -c inetd.conf -i cat 2>/dev/null)" x \
	'-i serves beside it'
is "$(state)" "$before" '... and leaves it alone'
stop
[ ! -e run/x.pid ]
ok $? 'TERM: it is gone'
is "$(ls -A run)" '' '... and nothing is left beside it'

for signal in INT QUIT; do
	begin
	stop "$signal"
	[ ! -e run/x.pid ]
	ok $? "$signal: it is gone"
done

# What cannot be listened on, ends it too.
mkdir taken
# shellcheck disable=SC2086
said=$("$spawnd" $serve -l "$tmp/taken" -- cat 2>&1)
is "$? $(ls -A run)" '3 ' 'nothing to listen on: it is gone'

# Killed, it leaves its file.  The number may be another process's by then.
begin
kill -KILL "$pid"
wait "$pid"
is "$(cat run/x.pid)" "$pid" 'killed: the file stays'
sleep 1000 &
stranger=$!
echo "$stranger" >run/x.pid
begin
is "$(cat run/x.pid)" "$pid" 'it is taken over, though the number is that of somebody'
kill -0 "$stranger"
ok $? '... who is left alone'
stop
n=0
for text in '' 'no number' '999999999999999999999\nand more\n'; do
	printf '%b' "$text" >run/x.pid
	begin
	is "$(cat run/x.pid)" "$pid" "... whatever stands in it, $((n += 1))"
	stop
done

# Ours no more: what stands there now is left alone.
begin
mv run/x.pid run/moved
echo 1 >run/x.pid
stop
is "$(cat run/x.pid)" 1 "another's file stays"
rm -f run/x.pid run/moved
begin
rm run/x.pid
stop
is "$status" 0 'removed by somebody, it is not missed'

# A link in a directory of ours is followed, and stays.
ln -s real.pid run/x.pid
begin
is "$(cat run/real.pid)" "$pid" 'a link is followed'
second 'by the link'
stop
is "$(ls run)" x.pid '... and stays, when the file is gone'
rm run/x.pid

# The umask of the starter is one for others.
start_as sh -c 'umask 077; exec "$@"' sh "$spawnd" -l "$tmp/socket" -u nobody \
	-s "pid_file=$file" -- cat
is "$(stat -c %a run/x.pid)" 644 'with any umask'
stop

# A slow end: it is there until the last command is.
mkdir held && chmod 777 held
start -l "$tmp/socket" -u nobody -s "pid_file=$file" -- "$tmp/hold" "$tmp/held"
echo a | nc -U socket >/dev/null &
await '[ -e held/a.on ]'
kill "$pid"
await 'grep -q stopping spawnd.log'
await '[ ! -e socket ]'
said=$(timeout 20 "$spawnd" -l "$tmp/other" -u nobody -s "pid_file=$file" -- cat 2>&1)
like "$? $said" "^3 .*locked by the spawnd with pid $pid" 'until the last command has ended'
: >held/a.go
stop
[ ! -e run/x.pid ]
ok $? '... and no longer'

done_testing
