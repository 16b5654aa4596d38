#!/bin/sh
# SPDX-License-Identifier: MIT
# The path of a Unix socket gets its owner, group and mode before anybody can connect, on
# the file that was made there and on nothing else; and who may not connect cannot.
. "$(dirname "$0")/../lib.sh"

path=$tmp/path.sock
rights() { stat -c '%a %u %g' "$1"; }
may() { # ACCOUNT: can it connect?
	echo "$1" | setpriv --reuid="$1" --regid="$1" --clear-groups nc -NU "$path" 2>/dev/null
}
set_() { # KEY=VALUE...
	for i; do set -- "$@" -s "$i"; shift; done
	start -l "$path" -u nobody "$@" -- cat
}

set_ socket_mode=600
is "$(rights "$path")" '600 0 0' 'a mode'
is "$(may alice)" '' '... and alice cannot connect'
stop
[ ! -e "$path" ]
ok $? 'it is removed at the end'
set_ socket_user=alice socket_mode=0600
is "$(rights "$path")" '600 2001 0' 'an owner'
is "$(may alice)" alice '... and alice can connect'
is "$(may bob)" '' '... but bob cannot'
stop
[ ! -e "$path" ]
ok $? 'it is removed at the end, also when it is not ours'
set_ socket_group=bob socket_mode=060
is "$(rights "$path")" '60 0 2002' 'a group'
is "$(may bob)" bob '... and bob can connect'
is "$(may alice)" '' '... but alice cannot'
stop
set_ socket_user=2001 socket_group=4712
is "$(rights "$path")" '666 2001 4712' 'numbers, and the mode of before'
is "$(may bob)" bob '... with which everybody can connect'
rm "$path"
echo precious >"$path"
stop
is "$(cat "$path")" precious 'what was put in its place stays'
rm "$path"

# The order of the calls: no rights, the owner, the rights, and then it listens.
start_as env ASAN_OPTIONS=detect_leaks=0 strace -f -o trace \
	-e trace=umask,bind,listen,chmod,fchmod,fchmodat,chown,fchown,fchownat \
	"$spawnd" -l "$path" -u nobody -s socket_user=alice -s socket_group=bob \
	-s socket_mode=0640 -- cat
