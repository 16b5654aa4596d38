#!/bin/sh
# SPDX-License-Identifier: MIT
# stderr = log where the log is the journal: a stream for each service, on which the
# journal knows which process says what; a pipe where there is no such stream, and no
# waiting for one.
. "$(dirname "$0")/../log.sh"
. "$(dirname "$0")/../lib.sh"
own_places

streams=${journal%/*}/stdout
listen_for_streams() { # BACKLOG
	rm -f "$streams"
	"$tools/streams" "$streams" "$1" >>streams.out &
	reader=$!
	await "[ -S '$streams' ]"
}
cat >says <<'EOF'
#!/bin/sh
echo "own $$"
echo "from $$" >&2
echo '<0>loud' >&2
read -r line
echo "then $line" >&2
EOF
chmod 755 says
cat >spawnd.conf <<EOF
[global]
log = journal
syslog_facility = local3
[one]
user = alice
listen = $tmp/one.sock
command = $tmp/says
stderr = log
[two]
user = bob
listen = $tmp/two.sock
command = $tmp/says
stderr = log
[quiet]
user = erin
listen = $tmp/quiet.sock
command = cat
EOF
chmod 644 spawnd.conf
reload() {
	said=$(messages journal.out | grep -c '^reloaded')
	kill -HUP "$pid"
	await '[ "$(messages journal.out | grep -c "^reloaded")" -gt "$said" ]'
}
said() { messages journal.out | grep -c "$1"; } # REGEX

: >streams.out
receive journal.out "$journal"
listen_for_streams 5
start
before=$(descriptors)
await '[ "$(grep -c "^begins" streams.out)" = 2 ]'
is "$(grep '^begins' streams.out | sort)" 'begins one||158|0|0|0|0|
begins two||158|0|0|0|0|' 'a stream for each service that has stderr = log: its name, its facility'

answer=$(echo word | ask_unix one.sock)
await 'grep -q "^one.*: then word" streams.out'
is "$(grep -c "^one\[${answer#own }\]: from ${answer#own }\$" streams.out)" 1 \
	'what a command says is there, in its own name and with its own pid'
is "$(grep -c "^one\[${answer#own }\]: <0>loud\$" streams.out)" 1 \
	'... and no command can make itself loud'
answer=$(echo other | ask_unix two.sock)
await 'grep -q "^two.*: then other" streams.out'
is "$(grep -c "^two\[${answer#own }\]: from" streams.out)" 1 '... of each service on its own'
is "$(said 'stderr:')" 0 'spawnd has no part in that'
await 'grep -q "^MESSAGE=two: end" journal.out'
is "$(entries journal.out SPAWND_SERVICE=two | messages | grep -c 'end id=2 ')" 1 \
	'... but for the records'

# What runs goes on with its stream, also through a reload, which opens others.
mkfifo open
nc -NU one.sock <open >held &
held=$!
exec 9>open
await '[ -s held ]'
reload
await '[ "$(grep -c "^begins" streams.out)" = 4 ]'
await '[ "$(grep -c "^ends two" streams.out)" = 1 ]'
is "$(grep -c '^ends' streams.out)" 1 'a reload opens them anew, and the old one is closed when nobody has it'
echo late >&9
exec 9>&-
wait "$held"
await 'grep -q "^ends one" streams.out'
is "$(grep -c "^one\[$(sed 's/^own //' held)\]: then late\$" streams.out)" 1 \
	'... which a command that runs has until it ends'
calm "$before"

# A journal that has stopped, its backlog full: nobody waits for it.
kill -KILL "$reader"
wait "$reader" 2>/dev/null
listen_for_streams 0
kill -STOP "$reader"
nc -NU "$streams" </dev/null >/dev/null &
fills=$!
await '[ "$(ss -Hlxn src "$streams" | awk "{ print \$3 }")" = 1 ]'
reload
is "$(said ': no stream to the journal: Resource temporarily unavailable; spawnd reads standard error itself$')" 2 \
	'it is told that a stream cannot be had'
echo word | ask_unix one.sock >answer
await '[ "$(said "^one: stderr: then word\$")" = 1 ]'
is "$(said '^one: stderr: from')" 1 '... and what commands say goes to the journal by our own hands'
kill -CONT "$reader"
kill -KILL "$reader"
wait "$reader" "$fills" 2>/dev/null

# None there; then one again, for which a command that runs is not taken off its pipe.
rm -f "$streams"
reload
is "$(said ': no stream to the journal: No such file or directory; ')" 2 \
	'... nor one that is not there'
rm -f open held
mkfifo open
nc -NU two.sock <open >held &
held=$!
exec 9>open
await '[ -s held ]'
: >streams.out
listen_for_streams 5
reload
await '[ "$(grep -c "^begins" streams.out)" = 2 ]'
echo word | ask_unix two.sock >answer
await 'grep -q "^two.*: then word" streams.out'
ok 0 'it is found again by the next reload'
echo piped >&9
exec 9>&-
wait "$held"
await '[ "$(said "^two: stderr: then piped\$")" = 1 ]'
is "$(grep -c piped streams.out)" 0 '... and who runs with a pipe ends with it'
calm "$before"

# Whole or not at all: a reload that fails leaves no stream behind.
begun=$(grep -c '^begins' streams.out)
sed 's:quiet.sock:none/quiet.sock:' spawnd.conf >other && cat other >spawnd.conf
kill -HUP "$pid"
await '[ "$(said "^reload failed")" = 1 ]'
await '[ "$(grep -c "^begins" streams.out)" = "$((begun + 2))" ]'
await '[ "$(grep -c "^ends" streams.out)" = 2 ]'
await '[ "$(descriptors)" = "$before" ]'
ok 0 'a reload that fails leaves no stream open'
echo still | ask_unix one.sock >answer
await 'grep -q "^one.*: then still" streams.out'
ok 0 '... and the ones before are written to'

# Elsewhere the log is no journal: then there are pipes.
sed 's:none/quiet.sock:quiet.sock:; s:^log = .*:log = file\:'"$tmp"'/log:' spawnd.conf >other && cat other >spawnd.conf
kill -HUP "$pid"
await 'grep -qs ": reloaded" log'
echo filed | ask_unix one.sock >answer
await 'grep -q "one: stderr: then filed" log'
is "$(grep -c filed streams.out)" 0 'a log that is a file has them by a pipe'
await '[ "$(grep -c "^ends" streams.out)" = 4 ]'
ok 0 '... and the streams are closed'
stop
is "$status" 0 'it stops'

# -i, too.
sed 's/^log = .*/log = journal/' spawnd.conf >other && cat other >spawnd.conf
answer=$(echo single | "$tools/on-socket" unix "$spawnd" -c spawnd.conf -i one)
await 'grep -q "^one.*: then single" streams.out'
is "$(grep -c "^one\[${answer#own }\]: then single\$" streams.out)" 1 '-i has a stream, too'
done_testing
