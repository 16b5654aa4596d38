#!/bin/sh
# SPDX-License-Identifier: MIT
# allow and deny: the longest origin that a client is of decides, and deny where they are
# as long; who is of none is served only where allow is not set.  Refused clients cost no
# command, are told once, counted and summed up; a reload changes it for new clients.
. "$(dirname "$0")/../reload.sh"
. "$(dirname "$0")/../lib.sh"

port=0
port6=0
configure() { # [LINE]...: in [global]
	{
		printf '%s\n' '[global]' 'user = nobody' 'refuse = "no\n"' "$@"
		printf '[%s]\nlisten = %s\ncommand = echo yes\n' net "$port" \
			net6 "[::1]:$port6" unix "$tmp/unix.sock"
	} >spawnd.conf
}
from() { nc -N -s "$1" 127.0.0.1 "$port" </dev/null 2>&1; }
from6() { nc -N ::1 "$port6" </dev/null 2>&1; }
as() { # UID GID [GROUPS]
	if [ -n "${3:-}" ]; then groups=--groups=$3; else groups=--clear-groups; fi
	setpriv --reuid="$1" --regid="$2" "$groups" nc -NU "$tmp/unix.sock" </dev/null 2>&1
}
rules() { # NAME LINE...
	what=$1
	shift
	configure "$@"
	reloaded "$what"
}

configure
start
before=$(descriptors)
port=$(port_of net)
port6=$(port_of net6)
chmod 666 unix.sock
# Everything that is refused below is served without a rule.
is "$(from 127.0.0.1) $(from 127.0.0.2) $(from 127.1.2.3) $(from 127.0.1.0)" 'yes yes yes yes' \
	'without a rule: IPv4'
is "$(from6)" yes '... IPv6'
is "$(as 2001 2001) $(as 2002 2002) $(as 2005 2005 3001) $(as 0 0)" 'yes yes yes yes' \
	'... accounts'

rules 'one network' 'allow = 127.0.0.2/31'
is "$(from 127.0.0.1) $(from 127.0.0.2) $(from 127.0.0.3) $(from 127.0.0.4)" 'no yes yes no' \
	'... each boundary and one beside it'
is "$(from6) $(as 2001 2001) $(as 0 0)" 'no no no' '... and nobody else, over no other way'
rules 'no network' 'deny = 127.0.0.2/31'
is "$(from 127.0.0.1) $(from 127.0.0.2) $(from 127.0.0.3) $(from 127.0.0.4)" 'yes no no yes' \
	'... each boundary and one beside it'
is "$(from6) $(as 2001 2001)" 'yes yes' '... and all else is served'
rules 'longest match' 'allow = 127.0.0.0/8 127.0.1.0/32' 'deny = 127.0.0.0/16'
is "$(from 127.0.0.1) $(from 127.0.1.0) $(from 127.1.2.3) $(from 127.0.1.1)" 'no yes yes no' \
	'... decides'
rules 'of one length' 'allow = 127.0.0.0/16 127.1.2.3' 'deny = ::ffff:127.0.0.0/112 127.1.2.3/32'
is "$(from 127.0.0.1) $(from 127.1.2.3)" 'no no' '... it is deny'
rules 'IPv6' 'allow = ::1 127.0.0.2/31' 'deny = ::/0 127.0.0.2'
is "$(from6) $(from 127.0.0.2) $(from 127.0.0.3)" 'yes no yes' '... by the same rules'
rules 'all of IPv6' 'allow = ::/0'
is "$(from6) $(from 127.0.0.1) $(as 0 0)" 'yes no no' '... is not IPv4'
rules 'all of IPv4' 'allow = 0.0.0.0/0'
is "$(from6) $(from 127.0.0.1) $(as 0 0)" 'no yes no' '... is not IPv6'
rules 'nobody' 'allow = ""'
is "$(from6) $(from 127.0.0.1) $(as 0 0)" 'no no no' '... is served'
rules 'everybody' 'allow = all' 'deny = ""'
is "$(from6) $(from 127.0.0.1) $(as 2001 2001)" 'yes yes yes' '... is served'

rules 'accounts' 'allow = uid:alice uid:2005'
is "$(as 2001 2001) $(as 2002 2002) $(as 2005 2005) $(as 2002 2001)" 'yes no yes no' \
	'... by name and by number'
rules 'groups' 'allow = gid:sound gid:2002'
is "$(as 2001 2001) $(as 2002 2002) $(as 2001 3001)" 'no yes yes' '... the primary one'
is "$(as 2005 2005 3001) $(as 2005 2005 3002,3001) $(as 2005 2005 3002)" 'yes yes no' \
	'... and supplementary ones'
