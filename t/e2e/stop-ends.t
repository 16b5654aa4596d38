#!/bin/sh
# SPDX-License-Identifier: MIT
# Who will not wait for the commands: stop_timeout, a second TERM or an INT ends
# them, a third one kills them, and nothing of their trees outlives the daemon.
[ -n "${REAPED:-}" ] || REAPED=1 exec "${TOOLS:?}/reaper" "$0"
. "$(dirname "$0")/../lib.sh"

mkdir pids && chmod 777 pids
# Two processes, which end by TERM, or do not.
cat >tree <<EOF
#!/bin/sh
[ "\$SPAWND_SERVICE" != deaf ] || trap '' TERM
sh -c 'echo \$\$ >$tmp/pids/child; while :; do sleep 0.02; done' &
echo \$\$ >$tmp/pids/leader
while :; do sleep 0.02; done
EOF
chmod 755 tree
for service in soft deaf; do
	cat <<-EOF
	[$service]
	user = nobody
	listen = $tmp/$service.sock
	stderr = null
	command = $tmp/tree
	kill_after = 1h
	EOF
done >spawnd.conf

begin() { # SERVICE OPTION...
	service=$1
	shift
	rm -f pids/*
	: >spawnd.log
	start -c "$tmp/spawnd.conf" "$@"
	"$tools/client" end "$tmp/$service.sock" >client.out &
	client=$!
	await '[ -s pids/child ] && [ -s pids/leader ]'
}

# It has ended, and took all with it.
ended() { # SIGNAL NAME
	wait "$pid"
	is "$?" 0 "$2"
	pid=
	kill "$ear"
	wait "$ear" 2>/dev/null
	ear=
	! kill -0 "$(cat pids/leader)" 2>/dev/null && ! kill -0 "$(cat pids/child)" 2>/dev/null
	ok $? 'and left nothing behind'
	like "$(grep "$service: end" spawnd.log)" " signal=$1 " 'the record says what ended it'
	wait "$client"
	is "$(cat client.out)" eof 'the client has its end'
}

begin soft -s stop_timeout=200ms
kill -TERM "$pid"
ended TERM 'TERM: after stop_timeout'
like "$(cat spawnd.log)" 'stop_timeout is over' 'and says so'

begin soft
kill -TERM "$pid"
await 'grep -q "stopping; 1 commands may finish" spawnd.log'
kill -0 "$(cat pids/leader)"
ok $? 'TERM alone ends no command'
kill -TERM "$pid"
ended TERM 'TERM twice'

begin soft
kill -TERM "$pid"
await 'grep -q stopping spawnd.log'
kill -INT "$pid"
ended TERM 'TERM, then INT'

begin soft
kill -INT "$pid"
ended TERM 'INT at once'

begin soft -s stop_timeout=1ms
kill -QUIT "$pid"
await 'grep -q stopping spawnd.log'
kill -QUIT "$pid"
kill -0 "$(cat pids/leader)"
ok $? 'QUIT has no limit, and twice is not more'
kill -TERM "$pid"
ended TERM 'QUIT, then TERM'

begin deaf
for i in 1 2 3; do
	kill -TERM "$pid"
	# One after the other: equal signals that are pending are one.
	await '! grep -qs "^ShdPnd:.*4...$" "/proc/$pid/status"'
done
ended KILL 'deaf commands: the third TERM kills'

sed -i 's/^kill_after = 1h/kill_after = 100ms/' spawnd.conf
begin deaf -s stop_timeout=1ms
kill -TERM "$pid"
ended KILL 'deaf commands: kill_after after stop_timeout'
done_testing
