#!/bin/sh
# SPDX-License-Identifier: MIT
# The next start has another configuration: what was kept is taken in place with the new
# settings where that is possible, listened on beside where it is not, and closed and
# removed where nobody wants it; who waits is served wherever there is a service for him.
. "$(dirname "$0")/../reload.sh"
. "$(dirname "$0")/../store.sh"
. "$(dirname "$0")/../lib.sh"

cp "$tools/options" .
a=$(free_ports 4)
b=$((a + 1)) c=$((a + 2)) d=$((a + 3))
# LISTEN [LINE]... for the port, and another service with what is in $path.
path="$tmp/path.sock"
config() {
	{
		printf '[tcp]\ncommand = %s\nuser = alice\nlisten = ' "$tmp/options"
		printf '%s\n' "$@"
		printf '[path]\ncommand = cat\nuser = bob\nlisten = %s\n' "$path"
	} >spawnd.conf
}
option() { ask "$a" </dev/null | sed -n "s/^$1 //p"; }
options() { for i; do option "$i"; done | xargs; }
backlog_of() { ss -H4ltn "sport = :$a" | awk '{ print $3 }'; }
rights() { stat -c '%a %u %g' "$tmp/path.sock"; }
again() {
	end
	: >spawnd.log
	serve
}
# A client who comes when nothing runs, and one who is served.
between() { # COMMAND...
	end
	: >spawnd.log
	ask "$a" </dev/null >waits.out &
	waits=$!
	await '[ "$(backlog "$a" | sort -n | tail -n 1)" = 1 ]'
	"$@"
	serve
	wait "$waits"
	like "$(cat waits.out)" '^family ' '... who waited before it is served'
}

config "127.0.0.1:$a"
chmod 644 spawnd.conf
manage
serve
default=$(ask "$a" </dev/null)
first=$(socket_of "$a")
file=$(stat -c %i path.sock)

# In place.
path=$(printf '%s\nsocket_user = alice\nsocket_group = bob\nsocket_mode = 0640' "$tmp/path.sock")
between config "127.0.0.1:$a" 'no_delay = yes' 'keep_alive = 20' 'user_timeout = 3s' \
	'free_bind = yes' 'backlog = 5'
is "$(socket_of "$a") $(stat -c %i path.sock)" "$first $file" 'other settings: the sockets stay'
is "$(options no_delay keep_alive keep_idle user_timeout free_bind) $(backlog_of)" '1 1 20 3000 1 5' \
	'... and have them'
is "$(rights)" '640 2001 2002' '... and so has the path'
path="$tmp/path.sock"
between config "127.0.0.1:$a"
is "$(socket_of "$a") $(stat -c %i path.sock)" "$first $file" 'none: they stay'
is "$(ask "$a" </dev/null)" "$default" '... as if they had never had others'
is "$(rights)" '666 0 0' '... and the path has its first group again'

# Beside.
between config "127.0.0.1:$a" 'receive_buffer = 64K'
unlike "$(socket_of "$a")" "^$first$" 'a buffer that is new takes another socket'
is "$(option receive_buffer)" 131072 '... which has it'
first=$(socket_of "$a")
between config "127.0.0.1:$a" 'receive_buffer = 32K'
is "$(socket_of "$a") $(option receive_buffer)" "$first 65536" 'a buffer of another size takes none'
between config "*:$a"
is "$(ss -Hltn "sport = :$a" | awk '{ print $4 }')" "*:$a" 'a wildcard behind one address'
is "$(names | wc -l)" 2 '... and what was kept of that is dropped'
first=$(inode "$a")
between config "*:$a"
is "$(inode "$a")" "$first" '... stays'
between config "[::]:$a 0.0.0.0:$a" 'ipv6_only = yes'
is "$(ss -Hltn "sport = :$a" | awk '{ print $4 }' | sort | xargs)" "0.0.0.0:$a [::]:$a" \
	'one for each family in its place'
first=$(inode "$a")
again
is "$(inode "$a")" "$first" '... both stay'
between config "127.0.0.1:$a" 'bind_device = lo'
is "$(ss -Hltn "sport = :$a" | awk '{ print $4 }')" "127.0.0.1%lo:$a" 'one of an interface'
first=$(inode "$a")
again
is "$(inode "$a")" "$first" '... stays'
between config "127.0.0.1:$a"
is "$(ss -Hltn "sport = :$a" | awk '{ print $4 }')" "127.0.0.1:$a" '... and goes'
first=$(inode "$a")

