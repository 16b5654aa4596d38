#!/bin/sh
# SPDX-License-Identifier: MIT
# What --convert writes is a configuration in which spawnd -n finds no error, with every
# key that can come out.
. "$(dirname "$0")/../convert.sh"
. "$(dirname "$0")/../lib.sh"

checks() { # NAME
	cp out spawnd.conf
	said=$("$spawnd" -n -c spawnd.conf 2>&1)
	is "$? $(printf '%s\n' "$said" | grep -v ': warning: ')" '0 ' "$1"
}

cat >original <<-'EOF'
	echo stream tcp nowait root internal
	discard stream tcp4 nowait root internal
	discard stream tcp6 nowait root internal
	daytime stream tcp nowait root internal
	time stream tcp nowait root internal
	chargen stream tcp nowait root internal
	127.0.0.1,[::1]:1001 stream tcp,sndbuf=12k,rcvbuf=1m nowait.20 alice /bin/cat cat -u
	http stream tcp46 nowait alice.sound /bin/sh sh -c "echo 'x y' ; id" \ #
	1003 stream tcp nowait bob /bin/cat
	/run/x.sock stream unix nowait bob /bin/cat
	1004 stream tcp nowait root /bin/cat
	1005 dgram udp wait root /bin/cat
	1003 stream tcp nowait alice /bin/cat
	#<off># finger stream tcp nowait nobody /bin/cat in.fingerd
	garbage
EOF
convert original
checks 'inetd.conf'
is "$(grep -c '^\[' out)" 12 '... with all its services'
printf '%s\n' '80 stream,7 tcp nowait:9 alice /bin/cat' '81 stream tcp6 nowait alice /bin/cat' >original
convert original
checks 'of NetBSD'
printf '%s\n' '80 stream tcp nowait/10/20/30 alice:sound/daemon /bin/cat cat' \
	'81 stream tcp nowait/0 alice /bin/cat cat' >original
convert original
checks 'of FreeBSD'

cat >original <<-'EOF'
	defaults
	{
		log_type = SYSLOG authpriv info
		instances = 60
		no_access = 10.1.2.0
		umask = 027
	}
	service http
	{
		id = global
		socket_type = stream
		wait = no
		user = alice
		group = sound
		server = /bin/cat
		server_args = -u "x \
		flags = NODELAY KEEPALIVE IPv4
		instances = 5
		per_source = 2
		cps = 10 30
		only_from = 10.0.0.0 192.168.{1,2} ::1 2001:db8::/32
		access_times = 8:00-9:30 12:00-23:59
		env = A=1 "B=2
		passenv = TZ HOME
		nice = 5
		rlimit_as = 1000M
		rlimit_cpu = 20
		rlimit_data = UNLIMITED
		rlimit_files = 50
		rlimit_stack = 8m
		bind = 127.0.0.1
	}
	service x
	{
		type = UNLISTED
		socket_type = stream
		protocol = tcp
		port = 1002
		wait = no
		user = 2002
		groups = no
		server = /bin/cat
		v6only = yes
		only_from =
		passenv =
	}
	service x
	{
		type = UNLISTED
		socket_type = stream
		protocol = tcp
		port = 1002
		wait = no
		user = root
		server = /bin/cat
		flags = IPv4
	}
	service y
	{
		type = UNLISTED
		socket_type = stream
		protocol = tcp
		port = 1003
		wait = no
		user = grace
		groups = yes
		server = /bin/cat
		disable = yes
		only_from = ::
	}
EOF
convert original
checks 'xinetd.conf'
is "$(sed -n 's/^\[\(.*\)\]/\1/p' out | paste -s -d ' ')" 'global global-2 x y' '... with all its services'
sed -i 's/SYSLOG .*/FILE \/tmp\/x/' original
convert original
checks 'with a log of its own'

