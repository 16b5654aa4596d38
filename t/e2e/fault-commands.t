#!/bin/sh
# SPDX-License-Identifier: MIT
# Commands that fork hundreds, that leave their session, or that go on without their
# client: the limit ends what is in the group, what has left it holds nobody up.
[ -n "${REAPED:-}" ] || REAPED=1 exec "${TOOLS:?}/reaper" "$0"
. "$(dirname "$0")/../lib.sh"

mkdir told && chmod 777 told
cat >many <<EOF
#!/bin/sh
for i in \$(seq 500); do
	sleep 1000 &
done
echo \$\$ >$tmp/told/many
wait
EOF
# One that has left with the socket, one without it.
cat >leaves <<EOF
#!/bin/sh
# A leader cannot call setsid(2): it has to fork.
setsid sh -c 'echo \$\$ >$tmp/told/with; until [ -e $tmp/told/go ]; do sleep 0.02; done' &
setsid sh -c 'echo \$\$ >$tmp/told/without; until [ -e $tmp/told/go ]; do sleep 0.02; done' \
	<&- >&- 2>&- &
until [ -s $tmp/told/with ] && [ -s $tmp/told/without ]; do sleep 0.02; done
echo left
EOF
chmod 755 many leaves
cat >spawnd.conf <<EOF
[global]
kill_after = 1h
[many]
listen = 127.0.0.1:0
user = alice
stderr = null
command = $tmp/many
[leaves]
listen = 127.0.0.1:0
user = bob
max_connections = 1
stderr = null
command = $tmp/leaves
[cat]
listen = 127.0.0.1:0
user = grace
command = /bin/cat
EOF
sed -i '/^command = .*many/a time_limit = 2500ms' spawnd.conf
start
before=$(descriptors)

"$tools/client" end "$(port_of many)" >many.out &
many=$!
await '[ -s told/many ]'
group() { ps -o pid=,pgid= -e | awk -v g="$(cat told/many)" '$2 == g' | wc -l; }
ok 0 '500 processes of one command'
is "$(echo hello | ask "$(port_of cat)")" hello 'others are served meanwhile'
await 'grep -q "many: end .* timeout=TERM" spawnd.log'
is "$(group)" 0 'its time is over: not one is left when the record is written'
wait "$many"
is "$(cat many.out)" eof 'and the client has its end'

# What left the session is not in the group, which -T says: the manual, too.
ask "$(port_of leaves)" </dev/null >leaves.out &
leaves=$!
await 'grep -q "leaves: end .* exit=0 " spawnd.log'
ok 0 'who has left the session does not hold the record'
kill -0 "$(cat told/with)" && kill -0 "$(cat told/without)"
ok $? 'and lives on'
await '[ -s leaves.out ]'
kill -0 "$leaves"
is "$? $(cat leaves.out)" '0 left' 'with the client of the one that took the socket along'
: >told/with
: >told/without
ask "$(port_of leaves)" </dev/null >second.out &
second=$!
await '[ "$(grep -c "leaves: end .* exit=0 " spawnd.log)" = 2 ]'
ok 0 'nor the slot: the next client is served'
touch told/go
wait "$leaves" "$second"
is "$(cat leaves.out second.out | tr '\n' ' ')" 'left left ' \
	'their clients have the end when they end'
calm "$before"
done_testing
