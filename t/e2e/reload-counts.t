#!/bin/sh
# SPDX-License-Identifier: MIT
# What a service counts goes on over a reload: commands that run, also of a service that
# was away meanwhile, clients, refusals, failures.  A limit below the number of those who
# run waits until it holds.
. "$(dirname "$0")/../reload.sh"
. "$(dirname "$0")/../lib.sh"

mkdir held && chmod 777 held
write() { # [SETTING]...
	cat >spawnd.conf <<-EOT
	[hold]
	listen = $tmp/hold.sock
	command = $tools/hold $tmp/held
	user = nobody
	[other]
	listen = $tmp/other.sock
	command = cat
	user = grace
	EOT
	for setting; do
		sed -i "/held$/a $setting" spawnd.conf
	done
}

client() { # NAME
	echo "$1" | ask_unix hold.sock >"$1.out" &
	eval "client_$1=$!"
}
served() { await "[ -e held/$1.on ]"; }
end() { # NAME
	touch "held/$1.go"
	eval "wait \"\$client_$1\""
}
# Who was connected before this round trip had its turn.
turn() { echo x | ask_unix other.sock >/dev/null; }
running() { find held -name '*.on' | wc -l; }
hold_says() { report && grep ' hold: state=' report | sed 's/.* hold: //'; }

write
start
before=$(descriptors)
for i in 1 2 3 4 5; do
	client "a$i"
	served "a$i"
done
is "$(hold_says)" 'state="serving" live=5 accepted=5 refused=0 failed=0' \
	'five run'

# PF-5: below the live count.
write 'max_connections = 2'
reloaded 'max_connections = 2'
is "$(hold_says)" 'state="full" live=5 accepted=5 refused=0 failed=0' \
	'the five go on'
client b1
await '[ "$(backlog_unix "$tmp/hold.sock")" = 1 ]'
client b2
await '[ "$(backlog_unix "$tmp/hold.sock")" = 2 ]'
for i in 1 2 3; do
	end "a$i"
	await '[ "$(grep -c "hold: end" spawnd.log)" = '"$i"' ]'
	turn
	is "$(running)" 5 "$((5 - i)) are left, and nobody new is served"
done
end a4
served b1
turn
is "$(running)" 6 'one is left: one more is served'
is "$(hold_says | sed 's/ refused.*//')" 'state="full" live=2 accepted=6' 'two, and full'
write 'max_connections = 3'
reloaded 'max_connections = 3'
served b2
ok 0 'raised again, the next one is served at once'
is "$(hold_says | sed 's/ refused.*//')" 'state="full" live=3 accepted=7' 'three, and full'

# Refusals are counted on.
write 'max_connections = 3' 'when_full = refuse'
reloaded 'when_full = refuse'
is "$("$tools/client" end "$tmp/hold.sock")" eof 'one is refused'
write 'max_connections = 3' 'when_full = refuse' 'record = none'
reloaded 'something else'
is "$("$tools/client" end "$tmp/hold.sock")" eof 'and one more'
is "$(hold_says)" 'state="full" live=3 accepted=9 refused=2 (max_connections=2) failed=0' \
	'both are counted'

# Removed and back while its commands run.
sed -i '/\[hold\]/,/user/d' spawnd.conf
reloaded 'removed'
is "$(hold_says)" 'state="removed" live=3 accepted=9 refused=2 (max_connections=2) failed=0' \
	'the report has it still'
write 'max_connections = 3'
reloaded 'and back'
client c1
await '[ "$(backlog_unix "$tmp/hold.sock")" = 1 ]'
turn
[ ! -e held/c1.on ]
ok $? 'the limit includes those who ran meanwhile'
is "$(hold_says | sed 's/ refused.*//')" 'state="full" live=3 accepted=9' '... as do the counts'
end a5
served c1
ok 0 'one ends, one is served'
end b1
end b2
end c1
is "$(cat ./*.out | wc -l)" 8 'everybody was answered'
await '[ "$(grep -c "hold: end" spawnd.log)" = 8 ]'

# Failures, and the pause that they make.
write 'retry_delay = 1h' 'retry_delay_max = 1h'
sed -i "s,$tools/hold,$tmp/absent," spawnd.conf
reloaded 'a command that is not there'
nc -NU hold.sock </dev/null
await 'grep -q "hold: its command could not be started; pausing for 1h" spawnd.log'
like "$(hold_says)" '^state="paused, its command cannot be started" paused_for=[0-9.]+s live=0 accepted=11 .* failed=1$' \
	'one more failed, and it pauses'
client d1
await '[ "$(backlog_unix "$tmp/hold.sock")" = 1 ]'
write 'retry_delay = 1h' 'retry_delay_max = 1h' 'time_limit = 1h'
sed -i "s,$tools/hold,$tmp/absent," spawnd.conf
reloaded 'while it pauses'
like "$(hold_says)" '^state="paused.* failed=1$' 'it pauses on'
turn
is "$(backlog_unix "$tmp/hold.sock") $(grep -c 'hold: end.* failed=' spawnd.log)" '1 1' \
	'its client waits'
stop
is "$status" 0 'told to stop, it does'
done_testing
