#!/bin/sh
# SPDX-License-Identifier: MIT
# spawnd.service starts, tells how it is, reloads, restarts, drains and comes back when it
# is killed; spawnd runs as an account of its own, and the unit's sandbox does not bind
# the commands.
. "$(dirname "$0")/lib.sh"
boot

mkdir "$root/opt/test"
cp "$tools/context" "$tools/hold" "$root/opt/test"
put /opt/test/work <<'END'
#!/bin/sh
# What an ordinary user may do, and a sandbox would not let it.
cd "$HOME" && echo x >file && echo 'writes to its home'
echo x >/srv/spool/file && echo 'writes to a folder of its own'
echo x >/usr/local/spool/file && echo 'writes below /usr'
[ -e /tmp/of-all ] && echo x >/tmp/of-command && echo 'shares /tmp'
mkdir shared && chmod 2775 shared && [ -g shared ] && echo 'makes a set-gid folder'
[ -r /proc/1/comm ] && echo 'sees process 1'
head -c 1 </dev/zero >/dev/null && echo 'uses devices'
perl -e 'open(F, "<", "/proc/self/stat"); print "reads /proc\n" if <F>'
ip route >/dev/null && echo 'asks for routes'
setsid true && nice true && echo 'leads a session'
ulimit -n
END
chmod 755 "$root/opt/test/work"
conf() {
	cat >"$root/etc/spawnd/spawnd.conf"
}
services='[upper]
listen = 127.0.0.1:7777
command = tr a-z A-Z
user = spawnd-upper

[context]
listen = 127.0.0.1:7
command = /opt/test/context
user = spawnd-echo

[work]
listen = 127.0.0.1:9
command = /opt/test/work
user = spawnd-git

[hold]
listen = 127.0.0.1:7778
command = /opt/test/hold /srv/held
user = spawnd-web'
echo "$services" | conf
inside install -d -o spawnd-web /srv/held
inside install -d -o spawnd-git /srv/spool /usr/local/spool /home/git
inside usermod -d /home/git spawnd-git

# Start.
inside systemctl start spawnd.service
ok $? 'systemctl start'
like "$(inside systemctl status --no-pager spawnd.service)" \
	'Status: "Serving 4 services, 0 commands, 0 paused"' 'systemctl status says how it is'
is "$(echo hi | talk 7777)" HI 'it serves'
main=$(property spawnd.service MainPID)

# Who is who.
number=$(inside id -u spawnd)
group=$(inside id -g spawnd)
is "$(inside grep -E '^(Uid|Gid|Groups|CapPrm|CapBnd|NoNewPrivs):' "/proc/$main/status" |
	tr '\t' ' ' | sed 's/ *$//')" \
	"Uid: $number $number $number $number
Gid: $group $group $group $group
Groups: $group
CapPrm: 00000000000004e0
CapBnd: 00000000000004e0
NoNewPrivs: 1" 'spawnd has an account of its own and four capabilities'
number=$(inside id -u spawnd-echo)
group=$(inside id -g spawnd-echo)
context=$(talk 7 </dev/null)
is "$(printf '%s\n' "$context" |
	grep -E '^(Uid|Gid|Groups|CapPrm|CapEff|CapAmb|NoNewPrivs):' | sed 's/ *$//')" \
	"Uid: $number $number $number $number
Gid: $group $group $group $group
Groups:
CapPrm: 0000000000000000
CapEff: 0000000000000000
CapAmb: 0000000000000000
NoNewPrivs: 1" 'a command has its account, no capability and no group of spawnd'
unlike "$context" 'NOTIFY_SOCKET|INVOCATION_ID|JOURNAL_STREAM|RUNTIME_DIRECTORY' \
	'and none of what systemd tells spawnd'
await 'inside systemctl status --no-pager spawnd.service | grep -q ", 0 commands"'
echo one | talk 7778 >one.out &
await '[ -e "$root/srv/held/one.on" ]'
# "inside" is not, so that its own processes cannot be among them.
of_unit() {
	inside find /sys/fs/cgroup/system.slice/spawnd.service -name cgroup.procs -exec cat {} +
}
is "$(of_unit | while read -r i; do inside cat "/proc/$i/comm"; done | sort)" 'hold
spawnd' 'commands are in the cgroup of the service, and nobody else'
touch "$root/srv/held/one.go"
await '[ "$(cat one.out)" = one ]'

# The sandbox.
inside touch /tmp/of-all
is "$(talk 9 </dev/null)" "writes to its home
writes to a folder of its own
writes below /usr
shares /tmp
makes a set-gid folder
sees process 1
uses devices
reads /proc
asks for routes
leads a session
$(property spawnd.service LimitNOFILESoft)" 'the sandbox does not bind commands'
inside test -e /tmp/of-command
ok $? 'what they leave in /tmp is there for all'

# The sample that takes back what would make set-uid programs ordinary ones.
inside mkdir -p /etc/systemd/system/spawnd.service.d
inside cp /usr/local/share/doc/spawnd/examples/spawnd.service.d/setuid.conf \
	/etc/systemd/system/spawnd.service.d
printf '%s\nallow_setuid_programs = yes\n' "$(echo "$services" | sed '/^\[work/,$d')" | conf
# And what the manual shows, another capability.
sed -n '/^\[Service\]$/,/^\.Ed/{ /^\.Ed/q; p; }' "$repo/man/spawnd.8" |
	put /etc/systemd/system/spawnd.service.d/capability.conf
