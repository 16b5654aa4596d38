#!/bin/sh
# SPDX-License-Identifier: MIT
# Without a socket unit, too: no client is refused while spawnd.service is restarted or
# killed, and what the configuration has no more is gone.  A stop ends all.
. "$(dirname "$0")/lib.sh"
boot

mkdir "$root/opt/test"
cp "$tools/loop" "$tools/hold" "$tools/dial" "$root/opt/test"
conf() { cat >"$root/etc/spawnd/spawnd.conf"; }
log() { journal -u spawnd.service --since "@$since"; }
mark() { since=$(inside date +%s.%N); }
main() { property spawnd.service MainPID; }
active() { [ "$(property spawnd.service ActiveState)" = active ]; }
stored() { property spawnd.service NFileDescriptorStore; }
inode() { inside ss -Hltne "sport = :$1" 2>/dev/null | sed -n 's/.* ino:\([0-9]*\) .*/\1/p' | sort | xargs; }
services='[one]
listen = 127.0.0.1:7801 [::1]:7801
command = cat
user = spawnd-upper

[two]
listen = /run/spawnd/two.sock @two *:7802
command = cat
user = spawnd-echo'

echo "$services" | conf
mark
inside systemctl start spawnd.service
await '[ "$(stored)" = 5 ]'
ok $? 'systemd keeps five sockets'
inode=$(inode 7801)
first=$(main)
inside systemctl restart spawnd.service
unlike " $(main) " " $first " 'after a restart another process serves'
is "$(inode 7801)" "$inode" 'on the same sockets'
is "$(stored)" 5 'which are kept on'
is "$(log | grep -c 'has kept 5 sockets')" 1 'the log has it'
is "$(echo a | talk 7801) $(echo b | inside nc -NU /run/spawnd/two.sock) \
$(echo c | talk 7802) $(echo d | inside /opt/test/dial -i @two)" 'a b c d' 'and all are served'
is "$(journal -p warning -u spawnd.service --since "@$since")" '' 'and nothing is complained of'
is "$(journal _PID=1 --since "@$since" | grep -i 'store\|notification')" '' 'nor by systemd'

# Under load.
loops=
load() { # NAME
	for i in 7801 6:7801 /run/spawnd/two.sock; do
		# shellcheck disable=SC2016 # for the inner shell
		inside sh -c 'echo $$ >>/run/loops; exec /opt/test/loop "$0" 3' "$i" \
			>"$1.$(basename "$i")" 2>"$1.err.$(basename "$i")" &
		loops="$loops $!"
	done
	mark
	more
}
served() { journal SPAWND_OUTCOME=exit --since "@$since" | wc -l; }
more() { # than now
	seen=$(served)
	await '[ "$(served)" -gt "$((seen + 20))" ]'
}
unload() {
	# The first of each family.
	inside sh -c 'kill $(cat /run/loops) && rm /run/loops'
	for i in $loops; do wait "$i"; done
	loops=
}
load restart
for i in 1 2 3 4 5; do
	inside systemctl restart spawnd.service
	more
done
unload
is "$(cat restart.7801 restart.6:7801 restart.two.sock | grep -c '^[1-9][0-9]* 0 0$')" 3 \
	'restarted under load five times, all clients are served, of ports and of a path'
is "$(cat restart.err.*)" '' 'and met nothing else'

# Killed.
load kill
first=$(main)
inside kill -KILL "$first"
await '[ "$(main)" != "$first" ] && active'
more
unload
is "$(cat kill.7801 kill.6:7801 kill.two.sock | grep -c '^[1-9][0-9]* [0-9]* 0$')" 3 \
	'killed under load, nobody is refused'
is "$(property spawnd.service NRestarts) $(stored)" '1 5' 'it is back, with its sockets'

# With a command that takes its time.
mkdir -p "$root/srv/held" && chmod 777 "$root/srv/held"
echo "$services" | sed '0,/= cat/s::= /opt/test/hold /srv/held:' | conf
inside systemctl reload spawnd.service
await 'log | grep -q "reloaded 2 services"'
echo slow | talk 7801 >slow.out &
await '[ -e "$root/srv/held/slow.on" ]'
inside systemctl --no-block restart spawnd.service
await 'inside systemctl status --no-pager spawnd.service |
	grep -q "Waiting for 1 commands to finish"'
echo "$services" | conf
echo early | talk 7801 >early.out &
echo early | talk 7802 >early.out2 &
await '[ "$(inside ss -Hltn "sport = :7802" | awk "{ print \$2 }")" = 1 ]'
touch "$root/srv/held/slow.go"
await '[ "$(cat slow.out early.out early.out2)" = "$(printf "slow\nearly\nearly")" ]'
ok $? 'who comes while a command finishes waits for the next process'

# Another configuration at the restart.
echo "$services" | sed 's/ \[::1\]:7801//; s:/run/spawnd/two.sock @two:/run/spawnd/three.sock:' |
	conf
mark
inside systemctl restart spawnd.service
await '[ "$(stored)" = 3 ]'
ok $? 'what the configuration has no more is not kept'
inside test ! -e /run/spawnd/two.sock
ok $? 'a path of that is gone'
is "$(log | sed -n 's/.*listens no more on //p' | sort | xargs)" \
	'/run/spawnd/two.sock @two [::1]:7801' 'the log tells each'
inside nc -z ::1 7801
is $? 1 'the port is closed'
is "$(echo a | talk 7801) $(echo b | inside nc -NU /run/spawnd/three.sock)" 'a b' \
	'the others are served'
