#!/bin/sh
# SPDX-License-Identifier: MIT
# A pid file never writes to what somebody else put in its way, and where it cannot be
# written spawnd says so and does not start.
[ -n "${REAPED:-}" ] || REAPED=1 exec "${TOOLS:?}/reaper" "$0"
. "$(dirname "$0")/../lib.sh"

mkdir good
mkdir -m 777 all
mkdir -m 1777 sticky
echo precious >good/target
chmod 600 good/target

attempt() { # FILE
	said=$(timeout 20 "$spawnd" -l "$tmp/socket" -u nobody -s "pid_file=$tmp/$1" -- cat 2>&1)
	said="$? $said"
}

refused() { # FILE REASON NAME
	attempt "$1"
	like "$said" "^3 .*pid_file: $2\$" "$3: is refused"
	[ ! -e socket ]
	ok $? '... before anything is listened on'
	is "$(cat good/target) $(stat -c '%s %a %h' good/target)" "precious 9 600 ${links:-1}" \
		'... and what it names is untouched'
}

others='in a directory that others can write to'
setpriv --reuid=2001 --regid=2001 --clear-groups sh -c '
	for i in all sticky; do
		ln -s ../good/target $i/link
		ln -s ../good/made $i/dangling
		ln -s ../good $i/way
		mkfifo $i/fifo
		echo mine >$i/alice
		mkdir $i/folder
	done'
for i in all sticky; do
	refused "$i/link" "$tmp/$i/link: \"link\" is a symbolic link, $others" "$i: a link"
	refused "$i/dangling" "$tmp/$i/dangling: \"dangling\" is a symbolic link, $others" \
		"$i: a link to nothing"
	[ ! -e good/made ]
	ok $? '... and nothing is made'
	refused "$i/way/x.pid" "$tmp/$i/way/x.pid: \"way\" is a symbolic link, $others" \
		"$i: a link on the way"
	refused "$i/fifo" "$tmp/$i/fifo: \"fifo\" is not a regular file, $others" "$i: a FIFO"
	refused "$i/alice" \
		"$tmp/$i/alice: \"alice\" belongs neither to root nor to the caller, $others" \
		"$i: somebody's file"
	is "$(cat "$i/alice")" mine '... which is untouched, too'
	ln good/target "$i/hard"
	links=2
	refused "$i/hard" \
		"$tmp/$i/hard: \"hard\" has another name too, by a hard link, $others" \
		"$i: a hard link"
	links=1
	rm "$i/hard"
	refused "$i/folder" "$tmp/$i/folder: \"folder\" is not a regular file, $others" \
		"$i: a directory"
done

# In a directory of ours, a file of somebody else or for all to write.
echo 1 >good/x.pid
chmod 666 good/x.pid
refused good/x.pid "$tmp/good/x.pid can be written by others" 'a file for all'
chmod 644 good/x.pid
chown alice good/x.pid
refused good/x.pid "$tmp/good/x.pid belongs neither to root nor to the caller" \
	"somebody's file in a directory of ours"
is "$(cat good/x.pid)" 1 '... is untouched'
refused none/x.pid "cannot open $tmp/none/x.pid: No such file or directory" 'no directory'
refused good "cannot open $tmp/good: Is a directory" 'a directory'
attempt good/target/x.pid
like "$said" '^3 .*pid_file: cannot open .*: Not a directory$' 'a file for a directory'

# What is ours is taken there all the same.
for i in all sticky; do
	start -l "$tmp/socket" -u nobody -s "pid_file=$tmp/$i/x.pid" -- cat
	is "$(cat "$i/x.pid")" "$pid" "$i: a new file is made"
	kill -KILL "$pid"
	wait "$pid"
	start -l "$tmp/socket" -u nobody -s "pid_file=$tmp/$i/x.pid" -- cat
	is "$(cat "$i/x.pid")" "$pid" "$i: and taken over"
	stop
	[ ! -e "$i/x.pid" ]
	ok $? "$i: and removed"
done

# A disk that is full, and one that cannot be written.
mkdir disk
mount -t tmpfs -o size=64k,nr_inodes=10 none disk
head -c 1m /dev/zero >disk/filler 2>/dev/null
refused disk/x.pid "cannot (open|write) $tmp/disk/x.pid: No space left on device" 'a full disk'
is "$(ls disk)" filler '... has no piece of it'
: >disk/filler
start -l "$tmp/socket" -u nobody -s "pid_file=$tmp/disk/x.pid" -- cat
is "$(cat disk/x.pid)" "$pid" 'there is room again'
# It fills up, or can be written no more, while it serves.
head -c 1m /dev/zero >disk/filler 2>/dev/null
is "$(echo x | ask_unix socket)" x 'a disk that fills up later changes nothing'
stop
is "$status $(ls disk)" '0 filler' '... not at the end either'
mount -o remount,ro disk
refused disk/x.pid "cannot open $tmp/disk/x.pid: Read-only file system" 'a disk to read'
umount disk

# Without root the same holds; root is one to be trusted.
mkdir theirs
chown alice theirs
as="setpriv --reuid=2001 --regid=2001 --clear-groups"
cp "$spawnd" daemon
# shellcheck disable=SC2086 # several words
start_as $as ./daemon -l 127.0.0.1:0 -s "pid_file=$tmp/theirs/x.pid" -- cat
is "$(cat theirs/x.pid)" "$pid" 'an ordinary user has one too'
stop
is "$(ls theirs)" '' '... for as long as it serves'
# shellcheck disable=SC2086
said=$(timeout 20 $as ./daemon -l 127.0.0.1:0 -s "pid_file=$tmp/good/y.pid" -- cat 2>&1)
like "$? $said" "^3 .*pid_file: cannot open $tmp/good/y.pid: Permission denied\$" \
	'... where that user can write'
done_testing
