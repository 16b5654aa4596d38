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
done_testing
