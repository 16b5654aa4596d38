#!/bin/sh
# SPDX-License-Identifier: MIT
# A service listens on all of its addresses, of any family; a port that the kernel
# chose is in the log; a port in use is an error that leaves the other alone.
. "$(dirname "$0")/../lib.sh"

cat >spawnd.conf <<EOF
[global]
user = nobody
[four]
listen = 127.0.0.1:0 $tmp/path.sock
command = /bin/sh -c "echo \$PROTO \$REMOTE_ADDR"
[six]
listen = [::1]:0
command = /bin/sh -c "echo \$PROTO \$REMOTE_ADDR"
[both]
listen = *:0
command = /bin/sh -c "echo \$PROTO \$REMOTE_ADDR"
EOF
start
before=$(descriptors)
is "$(grep -c ': listens on ' spawnd.log)" 4 'a line for each listener'
like "$(grep 'six: listens' spawnd.log)" 'six: listens on \[::1\]:[1-9][0-9]*$' 'IPv6'
like "$(grep 'both: listens' spawnd.log)" 'both: listens on \*:[1-9][0-9]*$' 'both families'
is "$(ask "$(port_of four)" </dev/null)" 'TCP 127.0.0.1' 'IPv4 answers'
is "$(ask_unix path.sock </dev/null)" 'UNIX' 'the Unix socket of the same service, too'
is "$(nc -N ::1 "$(port_of six)" </dev/null)" 'TCP ::1' 'IPv6 answers'
is "$(nc -N 127.0.0.1 "$(port_of both)" </dev/null)" 'TCP 127.0.0.1' \
	'both: to IPv4, which is told as IPv4'
is "$(nc -N ::1 "$(port_of both)" </dev/null)" 'TCP ::1' 'both: to IPv6'
await '[ "$(grep -c "both: end" spawnd.log)" = 2 ]'
like "$(grep 'both: end' spawnd.log | head -n 1)" 'peer=127\.0\.0\.1:[0-9]+ ' \
	'in the record IPv4 is IPv4'
like "$(grep 'both: end' spawnd.log | tail -n 1)" 'peer=\[::1\]:[0-9]+ ' 'and IPv6 is IPv6'
! nc -z 127.0.0.1 "$(port_of six)"
ok $? 'an IPv6 address is not one of IPv4'

# The port is taken: every such problem is told in one run.
taken=$(port_of four)
"$spawnd" -l "127.0.0.1:$taken" -l "[::1]:$(port_of six)" -l "$tmp/new.sock" -u nobody \
	-- cat 2>said
is "$?" 3 'ports in use: exit 3'
is "$(grep -c 'cat: cannot listen on .*: Address already in use' said)" 2 'both are told'
is "$(ask "$taken" </dev/null)" 'TCP 127.0.0.1' 'and the first daemon serves on'
"$spawnd" -l 192.0.2.1:7 -u nobody -- cat 2>said
is "$?" 3 'not an address of this machine: exit 3'
like "$(cat said)" 'cannot listen on 192\.0\.2\.1:7: Cannot assign requested address' 'and why'
calm "$before"
port=$(port_of four)
stop
is "$status" 0 'it stops'

# At once on the same port, though connections of the last one linger.
start -l "127.0.0.1:$port" -u nobody -- cat
is "$(echo again | ask "$port")" again 'a new start has the port again'
done_testing
