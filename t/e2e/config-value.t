#!/bin/sh
# SPDX-License-Identifier: MIT
# Every bad line of a configuration is an error with its file and line that says
# what would be right; none is taken for something else.
. "$(dirname "$0")/../lib.sh"

# A service that is good but for the last line, which may stand for one of its own.
with() { # LINE
	printf '[s]\nlisten = 127.0.0.1:0\n'
	case $1 in
	command*) ;;
	*) echo 'command = cat' ;;
	esac
	case $1 in
	user*) ;;
	*) echo 'user = alice' ;;
	esac
	printf '%s\n' "$1"
}

refused() { # LINE EXTENDED-REGEX
	with "$1" >x.conf
	said=$("$spawnd" -c x.conf -n 2>&1)
	like "$(printf '%s\n' "$said" | sed "s/^/$? /")" "^1 x\.conf:[45]: s: $2" "$1"
}

accepted() { # LINE
	with "$1" >x.conf
	said=$("$spawnd" -c x.conf -n 2>&1)
	is "$? $said" '0 ' "$1"
}

# Comments stand on lines of their own, and quotes are a rule for all values.
refused 'user = nobody # not root' \
	'user: takes one word: "nobody # not root" \(a comment stands on a line of its own\)$'
refused 'user = nobody ; not root' 'user: takes one word: "nobody ; not root" \(a comment'
refused 'user = #1000' 'user: no such account "#1000"$'
refused 'user = nobody nogroup' 'user: takes one word: "nobody nogroup"$'
accepted 'user = "nobody"'
accepted "user = 'nobody'"
refused 'user = "nobody' 'user: a quote is not closed$'
refused 'user =' 'user: has no value$'
refused 'user = ""' 'user: is empty$'
refused 'user' 'neither "key = value", nor "\[section\]", nor a comment$'
refused 'user: nobody' 'neither "key = value"'
refused 'user nobody' 'neither "key = value"'
refused '= nobody' 'no key before "="$'
refused '=' 'no key before "="$'
refused ' umask = 022' 'an indented key; begin it at the first column$'
refused '	umask=022' 'an indented key; begin it at the first column$'
refused ' [t]' 'an indented section; begin it at the first column$'

# Unknown keys, and what they were meant to be.
refused 'usr = nobody' 'unknown key "usr"; did you mean "user"\?$'
refused 'User = nobody' 'unknown key "User"; did you mean "user"\?$'
refused 'timelimit = 5s' 'unknown key "timelimit"; did you mean "time_limit"\?$'
refused 'max_conections = 5' 'unknown key "max_conections"; did you mean "max_connections"\?$'
refused 'server = cat' 'unknown key "server"$'
refused 'listen:8080=x' 'unknown key "listen:8080"'
refused 'log_level = info' 'log_level: belongs into \[global\] alone$'

# Numbers and spans
refused 'max_connections = 0' \
	'max_connections: 0 .*write "infinity" for no limit, or "enabled = no"'
refused 'max_connections = -1' 'max_connections: not a number: "-1"$'
refused 'max_connections = 5 5' 'max_connections: not a number: "5 5"$'
refused 'max_connections = 99999999999999999999' \
	'max_connections: out of range, 1 to 4194304: "99999999999999999999"$'
refused 'max_connections = 4294967297' 'max_connections: out of range'
accepted 'max_connections = infinity'
accepted 'time_limit = 1w 2d 3h 4min 5s 6ms 7us'
accepted 'time_limit = 584w'
accepted 'time_limit = infinity'
refused 'time_limit = 0' 'time_limit: 0 leaves no time at all; write "infinity" for no limit$'
refused 'time_limit = 18446744073709551616us' 'time_limit: out of range, '
refused 'time_limit = 99999999999w' 'time_limit: out of range, '
refused 'time_limit = 5124095577h' 'time_limit: out of range, '
refused 'time_limit = 10 years' 'time_limit: not a span of time, .*: "10 years"$'
refused 'time_limit = 1min30' 'time_limit: not a span of time'
refused 'kill_after = infinity' 'kill_after: cannot be infinity$'
refused 'retry_delay = 2min' 'retry_delay: is longer than retry_delay_max$'
refused 'umask = 1022' 'umask: out of range, 0 to 0777: "1022"$'

