#!/bin/sh
# SPDX-License-Identifier: MIT
# Started by an ordinary user, spawnd needs no user and runs commands as itself;
# another user is an error, and so is a group root of its own.
. "$(dirname "$0")/../lib.sh"

cp "$spawnd" daemon
cp "$tools/context" .
spawnd=$tmp/daemon

as() { # GID GROUPS COMMAND...
	gid=$1 groups=$2
	shift 2
	# shellcheck disable=SC2086 # several words
	setpriv --reuid=2001 --regid="$gid" $groups "$@"
}

config() { # LINE...
	printf '[context]\nlisten = 127.0.0.1:0\ncommand = %s/context\n' "$tmp" >spawnd.conf
	[ $# = 0 ] || printf '%s\n' "$@" >>spawnd.conf
}

credentials() { printf '%s\n' "$seen" | grep -E '^(Uid|Gid|Groups|NoNewPrivs|Cap...):'; }

serves() { # GID GROUPS SHOWN-GROUPS NAME
	gid=$1 groups=$2
	# shellcheck disable=SC2086 # several words
	start_as setpriv --reuid=2001 --regid="$gid" $groups "$spawnd" -c "$tmp/spawnd.conf"
	before=$(descriptors)
	seen=$(ask "$(port_of context)" </dev/null)
	is "$(credentials)" "Uid: 2001 2001 2001 2001
Gid: $1 $1 $1 $1
Groups:$3
CapInh: 0000000000000000
CapPrm: 0000000000000000
CapEff: 0000000000000000
CapAmb: 0000000000000000
NoNewPrivs: 1" "$4"
	calm "$before"
	stop
	is "$status" 0 "$4: it stops with status 0"
}

config
serves 2001 --clear-groups '' 'without a user'
is "$(printf '%s\n' "$seen" | grep -E '^env (USER|HOME)=' | sort)" 'env HOME=/home/alice
env USER=alice' 'it has the name and home of the entry'
serves 2002 --groups=3001,3002 ' 3001 3002' 'with groups of its own'
config 'user = alice'
serves 2001 --clear-groups '' 'with its own name'
config 'user = 2001:2001'
serves 2001 --clear-groups '' 'with its own numbers'

refused() { # GID GROUPS EXTENDED-REGEX NAME
	said=$(as "$1" "$2" timeout 20 "$spawnd" -c spawnd.conf 2>&1)
	like "$? $said" "^1 .*$3" "$4"
}

only='only root, or CAP_SETUID, can run commands as'
config 'user = bob'
refused 2001 --clear-groups "spawnd\.conf:4: context: user: $only \"bob\"" 'another user'
as 2001 --clear-groups "$spawnd" -c spawnd.conf -n
is $? 0 'which a check takes, as if it were privileged'
config 'user = root'
refused 2001 --clear-groups "context: user: $only \"root\"" root
said=$(as 2001 --clear-groups "$spawnd" -c spawnd.conf -n 2>&1)
like "$? $said" '^1 .*"root" is root' 'which a check does not take'
config 'user = alice:bob'
refused 2001 --clear-groups "context: user: $only \"alice:bob\"" 'another group'
config 'groups = sound'
refused 2001 --clear-groups 'context: groups: an unprivileged spawnd cannot change its groups' \
	'other supplementary groups'

config
hint='.*\(docker -u 1000:1000\)'
refused 0 --clear-groups "has the group root \(gid 0\).*$hint" 'a group root of its own'
refused 2001 --groups=0 "has the supplementary group root \(gid 0\).*$hint" \
	'a supplementary group root'
refused 2001 --groups=3001,0 "has the supplementary group root \(gid 0\).*$hint" \
	'a group root among others'
done_testing
