#!/bin/sh
# SPDX-License-Identifier: MIT
# Nothing of the environment that spawnd was started with reaches a command, but for
# the variables that pass_environment names.
. "$(dirname "$0")/../lib.sh"

cp "$tools/context" .
cat >spawnd.conf <<EOT
[plain]
listen = 127.0.0.1:0
command = $tmp/context
user = alice
[passes]
listen = 127.0.0.1:0
command = $tmp/context
user = bob
pass_environment = SPECIAL UNKNOWN EMPTY BASH_ENV HOME
EOT
start_as env "PATH=/evil:$PATH" LD_PRELOAD=/nonexistent/evil.so LD_LIBRARY_PATH=/nonexistent BASH_ENV=/evil \
	ENV=/evil IFS=x HOME=/evil USER=evil LOGNAME=evil SHELL=/evil \
	LISTEN_FDS=0 LISTEN_PID=1 LISTEN_FDNAMES=evil JOURNAL_STREAM=8:1234 \
	INVOCATION_ID=evil CREDENTIALS_DIRECTORY=/evil MAINPID=1 SUDO_USER=evil \
	SSH_AUTH_SOCK=/evil TCPREMOTEIP=evil TCPREMOTEHOST=evil REMOTE_ADDR=evil \
	PROTO=evil IPCREMOTEPATH=evil SPAWND_SERVICE=evil SPAWND_EVIL=evil LC_ALL=C \
	SECRET=evil TZ=UTC LANG=C.UTF-8 SPECIAL='a b' EMPTY= \
	"$spawnd" -c "$tmp/spawnd.conf"
before=$(descriptors)

environment() { ask "$(port_of "$1")" </dev/null | sed -n 's/^env //p' | LC_ALL=C sort; }
names() { sed 's/=.*//' | tr '\n' ' '; }
value() { sed -n "s/^$1=//p"; }

tcp='PROTO REMOTE_ADDR REMOTE_HOST REMOTE_PORT SHELL SPAWND_ID SPAWND_SERVICE'
end='TCPLOCALIP TCPLOCALPORT TCPREMOTEIP TCPREMOTEPORT'
seen=$(environment plain)
unlike "$seen" evil 'no value of the starter'
is "$(printf '%s\n' "$seen" | names)" "HOME LANG LOGNAME PATH $tcp $end TZ USER " \
	'the account, the connection, and by default TZ and LANG'
is "$(printf '%s\n' "$seen" | value TZ)" UTC TZ
is "$(printf '%s\n' "$seen" | value LANG)" C.UTF-8 LANG

seen=$(environment passes)
is "$(printf '%s\n' "$seen" | names)" "BASH_ENV HOME LOGNAME PATH $tcp SPECIAL $end USER " \
	'what pass_environment names, where it is set'
is "$(printf '%s\n' "$seen" | value SPECIAL)" 'a b' 'with its value'
is "$(printf '%s\n' "$seen" | value HOME)" /home/bob "an account's own come before"

calm "$before"
stop

# TZ and LANG that are not there are not made up.
: >spawnd.log
start
is "$(environment plain | names)" "HOME LOGNAME PATH $tcp $end USER " \
	'unknown is unset'
done_testing
