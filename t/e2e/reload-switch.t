#!/bin/sh
# SPDX-License-Identifier: MIT
# A change of the address alone, the port alone or the family alone takes effect at a
# reload; no client is refused by it; the old address is free afterwards.
. "$(dirname "$0")/../reload.sh"
. "$(dirname "$0")/../lib.sh"

port=$(free_port)
other=$(free_port)
write() { # ADDRESS...
	cat >spawnd.conf <<-EOT
	[echo]
	listen = $*
	command = cat
	user = alice
	[still]
	listen = 127.0.0.1:0
	command = cat
	user = bob
	EOT
}

listens() { # on which addresses
	ss -Hltn "sport = :$1" | awk '{ print $4 }' | sort | tr '\n' ' '
}

switch() { # ADDRESS EXPECTED
	write "$1"
	reloaded "... -> $1"
	is "$(listens "$port")" "$2 " "... listens there, and there alone"
	is "$(echo "$1" | ask "$port")" "$1" '... and answers'
}

write "127.0.0.1:$port"
start
before=$(descriptors)
still=$(port_of still)
still_inode=$(inode "$still")

loop_start "$port" 4
for i in 1 2 3 4 5; do
	switch "*:$port" "*:$port"
	switch "127.0.0.1:$port" "127.0.0.1:$port"
	switch "$port" "*:$port"
	switch "127.0.0.1:$port" "127.0.0.1:$port"
	switch "0.0.0.0:$port" "0.0.0.0:$port"
	switch "$port" "*:$port"
	switch "127.0.0.1:$port" "127.0.0.1:$port"
done
# The kernel has no way to hand over a handshake that has only begun.
loop_stop 'no client was lost by a switch' 2
is "$(inode "$still")" "$still_inode" 'the other service has kept its socket'
calm "$before"

# The port alone, the address alone, the family alone.
free() { # ADDRESS PORT: can somebody else listen there?
	perl -MSocket=:all -e 'my ($e, @a) = getaddrinfo(@ARGV, { socktype => SOCK_STREAM,
		flags => AI_NUMERICHOST });
		socket(my $s, $a[0]{family}, SOCK_STREAM, 0) or exit 1;
		setsockopt($s, SOL_SOCKET, SO_REUSEADDR, 1);
		exit !(bind($s, $a[0]{addr}) && listen($s, 1))' "$1" "$2"
}
moves() { # OLD-HOST OLD-PORT NEW-HOST NEW-PORT
	write "$(shown "$1"):$2"
	reloaded "$1 port $2"
	! free "$1" "$2"
	ok $? '... is ours'
	write "$(shown "$3"):$4"
	reloaded "... -> $3 port $4"
	is "$(echo new | nc -N "$3" "$4")" new '... answers'
	! nc -z "$1" "$2" 2>/dev/null
	ok $? '... and the old one refuses'
	free "$1" "$2"
	ok $? '... and can be had by somebody else'
	is "$(inode "$still")" "$still_inode" '... and the other service knows nothing of it'
}
shown() {
	case $1 in
	*:*) echo "[$1]" ;;
	*) echo "$1" ;;
	esac
}
moves 127.0.0.1 "$port" 127.0.0.1 "$other"
moves 127.0.0.1 "$port" 127.0.0.2 "$port"
moves 127.0.0.1 "$port" ::1 "$port"
moves ::1 "$port" 127.0.0.1 "$port"

# Who waits in the backlog of the old address is served, even late.
mkdir held && chmod 777 held
hold() { # NAME ADDRESS
	cat >spawnd.conf <<-EOT
	[$1]
	listen = $2
	command = $tools/hold $tmp/held
	user = alice
	max_connections = 1
	[still]
	listen = 127.0.0.1:0
	command = cat
	user = bob
	EOT
}
client() { # NAME
	echo "$1" | nc -N 127.0.0.1 "$port" >"$1.out" &
	eval "client_$1=$!"
}
touch held/one.go held/two.go held/three.go
for how in renamed 'on another port'; do
	rm -f held/*.on held/first.go
	hold hold "127.0.0.1:$port"
	reloaded 'one command at once'
	client first
	await '[ -e held/first.on ]'
	client one
	client two
	client three
	await '[ "$(backlog "$port")" = 3 ]'
	case $how in
	renamed) hold other "*:$port" ;;
	*) hold hold "127.0.0.1:$other" ;;
	esac
	reloaded "$how while three wait"
	[ "$how" != renamed ] || client late
	touch held/first.go
	wait "$client_one" "$client_two" "$client_three" "$client_first"
	is "$(cat one.out two.out three.out first.out | xargs)" 'one two three first' \
		'... all of them are served'
	[ "$how" != renamed ] || { touch held/late.go && wait "$client_late"; }
done
is "$(cat late.out)" late 'and one that came behind them'

# ... unless nobody serves any more.
rm -f held/*.on held/first.go
hold hold "127.0.0.1:$port"
reloaded 'once more'
client first
await '[ -e held/first.on ]'
client one
await '[ "$(backlog "$port")" = 1 ]'
sed -i '1,/^max/d' spawnd.conf
reloaded 'removed while one waits'
wait "$client_one"
is "$(cat one.out)" '' '... who gets the end'
touch held/first.go
wait "$client_first"
is "$(cat first.out)" first '... and who runs may finish'
calm $((before - 1))
done_testing
