#!/bin/sh
# SPDX-License-Identifier: MIT
# spawnd -i takes a connection, and says what is wrong with anything else.
. "$(dirname "$0")/../lib.sh"

cat >spawnd.conf <<EOF
[cat]
user = nobody
listen = 127.0.0.1:1
command = /bin/cat
EOF

said() { # STATUS EXPECTED-STATUS MESSAGE NAME
	is "$1" "$2" "$4"
	like "$(cat said)" "$3" 'and says why'
	unlike "$(cat said)" 'cat: end' 'no command ran'
}

"$spawnd" -c spawnd.conf -i cat </etc/passwd 2>said
said $? 125 'cat: descriptor 0 is not a socket' 'a file'
echo x | "$spawnd" -c spawnd.conf -i cat 2>said
said $? 125 'cat: descriptor 0 is not a socket' 'a pipe'
"$spawnd" -c spawnd.conf -i cat </dev/null 2>said
said $? 125 'cat: descriptor 0 is not a socket' '/dev/null'
"$spawnd" -c spawnd.conf -i cat <&- 2>said
said $? 125 'cat: descriptor 0 is not a socket' 'nothing at all'
"$tools/on-socket" listening "$spawnd" -c spawnd.conf -i cat 2>said
said $? 125 'cat: descriptor 0 is a listening socket, not a connection' 'a listener'
"$tools/on-socket" unconnected "$spawnd" -c spawnd.conf -i cat 2>said
said $? 125 'cat: descriptor 0 is not connected' 'a socket without a client'
"$tools/on-socket" udp "$spawnd" -c spawnd.conf -i cat 2>said
said $? 125 'cat: descriptor 0 is not a stream socket' 'a datagram socket'

"$tools/on-socket" tcp "$spawnd" -c spawnd.conf -i none 2>said </dev/null
said $? 1 'there is no service "none" in ' 'a service that is not there'
"$tools/on-socket" tcp "$spawnd" -c nowhere.conf -i cat 2>said </dev/null
said $? 1 'nowhere\.conf: .*No such file or directory' 'no configuration'
done_testing
