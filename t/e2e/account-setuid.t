#!/bin/sh
# SPDX-License-Identifier: MIT
# A spawnd that is set-uid or set-gid, or has capabilities on its file, refuses to
# start, whatever it is asked for: whoever starts it chooses what it executes.
. "$(dirname "$0")/../lib.sh"

printf '[cat]\nlisten = 127.0.0.1:0\ncommand = cat\nuser = bob\n' >spawnd.conf
cp "$spawnd" set-uid
cp "$spawnd" set-gid
chmod 4755 set-uid
chgrp sound set-gid
chmod 2755 set-gid
cp "$spawnd" capable
kinds='set-uid set-gid'
if setcap cap_setuid,cap_setgid,cap_kill+ep capable 2>/dev/null; then
	kinds="$kinds capable"
else
	ok 0 'with capabilities # SKIP setcap cannot set them here'
fi

refuses() { # NAME COMMAND...
	name=$1
	shift
	said=$(timeout 20 "$@" -c spawnd.conf 2>&1)
	like "$? $said" '^3 spawnd: must not be set-uid, set-gid' "$name"
}

for kind in $kinds; do
	as='--reuid=2001 --regid=2001'
	[ "$kind" != set-gid ] || as=--regid=2001
	for i in '' -d -n -T -V -h '-i cat'; do
		# shellcheck disable=SC2086 # several words
		refuses "$kind, $i" setpriv $as --clear-groups ./$kind $i
	done
done
refuses 'an effective uid that is not the real one' \
	setpriv --ruid=2001 --euid=0 --clear-groups "$spawnd"
for kind in $kinds; do
	[ "$kind" != set-gid ] || continue
	./$kind -c spawnd.conf -n
	is $? 0 "for root, whom it makes nobody else, it is an ordinary program: $kind"
done
done_testing
