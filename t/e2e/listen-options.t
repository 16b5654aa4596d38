#!/bin/sh
# SPDX-License-Identifier: MIT
# What is set on a listener is found on the command's own socket; what is not set is the
# kernel's; what cannot be is an error, at its place.
. "$(dirname "$0")/../reload.sh"
. "$(dirname "$0")/../lib.sh"

cp "$tools/options" .

# What the kernel does by itself, and what SETTING... makes of it, in one service each.
config() { # ADDRESS SETTING...
	cat >spawnd.conf <<-EOT
	[plain]
	listen = ${1%% *}
	command = $tmp/options
	user = alice
	[set]
	listen = $1
	command = $tmp/options
	user = bob
	EOT
	shift
	[ $# = 0 ] || printf '%s\n' "$@" >>spawnd.conf
	: >spawnd.log
}

# The options that differ, as they are with the settings.
changed() { # [HOST]
	nc -N "${1:-127.0.0.1}" "$(port_of plain)" </dev/null >plain
	nc -N "${1:-127.0.0.1}" "$(port_of set)" </dev/null >set
	diff plain set | sed -n 's/^> //p' | paste -s -d ,
}

makes() { # EXPECTED SETTING...
	expected=$1
	shift
	config 127.0.0.1:0 "$@"
	start
	is "$(changed)" "$expected" "$*"
	stop
}

makes ''
makes 'no_delay 1' 'no_delay = yes'
makes '' 'no_delay = no'
makes 'keep_alive 1,keep_idle 30,keep_interval 30,keep_count 5' 'keep_alive = 30s'
makes 'keep_alive 1,keep_idle 600,keep_count 5' 'keep_alive = 10min'
makes '' 'keep_alive = infinity'
makes 'user_timeout 1500' 'user_timeout = 1500ms'
makes '' 'user_timeout = 0'
makes 'free_bind 1' 'free_bind = yes'
makes 'receive_buffer 32768' 'receive_buffer = 16K'
makes 'send_buffer 65536' 'send_buffer = 32K'
makes 'device lo' 'bind_device = lo'
makes 'keep_alive 1,keep_idle 5,keep_interval 5,keep_count 5,no_delay 1,user_timeout 9000,free_bind 1,receive_buffer 16384,send_buffer 16384' \
	'keep_alive = 5' 'no_delay = yes' 'user_timeout = 9s' 'free_bind = yes' \
	'receive_buffer = 8K' 'send_buffer = 8K'
config '[::]:0' 'free_bind = yes' 'no_delay = yes' 'ipv6_only = yes'
start
is "$(changed ::1)" 'no_delay 1,free_bind 1,ipv6_only 1' 'the same over IPv6'
stop
config '*:0' 'ipv6_only = no' 'free_bind = yes' 'keep_alive = 7'
start
is "$(changed)" 'keep_alive 1,keep_idle 7,keep_interval 7,keep_count 5,free_bind 1' \
	'and for both families'
stop

# More than there is.
config 127.0.0.1:0 'receive_buffer = 1G' 'send_buffer = 1G'
start
for i in receive:rmem send:wmem; do
	# Where networks are virtual the limit may be unreadable.
	most=$(perl -MSocket -e 'my $o = $ARGV[0] eq "rmem" ? SO_RCVBUF : SO_SNDBUF;
		socket(my $s, PF_INET, SOCK_STREAM, 0) or die;
		setsockopt($s, SOL_SOCKET, $o, 1 << 30) or die;
		print unpack("i", getsockopt($s, SOL_SOCKET, $o)) / 2' "${i#*:}")
	grep -q ": set: ${i%:*}_buffer: the kernel gives $most bytes, not 1073741824: see net.core.${i#*:}_max\$" \
		spawnd.log
	ok $? "a ${i%:*}_buffer that the kernel cuts is told of"
	is "$(ask "$(port_of set)" </dev/null | grep "^${i%:*}")" \
		"${i%:*}_buffer $((2 * most))" '... with what it is'
done
stop

# The backlog, which ss shows.
backlogs() {
	ss -Hltn "sport = :$(port_of plain) or sport = :$(port_of set)" |
		awk '{ print $3 }' | sort -n | tr '\n' ' '
}
most=$(cat /proc/sys/net/core/somaxconn)
config 127.0.0.1:0 'backlog = 3'
start
is "$(backlogs)" "3 $most " 'a backlog, and the greatest there is'
stop
config 127.0.0.1:0 'backlog = infinity'
start
is "$(backlogs)" "$most $most " 'an infinite one is that'
stop
config "$tmp/path.sock" 'backlog = 7'
sed -i "0,/^listen/s/path/other/" spawnd.conf
start
is "$(ss -Hlx "src = $tmp/path.sock" | awk '{ print $4 }')" 7 'that of a Unix socket'
stop
config 127.0.0.1:0 "backlog = $((most + 1))"
is "$("$spawnd" -c spawnd.conf -n 2>&1; echo $?)" \
	"spawnd.conf:9: warning: set: backlog: the kernel cuts it to net.core.somaxconn, $most
0" 'a backlog that the kernel cuts is told of'

# The client speaks first: who says nothing is not accepted.
config 127.0.0.1:0 'defer_accept = 30s'
sed -i 's/^command = .*/command = cat/' spawnd.conf
start
before=$(descriptors)
mkfifo say
port=$(port_of set)
nc -N 127.0.0.1 "$port" <say >heard &
client=$!
exec 3>say
await '[ -n "$(ss -Htn state established "dport = :$port")" ]'
echo | ask "$(port_of plain)" >/dev/null
echo | ask "$(port_of plain)" >/dev/null
[ -z "$(ps -o pid= --ppid "$pid")" ]
ok $? 'a client that says nothing has no command'
echo hello >&3
exec 3>&-
wait "$client"
is "$(cat heard)" hello '... and gets one with its first word'
calm "$before"
stop

# An address that the machine has not got.
"$spawnd" -l 192.0.2.1:7 -u nobody -s free_bind=no -- cat 2>said
is "$? $(sed 's/.*\]: //' said)" \
	'3 cat: cannot listen on 192.0.2.1:7: Cannot assign requested address' 'free_bind = no'
start -l 192.0.2.1:0 -l '[2001:db8::1]:0' -u nobody -s free_bind=yes -- cat
is "$(grep -c ': listens on 192\.0\.2\.1:\|: listens on \[2001:db8::1\]:' spawnd.log)" 2 \
	'free_bind = yes'
stop

# Which families.
: >spawnd.log
start -l '[::]:0' -u nobody -s ipv6_only=no -- cat
is "$(echo 4 | nc -N 127.0.0.1 "$(port_of cat)") $(echo 6 | nc -N ::1 "$(port_of cat)")" \
	'4 6' 'ipv6_only = no: [::] takes both'
stop
: >spawnd.log
start -l '*:0' -u nobody -s ipv6_only=yes -- cat
port=$(port_of cat)
grep -q ": cat: listens on \[::\]:$port\$" spawnd.log
ok $? 'ipv6_only = yes: * is [::]'
is "$(echo 6 | nc -N ::1 "$port")" 6 '... and takes IPv6'
! nc -z 127.0.0.1 "$port"
ok $? '... alone'
stop
port=$(free_port)
cat >spawnd.conf <<EOF
[six]
listen = [::]:$port
command = sh -c "echo six"
user = alice
ipv6_only = yes
[four]
listen = 0.0.0.0:$port
command = sh -c "echo four"
user = bob
EOF
start
is "$(nc -N 127.0.0.1 "$port" </dev/null) $(nc -N ::1 "$port" </dev/null)" 'four six' \
	'a service for each family, on one port'
stop
sed -i '/^ipv6_only/d' spawnd.conf
is "$("$spawnd" -c spawnd.conf -n 2>&1)" \
	"spawnd.conf:6: four: listen: 0.0.0.0:$port is also listened on as [::]:$port by six, at spawnd.conf:2" \
	'... which without it are one'
sed -i '2a ipv6_only = no' spawnd.conf
is "$("$spawnd" -c spawnd.conf -n 2>&1)" \
	"spawnd.conf:7: four: listen: 0.0.0.0:$port is also listened on as [::]:$port by six, at spawnd.conf:2" \
	'... as with ipv6_only = no'

# Errors.
config '127.0.0.1:0 [::1]:0 vsock:1024 @x' 'bind_device = no-such-if' 'no_delay = yes'
is "$("$spawnd" -c spawnd.conf -n 2>&1)" \
	'spawnd.conf:9: set: bind_device: no such network interface "no-such-if"' \
	'an interface that does not exist; no_delay has what it applies to'
config '/run/x @x vsock:1024' 'backlog = 5' 'bind_device = lo' 'free_bind = no' 'no_delay = no' \
	'keep_alive = 1' 'user_timeout = 1' 'defer_accept = 1' 'receive_buffer = 4K' \
	'send_buffer = 4K' 'ipv6_only = no'
"$spawnd" -c spawnd.conf -n 2>said
is "$(grep -c 'set: [a-z_]*: none of its addresses is an IP address$' said) $(sed -n '$p' said)" \
	'8 spawnd.conf:18: set: ipv6_only: none of its addresses is an IPv6 address' \
	'nothing that these say something of'
config '127.0.0.1:80 [::ffff:127.0.0.1]:81' 'ipv6_only = yes'
is "$("$spawnd" -c spawnd.conf -n 2>&1 | tail -n 1)" \
	'spawnd.conf:9: set: ipv6_only: none of its addresses is an IPv6 address' \
	'IPv4 in whatever form is not IPv6'
is "$("$spawnd" -l @x -u nobody -s no_delay=yes -n -- cat 2>&1)" \
	'command line: cat: no_delay: none of its addresses is an IP address' 'with -s'
config 127.0.0.1:0 'keep_alive = 45s' 'no_delay = no' 'receive_buffer = 16K'
is "$("$spawnd" -c spawnd.conf -T 2>&1 | sed -n '/^\[set\]/,$p' |
	grep 'backlog\|no_delay\|keep_alive\|user_timeout\|receive\|send_')" \
	'# default: backlog is not set
no_delay = no
keep_alive = 45s
# default: user_timeout is not set
receive_buffer = 16K
# default: send_buffer is not set' '-T shows what is set'
done_testing
