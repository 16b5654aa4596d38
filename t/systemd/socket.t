#!/bin/sh
# SPDX-License-Identifier: MIT
# spawnd.socket and units like it: systemd listens, the first client starts spawnd, and no
# client is refused while it is restarted, stopped, reloaded or killed; what was passed and
# what the configuration names need not be the same.
. "$(dirname "$0")/lib.sh"
boot

mkdir "$root/opt/test"
cp "$tools/context" "$tools/loop" "$root/opt/test"
put /opt/test/says <<'END'
#!/bin/sh
echo "aside $$" >&2
echo $$
END
chmod 755 "$root/opt/test/says"
system=$root/etc/systemd/system
conf() { cat >"$root/etc/spawnd/spawnd.conf"; }
log() { journal -u spawnd.service --since "@$since"; }
mark() { since=$(inside date +%s.%N); }
main() { property spawnd.service MainPID; }
active() { [ "$(property spawnd.service ActiveState)" = active ]; }
# A copy of it with another name, as its own comment says.
add() { # NAME LINE... (of its [Socket])
	name=$1
	shift
	sed -e "s/=upper/=$name/" -e '/^ListenStream=/d' "$root/usr/local/lib/systemd/system/spawnd.socket" |
		awk -v lines="$(printf '%s\n' "$@")" '{ print } /^\[Socket\]$/ { print lines }' \
			>"$system/spawnd-$name.socket"
}

upper='[upper]
listen = systemd:upper
command = tr a-z A-Z
user = spawnd-upper'
lower='[lower]
listen = systemd:web systemd:local 127.0.0.1:7800
command = tr A-Z a-z
user = spawnd-web'
echo "$upper" | conf

# The first connection.  The sample is what the manual says: one line is another one.
inside systemctl start spawnd.socket
ok $? 'systemctl start spawnd.socket'
is "$(property spawnd.service ActiveState)" inactive 'nothing runs before the first client'
is "$(echo hi | talk 7777)" HI 'the first connection starts the service, and is served'
is "$(property spawnd.service ActiveState)" active 'which is active then'
like "$(journal -u spawnd.service)" \
	'^upper: listens on 127\.0\.0\.1:7777 \(systemd:upper\)$' 'the journal has the socket'
first=$(main)
is "$(echo more | talk 7777) $(main)" "MORE $first" 'the next one is served by the same'
is "$(inside cat "/proc/$first/status" | sed -n 's/^NoNewPrivs:\t//p')" 1 'in its sandbox'

# Stopped, the next client starts it again; twenty rounds.
good=0 pids=
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
	inside systemctl stop spawnd.service 2>/dev/null
	[ "$(property spawnd.service ActiveState)" = inactive ] || note 'it is not stopped'
	[ "$(echo "round $i" | talk 7777)" = "ROUND $i" ] && good=$((good + 1))
	pids="$pids $(main)"
done
is "$good" 20 'stopped and started by a client twenty times'
is "$(printf '%s\n' $pids | sort -u | wc -l)" 20 'by another process each time'
is "$(property spawnd.socket ActiveState) $(property spawnd.socket Result)" \
	'active success' 'and the socket unit is as it was'

# Under load: by clients who want back what they sent.
echo "$upper" | sed 's/tr a-z A-Z/cat/' | conf
inside systemctl reload spawnd.service
load() { # NAME: what the loads meet from here to "unload"
	inside /opt/test/loop 7777 8 >"$1.out" 2>"$1.err" &
	load=$!
	await '[ "$(served)" -gt 20 ]'
}
served() { journal SPAWND_SERVICE=upper SPAWND_OUTCOME=exit --since "@$since" | wc -l; }
unload() { # of the container: the first of its family
	inside pkill -TERM -o -x loop
	wait "$load"
}
more() { # than now
	seen=$(served)
	await '[ "$(served)" -gt "$((seen + 20))" ]'
}
mark
load restart
for i in 1 2 3 4 5; do
	inside systemctl restart spawnd.service
	more
done
unload
like "$(cat restart.out)" '^[1-9][0-9]* 0 0$' \
	'restarted under load five times, no client is refused and all are served'
is "$(cat restart.err)" '' 'nor met anything else'

mark
load reload
for i in 1 2 3 4 5; do
	inside systemctl reload spawnd.service
	await '[ "$(log | grep -c "reloaded 1 services")" = '$i' ]'
done
unload
like "$(cat reload.out)" '^[1-9][0-9]* 0 0$' 'nor at five reloads'
unlike "$(log)" 'listens' 'which keep the socket as it is'