inside systemctl reload spawnd.service
echo "$services" | conf
mark
inside systemctl reload spawnd.service
await 'log | grep -q "reloaded 2 services"'
await '[ "$(stored)" = 5 ]'
ok $? 'a reload gives and takes, too'
inside test ! -e /run/spawnd/three.sock
ok $? 'with the path'

# A start that fails is tried again, with the sockets alive.
printf '%s\nnonsense = 1\n' "$services" | conf
inside systemctl restart spawnd.service 2>/dev/null
is $? 1 'an error in the configuration'
echo waits | talk 7801 >waits.out &
await '[ "$(inside ss -H4ltn "sport = :7801" 2>/dev/null | awk "{ print \$2 }")" = 1 ]'
restarts=$(property spawnd.service NRestarts)
await '[ "$(property spawnd.service NRestarts)" -gt "$restarts" ]'
is "$(stored)" 5 'and the next try leave the sockets as they are'
echo "$services" | conf
await '[ "$(cat waits.out)" = waits ]'
ok $? 'mended, who waits is served'

# Stopped: all is closed.  The path stays, as that of a socket unit does.
inside systemctl stop spawnd.service
is "$(stored)" 0 'stopped, nothing is kept'
inside nc -z 127.0.0.1 7801
is $? 1 'and the port is closed'
inside nc -zU /run/spawnd/two.sock 2>/dev/null
is $? 1 'nobody answers at the path'
inside test -S /run/spawnd/two.sock
ok $? 'which is left'
mark
inside systemctl start spawnd.service
is "$(echo b | inside nc -NU /run/spawnd/two.sock) $(echo a | talk 7801)" 'b a' \
	'and taken at the next start'
unlike "$(log)" 'has kept' 'which found nothing'

# With sockets of units beside them.
inside systemctl stop spawnd.service
inside systemctl start spawnd.socket
{
	echo "$services"
	printf '[upper]\nlisten = systemd:upper\ncommand = cat\nuser = spawnd-web\n'
} | conf
is "$(echo a | talk 7777)" a 'with a socket unit beside them'
await '[ "$(stored)" = 5 ]'
mark
inside systemctl restart spawnd.service
is "$(log | grep -c 'takes over') $(log | grep -c 'upper: listens on')" '5 1' \
	'those are kept, and that one is passed'
is "$(echo a | talk 7777) $(echo a | talk 7801)" 'a a' 'and all are served'
inside systemctl stop spawnd.socket spawnd.service

# More sockets than can be passed: those are kept that can, and each start works.
printf '[many]\nlisten = 127.0.0.1:20000-20899 /run/spawnd/many.sock\ncommand = cat\nuser = spawnd-echo\n' |
	conf
ends() {
	echo "$(echo a | talk 20000) $(echo b | talk 20899) $(echo c | inside nc -NU /run/spawnd/many.sock)"
}
mark
inside systemctl start spawnd.service
await '[ "$(stored)" = 512 ]'
ok $? 'of 901 sockets half of LimitNOFILE= are kept'
like "$(log)" \
	'does not keep 389 of 901 sockets .* FDSTORE is 512, and half .* of 1024 .* is 512; raise .*Max, and L' \
	'which is told'
is "$(ends)" 'a b c' 'and all are served'
inode=$(inode 20000)
inside systemctl restart spawnd.service
is "$(ends)" 'a b c' 'so they are after a restart'
first=$(main)
inside kill -KILL "$first"
await '[ "$(main)" != "$first" ] && active'
is "$(ends)" 'a b c' 'and after it was killed'
is "$(inode 20000) $(stored)" "$inode 512" 'on the same sockets, as far as they are kept'
put /etc/systemd/system/spawnd.service.d/more.conf <<'END'
[Service]
FileDescriptorStoreMax=901
Environment=FDSTORE=901
END
inside systemctl daemon-reload
mark
inside systemctl restart spawnd.service
like "$(log)" 'does not keep 389 of 901 sockets for the next start: half .* is 512; raise LimitNOFILE$' \
	'with more in the unit the limit of open files bounds them'
is "$(ends) $(stored)" 'a b c 512' 'and all are served'
inside systemctl restart spawnd.service
is "$(ends) $(stored)" 'a b c 512' 'again'
put /etc/systemd/system/spawnd.service.d/more.conf <<'END'
[Service]
FileDescriptorStoreMax=901
Environment=FDSTORE=901
LimitNOFILE=1802:524288
END
inside systemctl daemon-reload
inside systemctl restart spawnd.service
await '[ "$(stored)" = 901 ]'
ok $? 'with all three numbers all are kept'
mark
inside systemctl restart spawnd.service
is "$(ends) $(log | grep -c 'takes over') $(log | grep -c 'does not keep')" 'a b c 901 0' \
	'and passed, and served'
inside systemctl stop spawnd.service
inside rm -r /etc/systemd/system/spawnd.service.d/more.conf /run/spawnd/many.sock
inside systemctl daemon-reload

# A unit without a store.
put /etc/systemd/system/spawnd.service.d/none.conf <<'END'
[Service]
FileDescriptorStoreMax=0
UnsetEnvironment=FDSTORE
END
inside systemctl daemon-reload
echo "$services" | conf
mark
inside systemctl start spawnd.service
inside systemctl restart spawnd.service
is "$(log | grep -c 'has kept\|does not keep')" 0 'without a store nothing is kept'
inside systemctl stop spawnd.service
inside test ! -e /run/spawnd/two.sock
ok $? 'and the path is removed'
finish
