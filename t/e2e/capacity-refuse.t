#!/bin/sh
# SPDX-License-Identifier: MIT
# when_full = refuse: who comes too many is closed, reset, or told a text that
# arrives whatever the client has sent; once there is room, clients are served.
. "$(dirname "$0")/../lib.sh"

mkdir held && chmod 777 held
cat >spawnd.conf <<EOF
[global]
user = nobody
max_connections = 1
when_full = refuse
[close]
listen = 127.0.0.1:0
command = $tools/hold $tmp/held
[reset]
listen = 127.0.0.1:0
refuse = reset
command = $tools/hold $tmp/held
[text]
listen = 127.0.0.1:0
refuse = "421 busy\r\n"
command = $tools/hold $tmp/held
[path]
listen = $tmp/path.sock
refuse = "421 \"busy\"\n"
command = $tools/hold $tmp/held
EOF
start
before=$(descriptors)
for service in close reset text; do
	echo "$service" | ask "$(port_of "$service")" >"$service.out" &
	eval "$service=$!"
done
echo path | ask_unix path.sock >path.out &
path=$!
await '[ "$(find held -name "*.on" | wc -l)" = 4 ]'

is "$("$tools/client" end "$(port_of close)")" eof 'close: the end'
is "$("$tools/client" end "$(port_of reset)")" reset 'reset: a reset'
is "$("$tools/client" end "$(port_of text)" | od -c -A n | tr -s ' ')" \
	' 4 2 1 b u s y \r \n e o f \n' 'a text: this text, then the end'
is "$("$tools/client" end "$(port_of text)" 'EHLO me, and more' | tr -d '\r')" '421 busy
eof' 'also to who has spoken first'
is "$("$tools/client" end "$tmp/path.sock" 'hello')" '421 "busy"
eof' 'and over a Unix socket'
n=0
while [ "$n" -lt 20 ]; do
	"$tools/client" end "$(port_of text)" x
	n=$((n + 1))
done | grep -c '^421 busy' >many.out
is "$(cat many.out)" 20 'twenty are told as well'
is "$(grep -c 'text: max_connections = 1 reached; clients are refused' spawnd.log)" 1 \
	'that is announced once, not once per client'
is "$(find held -name '*.on' | wc -l)" 4 'no command ran for any of them'

for service in close reset text path; do
	touch "held/$service.go"
done
wait "$close" "$reset" "$text" "$path"
is "$(cat close.out reset.out text.out path.out | tr '\n' ' ')" 'close reset text path ' \
	'who was served before has its answer'
await '[ "$(grep -c ": end id=" spawnd.log)" = 4 ]'
touch held/again.go
is "$(echo again | ask "$(port_of text)")" again 'when there is room a client is served'
await '[ "$(grep -c ": end id=" spawnd.log)" = 5 ]'
calm "$before"
done_testing
