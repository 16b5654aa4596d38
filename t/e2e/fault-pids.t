#!/bin/sh
# SPDX-License-Identifier: MIT
# Process numbers that come again within milliseconds: commands end by themselves, by
# their limit, and leave others behind, and no stranger of the same account who has
# such a number next ever gets a signal.
. "$(dirname "$0")/../lib.sh"

mkdir hits && chmod 777 hits
cat >spawnd.conf <<EOF
[global]
max_connections = 20
user = grace
kill_after = 3ms
[ends]
listen = 127.0.0.1:0
command = $tools/reuse nap
[short]
listen = $tmp/short.sock
command = $tools/reuse nap
time_limit = 4ms
EOF
mkfifo numbers strangers
# In a pid namespace of its own, where the first process only reaps.
cat >inside <<EOF
#!/bin/sh
("$tools/reuse" numbers 300 <numbers 2>numbers.err &)
(setpriv --reuid=2007 --regid=2007 --clear-groups \
	"$tools/reuse" strangers "$tmp/hits/who" 30 <strangers >strangers.out &)
exec "$spawnd" -c "$tmp/spawnd.conf"
EOF
chmod 755 inside
start_as unshare --pid --fork --kill-child --mount-proc "$tools/reaper" ./inside
exec 3>numbers 4>strangers
init=$(ps -o pid= --ppid "$pid" | tr -d ' ')
daemon=$(ps -o pid=,comm= --ppid "$init" | awk '$2 == "spawnd" { print $1 }')
before=$(find "/proc/$daemon/fd" -mindepth 1 | wc -l)

clients=
for i in 1 2 3 4; do
	# Not with what strangers wait for the end of.
	(exec 3>&- 4>&-; exec "$tools/client" series "$(port_of ends)" 150) >"ends.$i" &
	clients="$clients $!"
	(exec 3>&- 4>&-; exec "$tools/client" series "$tmp/short.sock" 150) >"short.$i" &
	clients="$clients $!"
done
# shellcheck disable=SC2086 # several words
wait $clients
is "$(sort -u ends.? short.?)" 150 '1,200 clients, eight at a time'
await '[ "$(grep -c ": end id=" spawnd.log)" = 1200 ]'
exec 3>&- 4>&-
await '[ -s strangers.out ]'
is "$(cat numbers.err)" '' 'numbers were given out again'
[ "$(sed -n 's/.* pid=\([0-9]*\) .*/\1/p' spawnd.log | sort -u | wc -l)" -lt 200 ]
ok $? 'and again'
[ "$(sed 's/ .*//' strangers.out)" -gt 1200 ]
ok $? "to $(cat strangers.out)"
is "$(cat hits/* 2>/dev/null | head -n 5)" '' 'none of whom got a signal'
[ "$(grep -c 'short: end .* timeout=' spawnd.log)" -gt 50 ]
ok $? 'while many commands did'
like "$(grep -c 'ends: end .* exit=0 ' spawnd.log)" '^600$' 'and those that had time, not'
await '[ -z "$(ps -o pid= --ppid "$daemon")" ]'
await '[ "$(find "/proc/$daemon/fd" -mindepth 1 | wc -l)" = "$before" ]'
ok 0 'nothing is left behind'
kill -TERM "$daemon"
stop CONT
is "$status" 0 'the daemon stops with status 0'
done_testing