# Another service, and another spelling of a path.
path="127.0.0.1:$a $tmp/../$(basename "$tmp")/path.sock"
config "127.0.0.1:$b"
again
is "$(inode "$a") $(stat -c %i path.sock)" "$first $file" 'another service takes both'
is "$(echo hi | ask "$a") $(echo ho | ask_unix path.sock)" 'hi ho' '... and serves there'
path="$tmp/path.sock"
config "127.0.0.1:$a"
again

# A path that is of another type, that was replaced, and that was removed.
path="seqpacket:$tmp/path.sock"
config "127.0.0.1:$a"
again
is "$(echo hi | "$tools/dial" -i "seqpacket:$tmp/path.sock")" hi 'a path of another type'
is "$(names | wc -l)" 2 '... in place of the one before'
path="$tmp/path.sock"
config "127.0.0.1:$a"
again
is "$(echo hi | ask_unix path.sock)" hi '... and back'
end
echo waits | ask_unix path.sock >waits.out &
waits=$!
await '[ "$(backlog_unix "$tmp/path.sock")" = 1 ]'
rm path.sock
serve
wait "$waits"
is "$(cat waits.out) $(echo hi | ask_unix path.sock)" 'waits hi' \
	'a path that was removed is made again, and who waits in the old socket is served'
is "$(names | wc -l)" 2 '... which is dropped'
end
rm path.sock
echo mine >path.sock
"$tools/store" -x "$tmp/notify" "$spawnd" -c "$tmp/spawnd.conf" 2>out
is "$? $(cat path.sock)" '3 mine' 'what stands there now is not touched'
rm path.sock
serve
path="$tmp/other.sock"
config "127.0.0.1:$b"
end
rm path.sock
echo mine >path.sock
: >spawnd.log
serve
is "$(cat path.sock)" mine '... nor when the path is wanted no more'
is "$(sed -n 's/.*listens no more on //p' spawnd.log | sort | xargs)" "$tmp/path.sock 127.0.0.1:$a" \
	'what nobody wants is told'
nc -z 127.0.0.1 "$a"
is $? 1 '... and closed'
await '[ "$(names | wc -l)" = 2 ]'
ok $? '... and dropped'

# A service that is not served, and a port that the kernel chooses.
path="$tmp/other.sock"
config "127.0.0.1:$b 127.0.0.1:0" 'enabled = no'
again
nc -z 127.0.0.1 "$b"
is "$? $(names | wc -l)" '1 1' 'of a service that is not enabled nothing is kept'
path="$tmp/more.sock"
config "127.0.0.1:$b 127.0.0.1:0"
again
[ ! -e other.sock ] && [ -S more.sock ]
ok $? 'a path that is not wanted is removed'
is "$(names | wc -l)" 2 'a port that the kernel chose is not kept'

# A start that fails behind a socket whose settings it has changed.
mkdir fixed
mount -t tmpfs tmpfs fixed
path="$tmp/fixed/path.sock"
config "127.0.0.1:$a"
again
is "$(ask "$a" </dev/null)" "$default" 'a port and a path'
end
mount -o remount,ro fixed
path=$(printf '%s\nsocket_mode = 0600' "$tmp/fixed/path.sock")
config "127.0.0.1:$a" 'keep_alive = 20' 'backlog = 5' 'rate = 1/h'
"$tools/store" -x "$tmp/notify" "$spawnd" -c "$tmp/spawnd.conf" 2>out
is "$? $(sed -n 's/.*cannot change the settings of //p' out)" \
	"3 $tmp/fixed/path.sock: Read-only file system" 'settings that cannot be had'
is "$(names | wc -l)" 2 '... and all is kept'
mount -o remount,rw fixed
path="$tmp/fixed/path.sock"
config "127.0.0.1:$a"
serve
is "$(ask "$a" </dev/null)" "$default" '... the next start has its own'
path="$tmp/other.sock"
config "127.0.0.1:$b"
again
umount -l fixed

# By reloads.
path="$tmp/other.sock"
config "127.0.0.1:$b 127.0.0.1:$c [::1]:$c"
reloaded 'a reload'
await '[ "$(names | wc -l)" = 4 ]'
ok $? '... gives what is new to be kept, and drops what is gone'
config "127.0.0.1:$b 192.0.2.1:$d"
reload_fails 'one that fails' '192.0.2.1'
is "$(names | wc -l)" 4 '... changes nothing'
config "127.0.0.1:$b 127.0.0.1:$c [::1]:$c"
first=$(inode "$c")
again
is "$(inode "$c")" "$first" 'the next start takes it'
end
done_testing
