#!/bin/sh
# SPDX-License-Identifier: MIT
# The service manager keeps fewer sockets than there are, or the next start can take fewer,
# or it does not read for a while: nothing waits for it, it gets later what there is room
# for, and what there is none for is closed at the end as ever.
. "$(dirname "$0")/../reload.sh"
. "$(dirname "$0")/../store.sh"
. "$(dirname "$0")/../lib.sh"

# No client has a port of this address.
at=127.77.0.1
a=20000
b=$((a + 401))
ask() { nc -N "$at" "$1"; }
config() { printf '[one]\nuser = alice\nlisten = %s\ncommand = cat\n' "$1" >spawnd.conf; }

# Room for two of four.
config "$at:$a $tmp/one.sock $tmp/two.sock $at:$b"
chmod 644 spawnd.conf
manage
serve -m 2
is "$(names | wc -l)" 2 'no more is given than there is room for'
is "$(grep -c 'does not keep 2 of 4 sockets for the next start: FDSTORE is 2; raise FDSTORE and FileDescriptorStoreMax$' \
	spawnd.log)" 1 'which is told'
reloaded 'a reload'
is "$(grep -c 'does not keep' spawnd.log)" 1 '... tells it no more'
end
nc -z $at "$a"
is "$?" 0 'stopped, the port that is kept'
[ -S one.sock ]
is "$?" 0 '... and the path stay'
nc -z $at "$b"
is "$?" 1 '... the others are closed'
[ -e two.sock ]
is "$?" 1 '... and removed'
serve -m 2
is "$(grep -c 'takes over' spawnd.log) $(echo hi | ask "$b")" '2 hi' 'the next start serves all'
config "$at:$b $tmp/two.sock"
reloaded 'what has no room gets it'
await '[ "$(names | wc -l)" = 2 ]'
is "$(echo hi | ask_unix two.sock)" hi '... when others go'
end
[ -S two.sock ]
ok $? '... and is kept'
[ ! -e one.sock ]
ok $? '... and they are gone'
is "$(grep -c 'does not keep' spawnd.log)" 2 'told once by each process that lacked it'
: >spawnd.log

# More open files than half of what a start may have.
drop_all() {
	config "$at:0"
	serve
	end
	: >spawnd.log
}
drop_all
config "$at:$a-$((a + 18)) $tmp/one.sock $at:$((a + 19))-$((a + 29))"
through='prlimit --nofile=40:'
serve
await 'grep -q "does not keep" spawnd.log'
is "$(names | wc -l)" 20 'half as many as may be open are given'
is "$(grep -c 'does not keep 11 of 31 sockets for the next start: half of the limit of 40 open files, less what socket units have, is 20; raise LimitNOFILE$' \
	spawnd.log)" 1 'which is told'
report
like "$(cat report)" 'stored=20$' '... and reported'
end
nc -z $at "$((a + 18))" && [ -S one.sock ]
is "$?" 0 'stopped, the first ones are kept'
nc -z $at "$((a + 19))" || nc -z $at "$((a + 29))"
is "$?" 1 '... the others are closed'
serve
is "$(echo hi | ask "$a") $(echo hi | ask "$((a + 29))")" 'hi hi' 'the next start serves all'
is "$(names | wc -l)" 20 '... and no more is given'
end
through='prlimit --nofile=30:'
serve
await '[ "$(names | wc -l)" = 15 ]'
ok $? 'with a lower limit what is too much is dropped'
is "$(echo hi | ask "$a") $(echo hi | ask_unix one.sock)" 'hi hi' '... and served'
end
[ ! -e one.sock ]
ok $? '... and removed at the end'
nc -z $at "$((a + 14))"
is "$?" 0 '... but the first ones are kept'
nc -z $at "$((a + 15))"
is "$?" 1 '... and no more'
through='prlimit --nofile=40:'
serve -m 3
await '[ "$(names | wc -l)" = 3 ] && grep -q "keep 28 of" spawnd.log'
ok $? 'a manager that keeps fewer than it has is to drop them, too'
like "$(cat spawnd.log)" 'does not keep 28 of 31 sockets for the next start: FDSTORE is 3;' \
	'... which is told'
