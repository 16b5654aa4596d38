#!/bin/sh
# SPDX-License-Identifier: MIT
# Many clients: each gets its own bytes back, and no number of them leaves anything
# behind.
. "$(dirname "$0")/../lib.sh"

cat >spawnd.conf <<EOF
[global]
user = nobody
log_level = notice
[cat]
listen = 127.0.0.1:0
max_connections = 300
command = /bin/cat
[true]
listen = 127.0.0.1:0
command = /bin/true
[few]
listen = 127.0.0.1:0
max_connections = 3
time_limit = 100ms
command = /bin/cat
[path]
listen = $tmp/path.sock
command = /bin/true
EOF
start -c "$tmp/spawnd.conf" -v
before=$(descriptors)

is "$("$tools/client" series "$(port_of true)" 2000)" 2000 '2,000 in a row see their end'
is "$("$tools/client" series "$tmp/path.sock" 500)" 500 'and 500 over a Unix socket'
await '[ "$(grep -c "true: end" spawnd.log)" = 2000 ]'
is "$(grep -c 'true: end .* exit=0 ' spawnd.log)" 2000 'with a record each'
is "$(sed -n 's/.* end id=\([0-9]*\) .*/\1/p' spawnd.log | sort | uniq -d)" '' \
	'and no number twice'
calm "$before"

is "$("$tools/client" echo "$(port_of cat)" 200 1048576)" 200 \
	'200 at once have their own MiB each'
await '[ "$(grep -c "cat: end" spawnd.log)" = 200 ]'
calm "$before"

is "$("$tools/client" reset "$(port_of cat)" 1000)" 1000 '1,000 come and reset at once'
is "$(echo still here | ask "$(port_of cat)")" 'still here' 'the next one is served'
calm "$before"

# At capacity with clients who say nothing, nine times as many as may be served.
mkfifo go
"$tools/client" idle "$(port_of few)" 27 <go >idle.out &
exec 3>go
await 'grep -q ready idle.out'
is "$(echo me too | ask "$(port_of cat)")" 'me too' 'silent clients hold up nobody else'
await '[ "$(grep -c "few: end .* timeout=TERM" spawnd.log)" = 27 ]'
ok 0 'and have their time one after the other'
exec 3>&-
is "$(echo at last | ask "$(port_of few)")" 'at last' 'then there is room'
is "$(grep -c 'few: max_connections = 3 reached' spawnd.log)" 1 'the limit is told once'
unlike "$(cat spawnd.log)" 'cannot|pausing' 'nothing was in want of anything'
calm "$before"
done_testing
