#!/bin/sh
# SPDX-License-Identifier: MIT
# Sockets that a service manager passes: all of a name are served as our own are, beside
# our own; what does not fit is told at the start; no command sees the variables.
. "$(dirname "$0")/../lib.sh"

cp "$tools/context" .
conf() { # ADDRESS... (of the service "env")
	cat >spawnd.conf <<-EOT
		[env]
		user = alice
		listen = $*
		command = $tmp/context
	EOT
}

port() { sed -n "$1p" ports; }    # NUMBER

# All kinds, some of one name, beside one of ours.
conf systemd:web 127.0.0.1:0 systemd:local
start_as "$tools/pass" -n web:local:web:local:web:none -f ports tcp "unix:$tmp/passed.sock" tcp6 \
	"seqpacket:@spawnd-$$" tcp tcp -- "$spawnd" -c "$tmp/spawnd.conf"
before=$(descriptors)
is "$(grep -c 'env: listens on' spawnd.log)" 6 'all of these names are listened on, and ours'
like "$(cat spawnd.log)" "env: listens on 127\.0\.0\.1:$(port 1) \(systemd:web\)$" \
	'... the log has their addresses and names'
like "$(cat spawnd.log)" "env: listens on $tmp/passed\.sock \(systemd:local\)$" '... a path'
like "$(cat spawnd.log)" "env: listens on seqpacket:@spawnd-$$ \(systemd:local\)$" \
	'... a type and an abstract name'
like "$(cat spawnd.log)" "env: listens on \[::\]:$(port 3) \(systemd:web\)$" '... IPv6'
like "$(cat spawnd.log)" \
	"]: no service takes 127\.0\.0\.1:$(port 6) \(systemd:none\), which was passed as descriptor 8; closed$" \
	'one that no service takes is told'
nc -z 127.0.0.1 "$(port 6)"
is $? 1 '... and closed'

for i in 1 3 5; do
	seen=$(ask "$(port $i)" </dev/null)
	is "$(printf '%s\n' "$seen" | sed -n 's/^env TCPLOCALPORT=//p')" "$(port $i)" \
		"socket $i is served, with its own address"
done
seen=$(ask "$(sed -n 's/.*env: listens on 127\.0\.0\.1:\([0-9]*\)$/\1/p' spawnd.log)" </dev/null)
like "$seen" '^env TCPLOCALPORT=' 'ours is served beside them'
seen=$(ask_unix passed.sock </dev/null)
is "$(printf '%s\n' "$seen" | sed -n 's/^env IPCLOCALPATH=//p')" "$tmp/passed.sock" \
	'a path is served'
unlike "$seen" '^env (LISTEN_|NOTIFY_|WATCHDOG)' '... and its command sees no variables of ours'
is "$(printf '%s\n' "$seen" | sed -n 's/^fd \([0-9]* [a-z]*\) .*/\1/p' | tr '\n' ' ')" \
	'0 blocking 1 blocking 2 blocking ' '... and has the connection, which blocks, and no more'

kill -USR1 "$pid"
await 'grep -q "end of the report" spawnd.log'
like "$(cat spawnd.log)" "env: listening on 127\.0\.0\.1:$(port 1) \(systemd:web\)$" \
	'SIGUSR1 tells of them'
calm "$before"
stop
is "$status" 0 'it stops'
[ -S passed.sock ]
ok $? '... and a path that was passed is left where it is'

# Nobody's variables are ours, and without any all is as it was.
: >spawnd.log
conf 127.0.0.1:0
start_as "$tools/pass" -p 1 -n a:b tcp tcp -- "$spawnd" -c "$tmp/spawnd.conf"
unlike "$(cat spawnd.log)" passed "those for somebody else's pid are none"
before=$(descriptors)
seen=$(ask "$(port_of env)" </dev/null)
unlike "$seen" '^env LISTEN_' '... and no command sees them'
stop

# One service on the command line; with -d the variables are for the one that was started.
: >spawnd.log
start_as "$tools/pass" -n web -f ports tcp -- "$spawnd" -l systemd:web -u alice -- "$tmp/context"
like "$(ask "$(port 1)" </dev/null)" '^env SPAWND_SERVICE=context' '-l takes one, too'
stop
conf systemd:web
cat >>spawnd.conf <<EOT
[global]
pid_file = $tmp/pid
log = file:$tmp/detached.log
EOT
"$tools/pass" -n web -f ports tcp -- "$spawnd" -c "$tmp/spawnd.conf" -d
is $? 0 '-d takes them, too'
like "$(ask "$(port 1)" </dev/null)" "^env TCPLOCALPORT=$(port 1)$" '... and serves'
kill "$(cat pid)"
await '[ ! -e pid ]'

# A low port takes no capability, and there is no other way to it here.
: >spawnd.log
chmod 666 spawnd.log
conf systemd:web
sed -i '/^user/d' spawnd.conf
# shellcheck disable=SC2016 # it is for the shell within
start_as unshare --net sh -c 'ip link set lo up && exec "$@"' sh "$tools/pass" -n web tcp:80 -- \
	setpriv --reuid=2001 --regid=2001 --clear-groups "$spawnd" -c "$tmp/spawnd.conf"