# Killed.  Connections that it had are lost, but nobody is refused.
first=$(main)
mark
load kill
inside kill -KILL "$first"
await '[ "$(main)" != "$first" ] && active'
more
unload
like "$(cat kill.out)" '^[1-9][0-9]* [0-9]+ 0$' 'killed under load, nobody is refused'
is "$(property spawnd.service NRestarts)" 1 'it is back by itself'
echo "$upper" | conf
inside systemctl restart spawnd.service
is "$(echo hi | talk 7777)" HI 'and serves'
inside kill -KILL "$(main)"
is "$(echo hi | talk 7777)" HI 'a client who comes when it is gone waits, and is served'

# Several names, several sockets of one, Unix sockets, and ours beside them.
inside systemctl stop spawnd.socket spawnd.service 2>/dev/null
add web ListenStream=127.0.0.1:7801 ListenStream='[::1]:7801'
add local ListenStream=/run/spawnd/local.sock ListenStream=@spawnd-local \
	ListenSequentialPacket=/run/spawnd/packets.sock SocketMode=0600 SocketGroup=spawnd-web
inside cp -r /usr/local/share/doc/spawnd/examples/spawnd.service.d \
	/usr/local/share/doc/spawnd/examples/spawnd.socket.d /etc/systemd/system
rm "$system/spawnd.service.d/setuid.conf"
sed -i 's/^Sockets=.*/& spawnd-web.socket spawnd-local.socket/' \
	"$system/spawnd.service.d/sockets.conf"
inside systemctl daemon-reload
printf '%s\n%s\n' "$upper" "$lower" | conf
mark
inside systemctl start spawnd.service
ok $? 'with the sample sockets.conf the service itself can be started, and has its sockets'
is "$(log | sed -n 's/.*listens on //p' | sort)" "$(sort <<'END'
127.0.0.1:7777 (systemd:upper)
[::1]:7777 (systemd:upper)
127.0.0.1:7801 (systemd:web)
[::1]:7801 (systemd:web)
/run/spawnd/local.sock (systemd:local)
@spawnd-local (systemd:local)
seqpacket:/run/spawnd/packets.sock (systemd:local)
127.0.0.1:7800
END
)" 'seven sockets of three names, and one of its own'
is "$(echo Hi | talk 7777) $(echo Hi | inside nc -N ::1 7777)" 'HI HI' \
	'the port of the drop-in is served, too'
is "$(echo Hi | talk 7801) $(echo Hi | inside nc -N ::1 7801) $(echo Hi | talk 7800)" \
	'hi hi hi' 'both sockets of one name, and ours'
is "$(echo Hi | inside nc -NU /run/spawnd/local.sock)" hi 'a path'
is "$(inside stat -c '%a %U:%G' /run/spawnd/local.sock)" '600 root:spawnd-web' \
	'with the rights of the unit'

# A reload takes sockets from a service, leaves them open, and gives them back.
echo "$upper" | conf
inside systemctl reload spawnd.service
await 'log | grep -q "reloaded 1 services"'
echo Later | talk 7801 >later.out &
is "$(echo hi | talk 7777)" HI 'a reload that names fewer sockets serves the others'
inside ss -Hltn 'sport = :7801' | grep -q 127.0.0.1:7801
ok $? 'and leaves those open'
printf '%s\n%s\n' "$upper" "$lower" | conf
inside systemctl reload spawnd.service
await '[ "$(cat later.out)" = later ]'
ok $? 'who waits there is served when a reload names it again'
printf '%s\n[more]\nlisten = systemd:missing\ncommand = cat\nuser = spawnd-echo\n' \
	"$upper" | conf
inside systemctl reload spawnd.service
await 'log | grep -q "reload failed"'
like "$(log)" 'spawnd.conf:6: more: listen: "systemd:missing": no socket of that name was passed' \
	'a reload that names what was not passed fails'
is "$(echo Hi | talk 7801)" hi 'and changes nothing'

# At a start: what nobody takes, and what nobody passed.
echo "$upper" | conf
mark
inside systemctl restart spawnd.service
ok $? 'it starts with sockets that no service takes'
is "$(log | grep -c 'no service takes .*, which was passed as descriptor [3-9]; closed$')" 5 \
	'each is told'
is "$(journal -p warning -u spawnd.service --since "@$since" |
	grep -c '127\.0\.0\.1:7801 (systemd:web)')" 1 'as a warning, with address and name'
is "$(echo hi | talk 7777)" HI 'the others are served'
printf '%s\n%s\n' "$upper" "$lower" | sed 's/systemd:web/systemd:absent/' | conf
mark
inside systemctl restart spawnd.service 2>/dev/null
is $? 1 'a name that was not passed keeps it from starting'
like "$(journal -p err -u spawnd.service --since "@$since")" \
	'spawnd.conf:6: lower: listen: "systemd:absent": no socket of that name was passed to spawnd$' \
	'the journal has it as an error, with its line'
