#!/bin/sh
# SPDX-License-Identifier: MIT
# A name service that is silent holds nobody up: clients are served all the while, TERM
# ends the daemon, HUP makes one more reload behind that one; and a helper that is killed
# fails its reload alone.
. "$(dirname "$0")/../reload.sh"
. "$(dirname "$0")/../lib.sh"

write() { # WORD
	cat >spawnd.conf <<-EOT
	[one]
	listen = $tmp/one.sock
	command = sh -c "echo $1"
	user = alice
	[hold]
	listen = $tmp/hold.sock
	command = $tools/hold $tmp/held
	user = bob
	EOT
}
mkdir held && chmod 777 held

# Whoever looks up an account opens a FIFO, and waits for somebody to write ...
silent() {
	rm -f fifo
	mkfifo fifo
	mount --bind fifo /etc/passwd
}
# ... until this: who waits then finds nobody, whoever comes later the accounts.
no_more() { umount -l /etc/passwd; }
speaks() {
	no_more
	: >fifo
}

helper() { pgrep -P "$pid" -x spawnd; }
begins() { # HUP, and wait for the helper
	kill -HUP "$pid"
	await '[ -n "$(helper)" ]'
}
one() { ask_unix one.sock </dev/null; }

write first
start
before=$(descriptors)
silent
write second
begins
is "$(one)$(one)$(one)" firstfirstfirst 'clients are served by the old one'
is "$(grep -ac RELOADING=1 notify.log) $(grep -ac READY=1 notify.log)" '1 1' \
	'RELOADING was told, and not READY yet'
write third
kill -HUP "$pid"
kill -HUP "$pid"
is "$(one)" first '... HUP once more changes nothing of that'
speaks
await '[ "$(reloads)" = 2 ]'
like "$(grep ': reload' spawnd.log | head -n 1)" 'reload failed' 'the first one fails'
is "$(one)" third 'one reload more comes behind it, for all who asked meanwhile'
is "$(grep -ac RELOADING=1 notify.log) $(grep -ac READY=1 notify.log)" '2 3' \
	'both are told'
calm "$before"

# Killed from outside.
silent
write fourth
begins
kill -KILL "$(helper)"
await '[ "$(reloads)" = 3 ]'
no_more
like "$(tail -n 2 spawnd.log)" "spawnd.conf: cannot look up what it names: the process that does it was killed" \
	'a helper that was killed is told'
like "$(tail -n 1 spawnd.log)" 'reload failed; the configuration before stays in force$' \
	'... as a reload that failed'
is "$(one)" third '... and the old one serves on'
reloaded 'the next one works'
is "$(one)" fourth '... and is in force'
calm "$before"

# HUP while commands are waited for.
echo a | ask_unix hold.sock >a.out &
a=$!
await '[ -e held/a.on ]'
kill -TERM "$pid"
await 'grep -q STOPPING=1 notify.log'
kill -HUP "$pid"
await 'grep -q "stopping, and so not reloaded" spawnd.log'
ok 0 'HUP while it stops is told to be too late'
[ "$(grep -ac RELOADING=1 notify.log)" = 4 ] && [ ! -e one.sock ]
ok $? '... and does nothing'
touch held/a.go
wait "$a"
is "$(cat a.out)" a '... to the command that runs'
wait "$pid"
is $? 0 'then it stops'
pid=
kill "$ear"

# TERM while a look-up hangs.
for signal in TERM QUIT INT; do
	: >spawnd.log
	write fifth
	start
	silent
	begins
	hangs=$(helper)
	stop "$signal"
	is "$status" 0 "$signal while a name service is silent: it stops"
	like "$(cat spawnd.log)" 'stopping, and so not reloaded' '... and says so'
	await '! kill -0 "$hangs" 2>/dev/null'
	ok 0 '... and nothing of it is left'
	no_more
done

# And with a command that is waited for.
start
silent
begins
echo b | ask_unix hold.sock >b.out &
b=$!
await '[ -e held/b.on ]'
kill -TERM "$pid"
await 'grep -q STOPPING=1 notify.log && [ -z "$(helper)" ]'
no_more
is "$(grep -ac READY=1 notify.log)" 1 'TERM with a command that runs: the reload is over'
touch held/b.go
wait "$b"
is "$(cat b.out)" b '... and the command is waited for'
stop
is "$status" 0 '... then it stops'
done_testing
