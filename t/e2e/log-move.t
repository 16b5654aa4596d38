#!/bin/sh
# SPDX-License-Identifier: MIT
# A reload moves the log, under load, from standard error to a file, syslog, the journal
# and back: each record is in one of them, once; what cannot be opened changes nothing.
. "$(dirname "$0")/../log.sh"
. "$(dirname "$0")/../reload.sh"
. "$(dirname "$0")/../lib.sh"
own_places

write() { # PLACE [LINE]...
	case $1 in
	file) printf '[global]\nlog = file:%s/file.log\n' "$tmp" ;;
	*) printf '[global]\nlog = %s\n' "$1" ;;
	esac
	shift
	[ $# = 0 ] || printf '%s\n' "$@"
	cat <<-EOT
	[cat]
	user = nobody
	listen = $tmp/cat.sock
	max_connections = 8
	command = cat
	[says]
	user = bob
	listen = $tmp/says.sock
	command = sh -c "echo aside >&2"
	stderr = log
	EOT
}

: >file.log
in_place() { # NAME: what it has, as lines
	case $1 in
	file) cat file.log ;;
	stderr) cat spawnd.log ;;
	syslog) cat syslog.out ;;
	journal) messages journal.out ;;
	esac
}
all() {
	for each in file stderr syslog journal; do
		in_place "$each"
	done >all
}
said() { in_place "$1" | grep -c "$2"; } # PLACE TEXT
idle() { await '[ -z "$(ps -o pid= --ppid "$pid")" ]'; }

move() { # PLACE [LINE]...: the reload is told there
	write "$@" >spawnd.conf
	place=$1
	reloaded_before=$(said "$place" 'reloaded 2 services')
	kill -HUP "$pid"
	await '[ "$(said "$place" "reloaded 2 services")" -gt "$reloaded_before" ]'
	moves=$((moves + 1))
}

balance() { # NAME
	await 'all; [ "$(ids all | wc -l)" -ge "$made" ]'
	is "$(ids all | wc -l)" "$made" "$1: as many records as connections"
	is "$(twice all)" '' '... none is there twice'
	is "$(dropped all)" 0 '... none was dropped'
}

receive journal.out "$journal"
receive syslog.out /dev/log
write stderr >spawnd.conf
start
before=$(descriptors)
moves=0

# From each to each.
loop_start "$tmp/cat.sock" 4
for to in file syslog journal stderr journal file journal syslog file stderr syslog stderr; do
	had=$(said "$to" ': end id=')
	move "$to"
	await '[ "$(said "$to" ": end id=")" -gt "$((had + 5))" ]'
done
loop_stop "moved $moves times: all clients are served"
idle
made=$loop_good
balance moved
is "$(grep -c 'reloaded 2 services' all)" "$moves" '... and each reload is told once'
calm "$before"
is "$(find "/proc/$pid/fd" -name '[0-9]*' -lname '*.log' -printf '%l\n' | sort -u)" \
	"$tmp/spawnd.log" '... of the log nothing but standard error is open'
for to in file syslog journal stderr; do
	move "$to"
	had=$(said "$to" 'says: stderr: aside$')
	ask_unix says.sock </dev/null
	made=$((made + 1))
	await '[ "$(said "$to" "says: stderr: aside\$")" = "$((had + 1))" ]'
	ok $? "$to: so does what commands say"
	is "$(descriptors)" "$((before + $([ "$to" = stderr ] && echo 0 || echo 1)))" \
		"$to: there is a descriptor more, at most"
done

# What a place does not take goes to the next.
move syslog
kill -STOP "$receiver"
"$tools/client" series "$tmp/cat.sock" 400 >/dev/null
idle
made=$((made + 400))
all
[ "$(ids all | wc -l)" -lt "$made" ]
ok $? 'a syslog that is stuck: some records wait'
move file
kill -CONT "$receiver"
balance 'moved away from it'
move stderr
calm "$before"

# Name, facility and level.
move syslog 'syslog_name = doorman' 'syslog_facility = local1'
echo x | ask_unix cat.sock >/dev/null
made=$((made + 1))
await "grep -q '^<142>.* doorman\\[$pid\\]: cat: end id=$made ' syslog.out"
ok 0 'a reload changes the name and the facility'
move journal 'syslog_name = porter' 'syslog_facility = local2'
echo x | ask_unix cat.sock >/dev/null
made=$((made + 1))
await 'entries journal.out "SPAWND_ID=$made" | grep -q .'
is "$(entries journal.out "SPAWND_ID=$made" | grep -E '^SYSLOG_(IDENT|FAC)' | tr '\n' ' ')" \
	'SYSLOG_IDENTIFIER=porter SYSLOG_FACILITY=18 ' '... in the journal, too'
move journal 'syslog_name = porter' 'syslog_facility = local3'
is "$(sed -n 's/^SYSLOG_FACILITY=//p' journal.out | tail -n 1)" \
	19 '... the facility alone'
move journal

# It cannot be opened: everything stays as it was.
descriptors_now=$(descriptors)
refused() { # PLACE REASON [LINE]...
	to=$1 reason=$2
	shift 2
	write "$to" "$@" | sed 's/echo aside/echo changed/' >spawnd.conf
	failures=$(said journal 'reload failed')
	kill -HUP "$pid"
	await '[ "$(said journal "reload failed")" -gt "$failures" ]'
	like "$(in_place journal | tail -n 3)" "$reason" "$to: fails, and the old place has the reason"
	had=$(said journal 'says: stderr: aside$')
	ask_unix says.sock </dev/null
	made=$((made + 1))
	await '[ "$(said journal "says: stderr: ")" -gt "$had" ]'
	is "$(said journal 'says: stderr: aside$')" "$((had + 1))" '... where all goes on as it did'
	await '[ "$(descriptors)" = "$descriptors_now" ]'
	ok 0 '... without a descriptor left'
}
refused "file:$tmp/nowhere/x.log" "^log: $tmp/nowhere/x\\.log: No such file or directory\$"
mkdir folder
mkfifo fifo
refused "file:$tmp/folder" "^log: $tmp/folder: Is a directory\$"
refused "file:$tmp/fifo" "^log: $tmp/fifo: is not a regular file\$"
refused paper 'spawnd\.conf:2: global: log: takes auto, journal, syslog, stderr or file:PATH, not "paper"$'
refused file "^pid_file: .*nowhere" "pid_file = $tmp/nowhere/x.pid"

# One that nobody listens to can be opened.
deafen
rm -f /dev/log
had=$(said stderr 'cannot reach')
write syslog >spawnd.conf
kill -HUP "$pid"
await '[ "$(said stderr "cannot reach /dev/log")" -gt "$had" ]'
echo x | ask_unix cat.sock >/dev/null
made=$((made + 1))
receive syslog.out /dev/log
await "grep -q ': end id=$made ' syslog.out"
ok 0 'a syslog that is not there: what is said waits for it'
move stderr
calm "$before"
balance 'all in all'
done_testing
