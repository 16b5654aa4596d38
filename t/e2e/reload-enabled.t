#!/bin/sh
# SPDX-License-Identifier: MIT
# enabled = no by a reload: clients are refused on 127.0.0.1 and on ::1; enabled = yes:
# the server answers.
. "$(dirname "$0")/../reload.sh"
. "$(dirname "$0")/../lib.sh"

port=$(free_port)
write() { # yes | no
	cat >spawnd.conf <<-EOT
	[echo]
	listen = $port
	command = cat
	user = alice
	enabled = $1
	[still]
	listen = $tmp/still.sock
	command = cat
	user = bob
	EOT
}

answers() {
	is "$(echo four | nc -N 127.0.0.1 "$port") $(echo six | nc -N ::1 "$port")" \
		'four six' "$1: both are answered"
}
refuses() {
	! nc -z 127.0.0.1 "$port" && ! nc -z ::1 "$port"
	ok $? "$1: both are refused"
	perl -MIO::Socket::INET -e 'exit !IO::Socket::INET->new(Listen => 1,
		LocalAddr => "127.0.0.1", LocalPort => $ARGV[0], ReuseAddr => 1)' "$port"
	ok $? '... and somebody else can listen there'
}

write no
start
refuses 'disabled from the start'
before=$(descriptors)
for i in 1 2 3; do
	write yes
	reloaded 'enabled'
	answers 'enabled'
	write no
	reloaded 'disabled'
	refuses 'disabled'
done
calm "$before"
is "$(grep -c 'echo: listens on ' spawnd.log) $(grep -c 'echo: listens no more on ' spawnd.log)" \
	'3 3' 'each is told'
done_testing
