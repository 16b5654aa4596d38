#!/bin/sh
# SPDX-License-Identifier: MIT
# spawnd@.socket and spawnd@.service, copied as they say, serve each connection of a
# socket with Accept=yes by a spawnd of its own: the first one, many, and such as end
# badly.
. "$(dirname "$0")/lib.sh"
boot

mkdir "$root/opt/test"
cp "$tools/context" "$tools/hold" "$root/opt/test"
put /opt/test/escape <<'END'
#!/bin/sh
setsid sleep 1000 <&- >&- 2>&- &
until [ "$(ps -o sid= -p $!)" -eq $! ]; do :; done
echo $!
END
chmod 755 "$root/opt/test/escape"
put /etc/spawnd/spawnd.conf <<'END'
[upper]
listen = 9999
command = tr a-z A-Z
user = spawnd-upper

[two-words]
listen = 9998
command = /opt/test/hold /srv/held 7
user = spawnd-web
time_limit = 1h

[context]
listen = 9997
command = /opt/test/context
user = spawnd-echo

[escapes]
listen = 9996
command = /opt/test/escape
user = spawnd-git
END
inside install -d -o spawnd-web /srv/held
units=$root/usr/local/lib/systemd/system
system=$root/etc/systemd/system
# A unit's name has "-" in words as \x2d.
add() { # NAME PORT
	sed "s/:7777/:$2/" "$units/spawnd@.socket" >"$system/spawnd-$1.socket"
	cp "$units/spawnd@.service" "$system/spawnd-$1@.service"
	[ ! -d "$system/spawnd@.service.d" ] ||
		cp -r "$system/spawnd@.service.d" "$system/spawnd-$1@.service.d"
}
add upper 7777
add 'two\x2dwords' 7778
add context 7779
add escapes 7780
inside systemctl daemon-reload
inside systemctl enable -q --now spawnd-upper.socket
ok $? 'systemctl enable --now'
for i in 'two\x2dwords' context escapes; do
	inside systemctl start "spawnd-$i.socket"
done

is "$(echo hi | talk 7777)" HI 'the first connection is served'
is "$(inside sh -c 'for i in 1 2 3 4 5 6 7 8 9 10; do
	echo "hello $i" | nc -N 127.0.0.1 7777; done' | sort -u | wc -l)" 10 'ten more are'
is "$(property spawnd-upper.socket NAccepted)" 11 'each by itself'
await '[ "$(property spawnd-upper.socket NConnections)" = 0 ]'
like "$(journal -u 'spawnd-upper@*')" 'Started spawnd-upper@10-.*one connection for upper' \
	'in a unit of its own'
# Not by unit: who has gone when the journal looks is of none.
await '[ "$(journal SPAWND_SERVICE=upper SPAWND_OUTCOME=exit SPAWND_STATUS=0 | wc -l)" = 11 ]'
ok $? 'and has its record'

number=$(inside id -u spawnd-echo)
context=$(talk 7779 </dev/null)
is "$(printf '%s\n' "$context" | grep -E '^(Uid|Groups|CapPrm|NoNewPrivs):' |
	sed 's/ *$//')" "Uid: $number $number $number $number
Groups:
CapPrm: 0000000000000000
NoNewPrivs: 1" 'a command has its account and nothing else'
unlike "$context" 'INVOCATION_ID|JOURNAL_STREAM|SYSTEMD_EXEC_PID' 'nor what systemd tells'

# How a command ends is its own matter.
echo bad | talk 7778 >bad.out &
await '[ -e "$root/srv/held/bad.on" ]'
echo killed | talk 7778 >killed.out &
await '[ -e "$root/srv/held/killed.on" ]'
echo stopped | talk 7778 >stopped.out &
await '[ -e "$root/srv/held/stopped.on" ]'
unit=$(inside systemctl list-units --plain --no-legend 'spawnd-two*@*' |
	awk '{ print $1 }' | sort | sed -n 2p)
touch "$root/srv/held/bad.go"
await '[ "$(cat bad.out)" = bad ]'
is "$(inside cat "/sys/fs/cgroup$(property "$unit" ControlGroup)/cgroup.procs" | wc -l)" 2 \
	'a connection is a cgroup, with spawnd and its command'
inside kill -KILL "$(property "$unit" MainPID)"
await '[ "$(property spawnd-two\\x2dwords.socket NConnections)" = 1 ]'
ok $? 'with its spawnd killed, its command is gone, too'
inside systemctl stop 'spawnd-two*@*'
await '[ "$(property spawnd-two\\x2dwords.socket NConnections)" = 0 ]'
await '[ "$(journal SPAWND_SERVICE=two-words | grep -c " end ")" = 2 ]'
like "$(journal SPAWND_SERVICE=two-words)" 'end .* exit=7 ' \
	'the name of a service may have a "-"; an exit status is in the record'
like "$(journal SPAWND_SERVICE=two-words)" 'end .* signal=TERM ' \
	'a unit that is stopped ends the command'
left=$(talk 7780 </dev/null)
like "$left" '^[0-9]+$' 'a command leaves a process behind'
await '[ "$(property spawnd-escapes.socket NConnections)" = 0 ]'
inside kill -0 "$left" 2>/dev/null
is $? 1 'a process that left the group is ended with the unit'
is "$(inside systemctl list-units --plain --no-legend --failed)" '' \
	'none of them is a failed unit'

# Many at once.
put /etc/systemd/system/spawnd-upper.socket.d/many.conf <<'END'
[Socket]
TriggerLimitBurst=2
END
inside systemctl daemon-reload
is "$(inside sh -c 'for i in 1 2 3 4 5 6 7 8 9 10; do
	echo "hello $i" | nc -N 127.0.0.1 7777; done' | sort -u | wc -l)" 10 \
	'more than the limit of systemd are served'
is "$(property spawnd-upper.socket ActiveState)" active 'and the socket listens'
finish
