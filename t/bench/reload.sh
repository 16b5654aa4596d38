#!/bin/sh
# SPDX-License-Identifier: MIT
#
# reload.sh BUILD - how long clients wait while spawnd reads its configuration anew:
# SERVICES services, LIVE live connections, one service changed; as the daemon says it
# in its log, and as one client of another service sees it, who comes again and again.

. "$(dirname "$0")/lib.sh"
services=${SERVICES:-1000}
live=${LIVE:-5000}
rounds=${ROUNDS:-9}
msec=${MSEC:-2000}
port=18700

{
	printf '[global]\nmax_connections = infinity\nmax_processes = %s\n' $((live + 1000))
	printf 'time_limit = infinity\nrecord = failures\n'
	printf '[hello]\nuser = 20000:20000\nlisten = 127.0.0.1:%s\n' "$port"
	printf 'command = %s\n' "$tmp/hello"
	printf '[pause]\nuser = 20001:20001\nlisten = 127.0.0.1:%s\n' $((port + 1))
	printf 'command = %s\n' "$tmp/pause"
	# An account each, as it should be.
	for i in $(seq 2 $((services - 1))); do
		printf '[s%s]\nuser = %s:%s\nlisten = %s\ncommand = %s\n' "$i" \
			$((20000 + i)) $((20000 + i)) "$tmp/s$i.sock" "$tmp/hello"
	done
	printf 'umask = 077\n' # of the last one, which is changed
} >"$tmp/spawnd.conf"
serve spawnd "$build/spawnd" -c "$tmp/spawnd.conf"
answers "$port"
# shellcheck disable=SC2154 # set by serve
p=$pid_spawnd

told() { grep -c '\(: \|>\)reload' "$tmp/spawnd.log"; }

reload() {
	sleep "$(printf '%d.%03d' $((msec / 4000)) $((msec / 4 % 1000)))" # somewhere within
	sed -i '$s/077/0xx/; $s/027/077/; $s/0xx/027/' "$tmp/spawnd.conf"
	before=$(told)
	kill -HUP "$p"
	while [ "$(told)" = "$before" ]; do sleep 0.02; done
}

# One client, connection after connection: median and longest, in us.
visit() { "$bench/load" -c 1 -t "$msec" -l "$port"; }

measure() {
	round=0
	while [ "$round" -lt "$rounds" ]; do
		echo "without $(visit)"
		reload &
		echo "with $(visit)"
		wait $!
		round=$((round + 1))
	done >"$tmp/visits"
}

live "$live" $((port + 1)) "$p" measure
echo "$services services, $live live connections, one service changed; $rounds reloads"
median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)], v[NR] }'; }
ms() { awk '{ printf "%.1f ms, at most %.1f ms\n", $1, $2 }'; }
said() { # WHAT: of the reloads, from seconds
	sed -n "s/.*reloaded .* services in \([0-9.]*\)s; clients waited \([0-9.]*\)s.*/$1/p" \
		"$tmp/spawnd.log" | awk '{ print $1 * 1000 }' | median | ms
}
seen() { # HOW
	sed -n "s/^$1 [0-9]* //p" "$tmp/visits" | awk '{ print $1 / 1000 }' | median | ms
}
echo "a reload takes (median):             $(said '\1')"
echo "clients are held up, says the log:   $(said '\2')"
echo "longest visit of a client, without:  $(seen without)"
echo "                          and with:  $(seen with)"
