#!/bin/sh
# SPDX-License-Identifier: MIT
# A reload changes the settings of sockets that stand, and makes a new one only where that
# is not possible; one that fails leaves all of them as they were.  Ranges and abstract
# names are kept, and handed from service to service, whatever becomes of the rest.
. "$(dirname "$0")/../reload.sh"
. "$(dirname "$0")/../lib.sh"

cp "$tools/options" "$tools/dial" .
port=$(free_ports 10)
abstract=@$tmp/abstract

# LINE...: of the service "tcp"; and of "path" what is in $path.
path=
config() {
	cat >spawnd.conf <<-EOT
	[tcp]
	listen = 127.0.0.1:$port
	command = $tmp/options
	user = alice
	EOT
	printf '%s\n' "$@" >>spawnd.conf
	cat >>spawnd.conf <<-EOT
	[path]
	listen = $tmp/path.sock
	command = cat
	user = bob
	$path
	[still]
	listen = $tmp/still.sock $abstract
	command = cat
	user = grace
	EOT
}

rights() { stat -c '%a %u %g' path.sock; }
option() { ask "$port" </dev/null | sed -n "s/^$1 //p"; }
backlog_of() { ss -Hltn "sport = :$port" | awk '{ print $3 }'; }

config
start
before=$(descriptors)
all=$(sockets)
default=$(ask "$port" </dev/null)

# On the sockets that stand.
path='socket_mode = 0600'
config
reloaded 'only socket_mode'
is "$(rights)" '600 0 0' '... takes effect'
is "$(sockets)" "$all" '... all sockets are the same'
path=$(printf 'socket_user = alice\nsocket_group = bob\nsocket_mode = 0640')
config
reloaded 'its owner and its group'
is "$(rights)" '640 2001 2002' '... take effect'
config 'receive_buffer = 64K'
reloaded 'a buffer'
is "$(option receive_buffer)" 131072 '... takes effect'
[ "$(sockets)" != "$all" ]
ok $? '... with another socket, as it could not be undone on the one that stands'
all=$(sockets)
path=$(printf 'socket_user = bob\nsocket_group = erin\nsocket_mode = 0604')
config 'no_delay = yes' 'keep_alive = 20' 'user_timeout = 3s' 'receive_buffer = 16K' 'backlog = 5'
reloaded 'others, and much of the other socket'
is "$(rights)" '604 2002 2005' '... take effect'
is "$(option no_delay) $(option keep_idle) $(option user_timeout) $(option receive_buffer)" \
	'1 20 3000 32768' '... also there'
is "$(backlog_of)" 5 '... with the backlog'
is "$(sockets)" "$all" '... all sockets are the same'
config 'no_delay = no' 'keep_alive = 30' 'receive_buffer = 32K' 'backlog = 6' 'free_bind = yes'
reloaded 'other values'
is "$(option no_delay) $(option keep_alive) $(option keep_idle) $(option user_timeout) $(option receive_buffer) $(option free_bind)" \
	'0 1 30 0 65536 1' '... and one that is left out'
is "$(backlog_of) $(sockets)" "6 $all" '... all sockets are the same'

# A reload that fails: whatever it changed is as it was.
: >taken
before_failure="$(rights) $(ask "$port" </dev/null) $(backlog_of)"
path=$(printf 'socket_user = alice\nsocket_mode = 0666')
config 'no_delay = yes' 'backlog = 9' 'receive_buffer = 8K'
sed -i "s|^listen = $tmp/still.sock|& $tmp/taken|" spawnd.conf
reload_fails 'an address that is taken' 'something that is no socket stands there'
is "$(rights) $(ask "$port" </dev/null) $(backlog_of)" "$before_failure" \
	'... and all settings are as they were'
# The last of it fails.
config 'no_delay = yes' 'backlog = 9' 'receive_buffer = 8K'
mount --bind path.sock path.sock
mount -o remount,bind,ro path.sock
reload_fails 'rights that cannot be set' \
	"path: cannot change the settings of $tmp/path.sock: Read-only file system"
