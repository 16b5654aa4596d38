#!/bin/sh
# SPDX-License-Identifier: MIT
# spawnd -i under tcpserver and under systemd-socket-activate: the same checks, the
# same environment, the record on standard error.
. "$(dirname "$0")/../lib.sh"

cat >spawnd.conf <<EOF
[env]
user = alice
listen = 127.0.0.1:1
command = /bin/sh -c "read -r line; echo \$line; id -u; env"
EOF

check() { # PORT NAME
	answer=$(echo hello | ask "$1")
	is "$(echo "$answer" | head -n 2 | tr '\n' ' ')" 'hello 2001 ' \
		"$2: it answers, as the account"
	is "$(echo "$answer" | sed 1,2d | sed 's/=.*//' | sort | tr '\n' ' ')" \
		'HOME LOGNAME PATH PROTO PWD REMOTE_ADDR REMOTE_HOST REMOTE_PORT SHELL SPAWND_ID SPAWND_SERVICE TCPLOCALIP TCPLOCALPORT TCPREMOTEIP TCPREMOTEPORT USER ' \
		'its environment is what spawnd makes it'
	is "$(echo "$answer" | sed -n 's/^TCPLOCALPORT=//p')" "$1" 'with the true port'
}

# -H, -R: no look-ups. -1: say the port.
tcpserver -1HR 127.0.0.1 0 "$spawnd" -c "$tmp/spawnd.conf" -i env >port 2>tcpserver.log &
server=$!
await '[ -s port ]'
check "$(cat port)" tcpserver
await 'grep -q "env: end id=1 peer=127\.0\.0\.1:[0-9]* pid=[0-9]* exit=0" tcpserver.log'
ok 0 'the record is on standard error'
kill "$server"
wait "$server" 2>/dev/null

# It does not say which port it was given: it gets the one that is free now.
systemd-socket-activate --accept --inetd -l "127.0.0.1:$(cat port)" -E ASAN_OPTIONS \
	"$spawnd" -c "$tmp/spawnd.conf" -i env 2>activate.log &
server=$!
await 'ss -Hltn "sport = :$(cat port)" | grep -q LISTEN'
check "$(cat port)" systemd-socket-activate
await 'grep -q "env: end id=1 peer=127\.0\.0\.1:[0-9]* pid=[0-9]* exit=0" activate.log'
ok 0 'the record is on standard error'
kill "$server"
wait "$server" 2>/dev/null
done_testing
