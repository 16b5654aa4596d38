#!/bin/sh
# SPDX-License-Identifier: MIT
# A service whose account is root's in any spelling, reserved, or not surely one
# account keeps spawnd from starting; the message names the place and the reason.
. "$(dirname "$0")/../lib.sh"

# Both a check and a start refuse it, with one and the same message.
refused() { # LINES-OF-THE-SERVICE EXTENDED-REGEX NAME [LINE-OF-GLOBAL]
	printf '[global]\n%s\n[x]\nlisten = 127.0.0.1:0\ncommand = cat\n%b\n' \
		"${4:-log_level = info}" "$1" >x.conf
	said=$(timeout 20 "$spawnd" -c "$tmp/x.conf" -n 2>&1)
	status=$?
	started=$(timeout 20 "$spawnd" -c "$tmp/x.conf" 2>&1)
	status=$status$?
	like "$(printf '%s\n' "$said" | sed "s/^/$status /")" "^11 $tmp/x\.conf:[2-9]: $2" "$3"
	[ "$said" = "$started" ] || is "$started" "$said" "$3: the same at a start"
}

user() { # USER EXTENDED-REGEX [NAME]
	refused "user = $1" "x: user: $2" "user = $1${3:+: }${3:-}"
}

root='is root \(uid 0\): no command runs so$'
group='has the group root \(gid 0\): no command runs so$'
supplementary='has the supplementary group root \(gid 0\): no command runs so$'

user root "\"root\" $root"
user 0 "\"0\" $root"
user 00 'not a uid: "00"$'
user 0000000000 'not a uid: "0000000000"$'
user +0 'no such account "\+0"$'
user -0 'no such account "-0"$'
user 0x0 'no such account "0x0"$'
user 0:2001 "\"0:2001\" $root"
user root:alice "\"root:alice\" $root"
user toor "\"toor\" $root" 'another account with uid 0'
user carol "\"carol\" $group" 'a primary group 0'
user alice:root "\"alice:root\" $group"
user alice:0 "\"alice:0\" $group"
user 2001:0 "\"2001:0\" $group"
user alice:00 'not a gid: "00"$'
user alice:+0 'no such group "\+0"$'
refused 'user = alice\ngroups = root' "x: user: \"alice\" $supplementary" 'groups = root'
refused 'user = alice\ngroups = 0' "x: user: \"alice\" $supplementary" 'groups = 0'
refused 'user = alice\ngroups = sound video 0' "x: user: \"alice\" $supplementary" \
	'0 among other groups'
refused 'user = alice\ngroups = 00' 'x: groups: not a gid: "00"$' 'groups = 00'
refused 'user = dave\ngroups = initgroups' "x: user: \"dave\" $supplementary" \
	'group 0 by initgroups'

user -1 'no such account "-1"$'
user 4294967295 'a uid without an entry needs a group, UID:GROUP, not "4294967295"$'
user 4294967295:2001 '"4294967295:2001" has the uid -1: no command runs so$'
user 4294967296 'not a uid: "4294967296"$'
user 4294967296:2001 'not a uid: "4294967296"$' 'not 0 by overflow'
user 18446744073709551616 'not a uid: "18446744073709551616"$'
user alice:4294967295 '"alice:4294967295" has the gid -1: no command runs so$'
user alice:4294967296 'not a gid: "4294967296"$'
user alice:-1 'no such group "-1"$'
refused 'user = alice\ngroups = 4294967295' \
	'x: user: "alice" has a supplementary group -1: no command runs so$' 'a group -1'

user nosuch 'no such account "nosuch"$'
user alice:nosuch 'no such group "nosuch"$'
refused 'user = alice\ngroups = nosuch' 'x: groups: no such group "nosuch"$' \
	'an unknown supplementary group'
user 2999 'a uid without an entry needs a group, UID:GROUP, not "2999"$'
refused 'user = 2999:2999\ngroups = initgroups' \
	'x: groups: initgroups needs an account with an entry, not "2999"$' \
	'initgroups of a uid without an entry'
user alice: 'no group after the colon: "alice:"$'
user :alice 'no user before the colon: ":alice"$'
user : 'no user before the colon: ":"$'
user alice:bob:dave 'no such group "bob:dave"$'
user 4711 'a number, and the name of another account: "4711"$'
refused 'time_limit = 1s' 'x: needs the key "user": no command runs as root$' 'no user'
refused 'user =' 'x: user: ' 'an empty user'

user spawnd '"spawnd" is the account "spawnd" of reserved_users$' 'reserved by default'
user 2100:2001 '"2100:2001" is the account "spawnd" of reserved_users$'
user alice:spawnd \
	'"alice:spawnd" has a group \(gid 2100\) of "spawnd" of reserved_users$'
refused 'user = alice\ngroups = spawnd' \
	'x: user: "alice" has a group \(gid 2100\) of "spawnd" of reserved_users$' \
	'the group of a reserved account as a supplementary one'
refused 'user = frank\ngroups = initgroups' \
	'x: user: "frank" has a group \(gid 2100\) of "spawnd" of reserved_users$' \
	'the group of a reserved account by initgroups'
refused 'user = bob' 'x: user: "bob" is the account "bob" of reserved_users$' \
	'reserved by the configuration' 'reserved_users = bob erin'
refused 'user = alice:bob' \
	'x: user: "alice:bob" has a group \(gid 2002\) of "bob" of reserved_users$' \
	'the group of an account that the configuration reserves' 'reserved_users = bob erin'
refused 'user = alice\ngroups = sound' \
	'x: user: "alice" has a group \(gid 3001\) of "erin" of reserved_users$' \
	'a supplementary group of an account that the configuration reserves' \
	'reserved_users = bob erin'
refused 'user = alice' 'global: reserved_users: no such account "nosuch"$' \
	'an unknown account is not reserved in silence' 'reserved_users = nosuch'

# Where a user can be said otherwise.
for user in root 0 toor carol alice:0; do
	said=$(timeout 20 "$spawnd" -l 127.0.0.1:0 -u "$user" cat 2>&1)
	like "$? $said" "^1 .*\"$user\" (is root|has the group root)" "-u $user"
done
printf '[x]\nlisten = 127.0.0.1:0\ncommand = cat\n' >x.conf
said=$(timeout 20 "$spawnd" -c "$tmp/x.conf" -s user=toor 2>&1)
like "$? $said" "^1 .*\"toor\" $root" '-s user=toor'
printf '[global]\nuser = toor\n[x]\nlisten = 127.0.0.1:0\ncommand = cat\n' >x.conf
said=$(timeout 20 "$spawnd" -c "$tmp/x.conf" 2>&1)
like "$? $said" "^1 .*/x\.conf:2: x: user: \"toor\" $root" 'user of all services'
printf '[x]\nlisten = 127.0.0.1:0\ncommand = cat\nuser = root\nenabled = no\n[y]
listen = 127.0.0.1:0\ncommand = cat\nuser = alice\n' >x.conf
said=$(timeout 20 "$spawnd" -c "$tmp/x.conf" 2>&1)
like "$? $said" "^1 .*/x\.conf:4: x: user: \"root\" $root" 'of a service not enabled'
# All of them are told in one run.
printf '[x]\nlisten = 127.0.0.1:0\ncommand = cat\nuser = root\n[y]
listen = 127.0.0.1:0\ncommand = cat\nuser = carol\n' >x.conf
said=$(timeout 20 "$spawnd" -c "$tmp/x.conf" 2>&1)
is "$(printf '%s\n' "$said" | grep -c 'no command runs so$')" 2 'each is told in one run'
done_testing
