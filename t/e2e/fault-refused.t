#!/bin/sh
# SPDX-License-Identifier: MIT
# Ten thousand clients refused for each reason leave nothing behind: no process, no
# descriptor, no memory; and other services are served all the while.
. "$(dirname "$0")/../reload.sh"
. "$(dirname "$0")/../lib.sh"

# A sanitizer keeps what was freed for a while.
export ASAN_OPTIONS="$ASAN_OPTIONS:quarantine_size_mb=0:thread_local_quarantine_size_kb=0"
id=3000
service() { # NAME [SETTING]...
	id=$((id + 1))
	printf '[%s]\nlisten = %s/%s.sock\nuser = %s:%s\ncommand = cat\n' "$1" "$tmp" "$1" \
		$id $id
	shift
	[ $# = 0 ] || printf '%s\n' "$@"
}
{
	service access_times "access_times = $(LC_ALL=C date -d '3 days' +%a)"
	service deny 'deny = uid:0'
	service allow 'allow = uid:2001'
	service max_connections 'max_connections = 1' 'when_full = refuse'
	service max_per_source 'max_per_source = 1'
	service rate_per_source 'rate_per_source = 1/1h' 'refuse = "no\n"'
	service other
} >spawnd.conf
start
before=$(descriptors)
mkfifo hold
for i in max_connections max_per_source rate_per_source; do
	"$tools/client" idle "$tmp/$i.sock" 1 <hold >"idle.$i" &
done
exec 3>hold
await '[ "$(pgrep -c -P "$pid" -x cat)" = 3 ]'

# In KiB.
resident() { sed -n 's/^RssAnon:[^0-9]*\([0-9]*\) kB$/\1/p' "/proc/$pid/status"; }
refuse() { # REASON N
	is "$("$tools/client" series "$tmp/$1.sock" "$2")" "$2" "$1: $2 clients are refused"
}
settled() { await '[ "$(descriptors)" -le "$((before + 3))" ]'; }

reasons='access_times deny allow max_connections max_per_source rate_per_source'
for i in $reasons; do
	"$tools/client" series "$tmp/$i.sock" 500 >/dev/null
done
settled
held=$(resident)
most=0
for i in $reasons; do
	refuse "$i" 10000 >"result.$i" &
	refusing=$!
	n=0
	while kill -0 "$refusing" 2>/dev/null; do
		[ "$(echo "$n" | ask_unix other.sock)" = "$n" ] || echo "lost $n"
		now=$(descriptors)
		[ "$now" -le "$most" ] || most=$now
		n=$((n + 1))
	done >lost
	wait "$refusing"
	is "$(cut -d ' ' -f 1 "result.$i") $(cat lost)" 'ok ' \
		"10000 are refused for $i, and another service is served ($n)"
done
[ "$most" -le $((before + 64 + 3 + 8)) ]
ok $? "at most 64 sockets linger ($most descriptors, $before before)"
settled
grown=$(($(resident) - held))
[ "$grown" -le 64 ]
ok $? "it grew by $grown KiB, of $held"
is "$(pgrep -c -P "$pid")" 3 'no process came of it'
report
for i in $reasons; do
	like "$(cat report)" " $i: .* refused=10500 \\($i=10500\\) failed=0" "all are counted: $i"
done
[ "$(grep -c refused spawnd.log)" -le $((6 * 4 + 20)) ]
ok $? 'and the log does not know them one by one'
exec 3>&-
calm "$before"
done_testing
