#!/bin/sh
# SPDX-License-Identifier: MIT
# What a client sends reaches the command byte for byte, what the command writes
# reaches the client, each to its end and independent of the other direction.
. "$(dirname "$0")/../lib.sh"

cp "$tools/hold" .
mkdir held
chmod 777 held
cat >spawnd.conf <<EOT
[cat]
listen = 127.0.0.1:0 $tmp/cat.socket
command = cat
user = alice
[count]
listen = 127.0.0.1:0
command = wc -c
user = bob
[talk]
listen = 127.0.0.1:0
command = seq 100000
user = grace
[errors]
listen = 127.0.0.1:0
command = sh -c 'echo out; echo err >&2'
user = erin
[hold]
listen = 127.0.0.1:0
command = $tmp/hold held
working_directory = $tmp
user = dave
EOT
start
before=$(descriptors)

same() { # FILE NAME
	ask "$(port_of cat)" <"$1" >back
	cmp "$1" back
	ok $? "$2"
	ask_unix cat.socket <"$1" >back
	cmp "$1" back
	ok $? "$2, over a Unix socket"
}

for i in $(seq 0 255); do
	# shellcheck disable=SC2059 # it is the format that makes the byte
	printf "\\$(printf %03o "$i")"
done >all
is "$(wc -c <all)" 256 'all the bytes that there are'
same all 'all of them come back, without a newline at the end'
: >nothing
same nothing 'nothing comes back as nothing'
printf '\0' >zero
same zero 'a zero byte'
printf '\n\n' >newlines
same newlines 'newlines'
head -c 1048576 /dev/urandom >large
same large '1 MiB each way at once'

is "$(ask "$(port_of count)" <large)" 1048576 \
	'a command that answers at the end of the input sees the end, and can answer'
ask "$(port_of talk)" </dev/null >back
seq 100000 | cmp - back
ok $? 'a client that sends nothing gets all of the output'
# This one does not even say that it sends nothing.
mkfifo silent
exec 9<>silent
nc 127.0.0.1 "$(port_of talk)" <silent >back &
client=$!
await 'seq 100000 | cmp -s - back'
ok $? 'and so does one that never says so'
exec 9>&-
kill "$client" 2>/dev/null
wait "$client" 2>/dev/null
is "$(ask "$(port_of errors)" </dev/null | sort)" 'err
out' 'standard error is the socket too'

# Of a client that closed at once, the command runs and its record is written.
records=$(grep -c 'talk: end' spawnd.log)
for i in 1 2 3 4 5; do
	nc -z 127.0.0.1 "$(port_of talk)"
done
await "[ \"\$(grep -c 'talk: end' spawnd.log)\" = $((records + 5)) ]"
unlike "$(cat spawnd.log)" failed= 'a client that closes at once is no failure'
is "$(ask "$(port_of cat)" <all | wc -c)" 256 'and nobody notices'

# A command lives on when its client has closed, and holds nobody up.
printf 'one\n' | nc -w 1 127.0.0.1 "$(port_of hold)" >/dev/null &
client=$!
await '[ -e held/one.on ]'
kill "$client" 2>/dev/null
wait "$client" 2>/dev/null
is "$(ask "$(port_of cat)" <all | wc -c)" 256 'beside a command whose client is gone'
touch held/one.go
await 'grep -q "hold: end" spawnd.log'
calm "$before"
done_testing
