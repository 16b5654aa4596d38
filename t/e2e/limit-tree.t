#!/bin/sh
# SPDX-License-Identifier: MIT
# The limit ends every process of the group; the record is written, and the slot
# is free, when the last of them is gone.
[ -n "${REAPED:-}" ] || REAPED=1 exec "${TOOLS:?}/reaper" "$0"
. "$(dirname "$0")/../lib.sh"

mkdir tree && chmod 777 tree
cat >grove <<EOF
#!/bin/sh
for i in 1 2 3; do
	sh -c 'sleep 1000 & echo \$! >>$tmp/tree/inner; wait' &
done
wait
EOF
# The leader ends by TERM; the other does not, until it is told to.
cat >heir <<EOF
#!/bin/sh
sh -c 'trap "" TERM; echo \$\$ >$tmp/tree/heir; until [ -e $tmp/tree/go ]; do sleep 0.02; done' &
echo \$\$ >$tmp/tree/leader
wait
EOF
chmod 755 grove heir
cat >spawnd.conf <<EOF
[global]
user = nobody
stderr = null
[grove]
listen = 127.0.0.1:0
time_limit = 500ms
kill_after = 1h
command = $tmp/grove
[heir]
listen = 127.0.0.1:0
max_connections = 1
time_limit = 500ms
kill_after = 1h
command = $tmp/heir
[other]
listen = 127.0.0.1:0
command = /bin/cat
EOF
start
before=$(descriptors)

is "$("$tools/client" end "$(port_of grove)")" eof 'a tree of seven: the client sees the end'
await 'grep -q "grove: end" spawnd.log'
like "$(grep 'grove: end' spawnd.log)" ' timeout=TERM ' 'by the limit'
is "$(wc -l <tree/inner)" 3 'they all ran'
alive=
while read -r i; do
	! kill -0 "$i" 2>/dev/null || alive="$alive $i"
done <tree/inner
is "$alive" '' 'and are gone when the record is written'

"$tools/client" end "$(port_of heir)" >heir.out &
await '[ -s tree/leader ] && [ -s tree/heir ]'
await '! kill -0 "$(cat tree/leader)" 2>/dev/null'
"$tools/client" end "$(port_of heir)" >second.out &
second=$!
is "$(echo x | ask "$(port_of other)")" x 'a leader gone, one left: other services go on'
await 'grep -q "other: end" spawnd.log'
unlike "$(cat spawnd.log)" 'heir: end' 'there is no record yet'
is "$(ps -o pid= --ppid "$pid")" '' 'and the slot is not free: the next client waits'
touch tree/go
await 'grep -q "heir: end id=.* timeout=TERM" spawnd.log'
ok 0 'the record comes when the last one is gone'
wait "$second"
await '[ "$(grep -c "heir: end" spawnd.log)" = 2 ]'
ok 0 'and the next client is served'
calm "$before"
done_testing
