#!/bin/sh
# SPDX-License-Identifier: MIT
# A reload that fails changes nothing: everything that is wrong is told in one run, with
# file and line, the old configuration serves on with the sockets it had, and the service
# manager hears of the begin and of the end.
. "$(dirname "$0")/../reload.sh"
. "$(dirname "$0")/../lib.sh"

conf=$tmp/spawnd.conf
good() {
	cat <<-EOT
	[one]
	listen = 127.0.0.1:0
	command = cat
	user = alice
	[two]
	listen = $tmp/two.sock
	command = cat
	user = bob
	EOT
}

good >spawnd.conf
start
port=$(port_of one)
sockets_before=$(sockets)
descriptors_before=$(descriptors)
tells=$(grep -ac READY=1 notify.log)

unchanged() {
	is "$(echo old | ask "$port")$(echo old | ask_unix two.sock)" oldold \
		'... and the old one serves on'
	is "$(sockets)" "$sockets_before" '... with the same sockets'
	await '[ "$(descriptors)" = "$descriptors_before" ]'
	tells=$((tells + 1))
	await '[ "$(grep -ac READY=1 notify.log)" = "$tells" ]'
	is "$(grep -ac RELOADING=1 notify.log)" "$((tells - 1))" \
		'... RELOADING was told, and READY'
}

fails() { # NAME [TEXT]...
	reload_fails "$@"
	unchanged
}

{
	echo 'nonsense'
	good
	printf 'colour = red\n[three]\nlisten = 127.0.0.1:99999\n'
	printf 'command = /no/such/command\nuser = zoe\n[four\n'
} >spawnd.conf
fails 'errors of all kinds' "$conf:1: " "$conf:10: two: unknown key \"colour\"" \
	"$conf:12: three: listen: " "$conf:15: "
{
	good
	printf '[three]\nlisten = 127.0.0.1:0\ncommand = /no/such/command\nuser = zoe\n'
} >spawnd.conf
fails 'no such account, no such command' \
	"$conf:12: three: user: " "$conf:11: warning: three: command: "

# Who has a port, or a lock, is somebody else.
perl -MIO::Socket::INET -e 'my $s = IO::Socket::INET->new(Listen => 1,
	LocalAddr => "127.0.0.1"); $| = 1; print $s->sockport, "\n"; sleep 100' >taken &
perl -MIO::Socket::UNIX -e 'my $s = IO::Socket::UNIX->new(Listen => 1,
	Local => "taken.sock"); sleep 100' &
await '[ -s taken ] && [ -S taken.sock ]'
{
	good
	printf '[three]\nlisten = 127.0.0.1:0 127.0.0.1:%s %s/new.sock\n' \
		"$(cat taken)" "$tmp"
	printf 'command = cat\nuser = grace\n'
	printf '[four]\nlisten = %s/taken.sock %s/conf\ncommand = cat\nuser = erin\n' \
		"$tmp" "$tmp"
} >spawnd.conf
: >conf
fails 'addresses in use' \
	"three: cannot listen on 127.0.0.1:$(cat taken): Address already in use" \
	"four: cannot listen on $tmp/taken.sock: Address already in use" \
	"four: cannot listen on $tmp/conf: something that is no socket stands there"
[ ! -e new.sock ] && [ -f conf ] && nc -zU taken.sock
ok $? '... what was opened is gone, what was there is not'

{
	printf '[global]\nlog = file:%s/missing/log\n' "$tmp"
	good
} >spawnd.conf
fails 'a log in a folder that is not there' "$tmp/missing/log"
[ ! -e missing ]
ok $? '... which is not made'

"$spawnd" -q -l "$tmp/other.sock" -u grace -s "pid_file=$tmp/locked.pid" -- cat &
other=$!
await 'nc -zU other.sock 2>/dev/null'
{
	printf '[global]\npid_file = %s/locked.pid\n' "$tmp"
	good
} >spawnd.conf
fails 'a pid file of somebody else' \
	"pid_file: $tmp/locked.pid is locked by the spawnd with pid $other"

rm spawnd.conf
fails 'no file' "$conf: cannot open: No such file or directory"
mkdir spawnd.conf
fails 'a folder' "$conf: is a directory, not a file"
rmdir spawnd.conf
{
	good
	printf 'backlog\000 = 3\n'
} >spawnd.conf
fails 'a NUL byte' "$conf:9: "
good | sed 's/^user.*/&\nenabled = no/' >spawnd.conf
fails 'nothing enabled' "$conf: no service is enabled"
: >spawnd.conf
fails 'an empty file' "$conf: there is no service in it"
{
	good
	good
} >spawnd.conf
fails 'each service twice' "$conf:9: one: " "$conf:13: two: "
{
	good
	printf '[three]\nlisten = %s/two.sock\ncommand = cat\nuser = grace\n' "$tmp"
} >spawnd.conf
fails 'an address twice' "$conf:10: three: listen: "
good >spawnd.conf
chmod 666 spawnd.conf
fails 'a file that all can write' "$conf: can be written by others"
chmod 644 spawnd.conf

# An account that is removed takes nothing from who serves with it.
sed '/^bob:/d' passwd >passwd.without
cp passwd passwd.with
cat passwd.without >passwd
fails 'an account was removed' "$conf:8: two: user: "
cat passwd.with >passwd

# And after all that it is taken.
good | sed 's/= cat/= tr a-z A-Z/' >spawnd.conf
reloaded 'a good one is taken'
is "$(echo new | ask "$port")$(echo new | ask_unix two.sock)" NEWNEW '... and serves'
is "$(sockets)" "$sockets_before" '... with the same sockets'
calm "$descriptors_before"
done_testing
