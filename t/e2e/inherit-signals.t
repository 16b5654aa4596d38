#!/bin/sh
# SPDX-License-Identifier: MIT
# Whatever signals spawnd was started with ignored, blocked or pending, a command has
# none blocked, none ignored, none pending; and a pending alarm of the starter neither
# ends spawnd nor reaches a command.
. "$(dirname "$0")/../lib.sh"

cp "$tools/context" .
printf '[x]\nlisten = 127.0.0.1:0\ncommand = %s/context\nuser = alice\n' "$tmp" >spawnd.conf
printf '[pipe]\nlisten = 127.0.0.1:0\ncommand = sh -c "yes | head -n 3"\nuser = bob\n' \
	>>spawnd.conf

none=0000000000000000

signals() { # NAME
	seen=$(ask "$(port_of x)" </dev/null)
	is "$(printf '%s\n' "$seen" | grep -E '^(Sig|Shd)')" "SigPnd: $none
ShdPnd: $none
SigBlk: $none
SigIgn: $none
SigCgt: $none" "$1"
}

pipe() { # NAME
	is "$(ask "$(port_of pipe)" </dev/null 2>&1)" 'y
y
y' "$1: a writer into a broken pipe is ended, and says nothing"
}

first_life() { # NAME STARTER-OPTION...
	name=$1
	shift
	start_as "$tools/starter" "$@" "$spawnd" -c "$tmp/spawnd.conf"
	before=$(descriptors)
	signals "$name"
	pipe "$name"
	calm "$before"
	stop
	is "$status" 0 "$name: TERM stops the daemon with status 0"
	: >spawnd.log
}

first_life 'by default'
first_life 'all signals ignored' -i
first_life 'all signals blocked' -b
first_life 'all signals ignored and blocked' -i -b
first_life 'a signal pending' -p

# The alarm that goes off here began later than the daemon's.
start_as "$tools/starter" -a 1 "$spawnd" -c "$tmp/spawnd.conf"
before=$(descriptors)
"$tools/starter" -a 1 sleep 60 &
control=$!
is "$(ask "$(port_of x)" </dev/null | grep '^timer')" 'timer 0' \
	'a pending alarm: the command has none'
wait "$control" 2>/dev/null
is $? 142 'the alarm of another program goes off'
signals 'and the daemon serves on'
calm "$before"
done_testing