like "$(cat spawnd.log)" 'env: listens on 127\.0\.0\.1:80 \(systemd:web\)$' \
	'an ordinary user serves a low port that was opened before'
stop

# What is wrong, at the start: with its place, all in one run, and without a trace.
bad() { # STATUS REGEX NAME; the rest are words for "pass"
	status=$1 what=$2 name=$3
	shift 3
	timeout -s KILL 20 "$tools/pass" "$@" -- "$spawnd" -c "$tmp/spawnd.conf" >said 2>&1
	is $? "$status" "$name: it does not start"
	like "$(cat said)" "$what" '... and says why'
	unlike "$(cat said)" 'listens on' '... and listens on nothing'
}
at="^$tmp/spawnd\.conf:3: env: listen: \"systemd:"
conf systemd:web
bad 1 "${at}web\": no socket of that name was passed to spawnd$" 'another name' -n other tcp
bad 1 "${at}web\": descriptor 3 is a socket for datagrams, which are not served$" \
	'a socket for datagrams' -n web udp
bad 1 "${at}web\": descriptor 4 is a socket that does not listen$" 'one that does not listen' \
	-n other:web tcp unbound
bad 1 "${at}web\": descriptor 3 is a connection, which spawnd -i would serve$" 'a connection' \
	-n web connected
bad 1 "${at}web\": descriptor 3 is not a socket$" 'no socket' -n web file
bad 3 'LISTEN_FDNAMES has not one name for each$' 'fewer names than sockets' -n web tcp tcp
bad 3 'a descriptor below 3 \+ LISTEN_FDS is not open$' 'fewer sockets than it says' \
	-n web:web -c 2 tcp
bad 3 'is not open$' 'a gap' -n web:web:web tcp closed tcp
bad 3 'LISTEN_FDS or LISTEN_PID is not a number$' 'a number that is none' -n web -c x tcp
conf systemd:unknown
start_as "$tools/pass" -f ports tcp -- "$spawnd" -c "$tmp/spawnd.conf"
ok $? 'without names each is called "unknown"'
stop
conf systemd: systemd:a:b
bad 1 "${at}\": the socket has no name$" 'a name is missing' -n web tcp
like "$(cat said)" "${at}a:b\": the name of a socket has neither" '... and another one is bad'

# Two who want the same.
cat >spawnd.conf <<EOT
[one]
user = alice
listen = systemd:web
command = cat
[two]
user = bob
listen = systemd:web
command = cat
EOT
chmod 644 spawnd.conf
bad 1 "^$tmp/spawnd\.conf:7: two: listen: 127\.0\.0\.1:[0-9]+ \(systemd:web\) is also listened on as 127\.0\.0\.1:[0-9]+ \(systemd:web\) by one, at $tmp/spawnd\.conf:3$" \
	'a name for two services' -n web tcp
"$spawnd" -c spawnd.conf -n >said 2>&1
is $? 1 '... -n finds that, too'
like "$(cat said)" '^[^:]*:7: two: listen: systemd:web is also listened on as systemd:web by one' \
	'... without any socket'
# Ours against one that was passed.
free=$("$tools/pass" -f ports tcp -- cat ports)
sed -i "s/^listen = systemd:web\$/listen = systemd:web 127.0.0.1:$free/" spawnd.conf
sed -i '7s/.*/listen = systemd:other/' spawnd.conf
bad 1 "two: listen: 127\.0\.0\.1:$free \(systemd:other\) is also listened on as 127\.0\.0\.1:$free by one" \
	'an address of ours that was passed' -n web:other tcp "tcp:$free"

# To look at a configuration needs none.
conf systemd:web systemd:mail
is "$("$spawnd" -c spawnd.conf -n 2>&1)" '' '-n needs no sockets'
like "$("$spawnd" -c spawnd.conf -T 2>&1)" '^listen = systemd:web systemd:mail$' '... nor does -T'

# What the unit says is not for us to say.
conf systemd:web
for i in backlog=5 socket_mode=0600 no_delay=yes keep_alive=5s ipv6_only=yes; do
	printf '%s\n' "${i%=*} = ${i#*=}" >setting
	cat spawnd.conf setting >with.conf
	like "$("$spawnd" -c with.conf -n 2>&1)" \
		"^with\.conf:5: env: ${i%=*}: all its sockets are passed to spawnd: the unit that opens them says that$" \
		"$i"
done
{
	printf '[global]\nbacklog = 5\nno_delay = yes\n'
	cat spawnd.conf
} >with.conf
is "$("$spawnd" -c with.conf -n 2>&1)" '' '... but may be a default of all services'
conf systemd:web 127.0.0.1:0
printf 'no_delay = yes\nbacklog = 1\n' >>spawnd.conf
: >spawnd.log
start_as "$tools/pass" -n web -f ports tcp -- "$spawnd" -c "$tmp/spawnd.conf"
is "$(ss -Hltn "sport = :$(port 1)" | awk '{ print $3 }')" 10 \
	'beside one of ours a socket that was passed keeps its backlog'
is "$(ss -Hltn "sport = :$(port_of env)" | awk '{ print $3 }')" 1 '... and ours has that'
done_testing
