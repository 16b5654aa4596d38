#!/bin/sh
# SPDX-License-Identifier: MIT
# As pid 1, of a container, spawnd reaps what commands leave behind, and stops.
. "$(dirname "$0")/../lib.sh"

mkdir left && chmod 777 left
# Ten in the group, which are ended, and ten that escape it and end by themselves.
cat >leaves <<EOF
#!/bin/sh
for i in 1 2 3 4 5 6 7 8 9 10; do
	sleep 1000 &
	setsid sh -c 'until [ -e $tmp/left/go ]; do sleep 0.02; done' <&- >&- 2>&- &
done
echo left
EOF
chmod 755 leaves
start_as unshare --pid --fork --kill-child --mount-proc "$spawnd" -l 127.0.0.1:0 -u nobody \
	-s kill_after=1h -- "$tmp/leaves"
init=$(ps -o pid= --ppid "$pid" | tr -d ' ')
is "$("$tools/client" end "$(port_of leaves)")" "left
eof" 'it serves'
await 'grep -q "leaves: end id=1" spawnd.log'
ok 0 'there is a record: those who were ended count no more'
touch left/go
await '[ -z "$(ps -o stat= --ppid "$init")" ]'
ok 0 'and nothing is left, alive or dead'
kill -TERM "$init"
stop CONT
is "$status" 0 'TERM ends it, with status 0'
done_testing
