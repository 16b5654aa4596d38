#!/bin/sh
# SPDX-License-Identifier: MIT
# spawnd.service has its cgroup delegated: what a command starts is ended with it, in the
# sandbox of the unit, and a restart leaves nothing of it.
. "$(dirname "$0")/lib.sh"
boot

put /opt/daemonizes <<'EOF'
#!/bin/sh
# Forks twice and leaves its session, as daemons do.
(setsid sh -c 'echo $$ >"$0"; exec sleep 1000' "/srv/out/$1" </dev/null >/dev/null 2>&1 &)
while [ ! -s "/srv/out/$1" ]; do sleep 0.01; done
shift
exec "$@"
EOF
chmod 755 "$root/opt/daemonizes"
inside install -d -o spawnd-web /srv/out
cat >"$root/etc/spawnd/spawnd.conf" <<'EOF'
[global]
user = spawnd-web
contain = cgroup

[place]
listen = 127.0.0.1:7000
command = /bin/cat /proc/self/cgroup

[ends]
listen = 127.0.0.1:7001
command = /opt/daemonizes ends true

[late]
listen = 127.0.0.1:7002
time_limit = 100ms
command = /opt/daemonizes late sleep 1000

[runs]
listen = 127.0.0.1:7003
command = /opt/daemonizes runs sleep 1000
EOF
inside systemctl start spawnd.service
ok $? 'a service that insists on cgroups starts'
unit=/sys/fs/cgroup/system.slice/spawnd.service
main() { property spawnd.service MainPID; }
of_connections() { inside find "$unit/connections" -name cgroup.procs -exec cat {} +; }
lives() { inside kill -0 "$(cat "$root/srv/out/$1")" 2>/dev/null; }

like "$(talk 7000 </dev/null)" '^0::/system.slice/spawnd.service/connections/[0-9]*$' \
	'a connection has a cgroup of its own'
is "$(inside sed -n 's/^0:://p' "/proc/$(main)/cgroup")" /system.slice/spawnd.service/spawnd \
	'and so has spawnd'
is "$(inside nsenter -t "$(main)" -m sh -c \
	"mkdir $unit/new && rmdir $unit/new && mkdir /sys/fs/cgroup/new" 2>&1)" \
	'mkdir: cannot create directory '\''/sys/fs/cgroup/new'\'': Read-only file system' \
	'the rest of the tree is read-only for it'

talk 7001 </dev/null
like "$(cat "$root/srv/out/ends")" '^[0-9]+$' 'a command leaves a daemon'
await '! lives ends'
ok 0 'which is ended with it'
# It may take longer than its limit to come up.
await 'talk 7002 </dev/null; [ -s "$root/srv/out/late" ]'
await '! lives late'
ok 0 'and at the time-out'
await 'journal SPAWND_SERVICE=late | grep -q "timeout="'
like "$(journal SPAWND_SERVICE=late)" ' timeout=TERM ' 'as the record says'

inside nc 127.0.0.1 7003 </dev/null >/dev/null 2>&1 &
await '[ -s "$root/srv/out/runs" ]'
await 'of_connections | grep -q .'
inside kill -KILL "$(main)"
await '[ "$(property spawnd.service NRestarts)" = 1 ] &&
	[ "$(property spawnd.service ActiveState)" = active ]'
lives runs
is "$? $(of_connections | wc -l)" '1 0' 'nobody outlives a spawnd that is killed'
like "$(talk 7000 </dev/null)" '^0::/system.slice/spawnd.service/connections/[0-9]*$' \
	'the next one has the cgroups again'

# As "systemd-run -p Delegate=yes" starts it.
put /etc/systemd/system/shows.service <<'EOF'
[Service]
Type=oneshot
Delegate=yes
ExecStart=/usr/local/sbin/spawnd -T
StandardOutput=file:/srv/shown
EOF
inside systemctl daemon-reload
inside systemctl start shows.service
like "$(cat "$root/srv/shown")" '^# its time limit reaches the cgroup of the connection' \
	'-T where a cgroup is delegated'
is "$(inside spawnd -T 2>/dev/null | grep -c '^# it needs a cgroup .* not here$')" 4 '... and where none is'

# What cannot be put in force; which controllers are missing differs.
cp "$root/etc/spawnd/spawnd.conf" before
for i in memory_max:64M:memory tasks_max:10:pids cpu_weight:50:cpu; do
	key=${i%%:*} value=${i#*:}
	inside grep -qw "${i##*:}" "$unit/cgroup.controllers" && continue
	printf '%s = %s\n' "$key" "${value%:*}" | cat before - >"$root/etc/spawnd/spawnd.conf"
	inside systemctl reload spawnd.service 2>/dev/null
	is $? 1 "systemctl reload fails where $key cannot be"
	await 'journal -u spawnd.service | grep -q "spawnd.conf:[0-9]*: runs: $key: "'
done
cat before >"$root/etc/spawnd/spawnd.conf"
inside systemctl reload spawnd.service
ok $? 'a reload without'

# Somewhere else, which the sandbox does not know.
put /etc/systemd/system/spawnd.service.d/slice.conf <<'EOF'
[Service]
Slice=other.slice
EOF
sed '/^contain/d' before >"$root/etc/spawnd/spawnd.conf"
inside systemctl daemon-reload
inside systemctl restart spawnd.service
is "$(talk 7000 </dev/null | grep ^0)" 0::/other.slice/spawnd.service \
	'in another slice there are process groups'
await 'journal -u spawnd.service | grep -q "contain: commands are ended by process group: .*Read-only"'
ok 0 'which is told'
put /etc/systemd/system/spawnd.service.d/slice.conf <<'EOF'
[Service]
Slice=other.slice
ReadWritePaths=-/sys/fs/cgroup/other.slice/%n
EOF
inside systemctl daemon-reload
inside systemctl restart spawnd.service
like "$(talk 7000 </dev/null)" '^0::/other.slice/spawnd.service/connections/[0-9]*$' \
	'... until its path is given'
inside systemctl stop spawnd.service
is "$(property spawnd.service Result) $(inside ls -d /sys/fs/cgroup/other.slice/spawnd.service 2>&1 |
	grep -c 'No such')" 'success 1' 'a stop leaves nothing'
finish
