#!/bin/sh
# SPDX-License-Identifier: MIT
# The service manager's watchdog is fed by the loop, for the process that it means alone;
# at the end it is asked for time as long as commands run; and a start that fails says why.
. "$(dirname "$0")/../reload.sh"
. "$(dirname "$0")/../lib.sh"

mkdir held && chmod 777 held
cat >spawnd.conf <<EOT
[hold]
listen = $tmp/hold.sock
command = $tools/hold $tmp/held
user = nobody
EOT
"$tools/manager" "@spawnd-test-$$" >>told &
manager=$!
await 'grep -qs bound told'
export NOTIFY_SOCKET="@spawnd-test-$$"

begin() { # NAME=VALUE...
	env "$@" "$spawnd" -c "$tmp/spawnd.conf" 2>>spawnd.log &
	pid=$!
	await 'tail -n +2 told | grep -q READY=1'
}
end() {
	kill -TERM "$pid"
	wait "$pid"
	pid=
	echo bound >told
}
beats() { grep -cx WATCHDOG=1 told; }

begin WATCHDOG_USEC=20000
await '[ "$(beats)" -ge 3 ]'
ok 0 'a watchdog is fed'
kill -STOP "$pid"
await 'grep -q "^State:.*stopped" "/proc/$pid/status"'
before=$(beats)
kill -CONT "$pid"
await '[ "$(beats)" -gt "$before" ]'
ok 0 '... on when it goes on'
end

begin WATCHDOG_USEC=2000 WATCHDOG_PID=1
for i in 1 2 3 4 5; do
	reload
done
is "$(beats)" 0 'that of another process is not'
end
begin WATCHDOG_USEC=none
reload
is "$(beats)" 0 'nor one that is no number'

echo x | ask_unix hold.sock >x.out &
client=$!
await '[ -e held/x.on ]'
kill -QUIT "$pid"
await '[ "$(grep -c "EXTEND_TIMEOUT_USEC=15000000" told)" = 2 ]'
like "$(grep -m 1 EXTEND told)" '^STOPPING=1\|EXTEND_TIMEOUT_USEC=15000000\|STATUS=Waiting' \
	'with the end comes a request for time'
is "$(grep EXTEND told | tail -n 1)" EXTEND_TIMEOUT_USEC=15000000 '... and again'
touch held/x.go
wait "$client" "$pid"
pid=

echo bound >told
mkdir taken
"$spawnd" -l "$tmp/taken" -u nobody -- cat 2>errors
is $? 3 'a start that fails'
await 'grep -q ERRNO told'
is "$(grep ERRNO told)" 'ERRNO=98|STATUS=Cannot start: Address already in use' '... says so'
"$spawnd" -l 127.0.0.1:0 -u nobody -s pid_file=relative -s 'log_level=loud' -- cat 2>errors
is $? 1 'one with a bad configuration'
await 'grep -q relative told || grep -q loud told'
is "$(tail -n 1 told)" "STATUS=Cannot start: $(head -n 1 errors)" '... says what comes first'
kill "$manager"
done_testing