end
through=
drop_all
# N sockets of units, and the limit of open files.
serve_with() { # N LIMIT
	: >spawnd.log
	ports=$(seq -f 'tcp:%.0f' "$((a + 40))" "$((a + 39 + $1))")
	# shellcheck disable=SC2086 # one word for each
	NOTIFY_SOCKET=$tmp/notify FDSTORE=500 "$tools/pass" \
		-n "$(echo $ports | sed 's/[^ ]*/web/g; s/ /:/g')" $ports -- \
		prlimit --nofile="$2:" "$spawnd" -c "$tmp/spawnd.conf" 2>>spawnd.log &
	pid=$!
	await 'grep -q "does not keep" spawnd.log'
}
config "systemd:web $at:$a-$((a + 29))"
serve_with 3 40
is "$(names | wc -l) $(grep -c 'does not keep 13 of 30' spawnd.log)" '17 1' \
	'what socket units pass takes a part of what may be open'
is "$(echo hi | ask "$((a + 29))")" hi '... and all are served'
end
config "systemd:web $at:$((a + 30))-$((a + 59))"
serve_with 10 20
is "$(names | wc -l) $(grep -c 'does not keep 30 of 30' spawnd.log)" '17 1' '... or all of it'
end
drop_all

# It does not read.
serve
kill -STOP "$manager"
config "$at:$a-$((a + 400)) $tmp/two.sock"
reloaded 'with a manager that stands still it is reloaded'
is "$(echo hi | ask "$((a + 400))")" hi '... and serves'
report
stored=$(sed -n 's/.*report: .*, stored=//p' report)
[ "$stored" -gt 0 ] && [ "$stored" -lt 402 ]
ok $? "... and has not been able to give all ($stored)"
kill -CONT "$manager"
await '[ "$(names | wc -l)" = 402 ]'
ok $? 'it gets all of them once it reads'
nc -z $at "$b"
is $? 1 '... what went meanwhile is closed'
report
like "$(cat report)" 'stored=402$' '... and all know it'
is "$(names | sort | uniq -d)" '' '... under names of their own'
kill -STOP "$manager"
config "$at:$a"
reloaded 'given up while it stands still'
nc -z $at "$((a + 7))"
is $? 1 '... they are closed at once'
kill -CONT "$manager"
await '[ "$(names | wc -l)" = 1 ]'
ok $? '... and dropped later'
kill -STOP "$manager"
config "$at:$a-$((a + 400)) $tmp/two.sock"
reloaded 'again'
kill "$pid"
wait "$pid"
is $? 0 'it stops before the manager reads'
pid=
[ ! -e two.sock ]
ok $? '... and what was not given is removed'
kill -CONT "$manager"
serve
is "$(echo hi | ask "$a") $(echo hi | ask "$((a + 400))")" 'hi hi' 'the next one serves all'
await '[ "$(names | wc -l)" = 402 ]'
ok $? '... and gives all of them'
is "$(names | sort | uniq -d)" '' '... under names that none had'
is "$(grep -c 'does not keep\|closed$' spawnd.log)" 0 'nothing is complained of'

# It is gone.
kill -KILL "$manager"
wait "$manager" 2>/dev/null
manager=
config "$at:$a $tmp/two.sock $tmp/one.sock"
reloaded 'without a manager'
is "$(grep -c 'does not keep 1 of 3 sockets for the next start: Connection refused$' spawnd.log)" 1 \
	'... what cannot be given is told'
is "$(echo hi | ask_unix one.sock)" hi '... and served'
end
[ ! -e one.sock ]
ok $? '... and removed at the end'
done_testing
