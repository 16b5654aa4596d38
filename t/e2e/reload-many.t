#!/bin/sh
# SPDX-License-Identifier: MIT
# Two hundred reloads, and a burst of HUPs: no client is lost, no descriptor and no
# memory; what was written last is in force, and never a mix of two versions.
. "$(dirname "$0")/../reload.sh"
. "$(dirname "$0")/../lib.sh"

write() { # VERSION
	cat <<-EOT
	[global]
	log = file:$tmp/spawnd.log
	include = $tmp/more/*.conf
	[echo]
	listen = 127.0.0.1:0 $tmp/echo.sock
	command = cat
	user = alice
	stderr = log
	environment = VERSION=$1
	[one]
	listen = $tmp/one.sock
	command = sh -c "echo \$VERSION"
	user = bob
	environment = VERSION=$1
	[two]
	listen = $tmp/two.sock
	command = sh -c "echo \$VERSION"
	user = grace
	environment = VERSION=$1
	EOT
}

both() { echo "$(ask_unix one.sock </dev/null) $(ask_unix two.sock </dev/null)"; }

mkdir more
printf '[more]\nlisten = %s/more.sock\ncommand = cat\nuser = erin\n' "$tmp" >more/more.conf
write 0 >spawnd.conf
start
port=$(port_of echo)
for i in 1 2 3 4 5 6 7 8 9 10; do
	reload
done
descriptors_before=$(descriptors)
size() { awk '/^VmRSS/ { print $2 }' "/proc/$pid/status"; }
sockets_before=$(sockets)
before=$(size)
loop_start "$port" 2
for i in $(seq 190); do
	reload
done
loop_stop 'two hundred reloads, and nobody was lost'
is "$(grep -c ': reloaded 4 services' spawnd.log)" 200 'all of them went well'
is "$(sockets)" "$sockets_before" 'the sockets are the same'
after=$(size)
case $(ldd "$spawnd") in
*asan*) ;; # keeps what was freed; it looks for leaks at the end
*)
	[ $((after - before)) -lt 128 ]
	ok $? "memory stays flat ($before KiB before, $after KiB after)"
	;;
esac
calm "$descriptors_before"

# Replaced in one step while HUPs come: whenever it is quiet, both answers are of one
# version; what was written last is in force in the end.
version=0
for i in $(seq 25); do
	for j in $(seq 20); do
		version=$((version + 1))
		write "$version" >new && mv new spawnd.conf
		kill -HUP "$pid"
	done
	await '[ "$(both)" = "$version $version" ]'
done
is "$(both)" '500 500' 'five hundred versions, and what is in force is never a mix'

# Written in place, piece by piece.
for i in $(seq 30); do
	version=$((version + 1))
	write "$version" >new
	head -c 200 new >spawnd.conf
	kill -HUP "$pid"
	tail -c +201 new >>spawnd.conf
	kill -HUP "$pid"
done
reload
await '[ "$(both)" = "$version $version" ]'
is "$(both)" "$version $version" 'written in place: the last one is in force'

# A burst.
for i in 1 2 3; do
	count_before=$(reloads)
	version=$((version + 1))
	write "$version" >spawnd.conf
	perl -e 'kill "HUP", $ARGV[0] for 1 .. 200' "$pid"
	await '[ "$(both)" = "$version $version" ]'
	reload
	happened=$(($(reloads) - count_before))
	[ "$happened" -ge 1 ] && [ "$happened" -le 201 ]
	ok $? "a burst of 200 HUPs: the last one is in force, after $happened reloads"
done
is "$(sockets)" "$sockets_before" 'the sockets are the same'
calm "$descriptors_before"
done_testing
