#!/bin/sh
# SPDX-License-Identifier: MIT
# environment_from: the variables of the longest origin that a client is of, and of no
# other, over all else; one that is set to nothing is set.
. "$(dirname "$0")/../reload.sh"
. "$(dirname "$0")/../lib.sh"

cp "$tools/context" .
cat >spawnd.conf <<EOF
[global]
user = nobody
environment_from = 127.0.0.9 OLD=default
	127.0.0.8 OTHER=default
[net]
listen = 0
command = $tmp/context
environment = COMMON=1 RELAYCLIENT=none EMPTY=
environment_from = +
	127.0.0.0/8 RELAYCLIENT=""
	127.0.0.4 "RELAYCLIENT=@relay host" LANG=C SHELL=/bin/x PATH=/x
	127.0.0.5
	127.0.0.6 N=10.0.0.0/8
	127.0.0.9 NEW=1
[unix]
listen = $tmp/unix.sock
command = $tmp/context
environment_from = uid:alice WHO=alice gid:sound WHO=sound TWO=1 gid:video WHO=video all WHO=all
EOF
start
before=$(descriptors)
port=$(port_of net)
chmod 666 unix.sock

own='PATH\|SHELL\|LANG\|COMMON\|RELAYCLIENT\|EMPTY\|N\|OLD\|NEW\|OTHER'
from() { # SOURCE: what is of the configuration
	nc -N -s "$1" 127.0.0.1 "$port" </dev/null | sed -n "s/^env \(\($own\)=.*\)/\1/p" |
		sort | tr '\n' ' '
}
path=PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
shell=SHELL=/usr/sbin/nologin
is "$(from 127.0.0.1)" "COMMON=1 EMPTY= $path RELAYCLIENT= $shell " 'of a network: set to nothing'
is "$(from 127.0.0.4)" 'COMMON=1 EMPTY= LANG=C PATH=/x RELAYCLIENT=@relay host SHELL=/bin/x ' \
	'of one within it, over all that was said before'
is "$(from 127.0.0.5)" "COMMON=1 EMPTY= $path RELAYCLIENT=none $shell " \
	'of one without variables: none'
is "$(from 127.0.0.6)" "COMMON=1 EMPTY= N=10.0.0.0/8 $path RELAYCLIENT=none $shell " \
	'a value may look like a network'
is "$(from 127.0.0.8)" "COMMON=1 EMPTY= OTHER=default $path RELAYCLIENT=none $shell " \
	'of one that [global] names'
is "$(from 127.0.0.9)" "COMMON=1 EMPTY= NEW=1 $path RELAYCLIENT=none $shell " \
	'of one that the service names anew'
is "$(nc -N -s 127.0.0.4 127.0.0.1 "$port" </dev/null | grep -c '^env \(TCPREMOTEIP=127.0.0.4\|SPAWND_SERVICE=net\|REMOTE_HOST=127.0.0.4\)$')" 3 \
	'what spawnd says of the client is there beside it'

as() { # UID GID GROUPS-OPTION
	setpriv --reuid="$1" --regid="$2" "$3" nc -NU "$tmp/unix.sock" </dev/null |
		sed -n 's/^env \(\(WHO\|TWO\)=.*\)/\1/p' | sort | tr '\n' ' '
}
is "$(as 2001 3001 --clear-groups)" 'WHO=alice ' 'an account before its group'
is "$(as 2002 3001 --clear-groups)" 'TWO=1 WHO=sound ' 'a group'
is "$(as 2002 2002 --groups=3002,3001)" 'TWO=1 WHO=sound ' 'of two groups the first in the list'
is "$(as 2002 2002 --groups=3002)" 'WHO=video ' 'a supplementary one'
is "$(as 2002 2002 --clear-groups)" 'WHO=all ' 'everybody else'

# Who is of no origin; and new settings.
sed -i 's/^	127\.0\.0\.0\/8 .*/	127.0.0.2 A=1/; s/^	127.0.0.6.*/	127.0.0.6 N=2/' spawnd.conf
reloaded 'other variables'
is "$(from 127.0.0.1)" "COMMON=1 EMPTY= $path RELAYCLIENT=none $shell " 'of none: none'
is "$(from 127.0.0.6)" "COMMON=1 EMPTY= N=2 $path RELAYCLIENT=none $shell " 'new ones for new clients'

wrong() { # LINE MESSAGE NAME
	sed "s|^	127.0.0.5\$|	$1|" spawnd.conf >x.conf
	is "$("$spawnd" -n -c x.conf 2>&1 | grep -v warning)" "x.conf:9: net: environment_from: $2" "$3"
}
wrong '127.0.0.5/31 A=1' '127.0.0.5/31: has host bits set; did you mean 127.0.0.4/31?' 'no network'
wrong '127.0.0.5 TCPREMOTEIP=1' \
	'a variable that spawnd sets from the connection: "TCPREMOTEIP=1"' 'what is not to be said'
wrong '127.0.0.9 A=1' 'is given twice: "127.0.0.9"' 'twice the same'
sed 's/gid:video/uid:2001/' spawnd.conf >x.conf
like "$("$spawnd" -n -c x.conf 2>&1)" \
	'x.conf:[0-9]*: unix: environment_from: names an account or a group twice, in two ways$' \
	'... also in two ways'
calm "$before"
done_testing