# What is shown as a comment of a service that is not served can be mended.
sed 's/^#\(\[.*\]\)$/\1/; s/^#\([a-z0-9_]* = \)/\1/; s/^user = root$/user = erin/' out >mended
mv mended out
checks 'with another user than root'
is "$(grep -c '^\[' out)" 5 '... there is one service more'

# What this machine does not have is not served, and does not keep the others from it.
lacks() { # STATUS KEPT ERRORS NAME
	convert original
	checks "$4"
	is "$status $(sed -n 's/^\[\(.*\)\]/\1/p' out | paste -s -d ' ')" "$1 $2" '... with what can be served'
	is "$(cat err)" "$3" '... and what cannot is told'
}
cat >original <<-'EOF'
	1001 stream tcp nowait alice /bin/cat
	1002 stream tcp nowait ghost /bin/cat
	#<off># 1003 stream tcp nowait ghost /bin/cat
	1004 stream tcp nowait alice:ghosts /bin/cat
	no-such-service stream tcp nowait alice /bin/cat
	#<off># no-such-service stream tcp nowait alice /bin/cat
	echo stream tcp nowait ghost internal
	1005 stream tcp nowait dave /bin/cat
	1006 stream tcp nowait spawnd /bin/cat
EOF
lacks 1 'global 1001' 'original:2: 1002: not served: user: no such account "ghost"
original:3: warning: 1003: not served: user: no such account "ghost"
original:4: 1004: not served: user: no such group "ghosts"
original:5: no-such-service: not served: services(5) has no TCP service "no-such-service" here
original:6: warning: no-such-service: not served: services(5) has no TCP service "no-such-service" here
original:7: echo: not served: user: no such account "ghost"
original:8: 1005: not served: user: "dave" has the supplementary group root (gid 0): no command runs so
original:9: 1006: not served: user: "spawnd" is the account "spawnd" of reserved_users' 'inetd.conf with strangers'
is "$(outline 1002)" 'listen = 1002;command = /bin/cat;argv0 = cat;user = ghost;groups = initgroups' \
	'... which can be mended'
like "$(cat out)" '^# original:3: not served: user: no such account "ghost"$' '... and are told there'
is "$(outline 1003)" 'listen = 1003;command = /bin/cat;argv0 = cat;user = ghost;groups = initgroups;enabled = no' \
	'... and stay switched off'
printf '%s\n' '#<off># 80 stream tcp nowait ghost /bin/cat' >original
convert original
is "$status $(sed -n 's/^original//p' err | paste -s -d ';')" '0 : warning: no service is switched on, and spawnd serves none;:1: warning: 80: not served: user: no such account "ghost"' \
	'nothing but a stranger that is switched off'
cat >original <<-'EOF'
	service a
	{
		type = UNLISTED
		socket_type = stream
		protocol = tcp
		port = 1001
		wait = no
		user = ghost
		server = /bin/cat
	}
	service b
	{
		type = UNLISTED
		socket_type = stream
		protocol = tcp
		port = 1001
		wait = no
		user = alice
		server = /bin/cat
		disable = no
	}
	service c
	{
		type = UNLISTED
		socket_type = stream
		protocol = tcp
		port = 1002
		wait = no
		user = ghost
		server = /bin/cat
		disable = yes
	}
EOF
lacks 1 'global b' 'original:1: a: not served: user: no such account "ghost"
original:22: warning: c: not served: user: no such account "ghost"' \
	'xinetd.conf, where another has the address then'
unlike "$(cat out)" 'has its address' '... and is no loser any more'
i=2000
while [ $((i += 1)) -le 2450 ]; do
	echo "$i stream tcp nowait ghost /bin/cat"
done >original
echo '1001 stream tcp nowait alice /bin/cat' >>original
convert original
checks 'more strangers than problems are kept'
is "$(grep -c '^\[' out) $(grep -c '^#\[' out) $(tail -n 1 err)" '2 450 spawnd: and 250 more' '... each of them told'
done_testing
