#!/bin/sh
# SPDX-License-Identifier: MIT
# A start that is stopped between the change of its account and the command is
# continued by spawnd, which serves others meanwhile; one that is killed there is
# recorded as failed, with its step, and gives its slot back.
. "$(dirname "$0")/../lib.sh"

if ! strace -o /dev/null true 2>/dev/null; then
	echo '1..0 # SKIP cannot trace processes'
	exit 0
fi

mkdir place
cat >spawnd.conf <<EOT
[far]
listen = 127.0.0.1:0
command = echo served
user = alice
working_directory = $tmp/place
max_connections = 1
retry_delay = 1ms
retry_delay_max = 1ms
[other]
listen = 127.0.0.1:0
command = cat
user = bob
EOT
start
before=$(descriptors)

# From now on: at these system calls, which only a start makes, this signal arrives.
inject() { # CALLS:signal=SIGNAL
	strace -f -p "$pid" -o strace.out -e trace="${1%%:*}" -e inject="$1" 2>strace.err &
	tracer=$!
	await 'grep -q "^TracerPid:.[1-9]" "/proc/$pid/status"'
}

no_more() {
	kill "$tracer"
	wait "$tracer" 2>/dev/null
	await 'grep -q "^TracerPid:.0" "/proc/$pid/status"'
}

inject chdir:signal=SIGSTOP
for i in 1 2 3; do
	is "$(ask "$(port_of far)" </dev/null)" served "stopped once, $i: it is served"
done
no_more
await '[ "$(grep -c "far: end .*exit=0" spawnd.log)" = 3 ]'

inject setresuid,capset,getresuid,getresgid,getgroups,capget,chdir:signal=SIGSTOP
for i in 1 2 3; do
	ask "$(port_of far)" </dev/null >"far.$i" &
	clients="${clients:-} $!"
	is "$(echo "$i" | ask "$(port_of other)")" "$i" "stopped again and again, $i: others go on"
done
# shellcheck disable=SC2086 # several words
wait $clients
is "$(cat far.?)" 'served
served
served' 'and in the end it is served'
no_more
await '[ "$(grep -c "far: end .*exit=0" spawnd.log)" = 6 ]'

inject chdir:signal=SIGKILL
for i in 1 2 3; do
	is "$(ask "$(port_of far)" </dev/null)" '' "killed, $i: the client gets the end"
	await "[ \"\$(grep -c 'far: end .*failed=' spawnd.log)\" = $i ]"
done
no_more
is "$(sed -n 's/.*far: end .*failed=/failed=/p' spawnd.log | sort -u)" \
	"failed=\"cannot change to directory $tmp/place: the process was ended before\"" \
	'the record tells the step'
is "$(ask "$(port_of far)" </dev/null)" served 'the next client is served'
calm "$before"
done_testing
