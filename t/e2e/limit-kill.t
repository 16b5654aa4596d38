#!/bin/sh
# SPDX-License-Identifier: MIT
# What does not end by kill_signal is killed kill_after later; with 0 at once.
[ -n "${REAPED:-}" ] || REAPED=1 exec "${TOOLS:?}/reaper" "$0"
. "$(dirname "$0")/../lib.sh"

mkdir got && chmod 777 got
# Notes every signal that it can, and goes on.
cat >deaf <<EOF
#!/bin/sh
for i in TERM INT USR1; do
	trap "echo \$i >>$tmp/got/\$SPAWND_SERVICE" \$i
done
while :; do sleep 0.02; done
EOF
# Ends by the signal, in its own way.
cat >polite <<EOF
#!/bin/sh
trap 'echo bye; exit 7' TERM
while :; do sleep 0.02; done
EOF
chmod 755 deaf polite
cat >spawnd.conf <<EOF
[global]
user = nobody
stderr = null
time_limit = 300ms
[late]
listen = 127.0.0.1:0
command = $tmp/deaf
kill_after = 200ms
[now]
listen = 127.0.0.1:0
command = $tmp/deaf
kill_after = 0s
[int]
listen = 127.0.0.1:0
command = $tmp/deaf
kill_signal = INT
kill_after = 200ms
[usr1]
listen = 127.0.0.1:0
command = /bin/sleep 1000
kill_signal = USR1
kill_after = 1h
[polite]
listen = 127.0.0.1:0
command = $tmp/polite
kill_after = 1h
EOF
start
before=$(descriptors)

record_of() {
	await "grep -q ': $1: end' spawnd.log"
	grep ": $1: end" spawnd.log
}

for service in late now int usr1 polite; do
	"$tools/client" end "$(port_of "$service")" >"$service.out" &
	eval "$service=$!"
done
wait "$late" "$now" "$int" "$usr1" "$polite"
like "$(record_of late)" ' timeout=KILL run=' 'deaf: killed in the end'
is "$(cat got/late)" TERM 'and was asked with TERM before'
like "$(record_of now)" ' timeout=KILL run=' 'kill_after = 0s: killed'
[ ! -e got/now ]
ok $? 'and was not asked before'
like "$(record_of int)" ' timeout=KILL run=' 'kill_signal = INT, deaf: killed'
is "$(cat got/int)" INT 'and was asked with INT alone'
like "$(record_of usr1)" ' timeout=USR1 run=' 'kill_signal = USR1 ends what does not catch it'
like "$(record_of polite)" ' timeout=7 run=' 'what ends by itself is a time-out still'
is "$(cat polite.out)" "bye
eof" 'and may say good-bye to its client'
calm "$before"
done_testing
