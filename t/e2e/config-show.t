#!/bin/sh
# SPDX-License-Identifier: MIT
# -T shows every setting in force and where it comes from; what it shows is a
# configuration that is good and means the same.
. "$(dirname "$0")/../lib.sh"

cat >x.conf <<'EOT'
# a comment
[global]
user = alice
log_level = debug
time_limit = 90
pass_environment = + LC_ALL
[one]
listen = 1080 [::1]:1081
	/run/x
command = /bin/sh -c "date ; id" 'it''s' "" '#x' "\"\\" $HOME
user = bob
max_connections = 7
environment = A=1 "B=x y" user=root
refuse = "421 \"busy\"\r\n"
stderr = log
[two]
listen = 127.0.0.1:0
command = cat
time_limit = infinity
groups = sound video
enabled = no
argv0 = "a b"
kill_signal = 9
umask = 7
working_directory = '/tmp/ä b'
EOT
"$spawnd" -c x.conf -T >first 2>err
is "$?" 0 'it is good'

# SETTING as shown, PLACE: the line above it.
is_set() {
	is "$(grep -Fx -B 1 "$1" first)" "# $2
$1" "$1, from $2"
}
is_set 'log_level = debug' x.conf:4
is_set 'stop_timeout = 30s' default
is_set 'reserved_users = spawnd' default
is_set 'listen = 1080 [::1]:1081 /run/x' x.conf:8
is_set 'command = /bin/sh -c "date ; id" its "" "#x" "\"\\" $HOME' x.conf:10
is_set 'user = bob' x.conf:11
is_set 'user = alice' x.conf:3
is_set 'max_connections = 7' x.conf:12
is_set 'max_connections = 100' default
is_set 'environment = A=1 "B=x y" user=root' x.conf:13
is "$(grep -Fxc 'refuse = "421 \"busy\"\r\n"' first)" 1 'a text to refuse with'
is_set 'time_limit = 1min 30s' x.conf:5
is_set 'time_limit = infinity' x.conf:19
is_set 'kill_signal = KILL' x.conf:23
is_set 'umask = 0007' x.conf:24
is_set 'argv0 = "a b"' x.conf:22
is_set "working_directory = \"/tmp/ä b\"" x.conf:25
is "$(grep -Fxc 'pass_environment = TZ LANG LC_ALL' first)" 2 'a default that [global] extends'
like "$(cat first)" '^# default: argv0 is not set$' 'what is not set is told'

fixed() { # FILE NAME: -T of -T is what -T said, but for the places
	"$spawnd" -c "$1" -T >once 2>err
	"$spawnd" -c once -n >err 2>&1
	is "$? $(grep -v warning err)" '0 ' "$2: what is shown is good"
	"$spawnd" -c once -T >twice 2>err
	is "$(grep -v '^#' twice)" "$(grep -v '^#' once)" "$2: and shows the same"
}
fixed x.conf 'a configuration'

# A value that is shown over several lines, with words that look like something else.
{
	printf '[s]\nlisten = 127.0.0.1:0\nuser = alice\ncommand = /bin/echo\n'
	printf '\t"user=root" "[t]" "#" ";" "umask = 0" + \\\\\n'
	for i in 1 2 3 4 5 6 7 8 9; do
		printf '\t%0200d\n' $i
	done
	printf 'environment = "user=root" A=%02000d\n' 0
} >x.conf
fixed x.conf 'a command of many words'

# Defaults that are about no client of a service are not in force there; a list that
# allows nobody of its clients still allows nobody, and not all.
printf '192.0.2.1\nuid:bob\n' >list
cat >x.conf <<EOT
[global]
user = alice
allow = uid:bob cid:3
deny = uid:root 10.0.0.0/8 cid:4 all
environment_from = uid:root A=1 B=2 10.0.0.0/8 A=3 cid:5 A=4 all
[tcp]
listen = 127.0.0.1:0
command = cat
[path]
listen = $tmp/x.sock
command = cat
allow = + @$tmp/list gid:0
environment_from = + uid:bob A=5
[machine]
listen = vsock:0
command = cat
environment_from = cid:5 A=6
EOT
fixed x.conf 'defaults that are for services of all kinds'
is "$(sed -n '/^\[/p; /^\(allow\|deny\|environment_from\) = /p' once)" "[global]
[tcp]
allow = \"\"
deny = 10.0.0.0/8 all
environment_from = 10.0.0.0/8 A=3 all
[path]
allow = uid:bob @$tmp/list gid:0
deny = uid:root all
environment_from = uid:root A=1 B=2 all uid:bob A=5
[machine]
allow = cid:3
deny = cid:4 all
environment_from = cid:5 A=6" '... are shown where they are in force'

# The account that is reserved if it exists, where it does not.
printf '[s]\nlisten = 127.0.0.1:0\nuser = alice\ncommand = cat\n' >x.conf
sed '/^spawnd:/d' passwd >passwd.new
cp passwd passwd.old
cat passwd.new >passwd
is "$(id -u spawnd 2>/dev/null)" '' 'there is no account spawnd'
fixed x.conf 'without the account spawnd'
cat passwd.old >passwd

# Files that are included are named, and what they hold is in here.
mkdir conf.d
printf '[global]\nuser = alice\ninclude = %s/conf.d/*.conf %s/none-*\n' "$tmp" "$tmp" >x.conf
printf '[one]\nlisten = 127.0.0.1:1\ncommand = cat\n' >conf.d/2.conf
printf '[two]\nlisten = 127.0.0.1:2\ncommand = tac\n' >conf.d/1.conf
fixed x.conf 'a configuration with includes'
"$spawnd" -c x.conf -T >first 2>err
is "$(head -n 3 first)" "# x.conf, as it is in force
# with $tmp/conf.d/1.conf
# with $tmp/conf.d/2.conf" 'files that are included are named in their order'
is_set "# include = $tmp/conf.d/*.conf $tmp/none-*" x.conf:3
is_set 'command = tac' "$tmp/conf.d/1.conf:3"
{
	printf '[global]\nuser = alice\ninclude = %s/none-*\n' "$tmp"
	for i in 1 2 3 4 5; do printf '\t%s/%0250d*\n' "$tmp" $i; done
	printf '[s]\nlisten = 127.0.0.1:0\ncommand = cat\n'
} >x.conf
fixed x.conf 'patterns that are shown over several lines'

# From the command line alone
"$spawnd" -l 127.0.0.1:0 -u alice -s time_limit=5s -s log_level=error -T -- tr a-z 'A Z' '' >first 2>err
is $? 0 'a service from the command line'
for i in 'user = alice' 'listen = 127.0.0.1:0' 'time_limit = 5s' 'log_level = error' \
	'command = tr a-z "A Z" ""'; do
	is_set "$i" 'command line'
done
like "$(cat first)" '^\[tr\]$' 'has the name of its command'
fixed first 'a service from the command line'

"$spawnd" -l 127.0.0.1:0 -u alice -T /bin/cat >/dev/full 2>err
is "$? $(grep -c 'cannot write' err)" '1 1' 'what cannot be written is told'
done_testing
