#!/bin/sh
# SPDX-License-Identifier: MIT
# access_times: outside of them clients are refused as "refuse" says, no command runs,
# and that is told once, summed up and counted; a command that runs when it is over runs
# on.  The clock is that of TZ, and -i keeps to it too.
. "$(dirname "$0")/../lib.sh"

# Around now, and a few hours from now, in the time zone of the tests.
around() { # HOURS
	echo "$(date -u -d "$1 hours -1 hour" +%H:%M)-$(date -u -d "$1 hours +1 hour" +%H:%M)"
}
now=$(around 0)
later=$(around 5)
export TZ=UTC

configure() { # LIST
	cat >spawnd.conf <<-EOF
	[global]
	user = nobody
	[none]
	listen = $tmp/none.sock
	command = cat
	[some]
	listen = 127.0.0.1:0 $tmp/some.sock
	command = $tools/hold $tmp/held
	access_times = $1
	refuse = "come back at eight\n"
	[closed]
	listen = $tmp/closed.sock
	command = cat
	access_times = $1
	EOF
}
held() { find held -name "*.$1" | wc -l; }

mkdir held && chmod 777 held
configure "$now"
start
before=$(descriptors)
port=$(port_of some)
is "$(echo x | ask_unix closed.sock)" x 'at the time: a client is served'
echo long | ask "$port" >long.out &
long=$!
await '[ "$(held on)" = 1 ]'

configure "$later Sat 0:00-0:00 Sun 0:00-0:00"
kill -HUP "$pid"
await 'grep -q ": reloaded " spawnd.log'
is "$("$tools/client" end "$port" hello)" 'come back at eight
eof' 'at another time: the text of "refuse", whatever was sent'
for i in 1 2 3; do
	"$tools/client" end "$tmp/some.sock" hello
done >told
is "$(grep -c eight told)" 3 '... and three more, over a Unix socket'
is "$("$tools/client" end "$tmp/closed.sock")" eof '... or the end, as that says'
is "$(echo x | ask_unix none.sock)" x 'a service without times is served'
is "$(held on)" 1 'no command ran for them'
is "$(grep -c ': some: refused .*: outside of access_times$' spawnd.log)" 1 \
	'that is said once for a service'
like "$(grep ': some: refused' spawnd.log)" \
	'some: refused 127\.0\.0\.1:[0-9]+: outside of access_times$' '... with who was the first'
kill -USR1 "$pid"
await 'grep -q "end of the report" spawnd.log'
like "$(grep ': some: state' spawnd.log)" \
	'state="serving" live=1 accepted=5 refused=4 \(access_times=4\) failed=0$' '... and counted'
touch held/long.go
wait "$long"
is "$(cat long.out)" long 'the command that ran when the time was over has run on'

configure "$later $now"
kill -HUP "$pid"
await '[ "$(grep -c ": reloaded " spawnd.log)" = 2 ]'
is "$(echo x | ask_unix closed.sock)" x 'of several times one is enough'
calm "$before"
stop
like "$(cat spawnd.log)" ': some: refused 3 more clients: outside of access_times$' \
	'the others are told at the end, as a number'
unlike "$(cat spawnd.log)" ': closed: refused [0-9]+ more' '... but where there were none'

# The days before and behind today.
today=$(date -u +%a)
others=$(date -u -d tomorrow +%a)-$(date -u -d yesterday +%a)
for days in "$today" "$others"; do
	start -l "$tmp/day.sock" -u nobody -s "access_times=$days" -- cat
	echo x | ask_unix day.sock
	echo "$days"
	stop
done >days.out 2>&1
is "$(cat days.out)" "x
$today
$others" 'days count'

export TZ=WEST5
start -l "$tmp/zone.sock" -u nobody -s "access_times=$now" -- cat
is "$("$tools/client" end "$tmp/zone.sock")" eof 'TZ: five hours further west it is not the time'
stop
export TZ=EAST-5
start -l "$tmp/zone.sock" -u nobody -s "access_times=$later" -- cat
is "$(echo x | ask_unix zone.sock)" x '... and to the east it is that already'
stop
export TZ=UTC

# The machine moves west, which a reload finds.  In a copy of /etc, seen by this test alone.
unset TZ
printf 'Zone Here 0 - UTC\nZone West -5 - WEST\n' | zic -d zones -
cp -a /etc etc
rm -f etc/localtime
cp zones/Here etc/localtime
mount --bind etc /etc
configure "$now"
: >spawnd.log
start
is "$(echo x | ask_unix closed.sock)" x 'without TZ the zone of the machine counts'
cp zones/West etc/new
mv etc/new etc/localtime
kill -HUP "$pid"
await 'grep -q ": reloaded " spawnd.log'
is "$("$tools/client" end "$tmp/closed.sock")" eof '... also another one, with a reload'
stop
umount /etc
export TZ=UTC

# -i
configure "$later"
: >spawnd.log
is "$(echo hello | "$tools/on-socket" tcp "$spawnd" -c "$tmp/spawnd.conf" -i some 2>spawnd.log
	echo "status $?")" 'come back at eight
status 0' '-i: the client is refused with the text, and that is no failure'
like "$(cat spawnd.log)" 'some: refused 127\.0\.0\.1:[0-9]+: outside of access_times' '... which is told'
configure "$now"
is "$(echo hello | "$tools/on-socket" unix "$spawnd" -c "$tmp/spawnd.conf" -i closed 2>spawnd.log
	echo "status $?")" 'hello
status 0' '-i: and served at the time'

configure '8-18'
"$spawnd" -n -c spawnd.conf 2>errors
like "$(cat errors)" \
	'spawnd.conf:9: some: access_times: not a time as 08:00-18:00, nor days as Mon-Fri or Sat,Sun: "8-18"$' \
	'a wrong time is an error with its place'
done_testing
