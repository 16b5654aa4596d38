#!/bin/sh
# SPDX-License-Identifier: MIT
# Ten thousand refused clients, a hundred who find no command and a command that floods
# make few lines in each of the log's places; and no line has a control character in it,
# wherever its text came from.
. "$(dirname "$0")/../log.sh"
. "$(dirname "$0")/../reload.sh"
. "$(dirname "$0")/../lib.sh"
own_places

esc=$(printf '\033')
high=$(printf '\233') # ESC and [ in one
line_end='
'
mkdir held && chmod 777 held
cat >floods <<'EOT'
#!/bin/sh
yes flood | head -n 5000 >&2
EOT
cat >"odd${high}name" <<'EOT'
#!/bin/sh
printf 'esc \033[2J nul \000 cr \r bell \a high \377 two\nlines\n' >&2
EOT
chmod 755 floods odd*
write() { # PLACE [LINE]...
	printf '[global]\nlog = %s\n' "$1"
	shift
	[ $# = 0 ] || printf '%s\n' "$@"
	cat <<-EOT
	[one]
	user = nobody
	listen = $tmp/one.sock
	command = $tools/hold $tmp/held
	max_connections = 1
	when_full = refuse
	[absent]
	user = alice
	listen = $tmp/absent.sock
	command = $tmp/absent${high}31mred
	retry_delay = 1h
	retry_delay_max = 1h
	[floods]
	user = bob
	listen = $tmp/floods.sock
	command = $tmp/floods
	stderr = log
	[odd]
	user = grace
	listen = "$tmp/odd${high}31m.sock"
	command = "$tmp/odd${high}name"
	stderr = log
	EOT
}
lines() { # of the place
	case $place in
	journal) messages out ;;
	*) cat out ;;
	esac
}
said() { lines | grep -c "$1"; }
idle() { await '[ -z "$(ps -o pid= --ppid "$pid")" ]'; }

flood() { # PLACE
	place=$1
	: >out
	: >spawnd.log
	case $place in
	file) log=file:$tmp/out ;;
	syslog) log=syslog && receive out /dev/log ;;
	journal) log=journal && receive out "$journal" ;;
	esac
	write "$log" >spawnd.conf
	start
	before=$(descriptors)

	# Refusals.
	echo one | ask_unix one.sock >one.out &
	one=$!
	await '[ -e held/one.on ]'
	is "$("$tools/client" series "$tmp/one.sock" 10000)" 10000 "$place: ten thousand are refused"
	touch held/one.go
	wait "$one"
	rm -f held/*
	await '[ "$(said "one: end id=")" = 1 ]'
	is "$(said 'one: max_connections = 1 reached; clients are refused$')" 1 \
		"$place: that is told once"

	# Clients who find no command.
	for i in $(seq 100); do
		timeout 20 nc -NU absent.sock </dev/null &
	done >/dev/null
	await '[ "$(said "absent: .* pausing for 1h$")" -ge 1 ]'
	nc -zU absent.sock
	await '[ "$(backlog_unix "$tmp/absent.sock")" -ge 90 ]'
	is "$(said 'absent: .* pausing for ')" 1 "$place: a pause is told once"
	made=$(said 'absent: end .* failed=')
	[ "$made" -ge 1 ] && [ "$made" -le 10 ]
	ok $? "$place: of a hundred clients, those who were let in before have a record ($made)"

	# A command that floods.
	timeout 20 nc -NU floods.sock </dev/null
	await '[ "$(said "floods: end id=")" = 1 ]'
	is "$(said 'one: max_connections')" 1 "$place: meanwhile nothing was told once more"

	# Texts of all origins.
	"$tools/dial" "odd${high}31m.sock" "client${esc}[31m${line_end}fake: end id=99 ${high}"
	rm -f client*
	await '[ "$(said "odd: stderr: ")" -ge 2 ]'
	is "$(lines | sed -n 's/.*odd: stderr: //p')" \
		'esc \x1b[2J nul \x00 cr \x0d bell \x07 high \xff two
lines' "$place: what a command says is escaped"
	is "$(said "odd: listens on .*$tmp/odd\\\\x9b31m\\.sock\$")" 1 "$place: so is a path"
	is "$(said "failed=\"cannot execute $tmp/absent\\\\x9b31mred: No such")" "$made" \
		"$place: and the name of a command"
	write "$log" "colour${high}31m = 1" "pid_file = $tmp/no${high}where/x.pid" >spawnd.conf
	kill -HUP "$pid"
	await '[ "$(said "reload failed")" -ge 1 ]'
	is "$(said 'spawnd.conf:3: global: unknown key "colour.x9b31m"')" 1 "$place: so is a key"
	write "$log" "pid_file = $tmp/no${high}where/x.pid" >spawnd.conf
	kill -HUP "$pid"
	await '[ "$(said "reload failed")" -ge 2 ]'
	is "$(said 'pid_file: .*/no.x9bwhere/x.pid: No such file or directory$')" 1 "$place: a pid file"
	write "file:$tmp/no${high}where/x.log" >spawnd.conf
	kill -HUP "$pid"
	await '[ "$(said "reload failed")" -ge 3 ]'
	is "$(said 'log: .*/no.x9bwhere/x.log: No such file or directory$')" 1 "$place: a log"
	calm "$before"

	# All that was counted is summed up at the end.
	kill "$pid"
	wait "$pid"
	is $? 0 "$place: it stops"
	pid=
	await '[ "$(said "stopped$")" = 1 ]'
	is "$(said 'one: refused 10000 clients at its limit$')" 1 \
		"$place: the refused are summed up"
	left_out=$(lines | sed -n 's/.*floods: stderr: left out \([0-9]*\) lines.*/\1/p' |
		awk '{ n += $1 } END { print n + 0 }')
	is "$(($(said 'floods: stderr: flood$') + left_out + $(dropped out)))" 5000 \
		"$place: what commands say is shown, or counted"
	[ "$(said .)" -lt 2200 ]
	ok $? "$place: few lines ($(said .))"
	is "$(lines | LC_ALL=C grep -c '[^ -~]')" 0 "$place: every line is plain text"
	is "$(said '^fake')" 0 '... and none that a client made'
	[ "$place" = file ] || deafen
}
flood file
flood syslog
flood journal
done_testing
