#!/bin/sh
# SPDX-License-Identifier: MIT
# Clients of inetd get the same from spawnd, with inetd's configuration converted.
. "$(dirname "$0")/../peers.sh"
needs_peer inetd
. "$(dirname "$0")/../lib.sh"
ip link set lo up
mount -t tmpfs run /run

cat >who <<-'EOF'
	#!/bin/sh
	echo "$@"
	id
	umask
	nice
	cat
EOF
chmod 755 who
cat >inetd.conf <<-EOF
	echo stream tcp nowait root internal
	discard stream tcp nowait root internal
	daytime stream tcp nowait root internal
	time stream tcp nowait root internal
	chargen stream tcp nowait root internal
	1001 stream tcp nowait alice $tmp/who who one \$HOME #two
	1002 stream tcp nowait erin:sound $tmp/who
	1003 stream tcp nowait alice.sound /bin/cat other /missing -u
	127.0.0.1:1004 stream tcp nowait.100 bob $tmp/who who -x
	1005 stream tcp4 nowait nobody $tmp/who
	1006 stream tcp6 nowait nobody $tmp/who
	#<off># 1007 stream tcp nowait nobody $tmp/who
EOF

compare() {
	same_internals
	for i in 1001 1002 1004 1005 1006 1007; do
		same $i "port $i" 'hello\nthere'
	done
	same 1003 'port 1003' ''
	# Clients of IPv6.
	for i in 1001 1004 1005 1006 1007; do
		echo hello | nc -N ::1 $i >"$who.6.$i" 2>&1
		[ "$who" = peer ] || is "$(cat spawnd.6.$i)" "$(cat peer.6.$i)" "port $i over IPv6"
	done
}

who=peer
start_peer 1005 "$peers/inetd" -i inetd.conf
compare
stop_peer
like "$(cat peer.1001)" '^one \$HOME #two$' 'inetd serves'
like "$(cat peer.1002)" 'gid=3001.*video' '... with groups'
like "$(cat peer.1003)" '^other: /missing' '... with an argv[0]'
is "$(cat peer.6.1004 peer.6.1005 peer.1006 peer.1007)" '' '... but where it does not listen'

who=spawnd
"$spawnd" --convert inetd.conf >spawnd.conf 2>err
is "$? $(cat err)" '0 ' 'all is kept'
"$spawnd" -c spawnd.conf -n >err 2>&1
is "$?" 0 '... and is a configuration'
start
compare
done_testing