umount path.sock
is "$(rights) $(ask "$port" </dev/null) $(backlog_of)" "$before_failure" \
	'... and all settings are as they were'
is "$(sockets)" "$all" '... all sockets are the same'

# Back to what is the kernel's.  A buffer takes a new socket, that the port has at once.
path=
config
reloaded 'nothing set'
is "$(rights)" '666 0 0' 'the path is as at first'
is "$(ask "$port" </dev/null)" "$default" 'the options are those of the kernel'
is "$(echo still | ask_unix still.sock) $(echo abstract | ./dial -i "$abstract")" \
	'still abstract' 'the others serve on'
[ "$(sockets)" != "$all" ]
ok $? 'one socket is a new one'
all=$(sockets)
config 'bind_device = lo'
reloaded 'an interface'
is "$(option device)" lo '... takes effect'
[ "$(sockets)" != "$all" ]
ok $? '... with another socket'
config 'bind_device = no-such-if'
reload_fails 'no such interface' 'tcp: bind_device: no such network interface "no-such-if"'
is "$(option device)" lo '... the old one serves on'
config
sed -i "s|^listen = 127.*|listen = [::]:$port|" spawnd.conf
reloaded 'another family'
config 'ipv6_only = yes'
sed -i "s|^listen = 127.*|listen = [::]:$port|" spawnd.conf
reloaded 'ipv6_only'
! nc -z 127.0.0.1 "$port"
ok $? '... takes effect'
calm "$before"
stop

# Ranges.
ranges() { # RANGE RANGE
	cat >spawnd.conf <<-EOT
	[a]
	listen = 127.0.0.1:$1 $abstract
	command = sh -c "echo a"
	user = alice
	[b]
	listen = 127.0.0.1:$2
	command = sh -c "echo b"
	user = bob
	EOT
}
inodes() { for i in 0 1 2 3 4 5 6 7 8 9; do echo "$i $(inode $((port + i)))"; done; }
owners() { for i in 0 1 2 3 4 5 6 7 8 9; do
	ask $((port + i)) </dev/null 2>/dev/null || echo -
done | tr -d '\n'; }
ranges "$port-$((port + 3))" "$((port + 4))-$((port + 7))"
: >spawnd.log
start
first=$(inodes)
is "$(owners)" 'aaaabbbb--' 'two ranges'
ranges "$port-$((port + 5))" "$((port + 6))-$((port + 9))"
reloaded 'one grows into the other, which moves'
is "$(owners)" 'aaaaaabbbb' '... each port has its service'
is "$(inodes | head -n 8)" "$(echo "$first" | head -n 8)" '... and is what it was'
is "$(grep -c ': a: takes over 127' spawnd.log) $(grep -c ': b: listens on 127' spawnd.log)" '2 6' \
	'... which the log tells'
second=$(inodes)
ranges "$((port + 2))" "$((port + 3))-$((port + 8))"
reloaded 'to one port, and down from above'
is "$(owners)" '--abbbbbb-' '... each port has its service'
is "$(inodes | sed -n 3,9p)" "$(echo "$second" | sed -n 3,9p)" '... and is what it was'
is "$(./dial "$abstract")" a 'the abstract name is still there'
sed -i "s| $abstract||; s|^listen = .*-.*|& $abstract|" spawnd.conf
reloaded 'it goes to the other service'
is "$(./dial "$abstract")" b '... which has it'
grep -q ": b: takes over $abstract\$" spawnd.log
ok $? '... as it was'
sed -i "s| $abstract||" spawnd.conf
reloaded 'it is given up'
./dial "$abstract" 2>said
is "$(cat said)" 'connect: Connection refused' '... and nobody has it'
perl -MIO::Socket::UNIX -e 'IO::Socket::UNIX->new(Listen => 1, Local => "\0$ARGV[0]")
	or die "$!\n"' "${abstract#@}"
ok $? '... so that others can have it'
done_testing
