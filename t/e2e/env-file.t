#!/bin/sh
# SPDX-License-Identifier: MIT
# environment_file: variables from files that the user of the command cannot read, read
# anew at each reload; what is wrong is told without what stands in them.
. "$(dirname "$0")/../reload.sh"
. "$(dirname "$0")/../lib.sh"

cp "$tools/context" .
cat >good <<'EOF'
# a comment
  ; another

PLAIN=a b # c \n "d" 'e'  
  INDENTED =x
EMPTY=
QUOTED="a \"b\" \\ \c # d"
SINGLE='a \ "b"'
BLANK=  x
KEY=a=b==
HOME=/file
COMMON=file
FILES=1
EOF
sed -i 's/^  INDENTED =x/  INDENTED=x/' good
printf 'FILES=2\r\n' >more
chmod 640 good more
cat >spawnd.conf <<EOF
[s]
listen = 127.0.0.1:0
command = $tmp/context
user = alice
pass_environment = COMMON PASSED
environment_file = $tmp/good -$tmp/missing $tmp/more
environment = COMMON=setting SETTING=1
EOF
export COMMON=passed PASSED=passed
start
before=$(descriptors)
port=$(port_of s)
variables() { ask "$port" </dev/null | sed -n 's/^env //p' | grep -v '^[A-Z]*REMOTE\|^SPAWND\|^TCP\|^PROTO\|^PATH\|^USER\|^LOGNAME\|^SHELL' | LC_ALL=C sort; }
expected='BLANK=x
COMMON=setting
EMPTY=
FILES=2
HOME=/file
INDENTED=x
KEY=a=b==
PASSED=passed
PLAIN=a b # c \n "d" '\''e'\''
QUOTED=a "b" \ \c # d
SETTING=1
SINGLE=a \ "b"'
is "$(variables)" "$expected" 'what the files say, between the account and the settings'
is "$("$spawnd" -T -c spawnd.conf | grep -c 'FILES\|QUOTED')" 0 '-T does not show what stands there'
is "$("$spawnd" -T -c spawnd.conf | grep '^environment_file')" \
	"environment_file = $tmp/good -$tmp/missing $tmp/more" '... but where it does'

echo 'FILES=3' >missing
sed -i s/2/4/ more
is "$(variables)" "$expected" 'another content means nothing'
reloaded '... before a reload'
is "$(variables | grep FILES)" FILES=4 '... and then it does'
rm missing

fails() { # NAME TEXT...: with what stands in "more"
	reload_fails "$@"
	unlike "$(cat reload.told)" 'hunter2' '... and no secret'
	is "$(variables | grep FILES)" FILES=4 '... the old variables are in force'
}
cat >more <<'EOF'
hunter2
1A=hunter2
A B=hunter2
export A=hunter2
TCPREMOTEIP=hunter2
A="hunter2
A='hunter2' hunter2
A=hunter2\
A=1
A=hunter2
EOF
printf 'B=hunter2\033\n=hunter2\nG = hunter2\n' >>more
fails 'all kinds of errors' "$tmp/more:1: not NAME=VALUE" "$tmp/more:2: not the name of a variable" \
	"$tmp/more:3: not the name of a variable" \
	"$tmp/more:4: NAME=VALUE stands without \"export\" here" \
	"$tmp/more:5: a variable that spawnd sets from the connection" \
	"$tmp/more:6: a quote is not closed" "$tmp/more:7: text behind the closing quote" \
	"$tmp/more:8: ends with a backslash: lines are not continued here" \
	"$tmp/more:10: sets the same variable twice" \
	"$tmp/more:11: a control character within the line" "$tmp/more:12: not the name of a variable" \
	"$tmp/more:13: a blank stands in front of \"=\""
is "$(grep -c "$tmp/more:" reload.told)" 12 '... and nothing else'
printf 'A=hunter2' >more
fails 'half a file' "$tmp/more:1: the last line has no end: is the file complete?"
awk 'BEGIN { for (i = 0; i <= 1000; i++) print "A" i "=hunter2" }' >more
fails 'too many' "$tmp/more:1001: more than 1000 variables"
rm more
fails 'no such file' \
	"$tmp/more: cannot open: No such file or directory (environment_file of s at $tmp/spawnd.conf:6)"
echo FILES=5 >more
chmod 602 more
fails 'a file that others can write' "$tmp/more: can be written by others"
chmod 600 more
ln -s "$tmp/more" missing
chown bob missing more 2>/dev/null
fails 'a file of somebody else' "$tmp/missing: belongs neither to root nor to the caller" \
	"$tmp/more: belongs neither to root nor to the caller"
chown 0 more
rm missing
ln -s missing missing
fails 'a file that is not just missing' \
	"$tmp/missing: cannot open: Too many levels of symbolic links"
rm missing
ln -s "$tmp/nowhere" missing
reloaded 'a link that leads nowhere is missing'
is "$(variables | grep FILES)" FILES=5 '... and the other file counts'
calm "$before"
stop
unset COMMON PASSED

# Nobody but the reader needs the right to read it, and an unprivileged one does.
chmod 600 more
setpriv --reuid=2001 --regid=2001 --clear-groups "$spawnd" -c spawnd.conf -n 2>said
like "$(cat said)" "^$tmp/more: cannot open: Permission denied \(environment_file" \
	'a file that spawnd itself cannot read is an error'
done_testing
