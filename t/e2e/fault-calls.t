#!/bin/sh
# SPDX-License-Identifier: MIT
# Newer system calls that the kernel, or a container's filter, does not have: spawnd
# does without, or says so at its start.  And calls that are interrupted: at its start
# and while it serves, nothing comes of it.
[ -n "${REAPED:-}" ] || REAPED=1 exec "${TOOLS:?}/reaper" "$0"
. "$(dirname "$0")/../lib.sh"

# No search for leaks works under strace.
export ASAN_OPTIONS=detect_leaks=0
cat >leaves <<EOF
#!/bin/sh
read -r what
sleep 1000 &
echo "\$what"
EOF
chmod 755 leaves
cat >spawnd.conf <<EOF
[global]
user = nobody
[leaves]
listen = 127.0.0.1:0
time_limit = 1h
kill_after = 1h
max_connections = 1
command = $tmp/leaves
[slow]
listen = 127.0.0.1:0
time_limit = 200ms
command = /bin/sleep 1000
[many]
listen = 127.0.0.1:0
max_connections = 300
command = /bin/cat
EOF

# Both are spawnd's own children, not the tracer's.
start_traced() { # INJECTION
	: >spawnd.log
	rm -f trace
	start_as strace -D -o trace -e trace="${1%%:*}" -e inject="$1" \
		"$spawnd" -c "$tmp/spawnd.conf"
	before=$(descriptors)
}

serves() { # WHAT
	is "$(echo hello | timeout 20 nc -N 127.0.0.1 "$(port_of leaves)")" hello \
		"$1: a client is served, what is left behind does not hold it"
	await 'grep -q "leaves: end .* exit=0 " spawnd.log'
	is "$("$tools/client" end "$(port_of slow)")" eof 'the time limit ends a command'
	await 'grep -q "slow: end .* timeout=" spawnd.log'
	unlike "$(cat spawnd.log)" 'cannot|pausing|reaped by|failed' 'and nothing is amiss'
	calm "$before"
}

# Linux before 6.9 signals no group by a pidfd; a filter may hide all of these calls.
for call in pidfd_open:error=ENOSYS pidfd_open:error=EPERM pidfd_send_signal:error=ENOSYS \
	pidfd_send_signal:error=EINVAL pidfd_send_signal:error=EPERM; do
	start_traced "$call"
	serves "$call"
	stop
	is "$status" 0 'it stops with status 0'
done

# What it cannot do without.
for call in close_range signalfd4 timerfd_create epoll_create1; do
	said=$(timeout 20 strace -o trace -e trace=$call -e inject=$call:error=ENOSYS \
		"$spawnd" -c spawnd.conf 2>&1)
	is "$?" 3 "no $call: it does not start"
	like "$said" 'cannot .*: Function not implemented' 'and says why'
done
like "$(strace -o trace -e trace=close_range -e inject=close_range:error=ENOSYS \
	"$spawnd" -c spawnd.conf 2>&1)" 'Linux 5\.10' 'with the Linux that it takes'

# Interrupted at its start; while it serves; in the parting of shared descriptors.
for call in waitid writev epoll_wait; do
	start_traced "$call:error=EINTR:when=1+3"
	like "$(cat trace)" 'EINTR.*INJECTED' "$call interrupted: it starts"
	serves "$call"
	stop
	is "$status" 0 'it stops with status 0'
done
# The last one is made where the table of descriptors is large, and shared.
for call in read writev accept4 waitid futex; do
	: >spawnd.log
	start
	before=$(descriptors)
	exec 3>/dev/null
	if [ "$call" = futex ]; then
		mkfifo many
		"$tools/client" idle "$(port_of many)" 270 <many >many.out &
		exec 3>many
		await '[ "$(ps -o pid= --ppid "$pid" | wc -l)" = 270 ]'
		await 'grep -q ready many.out'
	fi
	# It waits for a child only when that takes its time.
	follow=$([ "$call" != futex ] || echo -f)
	strace $follow -p "$pid" -o trace -e trace="$call,close_range" \
		-e "inject=$call:error=EINTR:when=1+2" \
		-e inject=close_range:delay_enter=10000 2>strace.log &
	tracer=$!
	await 'grep -q "^TracerPid:.[1-9]" "/proc/$pid/status"'
	is "$(echo first | ask "$(port_of leaves)")" first "$call interrupted: a client is served"
	await 'grep -q "leaves: end .* exit=0 " spawnd.log'
	await 'grep -q EINTR.*INJECTED trace'
	kill "$tracer"
	wait "$tracer" 2>/dev/null
	exec 3>&-
	await "[ -z \"\$(ps -o pid= --ppid $pid)\" ]"
	serves 'after that'
	stop
	is "$status" 0 'it stops with status 0'
done
done_testing
