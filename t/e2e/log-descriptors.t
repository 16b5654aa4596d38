#!/bin/sh
# SPDX-License-Identifier: MIT
# With everything on, wherever the log goes, a command has descriptors 0 to 2 and no
# other: no log, no pid file, no listener, no pipe of another command.
. "$(dirname "$0")/../log.sh"
. "$(dirname "$0")/../reload.sh"
. "$(dirname "$0")/../lib.sh"
own_places

cp "$tools/context" "$tools/hold" .
mkdir held && chmod 777 held
write() { # LOG
	cat <<-EOT
	[global]
	log = $1
	pid_file = $tmp/x.pid
	[socket]
	listen = 127.0.0.1:0 [::1]:0 $tmp/socket.sock
	command = $tmp/context
	user = alice
	[log]
	listen = $tmp/log.sock
	command = $tmp/context
	user = bob
	stderr = log
	[null]
	listen = $tmp/null.sock
	command = $tmp/context
	user = grace
	stderr = null
	[hold]
	listen = $tmp/hold.sock
	command = $tmp/hold held
	working_directory = $tmp
	user = erin
	stderr = log
	EOT
}

# The numbers of inodes, which nobody knows before, as letters in their order.
shown() {
	sed -n 's/^fd //p' | awk '{
		if ($3 ~ /\[/ && !($3 in name))
			name[$3] = substr($3, 1, index($3, ":")) "[" ++n "]"
		print $1, $2, $3 in name ? name[$3] : $3
	}' | paste -s -d , -
}
all() { cat x.log syslog.out journal.out spawnd.log; }
kinds() { # what the daemon has open, beside its listeners
	find "/proc/$pid/fd" -mindepth 1 -lname '*x.pid' -printf 'pid_file '
	find "/proc/$pid/fd" -mindepth 1 -lname '*x.log' -printf 'log '
}

three='0 blocking socket:[1],1 blocking socket:[1],2 blocking'
audit() { # NAME
	is "$(ask_unix socket.sock </dev/null | shown)" "$three socket:[1]" "$1: the socket, and that is all"
	is "$(ask_unix log.sock </dev/null | shown)" "$three pipe:[2]" "$1: stderr = log"
	is "$(ask_unix null.sock </dev/null | shown)" "$three /dev/null" "$1: stderr = null"
	is "$(ask_unix socket.sock </dev/null | grep -E '^env (JOURNAL_STREAM|NOTIFY_SOCKET|LISTEN_|WATCHDOG_)')" \
		'' "$1: nor is it told of any"
}

receive syslog.out /dev/log
receive journal.out "$journal"
export WATCHDOG_USEC=20000000
: >spawnd.log
JOURNAL_STREAM=$(stat -c %d:%i spawnd.log)
export JOURNAL_STREAM
write "file:$tmp/x.log" >spawnd.conf
start
is "$(kinds)" 'pid_file log ' 'the daemon has both open'
before=$(descriptors)
audit file
for i in 1 2 3 4 5; do
	echo "$i" | ask_unix hold.sock >/dev/null &
done
await '[ "$(find held -name "*.on" | wc -l)" = 5 ]'
audit 'beside five connections'
for to in syslog journal stderr auto "file:$tmp/x.log"; do
	write "$to" >spawnd.conf
	told=$(all | grep -c '[ =>]reloaded ')
	kill -HUP "$pid"
	await '[ "$(all | grep -c "[ =>]reloaded ")" -gt "$told" ]'
	audit "$to"
done
find held -name '*.on' | sed 's/on$/go/' | xargs touch
await '[ -z "$(ps -o pid= --ppid "$pid")" ]'
calm "$before"
done_testing
