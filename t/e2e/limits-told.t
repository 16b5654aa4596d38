#!/bin/sh
# SPDX-License-Identifier: MIT
# What the journal is told of limits of sources and rates: when they begin to hold, how
# many they cost, when they are over; and tokens that come back after an hour.
. "$(dirname "$0")/../log.sh"
. "$(dirname "$0")/../reload.sh"
. "$(dirname "$0")/../lib.sh"
own_places

export ASAN_OPTIONS="$ASAN_OPTIONS:verify_asan_link_order=0"
cat >spawnd.conf <<EOT
[global]
log = journal
[hour]
listen = 127.0.0.1:0
command = cat
user = alice
rate_per_source = 2/1h
[one]
listen = $tmp/one.sock
command = cat
user = bob
max_per_source = 1
[slow]
listen = $tmp/slow.sock
command = cat
user = grace
rate = 2/1h
[wake]
listen = $tmp/wake.sock
command = cat
user = erin
EOT
receive journal.out "$journal"
: >later
start_as env LATER="$tmp/later" LD_PRELOAD="$tools/later" \
	"$spawnd" -c "$tmp/spawnd.conf"
before=$(descriptors)
port=$(messages journal.out | sed -n 's/^hour: listens on .*:\([0-9]*\)$/\1/p')

later() { # SECONDS: and let it look at the clock
	truncate -s "+$1" later
	echo x | ask_unix wake.sock >/dev/null
}
# The last entry with this message, in $entry.
entry_of() { # MESSAGE-REGEX
	await "messages journal.out | grep -Eq '^$1\$'"
	entry=$(awk -v wanted="^MESSAGE=$1\$" 'BEGIN { RS = ""; FS = "\n" } {
		for (i = 1; i <= NF; i++)
			if ($i ~ wanted)
				found = $0
	} END { print found }' journal.out)
}
has() { # NAME FIELD=VALUE...
	name=$1
	shift
	for wanted; do
		is "$(printf '%s\n' "$entry" | field "${wanted%%=*}")" "${wanted#*=}" "$name: $wanted"
	done
}
id_limit_reached=9beb4f22251c401f91d614eb48572207
id_limit_over=2b0238b38401495e80c4d9b6437569a1
id_refused=051c210c3f74490f9a6ce8fa064c4231

# A rate of each source.
hello() { echo hello | nc -N -p "${2:-0}" -s "$1" 127.0.0.1 "$port" 2>/dev/null; }
is "$(hello 127.0.0.1)$(hello 127.0.0.1)$(hello 127.0.0.1 45671)" hellohello 'two of three'
entry_of 'hour: refused 127[.]0[.]0[.]1:45671: rate_per_source = 2/1h reached'
has 'the first one' "MESSAGE_ID=$id_refused" PRIORITY=5 SPAWND_SERVICE=hour \
	SPAWND_PEER=127.0.0.1:45671 SPAWND_OUTCOME=refused SPAWND_STATUS=rate_per_source
for i in 1 2 3; do
	hello 127.0.0.1
done
later 11
later 11
entry_of 'hour: refused 3 more clients: rate_per_source = 2/1h reached'
has 'the others' "MESSAGE_ID=$id_refused" PRIORITY=5 SPAWND_SERVICE=hour SPAWND_PEER= \
	SPAWND_OUTCOME=refused SPAWND_STATUS=rate_per_source
is "$(messages journal.out | grep -c 'hour: refused')" 2 'two lines are all'
later 1800
is "$(hello 127.0.0.1)$(hello 127.0.0.1)" hello 'half an hour later there is one token'
is "$(messages journal.out | grep -c 'hour: refused 127')" 2 'who is refused then is told anew'
later 7200
is "$(hello 127.0.0.1)$(hello 127.0.0.1)$(hello 127.0.0.1)" hellohello \
	'two hours later there are two'

# Their number.
mkfifo hold
"$tools/client" idle "$tmp/one.sock" 1 <hold >idle.out &
idle=$!
exec 8>hold
await '[ -n "$(pgrep -P "$pid" -u bob)" ]'
nc -NU one.sock </dev/null
entry_of 'one: refused uid:0: max_per_source = 1 reached'
has number "MESSAGE_ID=$id_refused" SPAWND_PEER=uid:0 SPAWND_STATUS=max_per_source
# A reload that lifts it; what it has cost is told all the same.
nc -NU one.sock </dev/null
sed -i '/^max_per_source/d' spawnd.conf
kill -HUP "$pid"
await 'grep -q "^MESSAGE=reloaded " journal.out'
later 11
later 11
entry_of 'one: refused 1 more clients: max_per_source reached'
has 'a limit that is gone' SPAWND_STATUS=max_per_source
exec 8>&-
wait "$idle"

# A rate of the service.
is "$(echo a | ask_unix slow.sock)$(echo b | ask_unix slow.sock)" ab 'two are served'
echo c | ask_unix slow.sock >c.out &
c=$!
entry_of 'slow: rate = 2/1h reached; clients wait'
has rate "MESSAGE_ID=$id_limit_reached" PRIORITY=5 SPAWND_SERVICE=slow SPAWND_STATUS=rate \
	SPAWND_OUTCOME= SPAWND_PEER=
for i in 1 2 3; do
	later 11
done
is "$(messages journal.out | grep -c '^slow: ')" 4 'as long as one waits nothing more is told'
is "$(backlog_unix "$tmp/slow.sock")" 1 'and one waits'
later 1800
wait "$c"
is "$(cat c.out)" c 'half an hour later it is served'
is "$(messages journal.out | grep -c 'slow: rate')" 1 'that was told once'
later 11
later 11
entry_of 'slow: below its rate again; nobody waits'
has 'it is over' "MESSAGE_ID=$id_limit_over" PRIORITY=5 SPAWND_SERVICE=slow
calm "$before"
stop
is "$(messages journal.out | grep -c 'slow: .* rate')" 1 'and that was all'
done_testing
