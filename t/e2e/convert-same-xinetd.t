#!/bin/sh
# SPDX-License-Identifier: MIT
# Clients of xinetd get the same from spawnd, with xinetd's configuration converted: the
# same answers, and none where they got none.
. "$(dirname "$0")/../peers.sh"
needs_peer xinetd
. "$(dirname "$0")/../lib.sh"
ip link set lo up
ip address add 10.1.2.3/32 dev lo
ip address add 10.9.9.9/32 dev lo

cat >who <<-'EOF'
	#!/bin/sh
	echo "$@"
	id
	umask
	nice
	ulimit -v
	[ "$1" != limits ] || ulimit -n
	# Over IPv4 it is an IPv4 address here.
	echo "${REMOTE_HOST#::ffff:} $A $B"
	[ "$1" != environment ] || echo "$PASSED"
	cat
EOF
chmod 755 who

service() { # PORT LINE...
	printf 'service s%s\n{\n\ttype = UNLISTED\n\tsocket_type = stream\n' "$1"
	printf '\tprotocol = tcp\n\twait = no\n\tport = %s\n' "$1"
	shift
	printf '\t%s\n' "$@"
	printf '}\n'
}
{
	printf 'defaults\n{\n\tlog_type = FILE %s/log\n\tumask = 027\n}\n' "$tmp"
	for i in echo discard daytime time chargen; do
		printf 'service %s\n{\ntype = INTERNAL\nsocket_type = stream\nwait = no\n}\n' $i
	done
	# shellcheck disable=SC2016 # it is for nobody to expand
	service 1001 'user = alice' "server = $tmp/who" 'server_args = one "two $HOME #'
	service 1002 'user = erin' "server = $tmp/who" 'server_args = limits' 'groups = yes' \
		'flags = IPv4' 'nice = 3' 'umask = 077' 'rlimit_as = 100M' 'rlimit_files = 50'
	service 1003 'flags = NAMEINARGS' 'user = erin' 'group = sound' 'server = /bin/cat' \
		'server_args = other /missing -u'
	service 1004 'user = bob' "server = $tmp/who" 'server_args = environment' 'bind = 127.0.0.1' \
		'env = A=1' 'env += B=2 A=3' 'passenv = PASSED'
	service 1005 'user = bob' "server = $tmp/who" 'disable = yes'
	service 1006 'user = 2001' "server = $tmp/who" 'only_from = 127.0.0.1' 'flags = IPv4'
	service 1007 'user = alice' "server = $tmp/who" 'no_access = 10.1.2.3' 'flags = IPv4'
	service 1008 'user = alice' "server = $tmp/who" 'only_from = 10.1.2.3 127.0.0.0' \
		'no_access = 10.1.0.0' 'flags = IPv4'
	service 1009 'user = alice' "server = $tmp/who" 'only_from =' 'flags = IPv4'
	service 1010 'user = alice' "server = $tmp/who" 'only_from = 10.1.0.0' \
		'no_access = 10.1.2.3' 'flags = IPv4'
	service 1011 'user = alice' "server = $tmp/who" 'only_from = 10.{1,9}' 'flags = IPv4'
	service 1012 'user = alice' "server = $tmp/who" 'instances = 1' 'flags = IPv4'
	service 1013 'user = alice' "server = $tmp/who" 'per_source = 1' 'flags = IPv4'
} >xinetd.conf

# A second client, while the first is served.
second() { # PORT
	mkfifo "hold.$1"
	ask "$1" <"hold.$1" >"first.$1" 2>&1 &
	exec 3>"hold.$1"
	await "grep -q uid= first.$1"
	echo hello | ask "$1" >"$who.second.$1" 2>&1
	exec 3>&-
	wait $!
	rm "hold.$1"
	[ "$who" = peer ] ||
		is "$(cat "spawnd.second.$1")" "$(cat "peer.second.$1")" "port $1, when it is full"
}

compare() {
	same_internals
	for i in 1001 1002 1004 1005; do
		same $i "port $i" 'hello\nthere'
	done
	same 1003 'port 1003' ''
	for i in 1006 1007 1008 1009 1010 1011; do
		for from in 127.0.0.1 10.1.2.3 10.9.9.9; do
			echo hello | nc -N -s $from 127.0.0.1 $i >"$who.$from.$i" 2>&1
			[ "$who" = peer ] ||
				is "$(cat "spawnd.$from.$i")" "$(cat "peer.$from.$i")" "port $i from $from"
		done
	done
	second 1012
	second 1013
}

export PASSED=passed
who=peer
start_peer 1002 "$peers/xinetd" -dontfork -filelog "$tmp/filelog" -pidfile "$tmp/pid" -f xinetd.conf
compare
stop_peer
like "$(cat peer.1001)" '^one "two \$HOME #$' 'xinetd serves'
like "$(cat peer.1002)" 'groups=2005.*sound.*video' '... with groups'
like "$(cat peer.1003)" '^other: /missing' '... with an argv[0]'
like "$(cat peer.1004 | paste -s -d ' ')" '127.0.0.1 3 2 passed' '... with an environment'
is "$(grep -l hello peer.[0-9]*.[0-9]*.[0-9]*.*| paste -s -d ' ')" \
	'peer.10.1.2.3.1011 peer.10.9.9.9.1007 peer.10.9.9.9.1011 peer.127.0.0.1.1006 peer.127.0.0.1.1007 peer.127.0.0.1.1008' \
	'... and refuses, no_access before only_from'
is "$(cat peer.second.*)" '' '... and whoever is too many'

who=spawnd
"$spawnd" --convert xinetd.conf >spawnd.conf 2>err
is "$? $(cat err)" '0 ' 'all is kept'
"$spawnd" -c spawnd.conf -n >err 2>&1
is "$?" 0 '... and is a configuration'
start
compare
done_testing
