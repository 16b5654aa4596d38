#!/bin/sh
# SPDX-License-Identifier: MIT
# "include" takes each file that a pattern matches, in the order of their names, once;
# what cannot be taken is an error with its name and the place of the pattern, and
# nothing is left out silently.
. "$(dirname "$0")/../lib.sh"

conf=$tmp/main.conf
mkdir d
cp "$spawnd" daemon
service() { # NAME ACCOUNT
	printf '[%s]\nlisten = %s/%s.sock\ncommand = cat\nuser = %s\n' "$1" "$tmp" "$1" "$2"
}
main() { # PATTERN...
	printf '[global]\ninclude = %s\n' "$*"
	service main nobody
}
check() { # COMMAND... in front
	said=$(timeout -s KILL 10 "$@" "$tmp/daemon" -c "$conf" -n 2>&1)
	code=$?
}
good() { # NAME
	check
	is "$code $said" '0 ' "$1"
}
bad() { # NAME LINE...
	name=$1
	shift
	check
	is "$code
$said" "1
$(printf '%s\n' "$@")" "$name"
}
clean() { rm -rf d && mkdir d; }
shown() { timeout 10 "$tmp/daemon" -c "$conf" -T 2>/dev/null; }

main "$tmp/d/*.conf" >"$conf"
good 'no file matches'
service b alice >d/b.conf
service a bob >d/a.conf
service ten grace >d/10.conf
service nine erin >d/9.conf
good 'four files'
is "$(shown | sed -n 's/^\[\(.*\)\].*/\1/p' | grep -v global | xargs)" 'main ten nine a b' \
	'in the order of their names'
is "$(shown | grep -A 1 "^# $tmp/d/10\.conf:4$" | tail -n 1)" 'user = grace' \
	'-T names the file and line of each setting'
main "d/*.conf" >"$conf"
bad 'a pattern that is not absolute' \
	"$conf:2: global: include: not an absolute path: \"d/*.conf\""

# Once, though two patterns match; in the order of the patterns.
main "$tmp/d/b*" "$tmp/d/*.conf" >"$conf"
good 'two patterns match one file'
is "$(shown | sed -n 's/^\[\(.*\)\].*/\1/p' | grep -v global | xargs)" 'main b ten nine a' \
	'... which is taken once, for the first'
main "$tmp/d/?.conf $tmp/d/[0-9]*.conf" >"$conf"
good 'patterns of all kinds'
main "$tmp/d/a.conf" >"$conf"
good 'a name without a pattern'
main "$tmp/d/none*.conf" >"$conf"
good 'a pattern that matches nothing'

# Where a folder is missing, or cannot be read.
main "$tmp/missing/*.conf" >"$conf"
bad 'a folder that is not there' \
	"$conf:2: global: include: there is no directory \"$tmp/missing\""
main "$tmp/d/a.conf/*.conf" >"$conf"
bad 'a file for a folder' \
	"$conf:2: global: include: there is no directory \"$tmp/d/a.conf\""

# One file under two names.
clean
service a bob >d/a.conf
main "$tmp/d/*.conf" >"$conf"
ln -s a.conf d/b.conf
bad 'a link to another one' \
	"$conf:2: global: include: \"$tmp/d/b.conf\" is included under another name too"
rm d/b.conf
ln d/a.conf d/b.conf
bad 'a second name of another one' \
	"$conf:2: global: include: \"$tmp/d/b.conf\" is included under another name too"
rm d/b.conf
mkdir e
ln -s ../d/a.conf e/a.conf
main "$tmp/d/*.conf" "$tmp/e/*.conf" >"$conf"
check
is "$code" 1 'the same file by two patterns and under two names'
like "$said" "e/a\.conf\" is included under another name too|service \"?a.* twice|a: .*$tmp/d/a\.conf" \
	'... with both places'
rm -r e

# Loops.
clean
main "$tmp/*.conf" >"$conf"
bad 'the main file itself' \
	"$conf:2: global: include: \"$conf\" is the very file that includes it"
main "$tmp/d/*.conf" >"$conf"
ln -s ../main.conf d/x.conf
bad '... by a link' \
	"$conf:2: global: include: \"$tmp/d/x.conf\" is the very file that includes it"
