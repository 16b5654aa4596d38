#!/bin/sh
# SPDX-License-Identifier: MIT
# Many kinds of clients of many kinds of services for SOAK_SECONDS, while the
# configuration changes all the time: nobody is lost, nothing is left over, nothing
# grows, and the sums add up.
#
# SOAK_SEED begins with the same clients again.
if [ "$(id -u)" = 0 ] && [ -z "${SPAWND_TEST_NAMESPACE:-}" ]; then
	# Ports of our own, of which none is taken.
	SPAWND_TEST_NAMESPACE=1 exec unshare --mount --net --propagation private -- "$0" "$@"
fi
. "$(dirname "$0")/../lib.sh"
ip link set lo up || bail 'no network of our own'

seconds=${SOAK_SECONDS:-30}
seed=${SOAK_SEED:-$$}
each=8 # clients of each service at any time
export ASAN_OPTIONS="quarantine_size_mb=1:$ASAN_OPTIONS"

# The configuration of a generation: limits change, one service comes and goes, one has
# another name each time.  Whatever runs for us can be told by its environment.
service() { # NAME LISTEN COMMAND [LINE]...
	id=$((id + 1))
	printf '[%s]\nlisten = %s\ncommand = %s\nuser = %s:%s\n' "$1" "$2" "$3" $id $id
	shift 3
	[ $# = 0 ] || printf '%s\n' "$@"
}

services() { # ODD THIRD
	service echo 127.0.0.1:7001 cat "max_connections = 2$2"
	service slow 127.0.0.1:7002 'sh -c "sleep 0.05; exec cat"' "umask = 02$2"
	service short 127.0.0.1:7003 cat "time_limit = 2${2}0ms"
	service stubborn 127.0.0.1:7004 \
		"sh -c \"trap '' TERM; cat; sleep 1000; sleep 1000\"" \
		'time_limit = 100ms' "kill_after = 5${2}ms"
	service refuse 127.0.0.1:7005 'sh -c "sleep 0.01; exec cat"' \
		"max_connections = $((2 + $2))" 'when_full = refuse' \
		'refuse = "421 busy\r\n"' "max_per_source = $((1 + $2))" \
		"rate_per_source = 5${2}0/1s" "source_prefix = 3$2 64"
	service wait 127.0.0.1:7006 'sh -c "sleep 0.01; exec cat"' \
		"max_connections = $((2 + $2))" "rate = 1${2}0/1s burst 1$2"
	service flaky 127.0.0.1:7007 "$tmp/command" \
		'retry_delay = 5ms' "retry_delay_max = 2${2}ms"
	service path "$tmp/path.sock" cat "environment = + THIRD=$2"
	service leaves 127.0.0.1:7008 'sh -c "sleep 1000 & exec cat"'
	if [ "$1" = 0 ]; then
		service before 127.0.0.1:7009 cat
	else
		service after 127.0.0.1:7009 cat
		service sometimes 127.0.0.1:7010 cat
	fi
}

configure() { # GENERATION
	id=2300
	printf '[global]\nlog = stderr\ntime_limit = 60s\nenvironment = SOAK=%s\n' "$tmp" \
		>conf.new
	services $(($1 % 2)) $(($1 % 3)) >>conf.new
	mv conf.new spawnd.conf
}

# A program or something else; never a script, which its interpreter opens again.
command_is() { # FILE
	cp "$1" command.new
	chmod 755 command.new
	mv command.new command
}
cp "$(command -v cat)" good
echo 'no program' >bad

# What is changed between two reloads, and sometimes within one.
turn() { # GENERATION
	configure "$1"
	if [ $(($1 % 7)) = 3 ]; then
		echo 'no_such_key = 1' >>spawnd.conf
	fi
	kill -HUP "$pid"
	if [ $(($1 % 5)) = 2 ]; then
		kill -HUP "$pid"
	fi
	if [ $(($1 % 4)) = 1 ]; then
		command_is bad
		sleep 0.05
		command_is good
	fi
	sleep 0.2
}

resident() { awk '$1 == "VmRSS:" { print $2 }' "/proc/$pid/status"; } # KiB
reloads() { grep -c '^<6>reloaded ' spawnd.log; }

command_is good
configure 0
# With levels, as the journal gets them.
: >spawnd.log
start_as env "JOURNAL_STREAM=$(stat -c %d:%i spawnd.log)" "$spawnd" -c "$tmp/spawnd.conf"
before=$(descriptors)

began=$(date +%s)
"$tools/clients" "$seconds" "$seed" "$each" echo:7001 slow:7002 short:7003:ends \
	stubborn:7004:ends refuse:7005:refuses wait:7006 flaky:7007:fails \
	"path:$tmp/path.sock" leaves:7008 before:7009 sometimes:7010:goes \
	>clients.out 2>clients.err &
clients=$!
generation=0
warm=
while [ "$(date +%s)" -lt $((began + seconds)) ]; do
	generation=$((generation + 1))
	turn $generation
	if [ -z "$warm" ] && [ "$(date +%s)" -ge $((began + seconds / 3)) ]; then
		warm=$(resident)
	fi
done
wait "$clients" || bail "$(cat clients.err)"
note <clients.err

# Back to the beginning: the second reload from here begins with that configuration.
configure 0
done=$(($(reloads) + 2))
await 'kill -HUP "$pid"; [ "$(reloads)" -ge "$done" ]'
calm "$before"
is "$(grep -ls "SOAK=$tmp" /proc/[0-9]*/environ)" '' 'no process is left over'
# A sanitizer keeps what is free for a while, and tells of leaks itself.
allowed=512
! grep -q __asan_init "$spawnd" || allowed=4096
grown=$(($(resident) - warm))
[ "$grown" -le "$allowed" ]
ok $? "memory does not grow (by $grown KiB, from $warm)"

# The sums
kill -USR1 "$pid"
await '[ "$(grep -c ": state=\"" spawnd.log)" -ge 10 ]'
is "$(grep ': state="' spawnd.log | grep -v ' live=0 ')" '' 'nobody is being served any more'

client() { sed -n "s/^$1 .*\<$2=\([0-9]*\).*/\1/p" clients.out; } # SERVICE OUTCOME
told() { sed -n "s/^<5>$1: state=.* $2=\([0-9]*\).*/\1/p" spawnd.log; } # SERVICE COUNT
records() { grep -c "^<[0-9]>$1: end id=.*$2" spawnd.log; } # SERVICE REGEX
between() { # FROM NUMBER TO NAME
	[ "$1" -le "$2" ] && [ "$2" -le "$3" ]
	ok $? "$4 ($1 <= $2 <= $3)"
}
sum() { # OUTCOME, of all services
	sed -n "s/.*\<$1=\([0-9]*\).*/\1/p" clients.out | awk '{ n += $1 } END { print n }'
}

is "$(sum lost)" 0 'no client was lost'
for i in echo slow short stubborn refuse wait flaky path leaves; do
	made=$(client "$i" made)
	is "$(told "$i" accepted)" "$made" "$i: all who connected were accepted"
	is "$(($(records "$i" '') + $(told "$i" refused)))" "$made" \
		"... and have a record or were refused"
	is "$(records "$i" ' failed=')" "$(told "$i" failed)" '... and failures were counted'
	between "$(client "$i" good)" "$(records "$i" ' exit=0 ')" "$made" \
		'... and who was served has a good record'
done
# The same service under two names.
is "$(($(records before '') + $(records after '')))" "$(client before made)" \
	'before, after: all who connected have a record'
# Who waited in the backlog of a listener that was closed, has none.
between "$(client sometimes good)" "$(records sometimes '')" \
	$(($(client sometimes made) - $(client sometimes dropped))) \
	'sometimes: who was accepted has a record'

# Those who went by themselves may have been refused, or failed, or not.
between "$(client refuse refused)" "$(told refuse refused)" \
	$(($(client refuse refused) + $(client refuse aborted))) 'refuse: refusals add up'
between "$(client flaky failed)" "$(told flaky failed)" \
	$(($(client flaky failed) + $(client flaky aborted))) 'flaky: failures add up'
for i in short stubborn; do
	between "$(client "$i" ended)" "$(records "$i" ' timeout=')" "$(client "$i" made)" \
		"$i: who waited for the end has a time-out"
done

# All of it took place.
for i in good refused failed ended aborted absent; do
	[ "$(sum $i)" -gt 0 ]
	ok $? "some clients: $i"
done
[ "$(client sometimes good)" -gt 0 ] && [ "$(records after '')" -gt 0 ]
ok $? 'the services that come and go were served'
[ "$(reloads)" -gt $((generation / 2)) ] && grep -q '^<3>reload failed' spawnd.log
ok $? 'configurations were taken, and refused'

is "$(grep -v '^<[5-7]>' spawnd.log | grep -Ev \
	-e '^<3>flaky: end .* failed="cannot execute' \
	-e '^<4>flaky: its command could not be started; pausing' \
	-e '^<3>.*spawnd\.conf:[0-9]+: .*no_such_key' -e '^<3>reload failed;' |
	head -n 20)" '' 'the log has no warning and no error that was not meant'

echo "# seed $seed: $(sum made) made = $(sum good) served + $(sum ended) ended +" \
	"$(sum refused) refused + $(sum failed) failed + $(sum aborted) aborted +" \
	"$(sum dropped) dropped + $(sum lost) lost; $(grep -c ': end id=' spawnd.log)" \
	"records; $(reloads) reloads"
done_testing
