#!/bin/sh
# SPDX-License-Identifier: MIT
# Over a Unix socket the environment tells who the client is, and the client's own
# name only when it has one and it is printable.
. "$(dirname "$0")/../lib.sh"

cp "$tools/context" "$tools/dial" .
mkdir names
chmod 777 names
printf '[x]\nlisten = %s/socket\ncommand = %s/context\nuser = alice\n' "$tmp" "$tmp" \
	>spawnd.conf
start
before=$(descriptors)
chmod 666 socket
id=0

# With $remote, the line of IPCREMOTEPATH, and $client, its process id.
expected() { # UID GID
	cat <<-EOT
	HOME=/home/alice
	IPCLOCALPATH=$tmp/socket
	IPCREMOTEEGID=$2
	IPCREMOTEEUID=$1
	IPCREMOTEPID=$client
	${remote:-no name}
	LOGNAME=alice
	PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
	PROTO=UNIX
	SHELL=/bin/sh
	SPAWND_ID=$id
	SPAWND_SERVICE=x
	USER=alice
	EOT
}

# The client, as that user, by a name that may be of any bytes.
shows() { # UID GID LINE-OF-IPCREMOTEPATH NAME-OF-TEST [NAME]
	id=$((id + 1))
	uid=$1 gid=$2 remote=$3 name=$4
	shift 4
	setpriv --reuid="$uid" --regid="$gid" --clear-groups ./dial "$tmp/socket" "$@" >out &
	client=$!
	wait "$client"
	sed -n 's/^env //p' out | LC_ALL=C sort >env
	# In files: a name may have bytes that no shell keeps.
	expected "$uid" "$gid" | grep -av '^no name$' | LC_ALL=C sort >want
	cmp -s env want
	ok $? "$name"
	cmp -s env want || diff -a want env | note
}

shows 0 0 '' 'a client without a name'
shows 2002 2002 '' 'an ordinary user'
shows 2002 2998 '' 'with another group'
shows 2002 2002 "IPCREMOTEPATH=$tmp/names/one" 'a client with a name' "$tmp/names/one"
shows 2002 2002 "IPCREMOTEPATH=$tmp/names/a ~b" 'a name with a space' "$tmp/names/a ~b"
shows 2002 2002 "IPCREMOTEPATH=@spawnd-test-$$" 'an abstract name has an @ for its NUL' \
	"@spawnd-test-$$"
shows 2002 2002 '' 'an abstract name with a newline is not shown' \
	"$(printf '@spawnd-test\n%s' $$)"
shows 2002 2002 '' 'a name with a control character is not shown' \
	"$tmp/names/$(printf 'a\001b')"
shows 2002 2002 '' 'nor one with an escape' "$tmp/names/$(printf 'a\033[31m')"
shows 2002 2002 '' 'nor one with a newline' "$tmp/names/$(printf 'a\nUSER=root')"
shows 2002 2002 '' 'nor one with a byte above 126' "$tmp/names/$(printf 'a\177')"
shows 2002 2002 '' 'nor one that is not ASCII' "$tmp/names/$(printf '\303\251')"

# A relative name, and one as long as names can be: without a NUL at its end.
long=$(printf %0108d 0)
(cd names && exec ../dial "$tmp/socket" "$long") >out
is "$(sed -n 's/^env IPCREMOTEPATH=//p' out)" "$long" 'a name of 108 bytes is whole'
id=$((id + 1))
(cd names && exec ../dial "$tmp/socket" relative) >out
is "$(sed -n 's/^env IPCREMOTEPATH=//p' out)" relative \
	'a relative name is shown as it is'
await 'grep -q "x: end id=14" spawnd.log'
is "$(grep -c 'x: end id=[0-9]* peer=uid:2002 ' spawnd.log)" 11 \
	'the records name the uids'
calm "$before"
done_testing