inside systemctl daemon-reload
inside systemctl restart spawnd.service
like "$(talk 7 </dev/null)" '^NoNewPrivs: 0$' 'set-uid programs work where the unit allows it'
like "$(inside cat "/proc/$(property spawnd.service MainPID)/status")" \
	'^CapEff:.00000000000404e0$' 'a capability can be added'
rm "$root/etc/systemd/system/spawnd.service.d/setuid.conf" \
	"$root/etc/systemd/system/spawnd.service.d/capability.conf"
inside systemctl daemon-reload
echo "$services" | conf
inside systemctl restart spawnd.service
main=$(property spawnd.service MainPID)

# Reload.
printf '%s\n[more]\nlisten = 127.0.0.1:13\ncommand = tr a-z b-za\nuser = spawnd-echo\n' \
	"$services" | conf
inside systemctl reload spawnd.service
ok $? 'systemctl reload'
await '[ "$(echo abc | talk 13)" = bcd ]'
is "$(property spawnd.service MainPID)" "$main" 'a new service, in the same process'
await 'inside systemctl status --no-pager spawnd.service | grep -q "Serving 5 services"'
is "$(property spawnd.service ActiveState)" active 'which is active'
printf '[upper]\nlisten = 127.0.0.1:7777\ncommand = tr a-z A-Z\nuser = nobody-here\n' | conf
inside systemctl reload spawnd.service 2>reload.err
is $? 1 'a reload of a bad configuration fails'
await 'journal -u spawnd.service |
	grep -q "spawnd.conf:4: upper: user: no such account .nobody-here.$"'
ok $? 'the journal has the error with its line'
is "$(echo abc | talk 13) $(property spawnd.service ActiveState)" 'bcd active' \
	'and the configuration before is served'
echo "$services" | conf

# Restart.
echo two | talk 7778 >two.out &
await '[ -e "$root/srv/held/two.on" ]'
inside systemctl --no-block restart spawnd.service
await 'inside systemctl status --no-pager spawnd.service |
	grep -q "Waiting for 1 commands to finish"'
is "$(property spawnd.service ActiveState)" deactivating \
	'a restart waits for the command, which got no SIGTERM'
touch "$root/srv/held/two.go"
await '[ "$(cat two.out)" = two ]'
ok $? 'it finishes'
await '[ "$(property spawnd.service ActiveState)" = active ]'
unlike " $(property spawnd.service MainPID) " " $main " 'then another process serves'
is "$(echo hi | talk 7777)" HI 'it does'

# Killed.
main=$(property spawnd.service MainPID)
echo three | talk 7778 >three.out &
await '[ -e "$root/srv/held/three.on" ]'
inside kill -KILL "$main"
await '[ "$(property spawnd.service NRestarts)" = 1 ] &&
	[ "$(property spawnd.service ActiveState)" = active ]'
is "$(echo hi | talk 7777)" HI 'killed, it is back by itself'
unlike " $(property spawnd.service MainPID) " " $main " 'as another process'
is "$(of_unit | wc -l)" 1 \
	'systemd has ended what was left of the commands'

# A command that is out of memory is no reason to stop all.
is "$(property spawnd.service OOMPolicy)" continue 'out of memory is a matter of one'

# Stop.
echo four | talk 7778 >four.out &
await '[ -e "$root/srv/held/four.on" ]'
inside systemctl --no-block stop spawnd.service
await 'inside systemctl status --no-pager spawnd.service |
	grep -q "Waiting for 1 commands to finish"'
inside nc -z 127.0.0.1 7777
is $? 0 'while it stops clients wait: it may be a restart'
touch "$root/srv/held/four.go"
await '[ "$(property spawnd.service ActiveState)" = inactive ]'
is "$(cat four.out) $(property spawnd.service Result)" 'four success' \
	'it stops when the last command is done'
inside nc -z 127.0.0.1 7777
is $? 1 'and nobody is let in then'
inside test -d /run/spawnd
ok $? '/run/spawnd stays, for the sockets of others'

# A program that always fails, with systemd listening and clients there all the time.
put /etc/systemd/system/spawnd.service.d/fails.conf <<'END'
[Service]
ExecStart=
ExecStart=/bin/false
RestartSec=50ms
END
put /etc/systemd/system/spawnd.socket.d/often.conf <<'END'
[Socket]
TriggerLimitBurst=2
END
inside systemctl daemon-reload
inside systemctl start spawnd.socket
inside nc 127.0.0.1 7777 </dev/null >waits.out &
await '[ "$(property spawnd.service NRestarts)" -ge 12 ]'
is "$(property spawnd.socket ActiveState)" active 'a crash loop leaves the socket alive'
unlike "$(property spawnd.service ActiveState)" failed 'and the service is tried again'
rm "$root/etc/systemd/system/spawnd.service.d/fails.conf"
printf '%s\n' "$services" | sed 's/:7777/:7779/' | conf
inside systemctl daemon-reload
await '[ "$(property spawnd.service ActiveState)" = active ]'
is "$(echo hi | talk 7779)" HI 'mended, it serves without anybody starting it'
inside systemctl stop spawnd.socket spawnd.service
is "$(property spawnd.service Result)" success 'and stops'
finish
