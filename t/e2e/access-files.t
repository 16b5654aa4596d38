#!/bin/sh
# SPDX-License-Identifier: MIT
# Lists in files: comments and all kinds of origins, read anew at each reload.  With
# anything wrong in one, told with its line, the lists before stay in force, whole; half
# a file is not taken for one; and 100,000 networks are as good as one.
. "$(dirname "$0")/../reload.sh"
. "$(dirname "$0")/../lib.sh"

printf '127.0.0.2\n' >good
printf '# a comment\n\n\t ; another\n  127.0.0.3 ; why\r\n127.0.1.0/24\t# because\nuid:alice\ngid:sound\n::1' >bad
echo >>bad
cat >spawnd.conf <<EOF
[global]
user = nobody
refuse = "no\n"
deny = @$tmp/bad
[some]
listen = 127.0.0.1:0 $tmp/some.sock
command = echo yes
allow = @$tmp/good 127.0.0.3 127.0.1.5 all
[other]
listen = 127.0.0.1:0
command = echo yes
EOF
start
before=$(descriptors)
port=$(port_of some)
other=$(port_of other)
chmod 666 some.sock
from() { nc -N -s "$1" 127.0.0.1 "${2:-$port}" </dev/null 2>&1; }
as() { setpriv --reuid="$1" --regid="$2" --clear-groups nc -NU "$tmp/some.sock" </dev/null 2>&1; }

in_force() { # NAME
	is "$(from 127.0.0.1) $(from 127.0.0.2) $(from 127.0.0.3) $(from 127.0.1.4) $(from 127.0.1.5)" \
		'yes yes no no yes' "$1"
}
in_force 'what the files say is in force'
is "$(as 2001 2001) $(as 2002 3001) $(as 2002 2002)" 'no no yes' '... also of accounts'
is "$(from 127.0.0.1 "$other") $(from 127.0.1.5 "$other")" 'yes no' \
	'one file is for several services'
"$spawnd" -c spawnd.conf -T >shown
is "$(grep -E '^(allow|deny) = ' shown)" "allow = @$tmp/good 127.0.0.3 127.0.1.5 all
deny = @$tmp/bad
deny = @$tmp/bad" '-T shows the names of the files'
unlike "$(cat shown)" '127\.0\.1\.0' '... and nothing that stands in them'

fails() { # NAME TEXT...: with what stands in "bad" now
	reload_fails "$@"
	in_force '... the old lists are in force'
}
cp bad kept
rm bad
fails 'no such file' "$tmp/bad: cannot open: No such file or directory (deny at $tmp/spawnd.conf:4)"
mkdir bad
fails 'a folder' "$tmp/bad: is a directory, not a file (deny at"
rmdir bad
mkfifo bad
fails 'a FIFO' "$tmp/bad: is not a regular file"
rm bad
ln -s "$tmp/missing" bad
fails 'a link that leads nowhere' "$tmp/bad: cannot open: No such file"
rm bad
cp kept bad
chmod 666 bad
fails 'a file that all can write' "$tmp/bad: can be written by others"
chmod 644 bad
chown alice bad
fails 'a file of somebody else' "$tmp/bad: belongs neither to root nor to the caller"
chown 0 bad
printf '10.0.0.0/8\n127.0.0.' >bad
fails 'half a file' "$tmp/bad:2: the last line has no end: is the file complete?"
printf '10.0.0.0/8\n127.0.0.1' >bad
fails 'half a file that looks like a whole one' "$tmp/bad:2: the last line has no end"
printf '10.0.0.0/8\n\000\n' >bad
fails 'a NUL byte' "$tmp/bad:2: is not text: it holds a NUL byte"
{
	printf '# first\n10.1.2.3/8\n\n10.0.0.0/8 10.1.0.0/16\nexample.org\nuid:zoe\n'
	printf '@%s/good\n10.0.0.0/8;why\nall\n' "$tmp"
	printf '%70000s\n' x
} >bad
fails 'all kinds of errors' \
	"$tmp/bad:2: 10.1.2.3/8: has host bits set; did you mean 10.0.0.0/8?" \
	"$tmp/bad:4: one origin a line: \"10.0.0.0/8 10.1.0.0/16\"" \
	"$tmp/bad:5: \"example.org\": " \
	"$tmp/bad:6: no such account \"zoe\"" \
	"$tmp/bad:7: no files within files: \"@$tmp/good\"" \
	"$tmp/bad:8: a blank stands before a comment: \"10.0.0.0/8;why\"" \
	"$tmp/bad:10: the line is over 64 KiB"
is "$(grep -c "$tmp/bad:" reload.told)" 7 '... each once, although two services name the file'
yes x | head -n 1000 >bad
fails 'nothing but errors' "$tmp/bad:20: \"x\": " "$tmp/bad: and 980 more lines are wrong"
is "$(grep -c "$tmp/bad:[0-9]*: " reload.told)" 20 '... of which some are told'
head -c 8388609 /dev/zero | tr '\0' '\n' >bad
fails 'a file that is too large' "$tmp/bad: is larger than 8 MiB"
cp kept bad