# Words
refused 'enabled = true' 'enabled: takes yes or no, not "true"$'
refused 'stderr = client' 'stderr: takes socket, log or null, not "client"$'
refused 'kill_signal = SIGFOO' 'kill_signal: not a signal, .*: "SIGFOO"$'
refused 'refuse = "busy' 'refuse: a quote is not closed$'
refused 'working_directory = ~' 'working_directory: not an absolute path: "~"$'
refused 'working_directory = tmp' 'working_directory: not an absolute path: "tmp"$'

# Commands
refused 'command =' 'command: has no value$'
refused 'command = sh -c "date' 'command: a quote is not closed$'
refused "command = sh -c 'date" 'command: a quote is not closed$'
# shellcheck disable=SC1003 # it is a backslash
refused 'command = cat \' 'command: a line ends with a backslash$'
refused 'command = "" x' 'command: the first word is empty$'
refused 'command = no-such-program' 'command: there is no "no-such-program" in /usr/local'
refused 'command = date;id' 'command: there is no "date;id" in '
accepted 'command = sh -c "date ; id" # x ; y'

# Sections
sections() { # LINE EXTENDED-REGEX NAME
	{
		printf '[a]\nlisten = 127.0.0.1:0\ncommand = cat\nuser = alice\n'
		printf '%s\nuser = root\n' "$1"
	} >x.conf
	said=$("$spawnd" -c x.conf -n 2>&1)
	like "$(printf '%s\n' "$said" | sed "s/^/$? /")" "^1 x\.conf:5: $2" "$3"
}
sections '[a]' 'a: given twice, first at x\.conf:1$' 'a service twice'
sections '[b] # x' 'b: text after "\]"$' 'a comment behind a section'
sections '[b' "b: the section's name has no \"\]\"\$" 'a section without an end'
sections '[]' '.*a section needs a name$' 'a section without a name'
sections "[$(printf %060d 0)]" "0{60}: a section's name has at most 48 characters\$" \
	'a name of 60 characters'
sections '[a b]' "a b: a section's name is made of letters" 'a blank in a name'
sections '[../b]' "\.\./b: a section's name is made of letters" 'a slash in a name'
sections '[Global]' 'Global: did you mean \[global\]\?$' 'global in capitals'
for section in '[a]' '[b' '[]' '[b] x'; do
	printf '[a]\nlisten = 127.0.0.1:0\ncommand = cat\nuser = alice\n%s\nuser = bob\n' \
		"$section" >x.conf
	is "$("$spawnd" -c x.conf -T 2>/dev/null)" '' "nothing of the file is in force: $section"
done

# What is missing
printf '[s]\n' >x.conf
is "$("$spawnd" -c x.conf -n 2>&1)" 'x.conf:1: s: needs the key "listen"
x.conf:1: s: needs the key "command"
x.conf:1: s: needs the key "user": no command runs as root' 'a service without anything'
printf '[s]\nlisten = 127.0.0.1:0\ncommand = cat\nuser = alice\nenabled = no\n' >x.conf
said=$("$spawnd" -c x.conf -n 2>&1)
is "$? $said" '1 x.conf: no service is enabled' 'all services disabled'
printf '[global]\nenabled = no\n[s]\nlisten = 127.0.0.1:0\ncommand = cat\nuser = alice\n' >x.conf
said=$("$spawnd" -c x.conf -n 2>&1)
is "$? $said" '1 x.conf: no service is enabled' '... by [global]'
printf 'enabled = yes\n' >>x.conf
"$spawnd" -c x.conf -n
is $? 0 '... which one of them overrides'
printf '[global]\nlisten = 80\ncommand = cat\nargv0 = x\n' >x.conf
is "$("$spawnd" -c x.conf -n 2>&1)" 'x.conf:2: global: listen: belongs into a service, not into [global]
x.conf:3: global: command: belongs into a service, not into [global]
x.conf:4: global: argv0: belongs into a service, not into [global]' \
	'keys that are no defaults'
done_testing
