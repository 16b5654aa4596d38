#!/bin/sh
# SPDX-License-Identifier: MIT
# Sockets that were passed outlive reloads and spawnd itself: they are kept with those
# who wait in them, handed on, given up and taken again, and never shut down.
. "$(dirname "$0")/../lib.sh"

port() { sed -n "$1p" ports; } # NUMBER
reload() { # what the log says then
	said=$(grep -c "]: reload" spawnd.log)
	kill -HUP "$pid"
	await '[ "$(grep -c "]: reload" spawnd.log)" -gt "$said" ]'
	like "$(grep "]: reload" spawnd.log | tail -n 1)" "$1" "the reload: $1"
}
one() { # NAME LISTEN
	printf '[%s]\nuser = alice\nlisten = %s\ncommand = /bin/sh -c "echo %s"\n' "$1" "$2" "$1"
}
# The inode of what the daemon listens on at a port, by its descriptor's own.
socket_of() { ss -Hltne "sport = :$1" | sed -n 's/.* ino:\([0-9]*\) .*/\1/p'; }

{
	one web systemd:web
	one mail "systemd:mail $tmp/mail.sock"
} >spawnd.conf
chmod 644 spawnd.conf
start_as "$tools/pass" -n web:mail:mail -f ports -k keeper tcp tcp "unix:$tmp/passed.sock" -- \
	"$spawnd" -c "$tmp/spawnd.conf"
before=$(descriptors)
inode=$(socket_of "$(port 1)")

reload 'reloaded 2 services'
is "$(grep -c 'listens' spawnd.log)" 4 'nothing is listened on anew, nothing left'
is "$(ask "$(port 1)" </dev/null) $(ask "$(port 2)" </dev/null) $(ask_unix passed.sock </dev/null)" \
	'web mail mail' '... and all are served'
await '[ "$(descriptors)" = "$before" ]'
ok 0 '... on the descriptors that there were'

# A name that was not passed: nothing changes.
{
	one web systemd:web
	one mail systemd:other
} >spawnd.conf
reload 'reload failed'
like "$(cat spawnd.log)" 'mail: listen: "systemd:other": no socket of that name was passed to spawnd$' \
	'... told with its place'
is "$(ask "$(port 2)" </dev/null) $(ask_unix mail.sock </dev/null)" 'mail mail' '... all goes on'

# To another service.
{
	one mail systemd:web
	one web systemd:mail
} >spawnd.conf
reload 'reloaded 2 services'
is "$(ask "$(port 1)" </dev/null) $(ask "$(port 2)" </dev/null) $(ask_unix passed.sock </dev/null)" \
	'mail web web' 'the sockets have changed their services'
is "$(grep -c 'takes over .* (systemd:' spawnd.log)" 3 '... which the log says'
[ ! -e mail.sock ]
ok $? '... and a path of ours is gone'

# No service has it: it stays, clients wait in it, and it is taken again with them.
one web systemd:web >spawnd.conf
reload 'reloaded 1 services'
like "$(cat spawnd.log)" "web: listens no more on $tmp/passed\.sock \(systemd:mail\)$" \
	'one that no service has is left'
[ -S passed.sock ]
ok $? '... its path stays'
ask_unix passed.sock </dev/null >waited &
waits=$!
ask "$(port 2)" </dev/null >waited.2 &
await '[ "$(ss -Hltn "sport = :$(port 2)" | awk "{ print \$2 }")" = 1 ]'
is "$(cat waited waited.2)" '' '... clients wait there'
is "$(ask "$(port 1)" </dev/null)" web '... while others are served'
{
	one web systemd:web
	one post systemd:mail
} >spawnd.conf
reload 'reloaded 2 services'
wait "$waits"
await '[ -s waited.2 ]'
is "$(cat waited waited.2)" 'post
post' '... and taken again it serves those who waited'

# Given up while they wait is not reset either; nor is what overlaps with it shared.
one web "127.0.0.1:$(port 2)" >spawnd.conf
reload 'reload failed'
like "$(cat spawnd.log)" "web: cannot listen on 127\.0\.0\.1:$(port 2): Address already in use$" \
	'one that is passed is not shared with one of ours'
is "$(ask "$(port 2)" </dev/null) $(ask "$(port 1)" </dev/null)" 'post web' '... all goes on'

# Of a service that stays: who waits in what it gives up, waits for the next one.
mkdir held && chmod 777 held
cat >spawnd.conf <<EOT
[hold]
user = bob
listen = $tmp/hold.sock systemd:mail
command = $tools/hold $tmp/held
max_connections = 1
EOT
reload 'reloaded 1 services'
echo first | ask_unix hold.sock >first &
await '[ -e held/first.on ]'
ask "$(port 2)" </dev/null >waited &
waits=$!
await '[ "$(ss -Hltn "sport = :$(port 2)" | awk "{ print \$2 }")" = 1 ]'
sed -i 's/ systemd:mail$//' spawnd.conf
reload 'reloaded 1 services'
one web "systemd:mail systemd:web" >>spawnd.conf
reload 'reloaded 2 services'
wait "$waits"
is "$(cat waited)" web '... who waited there, too, when the service that gave it up goes on'
touch held/first.go
one web "systemd:mail systemd:web" >spawnd.conf
reload 'reloaded 1 services'
await '[ -z "$(ps -o stat= --ppid "$pid")" ]'
await '[ "$(descriptors)" = "$((before - 1))" ]'
ok 0 'no descriptor has gone astray'
stop
is "$status" 0 'it stops'
[ -S passed.sock ]
ok $? '... the path stays'
is "$(socket_of "$(port 1)")" "$inode" '... and the socket, which somebody else still has'
nc -zN 127.0.0.1 "$(port 1)"
is $? 0 '... listens'
nc -zNU passed.sock
is $? 0 '... the other one, too'
kill "$(cat keeper)"

# Somebody else who has the socket makes it one that blocks: nobody is held up.
: >spawnd.log
{
	one web systemd:web
	one local "$tmp/local.sock"
} >spawnd.conf
start_as "$tools/pass" -n web -f ports -k keeper tcp -- "$spawnd" -c "$tmp/spawnd.conf"
flags() { awk '/^flags/ { print $2 }' "/proc/$(cat keeper)/fdinfo/3"; }
is "$(flags)" 04002 'the socket does not block'
kill -USR1 "$(cat keeper)"
await '[ "$(flags)" = 02 ]'
for i in 1 2 3; do
	timeout 10 nc -N 127.0.0.1 "$(port 1)" </dev/null
done >served
is "$(cat served)" "$(printf 'web\nweb\nweb')" 'now it does, and is served'
is "$(timeout 10 nc -NU local.sock </dev/null)" local '... and others are, too'
stop
kill "$(cat keeper)"

# Killed while it drains: clients who come then wait for the next one.
: >spawnd.log
cat >spawnd.conf <<EOT
[web]
user = alice
listen = systemd:web
command = $tools/hold $tmp/held
EOT
rm -f held/*
start_as "$tools/pass" -n web -f ports -k keeper tcp -- "$spawnd" -c "$tmp/spawnd.conf"
echo first | nc -N 127.0.0.1 "$(port 1)" >first &
await '[ -e held/first.on ]'
kill "$pid"
await 'grep -q "stopping; 1 commands" spawnd.log'
nc -zN 127.0.0.1 "$(port 1)"
is $? 0 'while commands finish clients can connect, and wait'
touch held/first.go
wait "$pid"
is $? 0 '... it ends when they have'
pid=
nc -zN 127.0.0.1 "$(port 1)"
is $? 0 '... and they still wait'
kill "$(cat keeper)"
done_testing