rm d/x.conf
ln "$conf" d/x.conf
bad '... by a second name' \
	"$conf:2: global: include: \"$tmp/d/x.conf\" is the very file that includes it"
rm d/x.conf
{
	printf '[global]\ninclude = %s/d/*.conf\n' "$tmp"
	service a bob
} >d/a.conf
check
is "$code" 1 'a second level'
like "$said" "^$tmp/d/a\.conf:1: .*global" '... with its file and line'
{
	printf '[global]\ntime_limit = 1s\n'
	service a bob
} >d/a.conf
check
like "$code $said" "^1 $tmp/d/a\.conf:1: .*global" '[global] in an included file'

# A service in two files: both places.
clean
service a bob >d/a.conf
service a bob >d/b.conf
check
is "$code" 1 'a service in two files'
like "$said" "^$tmp/d/b\.conf:1: .*$tmp/d/a\.conf:1" '... with both places'
service main bob >d/b.conf
check
like "$code $said" "^1 $tmp/d/b\.conf:1: .*$conf:3" 'one of the main file, too'

# Errors in included files have their names and lines.
clean
printf '[a\n' >d/a.conf
printf '[b]\ncolour = red\nlisten = x\ncommand = cat\n' >d/b.conf
printf 'listen = 1\n' >d/c.conf
printf '[d]\nlisten = 127.0.0.1:0\ncommand = cat\nuser = zoe\n' >d/d.conf
check
is "$code" 1 'errors in four files'
for place in a.conf:1 b.conf:2 b.conf:3 c.conf:1 d.conf:4; do
	like "$said" "^$tmp/d/$place: " "... $place"
done

# What stands there and is no file of ours.
clean
service a bob >d/a.conf
mkdir d/x.conf
bad 'a folder with such a name' \
	"$tmp/d/x.conf: is a directory, not a file (included at $conf:2)"
rmdir d/x.conf
ln -s nowhere d/x.conf
bad 'a link to nowhere' \
	"$tmp/d/x.conf: cannot open: No such file or directory (included at $conf:2)"
rm d/x.conf
ln -s x.conf d/x.conf
bad 'a link to itself' \
	"$tmp/d/x.conf: cannot open: Too many levels of symbolic links (included at $conf:2)"
rm d/x.conf
mkfifo d/x.conf
bad 'a FIFO' "$tmp/d/x.conf: is not a regular file (included at $conf:2)"
rm d/x.conf
perl -MIO::Socket::UNIX -e 'IO::Socket::UNIX->new(Listen => 1, Local => $ARGV[0])' d/x.conf
bad 'a socket' "$tmp/d/x.conf: cannot open: No such device or address (included at $conf:2)"
rm d/x.conf
service b alice >d/x.conf
chmod 666 d/x.conf
bad 'one that all can write' "$tmp/d/x.conf: can be written by others (included at $conf:2)"
chmod 644 d/x.conf
chown alice d/x.conf
bad "somebody else's" \
	"$tmp/d/x.conf: belongs neither to root nor to the caller (included at $conf:2)"
chown 0 d/x.conf
chmod 777 d
check
is "$code" 1 'in a folder that all can write'
like "$said" "^$tmp/d/a.conf: its directory \"$tmp/d\" can be written by others" '... with its name'
chmod 755 d
chmod 600 d/x.conf
check setpriv --reuid=2001 --regid=2001 --clear-groups
is "$code $(printf '%s' "$said" | grep x.conf)" \
	"1 $tmp/d/x.conf: cannot open: Permission denied (included at $conf:2)" \
	'one that we cannot read'
chmod 711 d
check setpriv --reuid=2001 --regid=2001 --clear-groups
is "$code $(printf '%s' "$said" | grep include)" \
	"1 $conf:2: global: include: cannot read the directory of \"$tmp/d/*.conf\"" \
	'in a folder that we cannot read'
chmod 755 d
rm d/x.conf

service b alice >d/.x.conf
bad 'a file with a dot in front' \
	"$conf:2: global: include: \"$tmp/d/.x.conf\" its name begins with a dot: rename or remove it"
rm d/.x.conf
main "$tmp/d/*" >"$conf"
good 'a pattern for all that is there'
done_testing
