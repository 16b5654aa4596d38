#!/bin/sh
# SPDX-License-Identifier: MIT
# Whatever the service manager has under our names: what is none that we could listen on
# is told, closed and dropped, and never keeps us from serving; and nobody can ask for
# them.
. "$(dirname "$0")/../reload.sh"
. "$(dirname "$0")/../store.sh"
. "$(dirname "$0")/../lib.sh"

a=$(free_ports 5)
b=$((a + 1)) c=$((a + 2)) d=$((a + 3)) e=$((a + 4))
one() { printf '[one]\nuser = alice\nlisten = %s\ncommand = cat\n' "$1" >spawnd.conf; }
# With sockets of any names.
serve_with() { # NAMES SOCKET...
	names=$1
	shift
	: >spawnd.log
	ready=$(grep -c READY=1 notify.log)
	NOTIFY_SOCKET=$tmp/notify FDSTORE=500 "$tools/pass" -n "$names" "$@" -- \
		${between:+sh -c "$between"} "$spawnd" -c "$tmp/spawnd.conf" 2>>spawnd.log &
	pid=$!
	await '[ "$(grep -c READY=1 notify.log)" -gt "$ready" ] || ! kill -0 "$pid" 2>/dev/null'
	kill -0 "$pid" || bail 'spawnd did not start'
}
between=

one "127.0.0.1:$a $tmp/own.sock"
chmod 644 spawnd.conf
manage
long=spawnd/$(printf '%0200d' 1)
serve_with "spawnd/1:spawnd/2:spawnd/3:spawnd/4:spawnd/:spawnd/five:spawnd/6/1/2/3:spawnd/0:\
spawnd/07:spawnd/4294967297:$long:spawnd/9:spawnd/10/1/2/3:spawnd/11.new:spawnd/12/1/2/4294967299" \
	file unbound udp connected tcp tcp tcp tcp tcp tcp tcp "unix:$tmp/nine.sock" \
	"unix:$tmp/ten.sock" "unix:$tmp/eleven.sock" "unix:$tmp/twelve.sock"
is "$(grep -c 'that the service manager has kept .*; closed$' spawnd.log)" 14 \
	'what we cannot have given is told, each in a line'
tells() { # NAME WHAT
	like "$(cat spawnd.log)" "the socket \"$1\" that the service manager has kept $2; closed$" \
		"$1 $2"
}
tells spawnd/1 'is not a socket'
tells spawnd/2 'is a socket that does not listen'
tells spawnd/3 'is a socket for datagrams, which are not served'
tells spawnd/4 'is a connection, which spawnd -i would serve'
for i in '' five 6/1/2/3 0 07 4294967297 9 11.new; do
	tells "spawnd/$i" 'has a name that this spawnd gives to no socket of that kind'
done
tells spawnd/12/1/2/4294967299 'has a name with a number that is too large'
like "$(cat spawnd.log)" "listens no more on $tmp/ten\.sock$" 'one that no service has'
[ -S nine.sock ] && [ -S ten.sock ] && [ -S eleven.sock ] && [ -S twelve.sock ]
ok $? 'no path is removed that is not known to be ours'
is "$(grep -c '^FDSTOREREMOVE=1|FDNAME=spawnd/' notify.log)" 15 'the manager is told to drop all'
is "$(echo hi | ask "$a") $(echo ho | ask_unix own.sock)" 'hi ho' 'ours are served'
is "$(names | sed 's:/11/.*:/11/FILE:;s:/12/.*:/12/FILE:' | sort | xargs)" 'spawnd/11 spawnd/12/FILE' \
	'and have numbers that none had'
end
rm ./*.sock

# One socket under two names, and two for one address.
one "127.0.0.1:$b"
between='exec 4<&3; exec "$0" "$@"'
serve_with spawnd/1:spawnd/2 "tcp:$b" closed
tells spawnd/1 'is there twice'
is "$(echo hi | ask "$b")" hi 'the one that is there twice is served'
fd=$(find "/proc/$pid/fd" -lname "socket:\[$(socket_of "$b")\]" -printf '%f')
is "$(awk '/^flags/ { print $2 }' "/proc/$pid/fdinfo/$fd")" 02004002 '... and does not block'
end
between=

# What was passed by others, before, between and behind.
one "systemd:web 127.0.0.1:$c systemd:mail"
serve_with "web:spawnd/5:mail:spawnd/6:other" "tcp:$b" "tcp:$c" "tcp:$d" "tcp:$e" tcp
is "$(echo b | ask "$b") $(echo c | ask "$c") $(echo d | ask "$d")" 'b c d' \
	'beside ours, those that are passed keep their names'
is "$(grep -c "one: listens on 127.0.0.1:$b (systemd:web)$" spawnd.log)" 1 '... the first'
is "$(grep -c "one: listens on 127.0.0.1:$d (systemd:mail)$" spawnd.log)" 1 '... and the last'
is "$(grep -c 'which was passed as descriptor 7; closed' spawnd.log)" 1 \
	'... what nobody takes of those is told as before'
nc -z 127.0.0.1 "$e"
is $? 1 '... what nobody wants of ours is closed'
kill -HUP "$pid"
await 'grep -q "reloaded 1 services" spawnd.log'
is "$(echo d | ask "$d") $(echo c | ask "$c")" 'd c' 'a reload keeps all'
end

# The next one has a network of its own.
one "127.0.0.1:$a $tmp/own.sock"
serve
end
: >spawnd.log
ready=$(grep -c READY=1 notify.log)
"$tools/store" -x "$tmp/notify" unshare --net "$spawnd" -c "$tmp/spawnd.conf" 2>>spawnd.log &
pid=$!
await '[ "$(grep -c READY=1 notify.log)" -gt "$ready" ] || ! kill -0 "$pid" 2>/dev/null'
like "$(cat spawnd.log)" 'that the service manager has kept is of another network namespace; closed$' \
	'a port of another network is not taken'
is "$(grep -c 'takes over' spawnd.log) $(echo hi | ask_unix own.sock)" '1 hi' '... but the path is'
await '[ "$(names | wc -l)" = 2 ]'
nc -z 127.0.0.1 "$a"
is $? 1 '... and it is closed there'
end

one systemd:spawnd/2
"$spawnd" -n -c spawnd.conf 2>out
is $? 1 'a service cannot ask for one of ours'
like "$(cat out)" '"systemd:spawnd/2": what is called spawnd/\.\.\. is a socket of spawnd.s own' \
	'... it is told'
one systemd:web
"$tools/pass" -n spawnd/1 "tcp:$b" -- "$spawnd" -n -c spawnd.conf
is $? 0 '-n takes none, and says nothing of them'
done_testing
