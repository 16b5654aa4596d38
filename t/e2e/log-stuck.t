#!/bin/sh
# SPDX-License-Identifier: MIT
# A journal or a syslog that stops to read, or is restarted: clients are served all the
# while, what is said waits, what does not fit is counted, and nothing is told twice.
. "$(dirname "$0")/../log.sh"
. "$(dirname "$0")/../lib.sh"
own_places

cat >says <<'EOT'
#!/bin/sh
cat
yes "$(printf '%01000d' 7)" | head -n 900 >&2
EOT
chmod 755 says
cat >spawnd.conf <<EOT
[cat]
user = nobody
listen = $tmp/cat.sock
command = cat
[says]
user = bob
listen = $tmp/says.sock
command = $tmp/says
stderr = log
EOT

served() { # COUNT NAME
	for i in $(seq "$1"); do
		echo x | timeout 10 nc -NU cat.sock
	done >answers
	made=$((made + $1))
	is "$(grep -c x answers)" "$1" "$2"
}
idle() { await '[ -z "$(ps -o pid= --ppid "$pid")" ]'; }

# Records, lines of commands, and the two of the end: all are written, or told as
# dropped.
lines=': end id=|: stderr: 0*7$|[=:] ?(stopping; |stopped$)'
sum() {
	# shellcheck disable=SC2086 # one file, or two
	echo "$(($(cat all.out $also | grep -Ec "$lines") + $(dropped all.out $also)))"
}
balance() { # NAME [FILE]
	also=${2:-}
	await '[ "$(sum)" -ge "$made" ]'
	is "$(sum)" "$made" "$1"
	# shellcheck disable=SC2086 # one file, or two
	is "$(twice all.out $also)" '' '... and none is there twice'
}

place() { # NAME SOCKET KIND
	name=$1 path=$2 kind=$3
	made=0
	: >all.out
	: >spawnd.log
	receive all.out "$path" "$kind"
	start -c "$tmp/spawnd.conf" -s "log=$name"
	before=$(descriptors)
	name="$name, $kind"

	# Stopped until its queue is full, and then until ours is.
	kill -STOP "$receiver"
	served 30 "$name: stopped, clients are served"
	is "$(echo x | timeout 20 nc -NU says.sock)" x "$name: also who says a lot"
	made=$((made + 901))
	idle
	served 30 "$name: everything is full, clients are served"
	idle
	used=$(ticks)
	served 5 "$name: still"
	used=$(($(ticks) - used))
	[ "$used" -lt 10 ]
	ok $? "$name: without spinning ($used ticks)"
	kill -CONT "$receiver"
	served 1 "$name: it reads again"
	balance "$name: all that was made is written, or counted"
	[ "$(dropped all.out)" -gt 0 ]
	ok $? "... some was dropped ($(dropped all.out))"
	[ "$(ids all.out | wc -l)" -ge 30 ]
	ok $? "... and some had waited ($(ids all.out | wc -l))"
	unlike "$(cat spawnd.log)" 'cannot reach' "$name: it was there all the time"

	# Restarted, while nothing is said, and after a while without.
	deafen
	receive all.out "$path" "$kind"
	served 5 "$name: restarted, clients are served"
	balance "$name: restarted, it is found again"
	deafen
	rm -f "$path"
	served 5 "$name: gone, clients are served"
	await 'grep -q "log: cannot reach" spawnd.log'
	receive all.out "$path" "$kind"
	balance "$name: it comes back, and has what was said meanwhile"
	served 5 "$name: and from then on"
	balance "$name: that too"
	is "$(grep -c 'log: cannot reach' spawnd.log)" 1 "$name: standard error was told once"

	calm "$before"

	# The end, while nobody reads.
	kill -STOP "$receiver"
	echo x | timeout 20 nc -NU says.sock >/dev/null
	made=$((made + 901))
	served 30 "$name: stopped once more"
	idle
	stop
	is "$status" 0 "$name: it stops all the same"
	[ "$(wc -l <spawnd.log)" -gt 100 ]
	ok $? "$name: what it did not take is on standard error"
	made=$((made + 2))
	kill -CONT "$receiver"
	balance "$name: nothing is missing there" spawnd.log
	deafen

	# Killed with its queue full: what is in there goes with it.
	receive all.out "$path" "$kind"
	: >spawnd.log
	start -c "$tmp/spawnd.conf" -s "log=${name%,*}"
	kill -STOP "$receiver"
	served 30 "$name: stopped again"
	idle
	deafen
	: >all.out
	receive all.out "$path" "$kind"
	served 1 "$name: killed with its queue full, and another one"
	await 'grep -q ": end id=31 " all.out'
	is "$(twice all.out)" '' "$name: nothing is told twice"
	stop
	deafen
}

place journal "$journal" datagram
place syslog /dev/log datagram
place syslog /dev/log stream
done_testing