# What stands in a file can be empty, and is read anew.
printf ' \t\n\n' >bad
fails 'a file of blanks' "$tmp/bad: has no entry; a list that is empty on purpose has a comment"
: >bad
fails 'a file that was cut' "$tmp/bad: has no entry; a list that is empty on purpose has a comment (deny at"
printf '\n # nobody\n' >bad
reloaded 'a comment alone'
is "$(from 127.0.0.3) $(from 127.0.1.4) $(as 2001 2001)" 'yes yes yes' '... denies nobody'
echo 127.0.0.4 >bad
reloaded 'another line'
is "$(from 127.0.0.3) $(from 127.0.0.4)" 'yes no' '... denies another'

# 100,000 lines, the last of which is the one; IPv6 among them.
awk 'BEGIN {
	for (i = 0; i < 50000; i++) {
		printf "20.%d.%d.%d/31\n", i / 32768, i / 128 % 256, i % 128 * 2
		printf "2001:db8:%x:%x::/64\n", i / 65536, i % 65536
	}
	print "127.0.0.5"
}' >bad
reloaded '100,001 networks'
is "$(from 127.0.0.4) $(from 127.0.0.5) $(from 127.0.0.6)" 'yes no yes' '... and one of them counts'
calm "$before"
stop

# A file is read once and kept once, for however many services: else this would be more
# than a helper may answer.
{
	printf '[global]\nuser = nobody\ndeny = @%s/bad\n' "$tmp"
	for i in $(seq 60); do
		printf '[s%s]\nlisten = %s/s%s.sock\ncommand = cat\nallow = @%s/bad all\n' \
			"$i" "$tmp" "$i" "$tmp"
	done
} >many.conf
is "$("$spawnd" -n -c many.conf 2>&1 | grep -v warning)" '' 'sixty services with one large file'

# What cannot match is an error where a service says it itself.
useless() { # LISTEN LINE-IN-GLOBAL LINE
	printf '[global]\n%s\n[s]\nlisten = %s\ncommand = cat\nuser = alice\n%s\n' "$2" "$1" "$3" >x.conf
	"$spawnd" -c x.conf -n 2>&1
}
nobody='matches nobody: the service listens on no'
is "$(useless 127.0.0.1:1 '' 'allow = 127.0.0.1 uid:alice')" \
	"x.conf:7: s: allow: uid:alice $nobody Unix socket" 'an account, where there is no Unix socket'
is "$(useless "$tmp/x.sock" '' 'deny = 127.0.0.1')" "x.conf:7: s: deny: 127.0.0.1 $nobody TCP port" \
	'a network, where there is no port'
is "$(useless "$tmp/x.sock" '' 'environment_from = uid:0 A=1 ::/0 A=2')" \
	"x.conf:7: s: environment_from: ::/0 $nobody TCP port" '... for variables'
is "$(useless vsock:1 '' 'deny = cid:3 all')" '' 'a machine, over vsock'
is "$(useless vsock:1 '' 'deny = cid:3 127.0.0.1')" "x.conf:7: s: deny: 127.0.0.1 $nobody TCP port" \
	'... but no network'
is "$(useless vsock:1 '' 'deny = uid:0')" "x.conf:7: s: deny: uid:0 $nobody Unix socket" \
	'... and no account'
is "$(useless 127.0.0.1:1 '' 'deny = cid:3')" \
	'x.conf:7: s: deny: cid:3 matches nobody: the service does not listen over vsock' \
	'a machine, where there is no vsock'
is "$(useless "127.0.0.1:1 $tmp/x.sock" 'deny = gid:0' 'allow = 127.0.0.1 uid:alice')" '' \
	'with both there can be both'
is "$(useless 127.0.0.1:1 'allow = uid:alice' '')" '' 'a default is for services of all kinds'
is "$(useless 127.0.0.1:1 'allow = uid:alice' 'allow = + 127.0.0.1')" '' '... also extended'
is "$(useless 127.0.0.1:1 'allow = 127.0.0.1' 'allow = + gid:alice')" \
	"x.conf:7: s: allow: gid:alice $nobody Unix socket" '... but not what extends it'
is "$(useless 127.0.0.1:1 '' 'allow = uid:zoe gid:zoe uid:alice')" \
	"$(printf 'x.conf:7: s: allow: no such account "zoe"\nx.conf:7: s: allow: no such group "zoe"
x.conf:7: s: allow: uid:alice %s Unix socket' "$nobody")" 'names must exist'
is "$(useless 127.0.0.1:1 '' 'allow = @good')" \
	'x.conf:7: s: allow: @FILE takes an absolute path: "@good"' 'the name of a file is absolute'
done_testing
