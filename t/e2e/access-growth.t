#!/bin/sh
# SPDX-License-Identifier: MIT
# Ten thousand refused clients, by networks and by groups: no command runs for them, the
# log does not grow with them, and neither does the daemon, in memory or descriptors.
. "$(dirname "$0")/../lib.sh"

# A sanitizer keeps what was freed for a while.
export ASAN_OPTIONS="$ASAN_OPTIONS:quarantine_size_mb=0:thread_local_quarantine_size_kb=0"
cat >spawnd.conf <<EOF
[global]
user = nobody
[net]
listen = 127.0.0.1:0
command = cat
allow = 10.0.0.0/8
[reset]
listen = 127.0.0.1:0
command = cat
deny = 127.0.0.1
refuse = reset
[unix]
listen = $tmp/unix.sock
command = cat
allow = gid:alice
refuse = "no\n"
EOF
start
before=$(descriptors)

resident() { sed -n 's/^RssAnon:[^0-9]*\([0-9]*\) kB$/\1/p' "/proc/$pid/status"; } # KiB
round() { # 2,500
	"$tools/client" series "$(port_of net)" 1000
	"$tools/client" series "$tmp/unix.sock" 1000
	"$tools/client" resets "$(port_of reset)" 500
}
round >round.out
is "$(tr '\n' ' ' <round.out)" '1000 1000 500 ' '2,500 are refused'
# As many linger as may, and the kernel has what it keeps.
held=$(resident)
lines=$(wc -l <spawnd.log)
for i in 2 3 4; do
	round
done >rounds.out
grown=$(($(resident) - held))
is "$(sort rounds.out | uniq -c | tr -s ' \n' ' ')" ' 6 1000 3 500 ' '... and 7,500 more'
[ "$grown" -le 32 ]
ok $? "it grew by $grown KiB, of $held"
[ $(($(wc -l <spawnd.log) - lines)) -le 3 ]
ok $? '... and the log by no line for each'
kill -USR1 "$pid"
await 'grep -q "end of the report" spawnd.log'
like "$(grep ': net: state' spawnd.log)" ' live=0 accepted=4000 refused=4000 \(allow=4000\) failed=0$' \
	'all are counted'
like "$(grep ': unix: state' spawnd.log)" ' live=0 accepted=4000 refused=4000 \(allow=4000\) failed=0$' \
	'... also those with groups'
unlike "$(cat spawnd.log)" ': end id=' 'no command ran'
calm "$before"
done_testing
