#!/bin/sh
# SPDX-License-Identifier: MIT
# The path of a Unix socket that somebody removed is made again by a reload; one that
# somebody else has taken is an error, and stays his.  A path that is given up is free.
. "$(dirname "$0")/../reload.sh"
. "$(dirname "$0")/../lib.sh"

write() { # PATH
	cat >spawnd.conf <<-EOT
	[echo]
	listen = $1
	command = cat
	user = alice
	[still]
	listen = $tmp/still.sock
	command = cat
	user = bob
	EOT
}

write "$tmp/echo.sock"
start
before=$(descriptors)
still=$(inode_unix "$tmp/still.sock")
echo=$(inode_unix "$tmp/echo.sock")

rm echo.sock
reloaded 'its path was removed'
is "$(echo again | ask_unix echo.sock)" again '... and is there again'
[ "$(inode_unix "$tmp/echo.sock")" != "$echo" ]
ok $? '... with another socket'
is "$(inode_unix "$tmp/still.sock")" "$still" '... and the other one is untouched'
is "$(find echo.sock -printf %m)" 666 '... with its rights'

# Taken by somebody else, live.
rm echo.sock
perl -MIO::Socket::UNIX -e 'my $s = IO::Socket::UNIX->new(Listen => 5,
	Local => "echo.sock"); while (my $c = $s->accept) { print $c "mine\n"; close $c }' &
foreign=$!
await '[ -S echo.sock ]'
theirs=$(find echo.sock -printf %i)
reload_fails 'a foreign socket' \
	"echo: cannot listen on $tmp/echo.sock: Address already in use"
is "$(find echo.sock -printf %i) $(nc -NU echo.sock </dev/null)" "$theirs mine" \
	'... which is untouched, and serves'
is "$(echo still | ask_unix still.sock)" still '... as does the other service'
kill "$foreign"
wait "$foreign" 2>/dev/null

# The same, when nobody listens on it any more.
reloaded 'a foreign socket that nobody listens on'
is "$(echo again | ask_unix echo.sock)" again '... is replaced'

# Something else.
rm echo.sock
echo precious >echo.sock
reload_fails 'a file at the path' \
	"echo: cannot listen on $tmp/echo.sock: something that is no socket stands there"
is "$(cat echo.sock)" precious '... which is untouched'
rm echo.sock
ln -s still.sock echo.sock
reload_fails 'a link at the path' 'something that is no socket stands there'
is "$(readlink echo.sock)" still.sock '... which is untouched'
rm echo.sock
reloaded 'nothing at the path'

# Given up: another path, another folder, and back.
mkdir other
write "$tmp/other/echo.sock"
reloaded 'another path'
[ ! -e echo.sock ]
ok $? '... and the old one is gone'
is "$(echo other | ask_unix other/echo.sock)" other '... and it answers'
perl -MIO::Socket::UNIX -e 'IO::Socket::UNIX->new(Listen => 1, Local => "echo.sock")
	or exit 1'
is $? 0 '... and somebody else can have the old one'
# What he left there is stale, and taken away by nobody.
write "$tmp/still2.sock"
reloaded 'one more path'
[ -S echo.sock ] && [ ! -e other/echo.sock ]
ok $? '... nothing of others is removed'

# Its folder is gone.
write "$tmp/missing/echo.sock"
reload_fails 'a folder that is not there' \
	"echo: cannot listen on $tmp/missing/echo.sock: No such file or directory"
is "$(echo old | ask_unix still2.sock)" old '... and the old one serves on'
calm "$before"
done_testing
