#!/bin/sh
# SPDX-License-Identifier: MIT
# WatchdogSec= of spawnd.service: it is fed while all is well, while commands run, reloads
# are made and a stop takes long; a daemon that stands still is ended and started anew,
# with the sockets of systemd alive and the clients who wait there served.
. "$(dirname "$0")/lib.sh"
boot

mkdir "$root/opt/test"
cp "$tools/hold" "$root/opt/test"
put /etc/spawnd/spawnd.conf <<'END'
[upper]
listen = systemd:upper
command = tr a-z A-Z
user = spawnd-upper

[hold]
listen = 127.0.0.1:7778
command = /opt/test/hold /srv/held
user = spawnd-web
END
inside install -d -o spawnd-web /srv/held
inside systemctl start spawnd.socket
is "$(echo hi | talk 7777) $(property spawnd.service WatchdogUSec)" 'HI 30s' \
	'the unit has a watchdog'
put /etc/systemd/system/spawnd.service.d/soon.conf <<'END'
[Service]
WatchdogSec=1s
END
inside systemctl daemon-reload
inside systemctl restart spawnd.service
is "$(echo hi | talk 7777) $(property spawnd.service WatchdogUSec)" 'HI 1s' 'it serves'
main=$(property spawnd.service MainPID)
fed() { property spawnd.service WatchdogTimestampMonotonic; }
beats() { # NUMBER
	beat=0
	while [ "$beat" -lt "$1" ]; do
		was=$(fed)
		await '[ "$(fed)" != "$was" ]'
		beat=$((beat + 1))
	done
}
beats 4
is "$(property spawnd.service MainPID) $(property spawnd.service NRestarts)" "$main 0" \
	'idle, it feeds the watchdog'
inside systemctl reload spawnd.service
beats 2
is "$(property spawnd.service MainPID)" "$main" 'after a reload it does'

# Standing still.
echo lost | talk 7778 >lost.out 2>/dev/null &
await '[ -e "$root/srv/held/lost.on" ]'
inside kill -STOP "$main"
echo waited | talk 7777 >waited.out &
await '[ "$(property spawnd.service NRestarts)" = 1 ]'
ok $? 'a daemon that stands still is ended and started anew'
await '[ "$(cat waited.out)" = WAITED ]'
ok $? 'the client who waited meanwhile is served'
like "$(journal -u spawnd.service)" 'Watchdog timeout' 'the journal says what it was'
unlike " $(property spawnd.service MainPID) " " $main " 'as another process'
is "$(property spawnd.socket ActiveState)" active 'with the socket alive'
is "$(inside find /sys/fs/cgroup/system.slice/spawnd.service -name cgroup.procs \
	-exec cat {} + | wc -l)" 1 'commands of the other one are ended'

# A stop that takes longer than the watchdog would wait.
echo last | talk 7778 >last.out &
await '[ -e "$root/srv/held/last.on" ]'
inside systemctl stop spawnd.socket
inside systemctl --no-block stop spawnd.service
await 'inside systemctl status --no-pager spawnd.service |
	grep -q "Waiting for 1 commands to finish"'
beats 4
touch "$root/srv/held/last.go"
await '[ "$(property spawnd.service ActiveState)" = inactive ]'
is "$(cat last.out) $(property spawnd.service Result)" 'last success' \
	'while it stops it feeds the watchdog'
finish