await 'grep -q "listen(" trace'
is "$(sed -n 's/^[0-9]* *//; s/^bind(.*/bind/; s/^listen(.*/listen/; s/ *= 0[0-7]*$//
	s/("\/proc\/self\/fd\/[0-9]*", /(/; s/chownat([0-9]*, "", \(.*\), AT_EMPTY_PATH)/chown(\1)/
	s/4294967295/-1/g; /^umask(0[0-7]*)$\|^bind$\|^listen$\|^ch\|^fch/p' trace | tr '\n' ' ')" \
	'umask(0777) bind umask(022) chmod(000) fchown(-1, 2002) chmod(0640) fchown(2001, -1) listen ' \
	'nobody can connect before all is set'
kill "$(ps -o pid= --ppid "$pid")"
stop CONT

# Something else is put there between bind and what follows.
stand_in() { # NAME COMMAND...: it puts something else there
	name=$1
	shift
	rm -rf traced stands
	mkdir -m 777 traced
	echo precious >victim
	chmod 600 victim
	env ASAN_OPTIONS=detect_leaks=0 strace -f -o trace -e trace=bind \
		-e inject=bind:delay_exit=1000000 "$spawnd" -l "$tmp/traced/sock" -u nobody \
		-s socket_user=alice -s socket_mode=0666 -- cat 2>said &
	traced=$!
	await '[ -S traced/sock ]'
	rm traced/sock
	"$@"
	before=$(ls -ldn --time-style=full-iso traced/sock victim 2>/dev/null)
	wait "$traced"
	is "$?" 3 "$name: exit 3"
	like "$(cat said)" \
		"cannot listen on $tmp/traced/sock: another process has put something else there\$" \
		'... and why'
	is "$(ls -ldn --time-style=full-iso traced/sock victim 2>/dev/null)" "$before" \
		'... which is as it was'
}
stand_in 'a link' ln -s "$tmp/victim" traced/sock
stand_in 'a file' sh -c 'echo precious >traced/sock; chmod 0 traced/sock'
stand_in 'nothing' true
perl -MIO::Socket::UNIX -e 'umask 0177; my $s = IO::Socket::UNIX->new(Listen => 1,
	Local => "other.sock") or exit 1; sleep 1 until -e "over"' &
other=$!
await '[ -S other.sock ]'
stand_in 'a socket of root' ln other.sock traced/sock
: >over
wait "$other"

# Who lacks the right says so when the configuration is read.
weak() { # COMMAND...: as grace with the capabilities that commands take, and no other
	setpriv --reuid=2007 --regid=2007 --groups=2002 --inh-caps=-all,+setuid,+setgid,+kill \
		--ambient-caps=-all,+setuid,+setgid,+kill "$@"
}
mkdir own
chown 2007 own
config() { # LINE...
	printf '[s]\nlisten = %s/own/sock\ncommand = cat\nuser = alice\n' "$tmp" >spawnd.conf
	printf '%s\n' "$@" >>spawnd.conf
	: >spawnd.log
}
config 'socket_user = bob' 'socket_group = erin'
chmod 644 spawnd.conf
is "$(weak "$spawnd" -c spawnd.conf 2>&1)" \
	'spawnd.conf:5: s: socket_user: "bob" needs the capability CAP_CHOWN
spawnd.conf:6: s: socket_group: "erin" needs the capability CAP_CHOWN' 'no CAP_CHOWN'
is "$(weak "$spawnd" -c spawnd.conf -n 2>&1)" '' '-n is as privileged'
config 'socket_user = grace' 'socket_group = bob' 'socket_mode = 0660'
start_as setpriv --reuid=2007 --regid=2007 --groups=2002 \
	--inh-caps=-all,+setuid,+setgid,+kill --ambient-caps=-all,+setuid,+setgid,+kill \
	"$spawnd" -c "$tmp/spawnd.conf"
is "$(rights own/sock)" '660 2007 2002' 'its own account and a group of its own take none'
stop
config 'socket_user = bob' 'socket_mode = 0600'
start_as setpriv --reuid=2007 --regid=2007 --groups=2002 \
	--inh-caps=-all,+setuid,+setgid,+kill,+chown \
	--ambient-caps=-all,+setuid,+setgid,+kill,+chown "$spawnd" -c "$tmp/spawnd.conf"
is "$(rights own/sock)" '600 2002 2007' 'with it, it needs no other'
stop
[ ! -e own/sock ]
ok $? '... also to remove it'

# Errors.
config 'socket_user = nobody-there' 'socket_group = no-group'
is "$("$spawnd" -c spawnd.conf -n 2>&1)" \
	'spawnd.conf:5: s: socket_user: no such account "nobody-there"
spawnd.conf:6: s: socket_group: no such group "no-group"' 'unknown names'
config 'socket_user = alice:bob'
is "$("$spawnd" -c spawnd.conf -n 2>&1)" \
	'spawnd.conf:5: s: socket_user: takes one name, not "alice:bob"' 'two names'
config 'socket_user = alice' 'socket_group = bob' 'socket_mode = 0600'
sed -i 's/^listen = .*/listen = 1080 @x vsock:1024/' spawnd.conf
is "$("$spawnd" -c spawnd.conf -n 2>&1)" \
	'spawnd.conf:5: s: socket_user: none of its addresses is the path of a Unix socket
spawnd.conf:6: s: socket_group: none of its addresses is the path of a Unix socket
spawnd.conf:7: s: socket_mode: none of its addresses is the path of a Unix socket' \
	'nothing that has an owner'
sed -i '1i[global]\nsocket_mode = 0600\nsocket_user = bob\n[with]\nlisten = /run/x\nuser = bob\ncommand = cat' \
	spawnd.conf
sed -i '/^\[s\]/,${/^socket/d}' spawnd.conf
is "$("$spawnd" -c spawnd.conf -T 2>&1 | grep 'socket_')" \
	'socket_user = bob
# default: socket_group is not set
socket_mode = 0600
# default: socket_user is not set
# default: socket_group is not set
# default: socket_mode is not set' 'as defaults they are of those who have one'
done_testing
