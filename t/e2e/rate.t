#!/bin/sh
# SPDX-License-Identifier: MIT
# rate: clients wait for a token, whatever when_full says, and are served when there is
# one; the listener listens all the while, and it is told once.
. "$(dirname "$0")/../reload.sh"
. "$(dirname "$0")/../lib.sh"

write() { # RATE WHEN-FULL RATE-OF-SHORT
	cat >spawnd.conf <<-EOT
	[slow]
	listen = 127.0.0.1:0 $tmp/slow.sock
	command = cat
	user = alice
	rate = $1
	when_full = $2
	access_times = ${4:-00:00-24:00}
	max_connections = 3
	[short]
	listen = $tmp/short.sock
	command = cat
	user = bob
	rate = $3
	EOT
}
write 2/1h wait "5/1s burst 1"
start
before=$(descriptors)
port=$(port_of slow)

n=0
waits() { # COMMAND...: a client that has to wait, NAME.out and client_NAME
	n=$((n + 1))
	echo "$n" | "$@" >"$n.out" 2>"$n.err" &
	eval "client_$n=$!"
}
answered() { # N
	eval "wait \"\$client_$1\""
	is "$(cat "$1.out") $(wc -c <"$1.err")" "$1 0" "client $1 is served after all"
}
state_of() { report && sed -n "s/.* $1: state=\"\([^\"]*\)\".*/\1/p" report; }
told() { sed -n 's/.* slow: //p' spawnd.log | grep -c "$1"; }

# NB-4
is "$(state_of slow)" serving 'it serves'
is "$(echo a | ask "$port")$(echo b | ask_unix slow.sock)" ab 'two are served'
is "$(state_of slow)" 'waiting for a token of its rate' 'then there is no token'
is "$(told 'reached')" 0 'nobody waits yet: nothing is told'
waits ask "$port"
await '[ "$(told "rate = 2/1h reached; clients wait")" = 1 ]'
ok 0 'one waits: that is told'
waits ask "$port"
await '[ "$(backlog "$port")" = 2 ]'
waits ask_unix slow.sock
await '[ "$(backlog_unix "$tmp/slow.sock")" = 1 ]'
used=$(ticks)
is "$(echo other | ask_unix short.sock)" other 'others are served'
like "$(ss -Hltn "sport = :$port")" '^LISTEN ' 'it listens'
is "$(cat 1.out 2.out 3.out)" '' 'nobody who waits has an answer'
is "$(told 'reached')" 1 'it is not told again'
report
like "$(cat report)" ' slow: .* live=0 accepted=2 refused=0 failed=0' 'none is accepted, none refused'

# The other way when full is no other way here; what was waited for stays in force.
write 2/1h refuse "5/1s burst 1"
reloaded 'when_full = refuse'
is "$(state_of slow) $(backlog "$port")" 'waiting for a token of its rate 2' 'they wait on'

# A higher rate: so many are served as the time since allows, with nobody lost.
write 100/1s refuse "5/1s burst 1"
reloaded 'rate = 100/1s'
for i in 1 2 3; do
	answered "$i"
done
is "$(told '^refused ')" 0 'nobody was refused'

# A burst is not given anew by a reload.
write 1000/1h refuse "5/1s burst 1"
reloaded 'rate = 1000/1h'
write 2/1h refuse "5/1s burst 1"
reloaded 'and 2/1h again'
echo c | ask_unix slow.sock >/dev/null
echo d | ask_unix slow.sock >/dev/null
write 3/1h refuse "5/1s burst 1"
reloaded 'rate = 3/1h'
is "$(state_of slow)" 'waiting for a token of its rate' 'a larger bucket is as empty as it was'
write infinity refuse "5/1s burst 1"
reloaded 'no rate'
is "$(state_of slow)" serving 'without a rate it serves'

# Full, and without a token: they wait.  Full alone: they are refused, and spend none.
write 5/1h refuse "5/1s burst 1"
reloaded 'rate = 5/1h'
mkfifo hold
"$tools/client" idle "$tmp/slow.sock" 3 <hold >idle.out &
idle=$!
exec 8>hold
await '[ "$(pgrep -c -P "$pid" -u alice)" = 3 ]'
for i in 1 2 3 4; do
	is "$(ask "$port" </dev/null)" '' "full: $i is refused"
done
report
like "$(cat report)" ' slow: state="full" live=3 .* refused=4 \(max_connections=4\)' 'for that'
exec 8>&-
wait "$idle"
await 'report && grep -q " slow: state=\"serving\" live=0 " report'
is "$(echo e | ask "$port")$(echo f | ask "$port")" ef 'two tokens are left'
waits ask "$port"
await '[ "$(backlog "$port")" = 1 ]'
write 5/1h refuse "5/1s burst 1" "$(LC_ALL=C date -d '3 days' +%a)"
reloaded 'at another time'
write 20/1s refuse "5/1s burst 1" "$(LC_ALL=C date -d '3 days' +%a)"
reloaded 'with tokens'
await '[ "$(told "^refused .*: outside of access_times")" = 1 ]'
wait "$client_4"
is "$(cat 4.out)" '' 'who waited for a token can be refused then'
write 1/1h refuse "5/1s burst 1" "$(LC_ALL=C date -d '3 days' +%a)"
reloaded 'one token'
for i in 1 2 3; do
	is "$(ask "$port" </dev/null)" '' "$i is refused, and takes none"
done

# Tokens come back by themselves, to who waits, without a reload.
clients=
for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
	echo "$i" | ask_unix short.sock >"answer.$i" 2>&1 &
	clients="$clients $!"
done
await '[ "$(cat answer.* | wc -l)" = 12 ]'
# shellcheck disable=SC2086 # a list
wait $clients
is "$(cat answer.* | sort -n | tr '\n' ' ')" '1 2 3 4 5 6 7 8 9 10 11 12 ' \
	'twelve at once, five a second: all are served'
is "$(grep -c 'short: rate = 5/1s burst 1 reached' spawnd.log)" 1 'told once, not per token'
is "$(grep -c 'short: end id=' spawnd.log)" 13 'each once'
used=$(($(ticks) - used))
[ "$used" -lt 100 ]
ok $? "nothing spins ($used ticks)"
calm "$before"
done_testing
