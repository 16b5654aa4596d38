#!/bin/sh
# SPDX-License-Identifier: MIT
# What a command leaves behind at a normal exit is ended, and with it the hold that
# it has on the client's socket; leftovers = keep lets it go on.
[ -n "${REAPED:-}" ] || REAPED=1 exec "${TOOLS:?}/reaper" "$0"
. "$(dirname "$0")/../lib.sh"

mkdir left && chmod 777 left
cat >leaves <<EOF
#!/bin/sh
sleep 1000 &
echo \$! >$tmp/left/\$SPAWND_SERVICE
exit 3
EOF
# It waits for the trap to be set: TERM before that would be the end of it.
cat >stubborn <<EOF
#!/bin/sh
sh -c 'trap "echo TERM >>$tmp/left/got" TERM
	echo \$\$ >$tmp/left/stubborn
	while :; do sleep 0.02; done' &
until [ -s $tmp/left/stubborn ]; do sleep 0.02; done
exit 0
EOF
chmod 755 leaves stubborn
cat >spawnd.conf <<EOF
[global]
user = nobody
stderr = null
[ended]
listen = 127.0.0.1:0
command = $tmp/leaves
[stubborn]
listen = 127.0.0.1:0
kill_after = 200ms
command = $tmp/stubborn
[kept]
listen = 127.0.0.1:0
leftovers = keep
command = $tmp/leaves
EOF
start
before=$(descriptors)

is "$("$tools/client" end "$(port_of ended)")" eof \
	'a grandchild with the socket does not keep the client hanging'
await 'grep -q "ended: end" spawnd.log'
like "$(grep 'ended: end' spawnd.log)" ' exit=3 ' 'the record is that of the command'
! kill -0 "$(cat left/ended)" 2>/dev/null
ok $? 'what it left is gone by then'

is "$("$tools/client" end "$(port_of stubborn)")" eof 'so it is with one that ignores TERM'
await 'grep -q "stubborn: end" spawnd.log'
like "$(grep 'stubborn: end' spawnd.log)" ' exit=0 ' 'its record, too, is that of the command'
! kill -0 "$(cat left/stubborn)" 2>/dev/null
ok $? 'and it is gone'
is "$(cat left/got)" TERM 'it was asked before it was killed'

"$tools/client" end "$(port_of kept)" >kept.out &
client=$!
await 'grep -q "kept: end" spawnd.log'
like "$(grep 'kept: end' spawnd.log)" ' exit=3 ' 'leftovers = keep: the record does not wait'
is "$("$tools/client" end "$(port_of ended)")" eof 'another one comes and goes'
kill -0 "$(cat left/kept)" 2>/dev/null
ok $? 'what was kept goes on'
is "$(cat kept.out)" '' 'and has its client still'
kill "$(cat left/kept)"
wait "$client"
is "$(cat kept.out)" eof 'until it ends by itself'
await '[ "$(grep -c "ended: end" spawnd.log)" = 2 ]'
calm "$before"
done_testing
