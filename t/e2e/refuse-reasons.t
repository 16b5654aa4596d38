#!/bin/sh
# SPDX-License-Identifier: MIT
# For each reason, each way to refuse: closed, reset, or a text that arrives whatever the
# client has said.  And for all that can hold at once, what a client meets.
. "$(dirname "$0")/../reload.sh"
. "$(dirname "$0")/../lib.sh"

mkdir held && chmod 777 held
id=3000
service() { # NAME [SETTING]...
	id=$((id + 1))
	printf '[%s]\nlisten = 127.0.0.1:0\nuser = %s:%s\n' "$1" $id $id
	printf 'command = %s\n' "$tools/hold $tmp/held"
	shift
	[ $# = 0 ] || printf '%s\n' "$@"
}
ways() { # REASON [SETTING]...
	reason=$1
	shift
	service "${reason}_close" "$@"
	service "${reason}_reset" 'refuse = reset' "$@"
	service "${reason}_text" 'refuse = "421 not now\r\n"' "$@"
}

clients=
hold() { # NAME SERVICE FROM: one that is served, and runs
	echo "$1" | nc -N -s "$3" 127.0.0.1 "$(port_of "$2")" >/dev/null &
	clients="$clients $!"
	await "[ -e 'held/$1.on' ]"
}
release() {
	for i in held/*.on; do
		touch "${i%.on}.go"
	done
	# shellcheck disable=SC2086 # a list
	wait $clients
	rm -f held/*
	clients=
}
meets() { # REASON
	is "$("$tools/client" end "$(port_of "$1_close")")" eof "$1: closed"
	is "$("$tools/client" end "$(port_of "$1_reset")")" reset "$1: reset"
	is "$("$tools/client" end "$(port_of "$1_text")" | tr -d '\r')" '421 not now
eof' "$1: told"
	is "$("$tools/client" end "$(port_of "$1_text")" 'EHLO me, and more' | tr -d '\r')" \
		'421 not now
eof' '... also who has spoken first'
	report
	is "$(sed -n "s/.* $1_\([a-z]*\): state=.* refused=\([^f]*\) failed=0\$/\1 \2/p" report |
		tr '\n' ' ')" "close 1 ($1=1) reset 1 ($1=1) text 2 ($1=2) " '... and counted for that'
}

{
	ways access_times "access_times = $(LC_ALL=C date -d '3 days' +%a)"
	ways deny 'deny = 127.0.0.0/8'
	ways allow 'allow = 10.0.0.0/8'
	ways max_connections 'max_connections = 1' 'when_full = refuse'
	ways max_per_source 'max_per_source = 1'
	ways rate_per_source 'rate_per_source = 1/1h'
} >spawnd.conf
start
before=$(descriptors)
for reason in max_connections max_per_source rate_per_source; do
	for way in close reset text; do
		hold "${reason}_$way" "${reason}_$way" 127.0.0.1
	done
done
for reason in access_times deny allow max_connections max_per_source rate_per_source; do
	meets "$reason"
done
release
await '[ "$(grep -c ": end id=" spawnd.log)" = 9 ]'
calm "$before"
stop

rm -f spawnd.log
{
	printf '[global]\nmax_processes = 1\nwhen_full = refuse\n'
	ways max_processes
	service one
} >spawnd.conf
start
hold one one 127.0.0.1
meets max_processes
release
stop

# All that can hold at once: the slots, the tokens, the source, what is done when full.
rm -f spawnd.log
for slots in free full; do
	for tokens in left none; do
		for source in below above; do
			for when in wait refuse; do
				[ $slots = full ] && max=1 || max=2
				[ $tokens = none ] && rate=1/1h || rate=2/1h
				service "$slots-$tokens-$source-$when" "max_connections = $max" \
					"rate = $rate" 'max_per_source = 1' "when_full = $when"
			done
		done
	done
done >spawnd.conf
start
before=$(descriptors)
for i in $(sed -n 's/^\[\(.*\)\]$/\1/p' spawnd.conf); do
	case $i in
	*-above-*) hold "$i" "$i" 127.0.0.1 ;;
	*) hold "$i" "$i" 127.0.0.2 ;;
	esac
done
for i in $(sed -n 's/^\[\(.*\)\]$/\1/p' spawnd.conf); do
	case $i in
	*-none-* | full-*-wait) expected=waits ;;
	full-*) expected=max_connections ;;
	*-above-*) expected=max_per_source ;;
	*) expected=served ;;
	esac
	port=$(port_of "$i")
	mkfifo "in.$i"
	nc -N 127.0.0.1 "$port" <"in.$i" >"out.$i" 2>&1 &
	clients="$clients $!"
	exec 9>"in.$i"
	case $expected in
	waits) await '[ "$(backlog "$port")" = 1 ]' ;;
	served)
		echo "$i.2" >&9
		await '[ -e "held/$i.2.on" ]'
		;;
	*) await 'grep -q " $i: \(refused 127\|max_connections = 1 reached; clients are\)" spawnd.log' ;;
	esac
	exec 9>&-
	report
	case $expected in
	waits) like "$(grep " $i: state" report)" ' accepted=1 refused=0 ' "$i: waits" ;;
	served) like "$(grep " $i: state" report)" ' accepted=2 refused=0 ' "$i: served" ;;
	*)
		await 'report; grep -q " $i: .* accepted=2 refused=1 ($expected=1) " report'
		ok 0 "$i: refused for $expected"
		;;
	esac
done
is "$(grep -c 'refused 127' spawnd.log)" 2 'that was all'

# Those who wait for a slot are served when there is one; the others wait on.
touch held/.go # they give no name
for i in held/*.on; do
	touch "${i%.on}.go"
done
await '[ "$(grep -c ": full-left-[a-z]*-wait: end id=" spawnd.log)" = 4 ]'
ok 0 'who waited for a slot has it'
is "$(for i in $(sed -n 's/^\[\(.*\)\]$/\1/p' spawnd.conf); do
	[ "$(backlog "$(port_of "$i")")" = 0 ] || echo "$i"
done | grep -c -e -none-)" 8 'who waits for a token waits on'
done_testing
