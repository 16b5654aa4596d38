#!/bin/sh
# SPDX-License-Identifier: MIT
# A process that stops every process of a service's account, again and again, slows
# the starts of this service; it never holds up the daemon or the service of another
# account, and in the end all clients are served.
. "$(dirname "$0")/../lib.sh"

cp "$tools/stopper" .
# An account that nobody else has: the attack hits all that it has.
uid=$((30000 + $$ % 20000))
# Whatever happens, nothing of it lives on: neither the attack nor what it stopped.
trap 'status=$?; ps -o pid= -U "$uid" | xargs -r kill -KILL; (exit $status); leave' EXIT
# A long way to its folder, on which the attack meets every start, is one more thing
# between the change of the account and the command.
far=/$(printf '%02000d' 0 | sed 's,0,./,g')
cat >spawnd.conf <<EOT
[attacked]
listen = 127.0.0.1:0
command = echo served
user = $uid:$uid
working_directory = $far
max_connections = infinity
retry_delay = 1ms
retry_delay_max = 1ms
[other]
listen = 127.0.0.1:0
command = cat
user = alice
EOT
start
before=$(descriptors)

is "$(ask "$(port_of attacked)" </dev/null)" served 'the service works'

setpriv --reuid="$uid" --regid="$uid" --clear-groups ./stopper "$tmp/over" &
attacker=$!
setpriv --reuid="$uid" --regid="$uid" --clear-groups sleep 600 &
await 'ps -o stat= -U "$uid" | grep -q "^T"'
ok $? 'processes of the account are stopped'

for i in $(seq 60); do
	ask "$(port_of attacked)" </dev/null >"out.$i" &
	clients="${clients:-} $!"
done
for i in $(seq 20); do
	echo "$i" | ask "$(port_of other)" >"other.$i" &
	others="${others:-} $!"
	await '[ -s "other.$i" ]'
done
# shellcheck disable=SC2086 # several words
wait $others
is "$(cat other.* | sort -n | tr '\n' ' ')" "$(seq 20 | tr '\n' ' ')" \
	'the service of another account is served all the time'
kill -0 "$attacker"
ok $? 'while the attack goes on'

# Commands that were stopped are not spawnd's to continue before their time is over;
# what is still on its way to become a command, and so has spawnd's name, is.
touch over
wait "$attacker"
commands() { ps -o pid=,comm= -U "$uid" | awk '$2 == "echo" { print $1 }'; }
await 'kill -CONT $(commands) 2>/dev/null
	[ "$(grep -c "attacked: end" spawnd.log)" -ge 61 ]'
# shellcheck disable=SC2086 # several words
wait $clients
is "$(cat out.* | grep -c '^served$')" 60 'all clients are served in the end'
unlike "$(grep 'attacked: end' spawnd.log)" 'failed=|timeout=' 'with a record of each'
is "$(ask "$(port_of attacked)" </dev/null)" served 'and so is who comes then'
calm "$before"
done_testing
