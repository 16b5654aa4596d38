#!/bin/sh
# SPDX-License-Identifier: MIT
# A service can be removed, disabled, renamed or changed in each of its pauses: its
# command cannot be started, nothing can be accepted, no process can be had.  A client
# that was accepted already is served where that is possible.
. "$(dirname "$0")/../reload.sh"
. "$(dirname "$0")/../lib.sh"

write() { # NAME COMMAND [SETTING]
	cat >spawnd.conf <<-EOT
	[global]
	retry_delay = 200ms
	retry_delay_max = 200ms
	[$1]
	listen = $tmp/echo.sock
	command = $2
	user = alice
	${3:-}
	[still]
	listen = $tmp/still.sock
	command = cat
	user = bob
	EOT
}
without() { sed -i '/^\[echo\]/,/^$/d' spawnd.conf; }
# No search for leaks works under strace: with those who trace it is left out.
start_plain() { start_as env ASAN_OPTIONS=detect_leaks=0 "$spawnd" -c "$tmp/spawnd.conf"; }

write echo cat
start_plain
before=$(descriptors)
tracer=
inject() { # WHAT: a system call, and its error
	rm -f trace
	strace -p "$pid" -o trace -e "trace=${1%%:*}" -e "inject=$1" 2>strace.log &
	tracer=$!
	await '! grep -q "^TracerPid:.0$" "/proc/$pid/status"'
}
no_more() {
	kill "$tracer"
	wait "$tracer" 2>/dev/null
}
still() { is "$(echo still | ask_unix still.sock)" still "$1: the other service serves"; }
back() { # NAME: as it was
	write echo cat
	reloaded "$1: and back"
	is "$(echo back | ask_unix echo.sock)" back '... it serves'
	calm "$before"
}

# A command that cannot be started.
for how in removed disabled renamed changed; do
	write echo "$tmp/absent"
	reloaded 'a command that is not there'
	pauses=$(grep -c 'echo: its command could not be started' spawnd.log)
	is "$(nc -NU echo.sock </dev/null)" '' 'its client gets the end'
	await '[ "$(grep -c "echo: its command could not be started" spawnd.log)" -gt '"$pauses"' ]'
	case $how in
	removed) without ;;
	disabled) write echo "$tmp/absent" 'enabled = no' ;;
	renamed) write other cat ;;
	changed) write echo cat ;;
	esac
	reloaded "$how in the pause after it"
	case $how in
	renamed) is "$(echo new | ask_unix echo.sock)" new '... the new one serves at once' ;;
	changed) is "$(echo new | ask_unix echo.sock)" new '... it serves' ;;
	*)
		[ ! -e echo.sock ]
		ok $? '... nobody listens there'
		;;
	esac
	still "$how"
	back "$how"
done

# Nothing can be accepted: who waits in the backlog goes with the listener.
for how in removed disabled renamed changed; do
	inject accept4:error=EMFILE
	echo hello | ask_unix echo.sock >client.out &
	client=$!
	await 'grep -q INJECTED trace'
	case $how in
	removed) without ;;
	disabled) write echo cat 'enabled = no' ;;
	renamed) write other cat ;;
	changed) write echo 'tr a-z A-Z' ;;
	esac
	reloaded "$how while nothing can be accepted"
	no_more
	wait "$client"
	case $how in
	renamed) is "$(cat client.out)" hello '... its client is served by the new one' ;;
	changed) is "$(cat client.out)" HELLO '... its client is served the new way' ;;
	*) is "$(cat client.out)" '' '... its client gets the end' ;;
	esac
	still "$how"
	back "$how"
done

# No process can be had: the client is accepted, and kept.
for how in removed disabled renamed changed terminated; do
	inject clone:error=EAGAIN
	echo hello | ask_unix echo.sock >client.out &
	client=$!
	# The pause that begins then is long enough for a reload.
	await '[ "$(grep -c INJECTED trace)" = 4 ]'
	no_more
	case $how in
	removed | terminated) without ;;
	disabled) write echo cat 'enabled = no' ;;
	renamed) write other cat ;;
	changed) write echo 'tr a-z A-Z' ;;
	esac
	[ "$how" != terminated ] || sed -i '1a removed_services = terminate' spawnd.conf
	reloaded "$how while a client is kept"
	wait "$client"
	case $how in
	changed) is "$(cat client.out)" HELLO '... who is served the new way' ;;
	terminated) is "$(cat client.out)" '' '... who gets the end' ;;
	*) is "$(cat client.out)" hello '... who is served' ;;
	esac
	still "$how"
	back "$how"
done
report
unlike "$(cat report)" 'removed|paused' 'nothing is left of any'
done_testing