rules 'no group' 'deny = gid:sound'
is "$(as 2001 2001) $(as 2001 3001) $(as 2005 2005 3002,3001)" 'yes no no' '... of them'
rules 'an account before its group' 'allow = gid:alice uid:erin' 'deny = uid:alice gid:sound'
is "$(as 2001 2001) $(as 2002 2001) $(as 2005 2005 3001)" 'no yes yes' '... either way'
is "$(from 127.0.0.1) $(from6)" 'no no' '... and no network'
like "$(grep ': net: listens on' spawnd.log)" 'listens on \*:' \
	'IPv4 clients came to a socket of IPv6 all the time'
calm "$before"

# Told and counted.
kill -USR1 "$pid"
await 'grep -q "end of the report" spawnd.log'
like "$(grep ': unix: state' spawnd.log)" ' refused=[0-9]* \(allow=[0-9]+ deny=[0-9]+\) failed=0$' \
	'both keys are counted'
stop
configure 'allow = 127.0.0.0/8' 'deny = 127.0.0.3'
: >spawnd.log
start
for i in 1 2 3; do
	from 127.0.0.3
	from6
done >told
is "$(cat told)" "$(printf 'no\nno\nno\nno\nno\nno')" 'six are refused'
stop
is "$(sed -n 's/.*: \(net6*\): refused /\1 /p' spawnd.log | sed 's/:[0-9]*: /:PORT: /' | sort)" \
	'net 127.0.0.3:PORT: in deny
net 2 more clients: in deny
net6 2 more clients: not in allow
net6 [::1]:PORT: not in allow' 'who was the first, and how many more'

# A limit is no business of theirs.
cat >spawnd.conf <<EOF
[one]
listen = 127.0.0.1:0
command = cat
user = nobody
max_connections = 1
when_full = refuse
refuse = "no\n"
deny = 127.0.0.2
EOF
: >spawnd.log
start
port=$(port_of one)
mkfifo hold
"$tools/client" idle "$port" 1 <hold >idle.out &
exec 3>hold
await '[ -n "$(ps -o pid= --ppid "$pid")" ]'
from 127.0.0.2 >told
from 127.0.0.1 >>told
exec 3>&-
kill -USR1 "$pid"
await 'grep -q "end of the report" spawnd.log'
like "$(grep ': one: state' spawnd.log)" ' refused=2 \(deny=1 max_connections=1\) ' \
	'who may not connect is refused for that, full or not'
stop

# A machine, as a kernel with vsock tells of it: guest makes each client one of 7.  In a
# file, since a word that can be of no client of a port is an error.
for i in 'allow = cid:7' 'allow = cid:6 cid:8' 'deny = cid:7'; do
	echo "${i#*= }" | tr ' ' '\n' >machines
	printf '[vm]\nrefuse = "no\\n"\n%s = @%s\nlisten = 0\ncommand = echo yes\nuser = nobody\n' \
		"${i%% *}" "$tmp/machines" >spawnd.conf
	start_as env LD_PRELOAD="$tools/guest" ASAN_OPTIONS="$ASAN_OPTIONS:verify_asan_link_order=0" \
		"$spawnd" -c "$tmp/spawnd.conf"
	port=$(port_of vm)
	echo "$i: $(from 127.0.0.1)"
	stop
	sed -n 's/.*: vm: refused \(.*\):[0-9]*: /\1 /p' spawnd.log | tail -n 1
done >told
is "$(cat told)" 'allow = cid:7: yes
allow = cid:6 cid:8: no
vsock:7 not in allow
deny = cid:7: no
vsock:7 in deny' 'machines'

# -i
inetd() { # KIND LINE
	printf '[cat]\nlisten = 127.0.0.1:1\ncommand = cat\nrefuse = "no\\n"\nuser = nobody\n%s\n' \
		"$2" >spawnd.conf
	echo yes | "$tools/on-socket" "$1" "$spawnd" -c "$tmp/spawnd.conf" -i cat 2>said
	echo "status $?"
	sed -n 's/.*: refused //p' said | sed 's/:[0-9]*: /:PORT: /'
}
is "$(inetd tcp 'allow = 127.0.0.0/8')" 'yes
status 0' '-i: who may connect is served'
is "$(inetd tcp 'deny = 127.0.0.1')" 'no
status 0
127.0.0.1:PORT: in deny' '... and who may not is refused'
is "$(inetd unix 'allow = 127.0.0.0/8 uid:1')" 'no
status 0
uid:PORT: not in allow' '... whichever client it was started with'
# One that has reset has no address any more, and could have sent something before.
is "$(inetd gone 'deny = 10.0.0.0/8')" 'status 0
unknown: in deny' '... nor is one who cannot be asked for, with "deny"'
is "$(inetd gone 'allow = 127.0.0.0/8')" 'status 0
unknown: not in allow' '... nor with "allow"'
done_testing
