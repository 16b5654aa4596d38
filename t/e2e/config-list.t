#!/bin/sh
# SPDX-License-Identifier: MIT
# A list in a service replaces the default list, or extends it when "+" is its
# first word; what spawnd says of a connection cannot be said by the configuration.
. "$(dirname "$0")/../lib.sh"

shown() { # KEY VALUE-IN-GLOBAL VALUE-IN-SERVICE
	{
		echo '[global]'
		[ -z "$2" ] || echo "$1 = $2"
		printf '[s]\nlisten = 127.0.0.1:0\ncommand = cat\nuser = alice\n'
		[ -z "$3" ] || echo "$1 = $3"
	} >x.conf
	"$spawnd" -c x.conf -T 2>&1 | sed -n "s/^$1 = //p; /x\.conf:.*: $1/p"
}

is "$(shown pass_environment '' '')" 'TZ LANG' 'a default list'
is "$(shown pass_environment '' 'A B')" 'A B' 'a list replaces it'
is "$(shown pass_environment '' '+ A B')" 'TZ LANG A B' 'or extends it'
is "$(shown pass_environment '+ A' '+ B')" 'TZ LANG A B' 'step by step'
is "$(shown pass_environment 'A' '+ B')" 'A B' 'from what [global] says'
is "$(shown pass_environment '+ A' 'B')" 'B' 'a service replaces both'
is "$(shown pass_environment '+ A' '')" 'TZ LANG A' 'or takes both'
is "$(shown pass_environment '' '+ TZ A')" 'TZ LANG A' 'what is in it already stands once'
is "$(shown pass_environment '' 'A + B')" \
	'x.conf:6: s: pass_environment: not the name of a variable: "+"' '+ is first or nothing'
is "$(shown groups 'sound' '+ video')" 'sound video' 'groups'
is "$(shown groups 'sound' 'video')" video 'other groups'
is "$(shown environment 'A=1 B=2' '+ B=3 C=4')" 'A=1 B=3 C=4' 'variables, the later wins'
is "$(shown environment 'A=1 B=2' 'C=4')" 'C=4' 'other variables'
is "$(shown environment 'A=1
	B="x y"' '+
	C=3')" 'A=1 "B=x y" C=3' 'over several lines'
is "$(shown environment 'A=1' '"+" B=2')" "$(shown environment 'A=1' '+ B=2')" \
	'quotes make no difference'

# In the command
cat >spawnd.conf <<'EOT'
[global]
environment = A=1 B=2
[s]
listen = 127.0.0.1:0
command = sh -c 'env | grep ^[ABC]= | sort'
user = alice
environment = + B=3 C=4
EOT
start
is "$(ask "$(port_of s)" </dev/null)" 'A=1
B=3
C=4' 'the command gets them'
stop

refused() { # VALUE REASON
	is "$(shown environment '' "$1")" "x.conf:6: s: environment: $2" "environment = $1"
}
for name in SPAWND_ID SPAWND_SERVICE SPAWND_X TCPREMOTEIP TCPLOCALPORT TCPX IPCREMOTEEUID \
	IPCLOCALPATH REMOTE_ADDR REMOTE_HOST REMOTE_X PROTO LISTEN_FDS LISTEN_PID; do
	refused "$name=x" "a variable that spawnd sets from the connection: \"$name=x\""
	is "$(shown pass_environment '' "+ $name")" \
		"x.conf:6: s: pass_environment: a variable that spawnd sets from the connection: \"$name\"" \
		"pass_environment = $name"
done
for name in HOME PATH USER SHELL LOGNAME PROTOCOL REMOTE tcpx SPAWND LD_PRELOAD; do
	is "$(shown environment '' "$name=x")" "$name=x" "environment = $name=x is good"
done
refused A 'not NAME=VALUE: "A"'
refused '=x' 'not the name of a variable: "=x"'
refused '1A=x' 'not the name of a variable: "1A=x"'
refused 'A-B=x' 'not the name of a variable: "A-B=x"'
refused 'A=1 A=2' 'sets the same variable twice: "A=2"'
refused 'A=1 A=1' 'sets the same variable twice: "A=1"'
is "$(shown pass_environment '' 'A=1')" \
	'x.conf:6: s: pass_environment: not the name of a variable: "A=1"' \
	'a value to pass is none'
done_testing
