#!/bin/sh
# SPDX-License-Identifier: MIT
# rate_per_source: who comes faster is refused, and served again when a token is back;
# other sources are served all the while, and who is refused spends nothing.
. "$(dirname "$0")/../reload.sh"
. "$(dirname "$0")/../lib.sh"

cat >spawnd.conf <<EOT
[minute]
listen = 127.0.0.1:0 [::1]:0 $tmp/minute.sock
command = cat
user = alice
rate_per_source = 3/1min
[short]
listen = $tmp/short.sock
command = cat
user = bob
rate_per_source = 2/400ms
refuse = "slower\n"
[both]
listen = $tmp/both.sock
command = cat
user = grace
max_per_source = 1
rate_per_source = 2/1h
[capacity]
listen = $tmp/capacity.sock
command = cat
user = erin
max_connections = 1
when_full = refuse
rate_per_source = 2/1h
rate = 3/1h
[closed]
listen = $tmp/closed.sock
command = cat
user = frank:sound
rate_per_source = 1/1h
access_times = $(LC_ALL=C date -d "3 days" +%a)
[other]
listen = $tmp/other.sock
command = cat
user = nobody
EOT
start
before=$(descriptors)
port=$(port_of minute)
port4=$(sed -n 's/^.*\]: minute: listens on 127.*:\([0-9]*\)$/\1/p' spawnd.log)

echo_by() { # COMMAND...: what comes back, or nothing
	echo hello | "$@" 2>/dev/null
}
as() { # USER PATH
	setpriv --reuid "$1" --regid 2001 --clear-groups nc -NU "$2"
}

# NB-3
for i in 1 2 3; do
	is "$(echo_by nc -N 127.0.0.1 "$port4")" hello "one of three: $i"
done
for i in 4 5 6; do
	is "$(nc -N 127.0.0.1 "$port4" </dev/null 2>&1)" '' "$i is closed"
done
is "$(echo_by nc -N -s 127.0.0.2 127.0.0.1 "$port4")" hello 'another address is served'
is "$(echo_by nc -N ::1 "$port")" hello 'IPv6 is another one'
is "$(echo_by as alice minute.sock; echo_by as alice minute.sock; echo_by as bob minute.sock
echo_by as alice minute.sock; echo_by as alice minute.sock; echo_by as bob minute.sock)" \
	"hello
hello
hello
hello
hello" 'and so are users, each with three'
is "$(grep ' minute: refused ' spawnd.log | sed 's/.* minute: //; s/:[0-9]*: /:N: /')" \
	'refused 127.0.0.1:N: rate_per_source = 3/1min reached' 'that is told once, with the rate'
report
like "$(cat report)" ' minute: state="serving" live=0 accepted=14 refused=4 \(rate_per_source=4\) failed=0' \
	'and counted'

# NB-11: a token is back, and only one; as often as one likes.
spend() {
	until nc -NU short.sock </dev/null | grep -q slower; do :; done
}
for i in 1 2 3; do
	spend
	await '[ "$(echo_by nc -NU short.sock)" = hello ]'
	ok 0 "tokens come back: $i"
done

# A slot is missing: no token is spent; a token is missing: no slot is taken.
mkfifo hold
"$tools/client" idle "$tmp/both.sock" 1 <hold >idle.out &
idle=$!
exec 8>hold
await '[ -n "$(pgrep -P "$pid" -x cat)" ]'
for i in 1 2 3 4; do
	nc -NU both.sock </dev/null
done
exec 8>&-
wait "$idle"
await '[ "$(grep -c ": both: end" spawnd.log)" = 1 ]'
is "$(echo_by nc -NU both.sock)" hello 'four were refused for the slot, and a token is left'
await '[ "$(grep -c ": both: end" spawnd.log)" = 2 ]'
for i in 1 2 3; do
	nc -NU both.sock </dev/null
done
report
like "$(cat report)" ' both: .* live=0 accepted=9 refused=7 \(max_per_source=4 rate_per_source=3\)' \
	'each is counted under its own key'

# The same with the limits of a service, and its times.
mkfifo hold2
"$tools/client" idle "$tmp/capacity.sock" 1 <hold2 >idle.out &
idle=$!
exec 8>hold2
await '[ -n "$(pgrep -P "$pid" -x cat)" ]'
for i in 1 2 3 4; do
	nc -NU capacity.sock </dev/null
done
exec 8>&-
wait "$idle"
await '[ "$(grep -c ": capacity: end" spawnd.log)" = 1 ]'
is "$(echo_by nc -NU capacity.sock)" hello 'four were refused without room, and a token is left'
await '[ "$(grep -c ": capacity: end" spawnd.log)" = 2 ]'
for i in 1 2 3; do
	nc -NU capacity.sock </dev/null
done
is "$(echo_by as bob capacity.sock)" hello 'who is refused takes none from the service'
report
like "$(cat report)" ' capacity: state="waiting for a token of its rate" live=[01] accepted=10 refused=7 \(max_connections=4 rate_per_source=3\)' \
	'until the service has none'
sed -i '/^access_times/d' spawnd.conf
for i in 1 2 3; do
	nc -NU closed.sock </dev/null
done
reloaded 'at all times'
is "$(echo_by nc -NU closed.sock)" hello 'who came at the wrong time has a token yet'
is "$(echo_by nc -NU closed.sock)" '' '... one'

is "$(echo_by nc -NU other.sock)" hello 'another service has no part in it'
calm "$before"
done_testing
