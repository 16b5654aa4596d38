#!/bin/sh
# SPDX-License-Identifier: MIT
# A command leads a session and a process group of its own and has no terminal, also
# when spawnd was started from one.
. "$(dirname "$0")/../lib.sh"

cp "$tools/context" .
printf '[x]\nlisten = 127.0.0.1:0\ncommand = %s/context\nuser = alice\n' "$tmp" >spawnd.conf
cat >run <<'EOT'
#!/bin/sh
# From a terminal, of which the shell is the leader.
./context >context.log
echo $$ >daemon
exec "$SPAWND" -c spawnd.conf 2>>spawnd.log
EOT
chmod 755 run

audit() { # NAME
	seen=$(ask "$(port_of x)" </dev/null)
	is "$(printf '%s\n' "$seen" | sed -n 's/^tty //p')" ENXIO "$1: it has no terminal"
	is "$(printf '%s\n' "$seen" | grep -cx -e "pgrp $(printf '%s\n' "$seen" |
		sed -n 's/^pid //p')")" 1 "$1: it leads its process group"
	is "$(printf '%s\n' "$seen" | grep -cx -e "sid $(printf '%s\n' "$seen" |
		sed -n 's/^pid //p')")" 1 "$1: it leads its session"
}

start
audit 'without a terminal'
stop

: >spawnd.log
start_as script -qec ./run /dev/null >/dev/null
is "$(grep '^tty' context.log)" 'tty yes' 'there is a terminal to inherit'
audit 'from a terminal'
terminal=$pid
pid=$(cat daemon)
calm "$(descriptors)"
kill "$pid"
wait "$terminal"
is $? 0 'the daemon stops with status 0'
pid=
done_testing
