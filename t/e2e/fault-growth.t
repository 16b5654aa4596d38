#!/bin/sh
# SPDX-License-Identifier: MIT
# Connections of every kind, thousands of them: what the daemon holds of memory after
# 1,000 is what it holds after 3,000.
. "$(dirname "$0")/../lib.sh"

# A sanitizer keeps what was freed for a while.
export ASAN_OPTIONS="$ASAN_OPTIONS:quarantine_size_mb=0:thread_local_quarantine_size_kb=0"
cat >spawnd.conf <<EOF
[global]
user = nobody
record = none
retry_delay = 1ms
retry_delay_max = 1ms
max_connections = 20
[true]
listen = 127.0.0.1:0 $tmp/true.sock
command = /bin/true
[cat]
listen = 127.0.0.1:0
command = /bin/cat
[absent]
listen = $tmp/absent.sock
command = $tmp/absent
[late]
listen = $tmp/late.sock
time_limit = 1ms
kill_after = 1ms
command = /bin/sleep 1000
[refuse]
listen = $tmp/refuse.sock
max_connections = 1
when_full = refuse
refuse = "full\n"
command = /bin/cat
EOF
start
before=$(descriptors)
mkfifo hold
"$tools/client" idle "$tmp/refuse.sock" 1 <hold >idle.out &
exec 3>hold
await '[ "$(ps -o pid= --ppid "$pid" | wc -l)" = 1 ]'

# In KiB.
resident() { sed -n 's/^RssAnon:[^0-9]*\([0-9]*\) kB$/\1/p' "/proc/$pid/status"; }

round() {
	{
		"$tools/client" series "$(port_of true)" 150
		"$tools/client" series "$tmp/true.sock" 100
		"$tools/client" echo "$(port_of cat)" 25 1000
		"$tools/rude" resets "$(port_of cat)" 75
		"$tools/client" series "$tmp/absent.sock" 25
		"$tools/client" series "$tmp/late.sock" 25
		"$tools/client" series "$tmp/refuse.sock" 100
	} >round.out
	await '[ "$(ps -o pid= --ppid "$pid" | wc -l)" = 1 ]'
}

round
is "$(tr '\n' ' ' <round.out)" '150 100 25 75 25 25 100 ' '500 of every kind'
round
held=$(resident)
for i in 3 4 5 6; do
	round
done
grown=$(($(resident) - held))
[ "$grown" -le 32 ]
ok $? "two thousand more: it grew by $grown KiB, of $held"
exec 3>&-
calm "$before"
done_testing
