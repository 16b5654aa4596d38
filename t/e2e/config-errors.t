#!/bin/sh
# SPDX-License-Identifier: MIT
# One run tells every error of a configuration, each once, with file and line, in
# the order of the file, and nothing is started.
. "$(dirname "$0")/../lib.sh"

cat >x.conf <<'EOT'
[global]
log_level = loud
umask = 999
stop_timeout = never
usr = alice
[one]
listen = 127.0.0.1:70000 localhost:80
command = cat
user = root
time_limit = 0
[two] user = root
listen = 127.0.0.1:0
umask = 888
[three]
listen = 127.0.0.1:1080
listen = 127.0.0.1:1081
command = no-such-program
user = no-such-user
 groups = sound
[one]
user = alice
environment = PROTO=TCP
[four]
listen = 127.0.0.1:1080
command = "cat
user = alice
EOT
cat >expected <<'EOT'
x.conf:2: global: log_level: takes error, warning, notice, info or debug, not "loud"
x.conf:3: global: umask: not an octal number of up to four digits: "999"
x.conf:4: global: stop_timeout: not a span of time, such as 30s or 1min 30s: "never"
x.conf:5: global: unknown key "usr"; did you mean "user"?
x.conf:7: one: listen: "127.0.0.1:70000": a port is 0 to 65535
x.conf:7: one: listen: "localhost:80": not an address; host names are not looked up
x.conf:9: one: user: "root" is root (uid 0): no command runs so
x.conf:10: one: time_limit: 0 leaves no time at all; write "infinity" for no limit
x.conf:11: two: text after "]"
x.conf:13: two: umask: not an octal number of up to four digits: "888"
x.conf:16: three: listen: given twice, first at x.conf:15
x.conf:17: three: command: there is no "no-such-program" in /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
x.conf:18: three: user: no such account "no-such-user"
x.conf:19: three: an indented key; begin it at the first column
x.conf:20: one: given twice, first at x.conf:6
x.conf:22: one: environment: a variable that spawnd sets from the connection: "PROTO=TCP"
x.conf:24: four: listen: 127.0.0.1:1080 is also listened on as 127.0.0.1:1080 by three, at x.conf:15
x.conf:25: four: command: a quote is not closed
EOT
for option in -n -T ''; do
	# shellcheck disable=SC2086 # none, or one word
	said=$(timeout -s KILL 20 "$spawnd" -c x.conf $option 2>&1)
	status=$?
	is "$said" "$(cat expected)" "all is told by spawnd $option"
	is "$status" 1 '... with status 1'
done
is "$("$spawnd" -c x.conf -T 2>/dev/null)" '' 'nothing is shown as in force'

# A bad default is told once, however many services take it, and also if none does.
cat >x.conf <<'EOT'
[global]
user = alice
umask = 999
[a]
listen = 127.0.0.1:0
command = cat
[b]
listen = 127.0.0.1:0
command = cat
umask = 022
EOT
is "$("$spawnd" -c x.conf -n 2>&1 | grep -v warning)" \
	'x.conf:3: global: umask: not an octal number of up to four digits: "999"' \
	'a bad default of two services'
sed -i 4,\$d x.conf
like "$("$spawnd" -c x.conf -n 2>&1)" \
	'^x\.conf:3: global: umask: not an octal number of up to four digits: "999"$' \
	'a bad default of no service'

# Each word of a list is told, as far as they can be read; of very many some.
cat >x.conf <<'EOT'
[a]
listen = 127.0.0.1:0
command = cat
user = alice
allow = 10.1.0.0/8 ::1 example.org @list
deny = uid:zoe uid:alice gid:zoe
environment = A=1 B 1=C
environment_from = 127.0.0.1 A B=1 B=2
pass_environment = A=1 PROTO
access_times = 8-18 Mon 9-19
EOT
printf '[b]\nlisten = 127.0.0.1:0\ncommand = cat\nuser = alice\nenvironment =' >>x.conf
seq 1000 | sed 's/^/\t/' >>x.conf
"$spawnd" -c x.conf -n 2>said
cat >expected <<'EOT'
x.conf:5: a: allow: 10.1.0.0/8: has host bits set; did you mean 10.0.0.0/8?
x.conf:5: a: allow: "example.org": not an address, uid:, gid:, cid: or all; host names are not looked up; a list in a file is @FILE
x.conf:5: a: allow: @FILE takes an absolute path: "@list"
x.conf:6: a: deny: no such account "zoe"
x.conf:6: a: deny: uid:alice matches nobody: the service listens on no Unix socket
x.conf:6: a: deny: no such group "zoe"
x.conf:7: a: environment: not NAME=VALUE: "B"
x.conf:7: a: environment: not the name of a variable: "1=C"
x.conf:8: a: environment_from: no origin, and without "=" no variable: "A"
x.conf:8: a: environment_from: sets the same variable twice: "B=2"
x.conf:9: a: pass_environment: not the name of a variable: "A=1"
x.conf:9: a: pass_environment: a variable that spawnd sets from the connection: "PROTO"
x.conf:10: a: access_times: not a time as 08:00-18:00, nor days as Mon-Fri or Sat,Sun: "8-18"
x.conf:10: a: access_times: not a time as 08:00-18:00, nor days as Mon-Fri or Sat,Sun: "9-19"
EOT
is "$(grep -v ' b: ' said)" "$(cat expected)" 'all words of lists that are wrong'
is "$(grep -c ' b: environment: not NAME=VALUE: ' said) $(sed -n '$s/.*: //p' said)" \
	'20 and more of its words are wrong' 'of a thousand some are told, and that there are more'

# A file that is named without a pattern has to be there.
mkdir conf.d
printf '[global]\nuser = alice\ninclude = %s/conf.d/*.conf %s/extra.conf\n' "$tmp" "$tmp" >x.conf
printf '[a]\nlisten = 127.0.0.1:0\ncommand = cat\n' >>x.conf
is "$("$spawnd" -c x.conf -n 2>&1)" "x.conf:3: global: include: there is no file \"$tmp/extra.conf\"" \
	'a file to include that is missing'

# A warning is no error.
cat >x.conf <<'EOT'
[global]
user = alice
[a]
listen = 127.0.0.1:0
command = cat
[b]
listen = 127.0.0.1:0
command = cat
EOT
said=$("$spawnd" -c x.conf -n 2>&1)
is "$? $said" '0 x.conf:2: warning: b: user: is also the account of a: their commands can signal and trace each other' \
	'two services of one account'
done_testing
