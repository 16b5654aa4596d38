#!/bin/sh
# SPDX-License-Identifier: MIT
# With CAP_SETUID, CAP_SETGID and CAP_KILL an ordinary user's spawnd runs commands
# as other users, never as itself; the commands have none of the capabilities.
. "$(dirname "$0")/../lib.sh"

cp "$spawnd" daemon
cp "$tools/context" "$tools/hold" .
spawnd=$tmp/daemon
mkdir held
chown bob held

config() { # USER [LINE]...
	printf '[context]\nlisten = 127.0.0.1:0\ncommand = %s/context\nuser = %s\n' \
		"$tmp" "$1" >spawnd.conf
	shift
	[ $# = 0 ] || printf '%s\n' "$@" >>spawnd.conf
}

with() { # CAPABILITIES COMMAND...
	capabilities=$1
	shift
	setpriv --reuid=2007 --regid=2007 --clear-groups --inh-caps="-all,$capabilities" \
		--ambient-caps="-all,$capabilities" "$@"
}

config bob 'groups = sound' '[wait]' 'listen = 127.0.0.1:0' "command = $tmp/hold held" \
	'user = bob' "working_directory = $tmp" 'time_limit = 100ms'
start_as setpriv --reuid=2007 --regid=2007 --groups=3002 \
	--inh-caps=-all,+setuid,+setgid,+kill --ambient-caps=-all,+setuid,+setgid,+kill \
	"$spawnd" -c "$tmp/spawnd.conf"
is "$(ps -o euid= -p "$pid" | tr -d ' ')" 2007 'the daemon is an ordinary user'
before=$(descriptors)
is "$(ask "$(port_of context)" </dev/null |
	grep -E '^(Uid|Gid|Groups|NoNewPrivs|Cap...):')" \
	'Uid: 2002 2002 2002 2002
Gid: 2002 2002 2002 2002
Groups: 3001
CapInh: 0000000000000000
CapPrm: 0000000000000000
CapEff: 0000000000000000
CapAmb: 0000000000000000
NoNewPrivs: 1' 'the command is another user without a capability'
is "$(echo x | ask "$(port_of wait)")" '' 'a command of another user is ended'
await 'grep -q "wait: end .*timeout=" spawnd.log'
ok $? 'when its time is over'
calm "$before"
stop
is "$status" 0 'it stops with status 0'

refused() { # CAPABILITIES EXTENDED-REGEX NAME
	said=$(with "$1" timeout 20 "$spawnd" -c spawnd.conf 2>&1)
	like "$(printf '%s\n' "$said" | sed "s/^/$? /")" "^1 .*$2" "$3"
}

all=+setuid,+setgid,+kill
config bob
refused +setuid,+setgid 'spawnd needs CAP_KILL$' 'without CAP_KILL'
refused +setuid,+kill 'spawnd needs CAP_SETGID$' 'without CAP_SETGID'
refused +setuid 'spawnd needs CAP_SETGID$' 'with CAP_SETUID alone: CAP_SETGID is missing'
refused +setuid 'spawnd needs CAP_KILL$' 'and CAP_KILL too'
refused +setgid,+kill 'only root, or CAP_SETUID, can run commands as "bob"' \
	'without CAP_SETUID'
config grace
refused $all "\"grace\" is spawnd's own account \(uid 2007\)$" 'its own account'
config 2007:2001
refused $all "\"2007:2001\" is spawnd's own account \(uid 2007\)$" \
	'its own account by number'
config bob:grace
refused $all "\"bob:grace\" has spawnd's own group \(gid 2007\)$" 'its own group'
config bob 'groups = grace'
refused $all "\"bob\" has spawnd's own group \(gid 2007\)$" \
	'its own group as a supplementary one'
config root
refused $all '"root" is root \(uid 0\)' root
printf '[context]\nlisten = 127.0.0.1:0\ncommand = %s/context\n' "$tmp" >spawnd.conf
refused $all 'context: needs the key "user"' 'no user'
done_testing
