#!/bin/sh
# SPDX-License-Identifier: MIT
# A command that is being traced when it ends belongs to its tracer first: when the
# tracer lets go it is recorded, its slot is free again, and spawnd can stop.
. "$(dirname "$0")/../lib.sh"

cp "$tools/hold" .
mkdir held
chmod 777 held
cat >spawnd.conf <<EOT
[traced]
listen = 127.0.0.1:0
command = $tmp/hold held
working_directory = $tmp
user = alice
max_connections = 1
[other]
listen = 127.0.0.1:0
command = cat
user = bob
EOT
start
before=$(descriptors)

echo one | ask "$(port_of traced)" >out &
client=$!
await '[ -e held/one.on ]'
command=$(ps -o pid=,ppid= -C hold | awk -v p="$pid" '$2 == p { print $1 }')
"$tools/tracer" "$command" "$tmp/let-go" &
tracer=$!
await 'grep -q "^TracerPid:.[1-9]" "/proc/$command/status"'
kill -KILL "$command"
await 'grep -q "^State:.Z" "/proc/$command/status"'
wait "$client"
is "$(echo hello | ask "$(port_of other)")" hello 'others are served meanwhile'
is "$(grep -c 'traced: end' spawnd.log)" 0 'its tracer has it'

touch let-go
wait "$tracer"
await 'grep -q "traced: end" spawnd.log'
like "$(grep 'traced: end' spawnd.log)" "pid=$command signal=KILL" \
	'when the tracer lets go, it is recorded'
touch held/two.go
is "$(echo two | ask "$(port_of traced)")" two 'its slot is free again'
calm "$before"
done_testing
