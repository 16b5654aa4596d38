#!/bin/sh
# SPDX-License-Identifier: MIT
# A set-uid or set-gid spawnd refuses to start: whoever starts it chooses what it
# executes.
. "$(dirname "$0")/../lib.sh"

printf '[cat]\nlisten = 127.0.0.1:0\ncommand = cat\nuser = bob\n' >spawnd.conf
cp "$spawnd" set-uid
cp "$spawnd" set-gid
chmod 4755 set-uid
chgrp sound set-gid
chmod 2755 set-gid

refuses() { # NAME COMMAND...
	name=$1
	shift
	said=$(timeout 20 "$@" -c spawnd.conf 2>&1)
	like "$? $said" '^3 spawnd: must not be set-uid, set-gid' "$name"
}

as="setpriv --reuid=2001 --regid=2001 --clear-groups"
# shellcheck disable=SC2086 # several words
{
	refuses 'set-uid root' $as ./set-uid
	refuses 'set-gid' setpriv --regid=2001 --clear-groups ./set-gid
	refuses 'a check with it' $as ./set-uid -n
}
refuses 'an effective uid that is not the real one' \
	setpriv --ruid=2001 --euid=0 --clear-groups "$spawnd"
./set-uid -c spawnd.conf -n
is $? 0 'for root, whom it makes nobody else, it is an ordinary program'
done_testing
