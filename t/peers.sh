# SPDX-License-Identifier: MIT
#
# peers.sh - inetd and xinetd beside spawnd, for tests that compare them; read before
# lib.sh.  They were unpacked by t/deps.sh, not installed.  The test has a network of
# its own, in which all ports are free.

peers=$(cd "$(dirname "$0")/../.." && pwd)/build/peers/usr/sbin

needs_peer() { # NAME
	[ -x "$peers/$1" ] && return
	echo "1..0 # SKIP needs $1: make deps"
	exit 0
}

if [ "$(id -u)" = 0 ] && [ -z "${SPAWND_TEST_NETWORK:-}" ]; then
	SPAWND_TEST_NETWORK=1 exec unshare --net -- "$0" "$@"
fi

peer=

# In the foreground, with few descriptors: xinetd closes all that there can be, one by
# one.  Its pid file goes where nobody sees it.
start_peer() { # PORT COMMAND...
	port=$1
	shift
	(
		ulimit -n 256
		exec "$@"
	) >>peer.log 2>&1 &
	peer=$!
	await 'nc -z 127.0.0.1 "$port" || ! kill -0 "$peer"'
	kill -0 "$peer" || bail "the peer did not start: $(cat peer.log)"
}

stop_peer() {
	kill "$peer"
	wait "$peer" 2>/dev/null
	peer=
}

# What a client of each gets, asked in the same way.
same() { # PORT NAME INPUT
	printf "$3" | ask "$1" >"$who.$1" 2>&1
	[ "$who" = spawnd ] || return
	cmp -s "peer.$1" "spawnd.$1"
	ok $? "$2"
	cmp -s "peer.$1" "spawnd.$1" || diff -a "peer.$1" "spawnd.$1" | cat -v | note
}

# The services that it did itself.
same_internals() {
	same 7 echo 'hello\nthere'
	same 9 discard 'hello\n'
	# Other digits for another second.
	ask 13 </dev/null | tr '0-9' N | cat -v >"$who.13"
	ask 37 </dev/null | od -An -tu1 | awk '{ print $1, $2 }' >"$who.37"
	nc 127.0.0.1 19 </dev/null 2>/dev/null | head -c 6000 >"$who.19"
	[ "$who" = spawnd ] || return
	is "$(cat spawnd.13)" "$(cat peer.13)" 'daytime'
	[ -s spawnd.13 ]
	ok $? '... is told'
	is "$(cat spawnd.37)" "$(cat peer.37)" 'time, to some hours'
	cmp -s peer.19 spawnd.19
	ok $? 'chargen'
	is "$(wc -c <spawnd.19)" 6000 '... goes on'
}
