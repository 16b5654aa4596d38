#!/bin/sh
# SPDX-License-Identifier: MIT
# log = syslog: one datagram a line as syslog(3) writes them, with facility and name;
# what auto makes of a journal, of none and of -d; and a /dev/log that comes late.
[ -n "${REAPED:-}" ] || REAPED=1 exec "${TOOLS:?}/reaper" "$0"
. "$(dirname "$0")/../log.sh"
. "$(dirname "$0")/../lib.sh"
own_places

cp "$spawnd" daemon
cat >ends <<'EOT'
#!/bin/sh
read -r how
exit "$how"
EOT
chmod 755 ends
cat >spawnd.conf <<EOT
[global]
user = nobody
pid_file = $tmp/x.pid
[cat]
listen = $tmp/cat.sock
command = cat
[ends]
listen = $tmp/ends.sock
command = $tmp/ends
[absent]
listen = $tmp/absent.sock
command = $tmp/absent
EOT
served() { # COUNT
	for i in $(seq "$1"); do
		echo x | timeout 10 nc -NU cat.sock
	done | grep -c x
}
warnings() { grep -vc ': warning: ' spawnd.log; }

date='(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ 123][0-9] [0-9]{2}:[0-9]{2}:[0-9]{2}'
record='end id=[0-9]+ peer=uid:0 pid=[0-9]+'
times='run=[0-9]+\.[0-9]{3}s cpu=[0-9]+\.[0-9]{3}s'

receive syslog.out /dev/log
start -c "$tmp/spawnd.conf" -s log=syslog
before=$(descriptors)
echo 0 | ask_unix ends.sock
echo 7 | ask_unix ends.sock
"$tools/client" end "$tmp/absent.sock" >/dev/null
await 'grep -q "absent: end .*failed" syslog.out && grep -q "absent: .*pausing" syslog.out'
like "$(cat syslog.out)" "^<30>$date spawnd\\[$pid\\]: ends: $record exit=0 $times\$" \
	'exit 0: daemon.info'
like "$(cat syslog.out)" "^<29>$date spawnd\\[$pid\\]: ends: $record exit=7 $times\$" \
	'exit 7: daemon.notice'
like "$(cat syslog.out)" "^<28>$date spawnd\\[$pid\\]: absent: its command could not be started" \
	'a pause: daemon.warning'
like "$(cat syslog.out)" "^<27>$date spawnd\\[$pid\\]: absent: end .* failed=\"cannot execute" \
	'failed: daemon.err'
is "$(grep -Evc "^<[0-9]+>$date spawnd\\[$pid\\]: " syslog.out)" 0 'every datagram is a line of that form'
is "$(warnings)" 0 'standard error has nothing'
calm "$before"
stop
is "$status" 0 'it stops'
like "$(tail -n 1 syslog.out)" "^<30>$date spawnd\\[[0-9]+\\]: stopped\$" '... and says so, last of all'
deafen

# Another facility and name, and a syslog that takes streams.
: >syslog.out
receive syslog.out /dev/log stream
start -c "$tmp/spawnd.conf" -s log=syslog -s syslog_facility=mail -s syslog_name=doorman
before=$(descriptors)
is "$(served 5)" 5 'a stream: clients are served'
await '[ "$(ids syslog.out | wc -l)" = 5 ]'
is "$(grep -Evc "^<(22|20)>$date doorman\\[$pid\\]: " syslog.out)" 0 \
	'mail, doorman: every line has the facility and the name'
is "$(ids syslog.out | tr '\n' ' ')" '1 2 3 4 5 ' 'each line of the stream is whole, and its own'
calm "$before"
stop
deafen

# auto.
: >spawnd.log
rm -f /dev/log
receive journal.out "$journal"
JOURNAL_STREAM=$(stat -c %d:%i spawnd.log)
export JOURNAL_STREAM
start
is "$(served 2)" 2 'auto, standard error is the journal: clients are served'
await '[ "$(ids journal.out | wc -l)" = 2 ]'
is "$(entries journal.out SPAWND_ID=2 | field SPAWND_OUTCOME)" exit '... the journal has the records'
is "$(warnings)" 0 '... and standard error nothing'
stop
deafen
rm -f "$journal"
start
is "$(served 2)" 2 '... but it cannot be reached: clients are served'
await '[ "$(ids spawnd.log | wc -l)" = 2 ]'
is "$(grep -Ec "^<6>cat: $record exit=0 $times\$" spawnd.log)" 2 \
	'... and standard error has lines with their priorities'
stop
JOURNAL_STREAM=1:1
: >journal.out
: >spawnd.log
receive journal.out "$journal"
start
is "$(served 2)" 2 'auto, standard error is another stream than the journal: they are served'
await '[ "$(ids spawnd.log | wc -l)" = 2 ]'
like "$(cat spawnd.log)" "^[0-9T:.+-]+ spawnd\\[$pid\\]: cat: end id=2 " \
	'... and standard error has the lines, with their times'
is "$(wc -c <journal.out)" 0 '... the journal nothing'
stop
unset JOURNAL_STREAM
deafen

# -d.
: >syslog.out
receive syslog.out /dev/log
timeout -s KILL 20 ./daemon -d -c spawnd.conf >out 2>&1
is $? 0 '-d, auto: it detaches'
pid=$(cat x.pid)
is "$(grep -vc ': warning: ' out)" 0 '... and says nothing to its starter'
is "$(served 3)" 3 '... clients are served'
await '[ "$(ids syslog.out | wc -l)" = 3 ]'
is "$(grep -Ec "^<30>$date spawnd\\[$pid\\]: cat: $record exit=0 $times\$" syslog.out)" 3 \
	'... and syslog has the records'
kill "$pid"
await '! kill -0 "$pid" 2>/dev/null'
pid=
like "$(cat syslog.out)" 'spawnd\[[0-9]+\]: stopped$' '... to the last line'
deafen

# Nobody listens at /dev/log: it starts and says so; what is said waits.
rm -f /dev/log
: >syslog.out
: >spawnd.log
start -c "$tmp/spawnd.conf" -s log=syslog
before=$(descriptors)
is "$(grep -c 'log: cannot reach /dev/log: No such file or directory; what is said waits$' spawnd.log)" \
	1 'no /dev/log: it starts, and standard error is told'
is "$(served 5)" 5 '... clients are served'
await '[ -z "$(ps -o pid= --ppid "$pid")" ]'
receive syslog.out /dev/log
await '[ "$(ids syslog.out | wc -l)" = 5 ]'
is "$(ids syslog.out | tr '\n' ' ')" '1 2 3 4 5 ' '... when it is there, it has all that was said'
like "$(head -n 1 syslog.out)" ': cat: listens on ' '... from the beginning on'
is "$(grep -c 'cannot reach' spawnd.log)" 1 '... and standard error was told once'
unlike "$(cat spawnd.log)" 'end id=' '... and nothing else'
is "$(served 1)" 1 'one more client'
await '[ "$(ids syslog.out | wc -l)" = 6 ]'
ok $? '... is told as well'
calm "$before"
stop
deafen

# Nobody ever does: at the end standard error has it.
rm -f /dev/log
: >spawnd.log
start -c "$tmp/spawnd.conf" -s log=syslog
is "$(served 3)" 3 'never a /dev/log: clients are served'
await '[ -z "$(ps -o pid= --ppid "$pid")" ]'
stop
is "$status" 0 '... it stops'
is "$(ids spawnd.log | wc -l)" 3 '... and what was said is on standard error then'
done_testing
