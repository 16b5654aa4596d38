#!/bin/sh
# SPDX-License-Identifier: MIT
# log = file:PATH never writes to what somebody else put there; on a disk that is full,
# or cannot be written any longer, clients are served on and what is lost is counted.
. "$(dirname "$0")/../log.sh"
. "$(dirname "$0")/../lib.sh"

mkdir good
mkdir -m 777 all
mkdir -m 1777 sticky
echo precious >good/target
chmod 600 good/target
names=1 # that the target has

attempt() { # FILE
	said=$(timeout 20 "$spawnd" -l "$tmp/x.sock" -u nobody -s "log=file:$tmp/$1" -- cat 2>&1)
	said="$? $said"
}

refused() { # FILE REASON NAME
	attempt "$1"
	like "$said" "^3 .*: log: $tmp/$1: $2\$" "$3: is refused"
	[ ! -e x.sock ]
	ok $? '... before anything is listened on'
	is "$(cat good/target) $(stat -c '%s %a %h' good/target)" "precious 9 600 $names" \
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
	done'
for i in all sticky; do
	refused "$i/link" "\"link\" is a symbolic link, $others" "$i: a link"
	refused "$i/dangling" "\"dangling\" is a symbolic link, $others" "$i: a link to nothing"
	[ ! -e good/made ]
	ok $? '... and nothing is made'
	refused "$i/way/x.log" "\"way\" is a symbolic link, $others" "$i: a link on the way"
	[ ! -e good/x.log ]
	ok $? '... and nothing is made'
	refused "$i/fifo" "\"fifo\" is not a regular file, $others" "$i: a FIFO"
	refused "$i/alice" "\"alice\" belongs neither to root nor to the caller, $others" \
		"$i: somebody's file"
	is "$(cat "$i/alice")" mine '... which is untouched, too'
	ln good/target "$i/hard"
	names=2
	refused "$i/hard" "\"hard\" has another name too, by a hard link, $others" "$i: a hard link"
	names=1
	rm "$i/hard"
done
mkfifo good/fifo
refused good/fifo 'is not a regular file' 'a FIFO of our own'
: >good/full
mount --bind /dev/full good/full
attempt good/full
umount good/full
like "$said" '^3 .*is not a regular file$' 'a device'
refused good 'Is a directory' 'a directory'
refused nowhere/x.log 'No such file or directory' 'no directory'
refused good/target/x.log 'Not a directory' 'a file on the way'

# Planted while it runs: the old file goes on.
cat >spawnd.conf <<EOT
[global]
log = file:$tmp/sticky/x.log
[cat]
user = nobody
listen = $tmp/cat.sock
command = cat
EOT
served() { # COUNT
	for i in $(seq "$1"); do
		echo x | timeout 10 nc -NU cat.sock
	done | grep -c x
}
idle() { await '[ -z "$(ps -o pid= --ppid "$pid")" ]'; }
start
before=$(descriptors)
mv sticky/x.log sticky/old.log
ln -s ../good/target sticky/x.log
kill -HUP "$pid"
await 'grep -q "cannot open the log anew" sticky/old.log'
like "$(cat sticky/old.log)" \
	"log anew, $tmp/sticky/x\\.log: \"x\\.log\" is a symbolic link, $others; goes on" \
	'planted between mv and HUP: the old file goes on'
is "$(served 3)" 3 '... clients are served'
await '[ "$(ids sticky/old.log | wc -l)" = 3 ]'
is "$(cat good/target)" precious '... and what it names is untouched'
calm "$before"
stop

# A disk that is full, and one that is read-only.
mkdir disk
mount -t tmpfs -o size=64k none disk
sed -i "s|^log = .*|log = file:$tmp/disk/x.log|" spawnd.conf
start
before=$(descriptors)
head -c 1m /dev/zero >disk/filler 2>/dev/null
is "$(served 80)" 80 'the disk is full: clients are served'
idle
used=$(ticks)
is "$(served 5)" 5 '... still'
used=$(($(ticks) - used))
[ "$used" -lt 10 ]
ok $? "... without spinning ($used ticks)"
sed -i "s|^listen = .*|& $tmp/more.sock|" spawnd.conf
kill -HUP "$pid"
await '[ -S more.sock ]' # a report in the middle of which services change ends early
before=$((before + 2)) # that, and what the two are watched by
kill -USR1 "$pid"
# Who is served while the report is made is in it, with a line more.
taken() { grep -q '^ShdPnd:.*[014589cd]..$' "/proc/$pid/status"; } # USR1 is 0x200
await 'taken && grep -q "^State:.S" "/proc/$pid/status"'
is "$(served 1)" 1 '... and after HUP and USR1, too'
idle
: >disk/filler
is "$(served 1)" 1 'there is room again: clients are served'
await 'grep -q "end id=87 " disk/x.log'
[ "$(dropped disk/x.log)" -gt 0 ]
ok $? "... what was dropped is told ($(dropped disk/x.log))"
# Those of HUP, and of USR1, as a whole: listens, reloaded; report, state, listening twice,
# end of the report.
others=$(grep -Ec ': (cat: listens on .*more.sock|reloaded .* waited [0-9.]+s|report: .* up for [0-9a-z ]*[a-z]|cat: state=.* failed=[0-9]+|cat: listening on .*(cat|more).sock|end of the report)$' disk/x.log)
is "$(($(grep -c ': end id=.* cpu=[0-9.]*s$' disk/x.log) + others + $(dropped disk/x.log)))" $((87 + 7)) \
	'... and all that was said is there, or counted'
is "$(twice disk/x.log)" '' '... and nothing is there twice'
is "$(grep -c 'spawnd\[.*spawnd\[' disk/x.log)" 0 '... and each line begins on its own, after one that is cut, too'
calm "$before"

stop
is "$status" 0 'it stops'
umount disk

mkdir ro
mount -t tmpfs none ro
mount -o remount,ro ro
sed -i "s|^log = .*|log = file:$tmp/ro/x.log|" spawnd.conf
attempt ro/x.log
like "$said" "^3 .*: log: $tmp/ro/x\\.log: Read-only file system\$" 'a read-only disk: is refused'
umount ro

# The kernel's limit of the size of files.
sed -i "s|^log = .*|log = file:$tmp/x.log|" spawnd.conf
start_as sh -c 'ulimit -f 4; exec "$@"' sh "$spawnd" -c "$tmp/spawnd.conf"
before=$(descriptors)
is "$(served 60)" 60 'past the limit of the size of files: clients are served'
idle
[ "$(stat -c %s x.log)" -le 4096 ]
ok $? '... and the file is no larger'
mv x.log y.log
kill -HUP "$pid"
is "$(served 1)" 1 '... rotated'
await 'grep -q "end id=61 " x.log'
is "$(($(cat x.log y.log | grep -c ': end id=.* cpu=[0-9.]*s$') + $(dropped x.log y.log)))" 61 \
	'... and all is there, or counted'
calm "$before"
done_testing
