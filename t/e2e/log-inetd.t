#!/bin/sh
# SPDX-License-Identifier: MIT
# The log of -i, in a file and in syslog, which many of them share; and that of a spawnd
# that an ordinary user has started.
. "$(dirname "$0")/../log.sh"
. "$(dirname "$0")/../lib.sh"
own_places

cp "$spawnd" daemon
write() { # LOG
	cat <<-EOT
	[global]
	log = $1
	[cat]
	listen = $tmp/cat.sock
	command = cat
	${2:-user = nobody}
	[says]
	listen = $tmp/says.sock
	command = sh -c "cat; yes $(printf '%0900d' 7) | head -n 500 >&2"
	stderr = log
	${2:-user = nobody}
	EOT
}
# inetd's way: the answer is in $got, standard error in "err".
inetd() { # SERVICE
	got=$(echo hello | timeout 20 "$tools/on-socket" tcp "$spawnd" -c spawnd.conf -i "$1" 2>err)
	got="$? $got"
	complaints=$(grep -vc ': warning: ' err)
}
: >err

# A file.
write "file:$tmp/x.log" >spawnd.conf
inetd cat
is "$got, $complaints" '0 hello, 0' '-i, a file: the client is served, and standard error has nothing'
like "$(cat x.log)" '^[0-9T:.+-]+ spawnd\[[0-9]+\]: cat: end id=1 peer=127\.0\.0\.1:[0-9]+ .*exit=0' \
	'... and the file has the record'
for i in $(seq 30); do
	(inetd cat; [ "$got" = '0 hello' ] && echo served >"served.$i") &
done
wait
is "$(cat served.* | wc -l)" 30 'thirty at once: all are served'
is "$(grep -Ec '^[0-9T:.+-]+ spawnd\[[0-9]+\]: cat: end id=1 .* cpu=[0-9.]*s$' x.log) $(wc -l <x.log)" '31 31' \
	'... each has a line, which is whole'
is "$(sed -n 's/.* spawnd\[\([0-9]*\)\]: .*/\1/p' x.log | sort -u | wc -l)" 31 '... and a pid of its own'
inetd says
is "$got" '0 hello' 'stderr = log: the client is served'
await '[ "$(grep -c "says: stderr: 0*7$" x.log)" = 500 ]'
ok $? '... and the file has all that the command said'

# A file that cannot be opened costs the log, and no client.
write "file:$tmp/nowhere/x.log" >spawnd.conf
inetd cat
is "$got" '0 hello' 'no such directory: the client is served'
like "$(cat err)" "log: $tmp/nowhere/x.log: No such file or directory\$" '... and standard error has the reason'
got=$(echo hello | timeout 20 "$tools/on-socket" -2 tcp "$spawnd" -c spawnd.conf -i cat)
is "$? $got" '0 hello' '... unless that is the client'

# syslog: there, stuck, not there.
receive syslog.out /dev/log
write syslog >spawnd.conf
inetd cat
is "$got, $complaints" '0 hello, 0' '-i, syslog: the client is served'
await 'grep -Eq "^<30>.* spawnd\[[0-9]*\]: cat: end id=1 peer=127\.0\.0\.1:.* exit=0" syslog.out'
ok 0 '... and syslog has the record'
kill -STOP "$receiver"
inetd says
is "$got" '0 hello' 'a syslog that is stuck: the client is served'
like "$(cat err)" ': says: stderr: 0*7$' '... and standard error has what it did not take'
kill -CONT "$receiver"
sum() { echo "$(($(cat syslog.out err | grep -Ec 'says: (stderr: 0*7$|end id=1 )') + $(dropped syslog.out err)))"; }
await '[ "$(sum)" -ge 501 ]'
is "$(sum)" 501 '... all that was said is there, or counted'
deafen
rm -f /dev/log
inetd cat
is "$got" '0 hello' 'no syslog: the client is served'
like "$(cat err)" 'log: cannot reach /dev/log: ' '... and standard error has that'
like "$(cat err)" 'spawnd\[[0-9]+\]: cat: end id=1 ' '... and the record'
got=$(echo hello | timeout 20 "$tools/on-socket" -2 tcp "$spawnd" -c spawnd.conf -i cat)
is "$? $got" '0 hello' '... unless that is the client'

# An ordinary user, with a directory of its own.
mkdir -m 700 own
chown 2001:2001 own
served() { # COUNT
	for i in $(seq "$1"); do
		echo x | timeout 10 nc -NU own/cat.sock
	done | grep -c x
}
as_alice() { setpriv --reuid=2001 --regid=2001 --clear-groups "$@"; }
write "file:$tmp/own/x.log" 'record = all' | sed "s|^listen = $tmp|&/own|" >spawnd.conf
start_as setpriv --reuid=2001 --regid=2001 --clear-groups "$tmp/daemon" -c "$tmp/spawnd.conf"
before=$(descriptors)
is "$(served 5)" 5 'an ordinary user, a file: clients are served'
await '[ "$(ids own/x.log | wc -l)" = 5 ]'
is "$(stat -c '%a %U' own/x.log)" '640 alice' '... the file is its own'
mv own/x.log own/y.log
kill -HUP "$pid"
await 'grep -q reloaded own/x.log 2>/dev/null'
is "$(served 5)" 5 '... rotated, too'
await '[ "$(ids own/x.log own/y.log | wc -l)" = 10 ]'
is "$(twice own/x.log own/y.log)" '' '... each is told once'
mkdir -m 755 roots
ln -s "$tmp/roots/z.log" own/z.log
sed -i "s|^log = .*|log = file:$tmp/own/z.log|" spawnd.conf
kill -HUP "$pid"
await 'grep -q "reload failed" own/x.log'
like "$(cat own/x.log)" "log: $tmp/own/z\\.log: Permission denied\$" \
	'... what it may not write is refused'
receive syslog.out /dev/log
sed -i "s|^log = .*|log = syslog|" spawnd.conf
kill -HUP "$pid"
await 'grep -q "reloaded 2 services" syslog.out'
is "$(served 5)" 5 '... syslog: clients are served'
await 'grep -q "cat: end id=15 " syslog.out'
ok 0 '... and it has the records'
stop
is "$status" 0 'it stops'
deafen

# Its standard error is a pipe of root's, which it cannot open anew, and nobody reads.
mkfifo -m 600 pipe
exec 8<>pipe
sed -i "s|^log = .*|log = stderr|" spawnd.conf
start_as setpriv --reuid=2001 --regid=2001 --clear-groups sh -c '
	exec "$@" 2>&8 8<&-' sh "$tmp/daemon" -c "$tmp/spawnd.conf"
before=$(descriptors)
is "$(echo x | timeout 20 nc -NU own/says.sock)" x 'a pipe of root that nobody reads: who says a lot is served'
is "$(served 20)" 20 '... and all others'
await '[ -z "$(ps -o pid= --ppid "$pid")" ]'
used=$(ticks)
is "$(served 5)" 5 '... still'
used=$(($(ticks) - used))
[ "$used" -lt 10 ]
ok $? "... without spinning ($used ticks)"
cat <&8 >pipe.log &
reader=$!
await '[ "$(dropped pipe.log)" -gt 0 ]'
is "$(served 1)" 1 '... and when it is read again'
await 'grep -q "cat: end id=27 " pipe.log'
is "$(($(ids pipe.log | wc -l) + $(grep -c 'says: stderr: 0*7$' pipe.log) + $(dropped pipe.log)))" 527 \
	'... all that was said is there, or counted'
calm "$before"
stop
is "$status" 0 'it stops'
kill "$reader"
done_testing
