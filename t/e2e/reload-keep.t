#!/bin/sh
# SPDX-License-Identifier: MIT
# An address that stays keeps its socket over a reload, with the clients that wait in
# it: also when its service is renamed, when it moves to another service, when the order
# changes, and where the kernel chose the port.
. "$(dirname "$0")/../reload.sh"
. "$(dirname "$0")/../lib.sh"

service() { # NAME WORD ADDRESS...
	name=$1 word=$2
	shift 2
	printf '[%s]\nlisten = %s\ncommand = sh -c "echo %s"\nuser = alice\n' \
		"$name" "$*" "$word"
}

port=$(free_port)
{
	service fixed one "127.0.0.1:$port"
	service chosen two 127.0.0.1:0
	service path three "$tmp/path.sock"
} >spawnd.conf
start
chosen=$(port_of chosen)
all() { echo "$(inode "$port")$(inode "$chosen")$(inode_unix "$tmp/path.sock")"; }
before=$(all)
sockets_before=$(sockets)
descriptors_before=$(descriptors)
is "$(echo "$before" | wc -w)" 3 'three listeners'

# The same, changed in all but the addresses.
{
	service fixed uno "127.0.0.1:$port"
	service chosen due 127.0.0.1:0
	service path tre "$tmp/path.sock"
} >spawnd.conf
reloaded 'other commands'
is "$(all)" "$before" '... the same listeners'
is "$(sockets)" "$sockets_before" '... on the same descriptors'
is "$(ask "$port" </dev/null) $(ask "$chosen" </dev/null) $(ask_unix path.sock </dev/null)" \
	'uno due tre' '... with the new commands'

# Clients wait in the backlog while the daemon stands still, and the services are
# renamed, moved and turned round meanwhile.
waiting() { # N: start clients of each
	kill -STOP "$pid"
	for n in $(seq "$1"); do
		nc -N 127.0.0.1 "$port" </dev/null >"fixed.$n" &
		nc -N 127.0.0.1 "$chosen" </dev/null >"chosen.$n" &
		nc -NU "$tmp/path.sock" </dev/null >"way.$n" &
	done
	await '[ "$(backlog "$port") $(backlog "$chosen")" = "'"$1 $1"'" ]'
	await '[ "$(backlog_unix "$tmp/path.sock")" = '"$1"' ]'
}

round() { # FIXED CHOSEN PATH NAME
	reloads_before=$(reloads)
	waiting 5
	kill -HUP "$pid"
	kill -CONT "$pid"
	# Some may be served before the reload: what they get says so.
	await '[ "$(reloads)" -gt "$reloads_before" ]'
	await '[ "$(cat fixed.* chosen.* way.* | wc -l)" = 15 ]'
	rm -f fixed.* chosen.* way.*
	is "$(all)" "$before" "$4: the same listeners, and nobody was lost"
	is "$(sockets)" "$sockets_before" "$4: on the same descriptors"
	is "$(ask "$port" </dev/null) $(ask "$chosen" </dev/null) $(ask_unix path.sock </dev/null)" \
		"$1 $2 $3" "$4: served as the new configuration says"
}

{
	service eins one "127.0.0.1:$port"
	service zwei two 127.0.0.1:0
	service drei three "$tmp/path.sock"
} >spawnd.conf
round one two three 'all renamed'
like "$(cat spawnd.log)" "eins: takes over 127\.0\.0\.1:$port$" 'which is told'

{
	service drei a "$tmp/path.sock"
	service zwei b 127.0.0.1:0
	service eins c "127.0.0.1:$port"
} >spawnd.conf
round c b a 'the order turned round'

{
	service drei a "127.0.0.1:$port"
	service zwei b "$tmp/path.sock"
	service eins c 127.0.0.1:0
} >spawnd.conf
round a c b 'addresses moved round'

service all x 127.0.0.1:0 "$tmp/path.sock" "127.0.0.1:$port" >spawnd.conf
round x x x 'one service for all'

{
	service eins one "127.0.0.1:$port"
	service zwei two 127.0.0.1:0
	service drei three "$tmp/path.sock"
} >spawnd.conf
round one two three 'and one for each again'
calm "$descriptors_before"
done_testing
