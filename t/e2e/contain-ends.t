#!/bin/sh
# SPDX-License-Identifier: MIT
# Where a cgroup is delegated the end of a connection reaches all of its processes: those
# that left the session, were forked twice, are stopped, are many, or want no signal.
[ -n "${REAPED:-}" ] || REAPED=1 exec "${TOOLS:?}/reaper" "$0"
. "$(dirname "$0")/../cgroup.sh"
. "$(dirname "$0")/../lib.sh"
make_cgroup

mkdir out && chmod 777 out
# Forks twice, leads a session of its own, holds nothing of the client's.
cat >daemonize <<EOF
#!/bin/sh
setsid sh -c 'sh -c "echo \\\$\\\$ >$tmp/out/\$1.pid; exec sleep 1000" &' sh "\$1" \
	</dev/null >/dev/null 2>&1
until [ -s "$tmp/out/\$1.pid" ]; do sleep 0.01; done
[ "\$2" = 0 ] || exec sleep 1000
EOF
# All are told by TERM, also beyond a session; each writes a line.
cat >polite <<EOF
#!/bin/sh
for i in 1 2 3; do
	setsid sh -c 'trap "echo TERM >>$tmp/out/polite; exit" TERM
		echo >>$tmp/out/polite.on; while :; do sleep 0.02; done' &
done
trap 'echo leader >>$tmp/out/polite; exit 5' TERM
while :; do sleep 0.02; done
EOF
cat >stopped <<'EOF'
#!/bin/sh
setsid sh -c 'kill -STOP $$' &
kill -STOP $$
EOF
cat >deaf <<EOF
#!/bin/sh
trap '' TERM
setsid sh -c 'trap "" TERM; echo >$tmp/out/deaf; while :; do sleep 1000; done' &
while :; do sleep 1000; done
EOF
cat >many <<EOF
#!/bin/sh
i=0
while [ \$i -lt 500 ]; do setsid sleep 1000 & i=\$((i + 1)); done
EOF
# As long as there is room for more, each makes two.
cat >bomb <<EOF
#!/bin/sh
trap '' TERM
echo >>$tmp/out/bomb
setsid "\$0" &
setsid "\$0" &
wait
EOF
cat >traps <<'EOF'
#!/bin/sh
trap 'exit 9' TERM
while :; do sleep 0.02; done
EOF
chmod 755 daemonize polite stopped deaf many bomb traps
cat >spawnd.conf <<EOF
[global]
user = nobody
stderr = null
contain = cgroup
[left]
listen = 127.0.0.1:0
command = $tmp/daemonize left 0
[late]
listen = 127.0.0.1:0
time_limit = 1s
command = $tmp/daemonize late 1
[keep]
listen = 127.0.0.1:0
leftovers = keep
command = $tmp/daemonize keep 0
[group]
listen = 127.0.0.1:0
contain = process-group
command = $tmp/daemonize group 0
[polite]
listen = 127.0.0.1:0
time_limit = 2s
kill_after = 1h
command = $tmp/polite
[stopped]
listen = 127.0.0.1:0
time_limit = 300ms
kill_after = 1h
command = $tmp/stopped
[deaf]
listen = 127.0.0.1:0
time_limit = 2s
kill_after = 100ms
command = $tmp/deaf
[many]
listen = 127.0.0.1:0
kill_after = 1h
command = $tmp/many
[bomb]
listen = 127.0.0.1:0
time_limit = 1s
kill_after = 50ms
user = bob
limit_nproc = 300
command = $tmp/bomb
[frozen]
listen = 127.0.0.1:0
time_limit = 2s
kill_after = 200ms
command = $tmp/traps
[other]
listen = 127.0.0.1:0
command = /bin/cat
EOF
delegate
start_in "$cgroup"
before=$(descriptors)
client() { "$tools/client" end "$(port_of "$1")"; } # SERVICE
ended() {
	await "grep -q '$1: end' spawnd.log"
	grep "$1: end" spawnd.log
}
lives() { kill -0 "$(cat "out/$1.pid")" 2>/dev/null; }

is "$(client left)" eof 'a command that left a daemon: the client sees the end'
like "$(ended left)" ' exit=0 ' 'it ended by itself'
! lives left
ok $? 'and the daemon is gone when the record is written'

is "$(client late)" eof 'a command with a daemon, and a time-out'
like "$(ended late)" ' timeout=TERM ' 'is ended by it'
! lives late
ok $? 'and so is the daemon'

is "$(client keep)" eof 'leftovers = keep'
like "$(ended keep)" ' exit=0 ' 'the record does not wait'
lives keep
ok $? 'the daemon runs on'

is "$(client group)" eof 'contain = process-group'
like "$(ended group)" ' exit=0 ' 'the record does not wait'
lives group
ok $? 'the daemon escapes'
kill "$(cat out/group.pid)"

# These have the same two seconds.
client polite >/dev/null &
client deaf >/dev/null &
client frozen >/dev/null &
await '[ "$(cat out/polite.on 2>/dev/null | wc -l)" = 3 ] && [ -e out/deaf ]'
# Not before it was executed: else its start hangs.
await 'ps -o args= --ppid "$pid" | grep -q traps'
traps=$(ps -o pid=,args= --ppid "$pid" | awk '/traps/ { print $1 }')
echo 1 >"$cgroup$(place_of "$traps")/cgroup.freeze"
like "$(ended polite)" ' timeout=5 ' 'TERM ends those that listen to it'
is "$(sort out/polite | tr '\n' ' ')" 'TERM TERM TERM leader ' 'each of them hears it, once'
like "$(ended deaf)" ' timeout=KILL ' 'KILL ends those that do not'
like "$(ended frozen)" ' timeout=KILL ' 'and one that is frozen'
is "$(echo x | ask "$(port_of other)")" x 'and the next one is not born frozen'
is "$(cat "$cgroup/connections"/*/cgroup.freeze | sort -u)" 0 'no frozen one is used again'

client stopped >/dev/null
like "$(ended stopped)" ' timeout=TERM ' 'those that are stopped are continued for it'

is "$(client many)" eof 'a command that leaves 500 processes'
like "$(ended many)" ' exit=0 ' 'which all end by TERM'

client bomb >/dev/null &
await '[ "$(cat out/bomb 2>/dev/null | wc -l)" -gt 20 ]'
like "$(ended bomb)" ' timeout=(KILL|TERM|0) ' 'a fork bomb is timed out'
is "$(ps -u 2002 -o pid=,stat= | grep -cv Z)" 0 'and nobody of it is left'

lives keep
ok $? 'what was kept lives still'
calm "$before"
stop
is "$status" 0 'the daemon stops with status 0'
lives keep
ok $? 'and leaves what was kept alone'
is "$(cd "$cgroup" && find . -type d | sort | tr '\n' ' ')" \
	". ./connections ./connections/$(basename "$(cgroup_of "$(cat out/keep.pid)")") " \
	'in its cgroup, and no other'
done_testing
