#!/bin/sh
# SPDX-License-Identifier: MIT
# Over TCP the environment of a command is the account's and the connection's, and
# nothing else; an IPv4 client of a listener for both families is shown as IPv4.
. "$(dirname "$0")/../lib.sh"

cp "$tools/context" .
cat >spawnd.conf <<EOT
[four]
listen = 127.0.0.1:0
command = $tmp/context
user = alice
[six]
listen = [::1]:0
command = $tmp/context
user = bob
[both]
listen = 0
command = $tmp/context
user = 2999:2998
EOT
start
before=$(descriptors)

got() { printf '%s\n' "$seen" | sed -n "s/^$1 //p"; }

# The kernel's word for it: what getpeername says on descriptor 1.
peer_port() { got peer | sed 's/.* //'; }

connection() { # LOCAL-ADDRESS REMOTE-ADDRESS SERVICE ID
	cat <<-EOT
	PROTO=TCP
	REMOTE_ADDR=$2
	REMOTE_HOST=$2
	REMOTE_PORT=$(peer_port)
	SPAWND_ID=$4
	SPAWND_SERVICE=$3
	TCPLOCALIP=$1
	TCPLOCALPORT=$(port_of "$3")
	TCPREMOTEIP=$2
	TCPREMOTEPORT=$(peer_port)
	EOT
}

account() { # NAME
	cat <<-EOT
	HOME=/home/$1
	LOGNAME=$1
	SHELL=/bin/sh
	USER=$1
	EOT
}

path='PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

seen=$(nc -N 127.0.0.1 "$(port_of four)" </dev/null)
is "$(got env | LC_ALL=C sort)" \
	"$({ account alice; echo "$path"; connection 127.0.0.1 127.0.0.1 four 1; } |
		LC_ALL=C sort)" 'the environment over IPv4'
is "$(got peer)" "127.0.0.1 $(peer_port)" 'the peer of descriptor 1 is the client'
await 'grep -q "four: end id=1" spawnd.log'
like "$(grep 'four: end' spawnd.log)" "end id=1 peer=127\.0\.0\.1:$(peer_port) " \
	'and so it is in the record'

seen=$(nc -N ::1 "$(port_of six)" </dev/null)
is "$(got env | LC_ALL=C sort)" \
	"$({ account bob; echo "$path"; connection ::1 ::1 six 2; } | LC_ALL=C sort)" \
	'the environment over IPv6'
await 'grep -q "six: end id=2" spawnd.log'
like "$(grep 'six: end' spawnd.log)" "end id=2 peer=\[::1\]:$(peer_port) " \
	'its address stands in brackets in the record'

seen=$(nc -N 127.0.0.1 "$(port_of both)" </dev/null)
is "$(got peer)" "::ffff:127.0.0.1 $(peer_port)" 'the socket itself is an IPv6 one'
is "$(got env | LC_ALL=C sort)" \
	"$({ echo "$path"; connection 127.0.0.1 127.0.0.1 both 3; } | LC_ALL=C sort)" \
	'the environment over IPv4 on a listener for both families, of a uid without entry'
await 'grep -q "both: end id=3" spawnd.log'
like "$(grep 'both: end' spawnd.log)" "end id=3 peer=127\.0\.0\.1:$(peer_port) " \
	'the record shows IPv4 too'

seen=$(nc -N 127.0.0.2 "$(port_of both)" </dev/null)
is "$(got env | grep -E '^TCPLOCALIP')" TCPLOCALIP=127.0.0.2 \
	'the local address is the one that the client connected to'
calm "$before"
done_testing
