#!/bin/sh
# SPDX-License-Identifier: MIT
# A configuration file is taken only if it is a regular file that nobody else could
# have written; whatever else stands there is told, at once, and is no empty
# configuration.
. "$(dirname "$0")/../lib.sh"

cp "$spawnd" daemon
spawnd=$tmp/daemon
mkdir -m 755 d
good() { printf '[s]\nlisten = 127.0.0.1:0\ncommand = cat\nuser = alice\n'; }

check() { # FILE [COMMAND...]
	file=$1
	shift
	said=$(timeout -s KILL 10 "$@" "$spawnd" -c "$file" -n 2>&1)
	said="$? $said"
}

refused() { # FILE REASON NAME [COMMAND...]
	file=$1 reason=$2 name=$3
	shift 3
	check "$file" "$@"
	is "$said" "1 $file: $reason" "$name"
}

accepted() { # FILE NAME [COMMAND...]
	file=$1 name=$2
	shift 2
	check "$file" "$@"
	is "$said" '0 ' "$name"
}

good >d/x.conf
accepted d/x.conf 'a file of ours'
accepted "$tmp//d/./../d/x.conf" 'by any name'
chmod 600 d/x.conf
accepted d/x.conf 'that nobody else can read'

refused missing.conf 'cannot open: No such file or directory' 'no file'
refused missing/x.conf 'cannot open: No such file or directory' 'no directory'
refused d/x.conf/y 'cannot open: Not a directory' 'a file for a directory'
refused '' 'cannot open: No such file or directory' 'an empty name'
refused d 'is a directory, not a file' 'a directory'
mkfifo fifo
refused fifo 'is not a regular file' 'a FIFO that nobody writes to'
refused /dev/null 'is not a regular file' 'a device'
refused /dev/zero 'is not a regular file' 'a device without an end'
nc -lU socket >/dev/null 2>&1 &
listener=$!
await '[ -S socket ]'
refused socket 'cannot open: No such device or address' 'a socket'
kill "$listener"
ln -s loop loop
refused loop 'cannot open: Too many levels of symbolic links' 'a loop'
: >d/x.conf
check d/x.conf
is "$said" '1 d/x.conf: there is no service in it' 'an empty file'
truncate -s 1G d/x.conf
refused d/x.conf 'is larger than 1 MiB' 'a file of 1 GiB'
good >d/x.conf
truncate -s 1048577 d/x.conf
refused d/x.conf 'is larger than 1 MiB' 'a file of 1 MiB and a byte'
{
	good
	yes '# filler' | head -c 1048500
} | head -c 1048576 >d/x.conf
accepted d/x.conf 'a file of 1 MiB'

good >d/x.conf
alice='setpriv --reuid=2001 --regid=2001 --clear-groups'
root='setpriv --reuid=0 --regid=0 --clear-groups'
# shellcheck disable=SC2086 # several words
{
	chmod 600 d/x.conf
	refused d/x.conf 'cannot open: Permission denied' 'one that we cannot read' $alice
	chmod 644 d/x.conf
	accepted d/x.conf "root's, for another" $alice
	chmod 666 d/x.conf
	refused d/x.conf 'can be written by others' 'writable by all'
	chmod 664 d/x.conf
	accepted d/x.conf 'writable by the group root'
	chgrp sound d/x.conf
	refused d/x.conf 'can be written by its group' 'writable by another group' $root
	chgrp alice d/x.conf
	accepted d/x.conf 'writable by our own group' $alice
	chgrp 0 d/x.conf
	chmod 644 d/x.conf
	chown alice d/x.conf
	refused d/x.conf 'belongs neither to root nor to the caller' "another one's"
	accepted d/x.conf "the caller's own" $alice
	chown bob d/x.conf
	refused d/x.conf 'belongs neither to root nor to the caller' \
		"another one's, for an ordinary user" $alice
	chown 0 d/x.conf

	by_others='its directory "d" can be written by others'
	chmod 777 d
	refused d/x.conf "$by_others" 'in a directory that all can write'
	chmod 1777 d
	accepted d/x.conf 'in a sticky one'
	chmod 775 d
	accepted d/x.conf 'in one of the group root'
	chgrp sound d
	refused d/x.conf "$by_others" 'in one of another group' $root
	chmod 755 d
	chgrp 0 d
	chown alice d
	refused d/x.conf "$by_others" 'in one of somebody else'
	accepted d/x.conf "in the caller's own" $alice
	chown 0 d
	chmod 1777 d
	chown bob d
	refused d/x.conf "$by_others" 'in a sticky one of somebody else'
	chown 0 d
}

# A link is as good as the two directories in which it and its file stand.
chmod 755 d
mkdir -m 777 open
ln -s ../d/x.conf open/link.conf
refused open/link.conf 'its directory "open" can be written by others' \
	'a link in a directory of all'
good >open/x.conf
ln -s ../open/x.conf d/link.conf
refused d/link.conf "its directory \"$tmp/open\" can be written by others" \
	'a link to a directory of all'
chmod 755 open
accepted d/link.conf 'a link between two good directories'
chmod 666 open/x.conf
refused d/link.conf "can be written by others (the link leads to \"$tmp/open/x.conf\")" \
	'a link to a file that all can write'
chmod 644 open/x.conf
(cd d && exec timeout -s KILL 10 "$spawnd" -c x.conf -n)
is $? 0 'a name without a directory'
chmod 777 d
said=$(cd d && timeout -s KILL 10 "$spawnd" -c x.conf -n 2>&1)
is "$? $said" '1 x.conf: its directory "." can be written by others' \
	'... whose directory is looked at all the same'
done_testing
