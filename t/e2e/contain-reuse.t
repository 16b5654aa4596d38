#!/bin/sh
# SPDX-License-Identifier: MIT
# Cgroups are used again when they are empty, and only then; their number is bounded, and
# what somebody does to them in between does no harm.
[ -n "${REAPED:-}" ] || REAPED=1 exec "${TOOLS:?}/reaper" "$0"
. "$(dirname "$0")/../cgroup.sh"
. "$(dirname "$0")/../reload.sh"
. "$(dirname "$0")/../lib.sh"
make_cgroup
delegate

mkdir out && chmod 777 out
cat >leaves <<EOF
#!/bin/sh
setsid sh -c 'echo \$\$ >>$tmp/out/left; exec sleep 1000' >/dev/null 2>&1 </dev/null &
until grep -q . $tmp/out/left 2>/dev/null; do sleep 0.01; done
EOF
chmod 755 leaves
cat >spawnd.conf <<EOF
[global]
user = nobody
stderr = null
[true]
listen = 127.0.0.1:0
command = /bin/true
[cat]
listen = 127.0.0.1:0
max_connections = 300
command = /bin/cat
[place]
listen = 127.0.0.1:0
command = /bin/sed -n "s/^0:://p" /proc/self/cgroup
[keep]
listen = 127.0.0.1:0
leftovers = keep
command = $tmp/leaves
EOF
start_in "$cgroup" -c "$tmp/spawnd.conf" -s log_level=notice -v
before=$(descriptors)
port_of cat >cat.port
live() { # N: that many connections, until standard input of theirs ends
	[ -p hold ] || mkfifo hold
	"$tools/client" idle "$(port_of cat)" "$1" <hold >/dev/null &
	exec 4>hold
	await '[ "$(ps -o args= --ppid "$pid" | grep -c cat)" = '"$1"' ]'
}
place() { ask "$(port_of place)" </dev/null | sed "s,^.*/spawnd-test\.$$/,,"; }
# Of all commands that run
places() { ps -o pid= --ppid "$pid" | sed 's,.*\<\([0-9]*\)$,/proc/\1/cgroup,' |
	xargs sed -n "s,^0::.*/spawnd-test\.$$,,p"; }
freed() { await "[ \"\$(ps -o pid= --ppid $pid | wc -l)\" = ${1:-0} ]"; }

is "$("$tools/client" series "$(port_of true)" 500)" 500 '500 in a row'
freed
[ "$(cgroups_made)" -le 10 ]
ok $? 'have a few cgroups one after the other'

live 150
is "$(places | sort -u | wc -l)" 150 \
	'150 at once have one each'
exec 4>&-
freed
await '[ "$(cgroups_made)" -le 128 ]'
ok 0 'of which 128 are kept at most'
is "$(grep -l 'populated 1' "$cgroup/connections"/*/cgroup.events)" '' 'and all are empty'
is "$(descriptors)" "$before" 'no descriptor is held for them'

# Left in one: it is nobody else's.
ask "$(port_of keep)" </dev/null
await '[ -s out/left ]'
kept=$(place_of "$(cat out/left)")
freed
for i in 1 2 3 4 5 6 7 8 9 10; do place; done >places
is "$(grep -c "^${kept#/}\$" places)" 0 'one that is not empty is not used'
live 150
is "$(places | grep -Fxc "$kept")" 0 \
	'however many are needed'
exec 4>&-
freed
kill "$(cat out/left)"
await '! grep -q "populated 1" "$cgroup$kept/cgroup.events"'
for i in 1 2 3; do place; done >places
[ ! -d "$cgroup$kept" ]
ok $? 'it is removed when it is empty'

# Somebody else's doing
next=$(place)
"$tools/in-cgroup" "$cgroup/$next" sleep 1000 &
sleeper=$!
await 'grep -q "populated 1" "$cgroup/$next/cgroup.events"'
[ "$(place)" != "$next" ]
ok $? 'one where somebody moved a process is not used'
kill -0 "$sleeper"
ok $? 'nor is that process ended'
kill "$sleeper"
wait "$sleeper" 2>/dev/null
next=$(place)
echo 1 >"$cgroup/$next/cgroup.freeze"
[ "$(place)" != "$next" ]
ok $? 'nor is one that is frozen'
next=$(place)
echo 1 >"$cgroup/$next/cgroup.kill"
place >first
next=$(place)
like "$next" '^connections/' 'one that was killed costs one start at most'
remove() { # those that are empty
	find "$cgroup/connections" -mindepth "$1" -depth -type d -exec rmdir {} ';' 2>/dev/null
}
remove 1
like "$(place)" '^connections/' 'all are removed: others are made'
await 'remove 0; [ ! -d "$cgroup/connections" ]'
like "$(place)" '^connections/' 'and the directory above them, too'

# From one way to the other: for those that come
live 3
sed -i '/^stderr/a contain = process-group' spawnd.conf
reloaded 'a reload'
is "$(ask "$(port_of place)" </dev/null | sed "s,^.*/spawnd-test\.$$/,,")" spawnd 'new ones are in none'
is "$(places | grep -c connections)" 3 \
	'those that run stay'
exec 4>&-
freed
calm "$before"
kill -KILL "$pid"
wait "$pid" 2>/dev/null
pid=

# Nobody runs on in the one that the next command gets.
sed -i '/^contain/d; s/^stderr/leftovers = keep\n&/' spawnd.conf
start_in "$cgroup"
place >first
freed
live 1
kill -KILL "$pid"
wait "$pid" 2>/dev/null
pid=
: >spawnd.log
start_in "$cgroup"
await 'grep -q ": ended 1 connections that" spawnd.log'
ok 0 'a cgroup that was left empty with leftovers = keep is as any other'
exec 4>&-
stop
sed -i '0,/^leftovers/{/^leftovers/d}' spawnd.conf

# What a spawnd that was killed has left is ended, but what was let run on is not.
sed -i '/^contain/d' spawnd.conf
: >out/left
start_in "$cgroup"
ask "$(port_of keep)" </dev/null
kept=$(cat out/left)
live 2
kept_place=$(place_of "$kept")
kill -KILL "$pid"
wait "$pid" 2>/dev/null
pid=
mkdir -p "$cgroup/limited/4" "$cgroup/connections/900"
: >spawnd.log
start_in "$cgroup"
is "/$(cd "$cgroup" && find connections limited -mindepth 1 -type d)" "$kept_place" \
	'all that a killed one has left is gone, but what leftovers = keep has let run'
await 'grep -q ": ended 2 connections that a spawnd which was killed has left$" spawnd.log'
ok 0 'which is told'
exec 4>&-
like "$(place)" '^connections/90[1-9]$' 'no number is used again'
kill -KILL "$pid"
wait "$pid" 2>/dev/null
pid=
start_in "$cgroup"
kill -0 "$kept"
ok $? '... also by the one after'
kill "$kept"
await '! kill -0 "$kept" 2>/dev/null'
place >first
stop
is "$status $(find "$cgroup" -mindepth 1 -type d)" '0 ' 'nothing is left at the end'
done_testing
