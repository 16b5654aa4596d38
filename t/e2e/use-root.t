#!/bin/sh
# SPDX-License-Identifier: MIT
# root_directory: the command is looked for in it, begins in it and does not get out;
# what is wrong with it is told, and spawnd itself stays where it is.
. "$(dirname "$0")/../lib.sh"

cp "$spawnd" daemon
spawnd=$tmp/daemon
mkdir -p jail/bin jail/yard jail/closed
chmod 700 jail/closed

# A program, what it is linked with, and the loader.
put_in() { # PROGRAM NAME
	cp "$1" "jail/bin/$2"
	ldd "$1" | grep -o '/[^ ]*' | while read -r i; do
		mkdir -p "jail${i%/*}"
		cp -L "$i" "jail$i"
	done
}
put_in "$tools/context" context
put_in /bin/sh sh
printf '#!/usr/bin/env\n' >jail/bin/script
printf '#!/bin/sh\necho "script in" /*\n' >jail/bin/good
chmod 755 jail/bin/*

service() { # NAME [LINE]...
	printf '[%s]\nlisten = %s/%s.socket\nuser = alice\n' "$1" "$tmp" "$1" >>spawnd.conf
	printf 'root_directory = %s\n' "$tmp/jail" >>spawnd.conf
	shift
	printf '%s\n' "$@" >>spawnd.conf
}
ask_for() { nc -NU "$1.socket" </dev/null; }

service name 'command = context'
service path 'command = /bin/good' 'working_directory = /yard'
service work "command = sh -c 'echo *; cd ..; cd ../..; echo *'" 'working_directory = /yard'
service interpreter 'command = /bin/script'
service missing 'command = /bin/nothing'
service folder 'command = /bin/good' 'working_directory = /nothing'
service closed 'command = /bin/good' 'working_directory = /closed'
printf '[plain]\nlisten = %s/plain.socket\nuser = bob\ncommand = cat\nroot_directory = /\n' \
	"$tmp" >>spawnd.conf
touch jail/yard/file
start
before=$(descriptors)
ask_for name >seen
is "$(grep '^Uid\|^Gid\|^Groups\|^cwd\|^arg' seen)" 'cwd /
arg context' 'a command that is found by name, where there is no /proc'
like "$(ask_for path)" '^script in /bin /closed /lib.* /yard$' 'a script and its interpreter'
is "$(ask_for work | head -n 1)" file 'begins in its working directory'
is "$(ask_for work | tail -n 1 | tr ' ' '\n' | grep -c '^bin$\|^etc$\|^proc$')" 1 '... and stays inside'
is "$(nc -NU plain.socket </etc/group | wc -c)" "$(wc -c </etc/group)" 'the root for root_directory'

fails() { # NAME FAILURE
	is "$(ask_for "$1")" '' "$1: nothing runs"
	await "grep -q '$1: end .*failed=' spawnd.log"
	is "$(sed -n "s/.*: $1: end .*failed=//p" spawnd.log | head -n 1)" "\"$2\"" "$1: it is told why"
}
absent='No such file or directory'
fails interpreter "cannot execute /bin/script: its interpreter /usr/bin/env does not exist: $absent"
fails missing "cannot execute /bin/nothing: $absent"
fails folder "cannot change to directory /nothing: $absent"
fails closed 'cannot change to directory /closed: Permission denied'
mv jail gone
fails name "cannot change the root to $tmp/jail: $absent"
touch jail
fails path "cannot change the root to $tmp/jail: Not a directory"
rm jail
mv gone jail
is "$(readlink "/proc/$pid/root") $(readlink "/proc/$pid/cwd")" "/ $tmp" 'spawnd is where it was'
calm "$before"
like "$(cat spawnd.log)" "missing: command: in its root_directory: there is no \"/bin/nothing\"\$" \
	'that there is no command was told before'
like "$(cat spawnd.log)" "interpreter: command: in its root_directory: its interpreter does not exist: \"/usr/bin/env\"\$" \
	'and that there is no interpreter'
stop
is "$status" 0 'it stops with status 0'

# What is told without a start.
says() { # EXPECTED NAME [LINE]...
	expected=$1 name=$2
	shift 2
	printf '[s]\nlisten = 127.0.0.1:0\nuser = alice\n' >x.conf
	printf '%s\n' "$@" >>x.conf
	is "$("$spawnd" -c x.conf -n 2>&1)" "$expected" "$name"
}
says '' 'nothing is wrong' "root_directory = $tmp/jail" 'command = good'
says "x.conf:5: s: command: cannot look at root_directory \"$tmp/nothing\": $absent" \
	'a root that is missing' "root_directory = $tmp/nothing" 'command = /bin/good'
says "x.conf:5: s: command: cannot look at root_directory \"$tmp/x.conf\": Not a directory" \
	'a root that is none' "root_directory = $tmp/x.conf" 'command = /bin/good'
says 'x.conf:5: s: command: in its root_directory: there is no "cat" in /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' \
	'a name that is only found outside' "root_directory = $tmp/jail" 'command = cat'
says 'x.conf:5: warning: s: command: in its root_directory: there is no "/bin/cat"' \
	'a path that is only there outside' "root_directory = $tmp/jail" 'command = /bin/cat'
chmod 644 jail/bin/context
says 'x.conf:5: warning: s: command: in its root_directory: its user cannot execute "/bin/context": Permission denied' \
	'with the eyes of its user' "root_directory = $tmp/jail" 'command = /bin/context'
chmod 4755 jail/bin/context
says 'x.conf:5: s: command: in its root_directory: is set-uid, set-gid or has capabilities of its own; allow_setuid_programs = yes would let it use them' \
	'a set-uid command' "root_directory = $tmp/jail" 'command = /bin/context'
chmod 755 jail/bin/context
can='": whoever breaks into it can change it'
chown alice jail
says "x.conf:5: warning: s: command: its own user can write \"$tmp/jail$can" 'a root that its user can write' \
	"root_directory = $tmp/jail" 'command = /bin/context'
chown root jail
chown alice jail/bin
says "x.conf:5: warning: s: command: in its root_directory: its own user can write \"/bin$can" \
	'a directory in it that its user can write' "root_directory = $tmp/jail" 'command = /bin/context'
chown root jail/bin
# One after another: who looks into one root comes out again.
says 'x.conf:13: u: command: in its root_directory: there is no "cat" in /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' \
	'each in its own' "root_directory = $tmp/jail" 'command = good' \
	'[t]' 'listen = 127.0.0.1:0' 'user = bob' 'command = cat' \
	'[u]' 'listen = 127.0.0.1:0' 'user = erin' 'command = cat' "root_directory = $tmp/jail"

less() { setpriv --bounding-set=-sys_chroot --inh-caps=-sys_chroot timeout 20 "$@"; }
printf '[s]\nlisten = 127.0.0.1:0\nuser = alice\ncommand = /bin/good\nroot_directory = %s\n' \
	"$tmp/jail" >x.conf
blind="x.conf:4: warning: s: command: cannot look into root_directory \"$tmp/jail\", and so not at the command"
is "$(less "$spawnd" -c x.conf 2>&1)" "$blind
x.conf:5: s: root_directory: needs the capability CAP_SYS_CHROOT" 'without the capability'
is "$(less "$spawnd" -c x.conf -n 2>&1)" "$blind" 'which -n does not ask for'
is "$("$spawnd" -c x.conf -T | grep root_directory)" "root_directory = $tmp/jail" '-T shows it'
done_testing