echo waits | talk 7777 >waits.out &
await '[ "$(property spawnd.service NRestarts)" -ge 2 ]'
is "$(property spawnd.socket ActiveState)" active 'it is tried again, with the sockets alive'
printf '%s\n%s\n' "$upper" "$lower" | conf
await '[ "$(cat waits.out)" = WAITS ]'
ok $? 'mended, who waited is served'

# As port.conf says it is done.
sed -i 's/^ListenStream=.*/ListenStream=127.0.0.1:7779/' "$system/spawnd.socket.d/port.conf"
sed -n 's/^#\t\(systemctl .*\)/\1/p' "$system/spawnd.socket.d/port.conf" >commands
is "$(wc -l <commands)" 3 'port.conf says how a port is added later'
while read -r i; do
	# shellcheck disable=SC2086 # words of a command line
	inside $i </dev/null || note "failed: $i"
done <commands
is "$(echo Hi | talk 7779) $(echo Hi | talk 7777)" 'HI HI' 'it is served then'

# stderr = log, and descriptor 3.
cat >three <<'END'
[says]
listen = systemd:upper
command = /opt/test/says
user = spawnd-echo
stderr = log

[three]
listen = systemd:web
command = /opt/test/context
user = spawnd-web
pass = listen_fds
END
# The tool's standard output is not the client's then.
put /opt/test/three <<'END'
#!/bin/sh
echo "aside $$" >&2
exec /opt/test/context >&3
END
chmod 755 "$root/opt/test/three"
sed 's:/opt/test/context:/opt/test/three:' three | conf
inside systemctl restart spawnd.service
said=$(talk 7777 </dev/null)
like "$said" '^[0-9]+$' 'a command tells its pid'
await '[ -n "$(journal -t says)" ]'
is "$(journal -t says -o json | sed -n 's/.*"_PID":"\([0-9]*\)".*/\1/p') $(journal -t says)" \
	"$said aside $said" 'what it said is in the journal, under its service, with its own pid'
await '[ -n "$(journal SPAWND_SERVICE=says SPAWND_PID="$said")" ]'
ok $? 'which the record has, too'
is "$(journal -t says -o json | sed -n 's/.*"_UID":"\([0-9]*\)".*/\1/p')" \
	"$(inside id -u spawnd-echo)" 'the line is its account'\''s'
seen=$(talk 7801 </dev/null)
is "$(printf '%s\n' "$seen" | sed -n 's/^env \(LISTEN_F.*\)/\1/p' | sort | tr '\n' ' ')" \
	'LISTEN_FDNAMES=connection LISTEN_FDS=1 ' 'pass = listen_fds: announced as by systemd'
is "$(printf '%s\n' "$seen" | sed -n 's/^env LISTEN_PID=//p')" \
	"$(printf '%s\n' "$seen" | sed -n 's/^pid //p')" 'to the command'
like "$seen" '^fd 3 blocking socket' 'and descriptor 3 is the connection'
like "$seen" '^fd 0 blocking /dev/null$' 'descriptor 0 is none'
unlike "$seen" '^fd [4-9]|WATCHDOG_|NOTIFY_SOCKET|LISTEN_.*(upper|local)' \
	'nothing of what was passed to spawnd is seen'
await '[ -n "$(journal -t three)" ]'
is "$(journal -t three)" "aside $(printf '%s\n' "$seen" | sed -n 's/^pid //p')" \
	'and what it says aside is in the journal'

# The other way to descriptor 3: spawnd -i, which systemd starts for each connection.
for i in socket service; do
	at=; [ "$i" = socket ] || at=@
	cp "$root/usr/local/lib/systemd/system/spawnd@.$i" "$system/spawnd-three$at.$i"
done
[ ! -d "$system/spawnd@.service.d" ] ||
	cp -r "$system/spawnd@.service.d" "$system/spawnd-three@.service.d"
sed -i 's/:7777/:7802/' "$system/spawnd-three.socket"
inside systemctl daemon-reload
inside systemctl start spawnd-three.socket
seen=$(talk 7802 </dev/null)
is "$(printf '%s\n' "$seen" | sed -n 's/^env LISTEN_PID=//p')" \
	"$(printf '%s\n' "$seen" | sed -n 's/^pid //p')" 'with Accept=yes the same'
like "$seen" '^fd 3 blocking socket' 'descriptor 3 is the connection'

inside systemctl stop spawnd.socket spawnd-web.socket spawnd-local.socket spawnd.service
is "$(property spawnd.service Result) $(property spawnd.socket Result)" 'success success' \
	'all of it stops'
finish
