#!/bin/sh
# SPDX-License-Identifier: MIT
# The wall clock is set back a day: limits and pauses are as long as before, and only
# the times in the log go back.
. "$(dirname "$0")/../lib.sh"

export ASAN_OPTIONS="$ASAN_OPTIONS:verify_asan_link_order=0"
cat >spawnd.conf <<EOF
[global]
kill_after = 20ms
retry_delay = 20ms
retry_delay_max = 20ms
[limit]
listen = $tmp/limit.sock
user = alice
time_limit = 300ms
command = $tmp/deaf
[absent]
listen = $tmp/absent.sock
user = bob
command = $tmp/absent
[cat]
listen = $tmp/cat.sock
user = grace
command = /bin/cat
EOF
cat >deaf <<EOF
#!/bin/sh
trap '' TERM
while :; do sleep 0.02; done
EOF
chmod 755 deaf
start_as env YESTERDAY="$tmp/set-back" LD_PRELOAD="$tools/yesterday" \
	"$spawnd" -c "$tmp/spawnd.conf"
before=$(descriptors)

# What the kernel times for it, the library does not reach; it is not the wall clock.
clocks=$(sed -n 's/^clockid: //p' /proc/"$pid"/fdinfo/*)
like "$clocks" '^[0-9]' 'it has timers'
unlike "$clocks" '^(0|8|11)$' 'of the clock that is not set'

day() { tail -n 1 spawnd.log | cut -c 1-10; }

# A client whose time runs, and one that waits in a pause, when the clock is set back.
timeout 20 "$tools/client" end "$tmp/limit.sock" >limit.out &
limit=$!
await '[ -n "$(ps -o pid= --ppid "$pid")" ]'
timeout 20 "$tools/client" end "$tmp/absent.sock" >absent.1
timeout 20 "$tools/client" end "$tmp/absent.sock" >absent.2 &
absent=$!
is "$(echo before | ask_unix cat.sock)" before 'before: a client is served'
await 'grep -q "cat: end" spawnd.log'
today=$(day)
touch set-back

is "$(echo after | ask_unix cat.sock)" after 'the clock is a day back: a client is served'
await '[ "$(grep -c "cat: end" spawnd.log)" = 2 ]'
grep -q "^$(date -u -d "$today 1 day ago" +%Y-%m-%d)" spawnd.log
ok $? 'which the log shows'
wait "$limit" "$absent"
await 'grep -q "limit: end" spawnd.log'
like "$(grep 'limit: end' spawnd.log)" ' timeout=KILL run=[0-9]{1,2}\.' 'the limit ends its command'
is "$(cat absent.1 absent.2 | tr '\n' ' ')" 'eof eof ' 'the pause is over for who waited'
is "$(timeout 20 "$tools/client" end "$tmp/limit.sock")" eof 'limits are kept from then on'
unlike "$(cat spawnd.log)" 'run=-|run=[0-9]{3,}' 'no time of a command is odd'

rm set-back
is "$(echo forth | ask_unix cat.sock)" forth 'forth again: a client is served'
is "$(timeout 20 "$tools/client" end "$tmp/limit.sock")" eof 'and limits are kept'
await '[ "$(grep -c "limit: end .* timeout=KILL run=" spawnd.log)" = 3 ]'
await '[ "$(grep -c "cat: end .* exit=0 " spawnd.log)" = 3 ]'
calm "$before"
done_testing
