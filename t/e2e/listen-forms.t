#!/bin/sh
# SPDX-License-Identifier: MIT
# Ranges, names of ports, abstract sockets and sockets of packets are listened on, from a
# file as from the command line; what cannot be read, or stands in the way of another, is
# an error with its place.
. "$(dirname "$0")/../reload.sh"
. "$(dirname "$0")/../lib.sh"

cp "$tools/context" "$tools/dial" .

# Ports of our own have names of our own.
first=$(free_ports 24)
last=$((first + 19))
named=$((first + 20))
cat >services <<EOF
spawnd-one	$named/tcp	spawnd-uno
spawnd-udp	$((first + 21))/udp
http		80/tcp
EOF
mount --bind services /etc/services
abstract=@$tmp/abstract
cat >spawnd.conf <<EOF
[range]
listen = 127.0.0.1:$first-$last
command = sh -c "echo \$TCPLOCALPORT"
user = alice
[name]
listen = 127.0.0.1:spawnd-uno
command = cat
user = bob
[unix]
listen = $abstract seqpacket:$abstract seqpacket:$tmp/packets
command = $tmp/context
user = grace
EOF
start
before=$(descriptors)
is "$(grep -c ': range: listens on 127\.0\.0\.1:' spawnd.log)" 20 'a range: every port'
for i in $first $((first + 7)) $last; do
	is "$(ask "$i" </dev/null)" "$i" "... which serves, and is told: +$((i - first))"
done
nc -z 127.0.0.1 $((last + 1))
is $? 0 'the port behind it is that of the name'
nc -z 127.0.0.1 $((last + 2))
is $? 1 '... and the next one nobody'"'"'s'
is "$(echo hi | ask "$named")" hi 'a name'

# Unix sockets without a path, or of packets.
env_of() { ./dial "$1" | sed -n 's/^env \(PROTO\|IPC[A-Z]*PATH\)=/\1=/p' | sort; }
is "$(env_of "$abstract")" "IPCLOCALPATH=$abstract
PROTO=UNIX" 'an abstract socket, and its name in the environment'
is "$(env_of "seqpacket:$abstract")" "IPCLOCALPATH=$abstract
PROTO=UNIX" 'the same name of the other type is another socket'
is "$(env_of "seqpacket:$tmp/packets")" "IPCLOCALPATH=$tmp/packets
PROTO=UNIX" 'a path of packets'
./dial "$tmp/packets" 2>said
is "$? $(cat said)" '1 connect: Protocol wrong type for socket' '... takes no streams'
for i in "$abstract" "seqpacket:$abstract" "seqpacket:$tmp/packets"; do
	grep -Fq ": unix: listens on $i" spawnd.log
	ok $? "the log names ${i%%"$tmp"*}..."
done
is "$(env_of "$abstract" | wc -l)" 2 'once more'
await '[ "$(grep -c ": unix: end .* peer=uid:0 " spawnd.log)" = 4 ]'
ok 0 'the records name the client'

# In use: told, and nothing is done to who has it.
"$spawnd" -l "$abstract" -u nobody -- cat 2>said
is "$?" 3 'an abstract name that is taken: exit 3'
like "$(cat said)" "cat: cannot listen on $abstract: Address already in use" '... and why'
is "$(env_of "$abstract" | wc -l)" 2 '... its owner serves on'
"$spawnd" -l "seqpacket:$tmp/packets" -u nobody -- cat 2>said
like "$? $(cat said)" "^3 .*cannot listen on seqpacket:$tmp/packets: Address already in use" \
	'a path of packets that is taken'
calm "$before"
stop
is "$status" 0 'it stops'
[ ! -e packets ]
ok $? '... and removes the path'

# The same from the command line.  A path of packets that was left behind is stale.
start -l "seqpacket:$tmp/packets" -l "$abstract" -l "127.0.0.1:$first-$last" \
	-l 127.0.0.1:spawnd-one -u nobody -- cat
stop KILL 2>/dev/null
[ -S packets ]
ok $? 'a path of packets is left by who is killed'
start -l "seqpacket:$tmp/packets" -l "$abstract" -l "127.0.0.1:$first-$last" \
	-l 127.0.0.1:spawnd-one -u nobody -- cat
is "$(echo packets | ./dial -i "seqpacket:$tmp/packets")" packets '... and replaced; -l'
is "$(echo name | ./dial -i "$abstract")" name 'an abstract name is free at once; -l'
is "$(echo range | ask $last) $(echo name | ask $named)" 'range name' 'a range, a name; -l'
stop

# Errors.
two() { # ADDRESS ADDRESS: a service each; the second is at line 6
	printf '[a]\nlisten = %s\ncommand = cat\nuser = alice\n[b]\nlisten = %s\ncommand = cat\nuser = bob\n' \
		"$1" "$2" >x.conf
	said=$("$spawnd" -c x.conf -n 2>&1)
	said="$? $said"
}
clash() { # ADDRESS ADDRESS SHOWN SHOWN
	two "$1" "$2"
	is "$said" "1 x.conf:6: b: listen: $4 is also listened on as $3 by a, at x.conf:2" \
		"$1 and $2"
}
bad() { # ADDRESS REASON
	two "$1" 0
	is "$said" "1 x.conf:2: a: listen: $2" "$1"
}
clash 80 http '*:80' '*:80'
clash 127.0.0.1:http 80 127.0.0.1:80 '*:80'
clash 6000-6019 127.0.0.1:6019 '*:6019' 127.0.0.1:6019
clash 6000-6019 6010-6029 '*:6010' '*:6010'
clash '[::1]:6000-6019' '[::1]:6000' '[::1]:6000' '[::1]:6000'
clash @x @x @x @x
clash seqpacket:/x /x seqpacket:/x /x
clash vsock:80 vsock:3:80 'vsock:*:80' vsock:3:80
two 6000-6009 6010-6019
is "$said" '0 ' 'ranges side by side'
two '6000-6009 6005-6012' 0
is "$said" '1 x.conf:2: a: listen: *:6005 is also listened on as *:6005 by a, at x.conf:2' \
	'within one service: told once'
bad htpp 'no such service "htpp" in services(5)'
bad 127.0.0.1:htpp 'no such service "htpp" in services(5)'
bad spawnd-udp 'no such service "spawnd-udp" in services(5)'
bad 6019-6000 '"6019-6000": a range of ports is written from low to high'
bad 1-1025 '"1-1025": a range has at most 1024 ports, not 1025'
bad udp:69 '"udp:69": datagrams are not served, streams alone'
bad seqpacket:80 '"seqpacket:80": seqpacket: stands before a /path or an @name'
printf '[a]\nlisten = 1080\n\thtpp\ncommand = cat\nuser = alice\n' >x.conf
is "$("$spawnd" -c x.conf -n 2>&1)" 'x.conf:2: a: listen: no such service "htpp" in services(5)' \
	'a name in a list over several lines'
printf '[a]\nlisten = "@a\001b"\ncommand = cat\nuser = alice\n' >x.conf
like "$("$spawnd" -c x.conf -n 2>&1)" 'x\.conf:2: .*control character' 'a name with a control character'
is "$("$spawnd" -l htpp -u nobody -n -- cat 2>&1)" \
	'command line: cat: listen: no such service "htpp" in services(5)' 'a name from -l'
umount /etc/services
done_testing
