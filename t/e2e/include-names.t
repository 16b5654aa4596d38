#!/bin/sh
# SPDX-License-Identifier: MIT
# Included files may have any name, and none of them is ever shown raw; a reload takes
# files that were added, leaves those that were removed, and fails as a whole if one of
# them is bad.
. "$(dirname "$0")/../reload.sh"
. "$(dirname "$0")/../lib.sh"

mkdir d
service() { # NAME ACCOUNT
	printf '[%s]\nlisten = %s/%s.sock\ncommand = cat\nuser = %s\n' "$1" "$tmp" "$1" "$2"
}
{
	printf '[global]\ninclude = %s/d/*.conf\n' "$tmp"
	service main nobody
} >spawnd.conf

newline=$(printf 'd/new\nline.conf')
escape=$(printf 'd/esc\033[31m.conf')
high=$(printf 'd/high\377.conf')
service a alice >'d/with space.conf'
service b bob >"$newline"
service c grace >"$escape"
service e erin >"$high"
check() {
	said=$(timeout 10 "$spawnd" -c "$tmp/spawnd.conf" "$1" 2>&1)
	code=$?
}
check -n
is "$code $said" '0 ' 'names of any bytes are taken'
check -T
is "$code" 0 '-T shows them'
for file in 'd/with space.conf' "$newline" "$escape" "$high"; do
	echo 'colour = red' >>"$file"
done
check -n
is "$code $(printf '%s\n' "$said" | wc -l)" '1 4' 'four errors in four lines'
printf '%s\n' "$said" | LC_ALL=C grep -q '[^ -~]'
is $? 1 'which are all of printable characters'
like "$said" '/d/with space\.conf:5: a: unknown key "colour"' 'the space is shown as such'
like "$said" '/d/new\\[a-z0-9]*line\.conf:5: b: unknown key' 'the newline is escaped'
like "$said" '/d/esc\\[a-z0-9]*\[31m\.conf:5: c: unknown key' 'and so is ESC'
like "$said" '/d/high\\[a-z0-9]*\.conf:5: e: unknown key' 'and so is 0xff'
for file in 'd/with space.conf' "$newline" "$escape" "$high"; do
	sed -i '$d' "$file"
done

start
before=$(descriptors)
all() { for i in main a b c e f; do [ ! -S "$i.sock" ] || echo "$i" | ask_unix "$i.sock"; done | xargs; }
is "$(all)" 'main a b c e' 'all are served'
inodes=$(inode_unix "$tmp/a.sock")$(inode_unix "$tmp/e.sock")
rm "$newline"
service f bob >d/.f.conf
reload_fails 'a file with a dot in front' 'f.conf" its name begins with a dot'
is "$(all)" 'main a b c e' '... and all are served as before'
mv d/.f.conf d/f.conf
reloaded 'one file less, one more'
is "$(all)" 'main a c e f' '... which is what is served'
is "$(inode_unix "$tmp/a.sock")$(inode_unix "$tmp/e.sock")" "$inodes" \
	'... and nothing happened to the others'

echo 'colour = red' >>"$escape"
rm 'd/with space.conf'
reload_fails 'a bad one among them' '[31m.conf:5: c: unknown key "colour"'
is "$(all)" 'main a c e f' '... and all are served as before'
rm d/*
reloaded 'no file is left'
is "$(all)" 'main' '... but the main one'
rmdir d
reload_fails 'nor their folder' \
	"spawnd.conf:2: global: include: there is no directory \"$tmp/d\""
is "$(all)" 'main' '... and the main one serves on'
calm $((before - 4))
LC_ALL=C grep -q '[^ -~]' spawnd.log
is $? 1 'the log has nothing but printable characters'
done_testing
