#!/bin/sh
# SPDX-License-Identifier: MIT
# xinetd.conf becomes services that behave as before, attribute by attribute: what is
# kept, what is lost and why; a restriction that cannot be kept is never left out.
. "$(dirname "$0")/../convert.sh"
. "$(dirname "$0")/../lib.sh"

# A service "x" with these lines behind the ones that each needs.
entry() { # LINE...
	printf 'service x\n{\n\ttype = UNLISTED\n\tport = 1000\n\tsocket_type = stream\n'
	printf '\tprotocol = tcp\n\twait = no\n\tcps = 0 0\n'
	printf '\t%s\n' "$@"
	printf '}\n'
}
run='command = /bin/cat;argv0 = cat;user = alice'
kept() { # KEYS NAME LINE...
	kept=$1 name=$2
	shift 2
	keeps "$(entry 'user = alice' 'server = /bin/cat' "$@")" x "listen = $kept" "$name"
}
lost() { # KEYS REASON LINE...
	kept=$1 reason=$2
	shift 2
	loses "$(entry 'user = alice' 'server = /bin/cat' "$@")" x "$kept" "$reason"
}

# What is needed, and the address.
kept "1000;$run" 'a service'
like "$(cat out)" '^time_limit = infinity$' 'there is no time limit, as before'
like "$(cat out)" '^leftovers = keep$' 'nor are leftovers ended'
is_written_well
kept "0.0.0.0:1000;$run" 'IPv4' 'flags = IPv4'
kept "1000;$run" 'IPv6, which takes IPv4 too' 'flags = IPv6'
kept "1000;$run" 'both' 'flags = IPv6 IPv4'
kept "[::]:1000;ipv6_only = yes;$run" 'v6only' 'v6only = yes'
kept "127.0.0.1:1000;$run" 'bind' 'bind = 127.0.0.1'
kept "[::1]:1000;$run" 'interface' 'interface = ::1'
kept "0.0.0.0:1000;$run" 'all of IPv4' 'bind = 0.0.0.0'
keeps 'service http
{
	socket_type = stream
	wait = no
	user = alice
	server = /bin/cat
	cps = 0 0
}' http "listen = http;$run" 'a name of services(5)'
keeps "$(entry 'user = alice' 'server = /bin/cat' 'id = web-1')" web-1 "listen = 1000;$run" \
	'the id is the name'

# The command and its user.
keeps "$(entry 'user = alice' 'group = sound' 'server = /bin/ls' \
	'server_args = -l "a b" $HOME \ #x')" x \
	'listen = 1000;command = /bin/ls -l "\"a" "b\"" $HOME "\\" "#x";argv0 = ls;user = alice:sound' \
	'arguments, which know no quotes'
keeps "$(entry 'user = 1000' 'server = /usr/sbin/tcpd' 'server_args = in.x -l' 'flags = NAMEINARGS')" x \
	'listen = 1000;command = /usr/sbin/tcpd -l;argv0 = in.x;user = 1000:1000' \
	'NAMEINARGS, and a number that is its group too'
kept "1000;$run;groups = initgroups" 'the groups of the user' 'groups = yes'
kept "1000;$run;environment = B=2 A=3;pass_environment = TZ HOME" 'environment' \
	'env = A=1' 'env += B=2 A=3' 'passenv = TZ' 'passenv += HOME LANG' 'passenv -= LANG'
kept "1000;$run;pass_environment = \"\"" 'no environment' 'passenv ='
kept "1000;$run;nice = -5;umask = 077;limit_as = 8M;limit_cpu = 20;limit_data = 100K;limit_nofile = 50;limit_stack = infinity" \
	'limits' 'nice = -5' 'umask = 077' 'rlimit_as = 8M' 'rlimit_cpu = 20' 'rlimit_data = 100k' \
	'rlimit_files = 50' 'rlimit_stack = UNLIMITED'
kept "1000;$run;keep_alive = 2h;no_delay = yes" 'flags' \
	'flags = KEEPALIVE NODELAY NORETRY REUSE NOLIBWRAP'

# How many and how often.
kept "1000;$run;max_connections = 7;when_full = refuse;max_per_source = 2" 'instances' \
	'instances = 7' 'per_source = 2'
kept "1000;$run" 'no limits' 'instances = UNLIMITED' 'per_source = UNLIMITED'
keeps "$(entry 'user = alice' 'server = /bin/cat' | sed 's/cps = .*/cps = 30 5/')" x \
	"listen = 1000;$run;rate = 30/1s" 'cps'
keeps "$(entry 'user = alice' 'server = /bin/cat' | sed '/cps =/d')" x \
	"listen = 1000;$run;rate = 50/1s" "xinetd's own cps"

# Who may connect, and when.
kept "1000;$run;allow = 10.0.0.0/8 192.168.1.0/24 1.2.3.4/32 1.2.3.6/32 ::1/128 10.9.8.0/23" \
	'only_from' 'only_from = 10.0.0.0 192.168.1.0' 'only_from += 1.2.3.{4,6} ::1' \
	'only_from += 10.9.9.3/23'
kept "1000;$run;allow = 10.0.0.0/8" '-= takes out, however it is written' \
	'only_from = 10.0.0.0 192.168.1.0' 'only_from -= 192.168.1.0/24'
kept "1000;$run;deny = 10.1.0.0/16" 'no_access alone' 'no_access = 10.1.0.0'
kept "1000;$run;allow = 10.0.0.0/8;deny = 10.1.0.0/16" 'both' \
	'only_from = 10.0.0.0' 'no_access = 10.1.0.0'
kept "1000;$run;allow = 11.0.0.0/8;deny = 10.0.0.0/8" 'no_access wins, as it does in xinetd' \
	'only_from = 10.1.2.3 11.0.0.0 10.0.0.0' 'no_access = 10.0.0.0'
like "$(cat out)" '^# original:[0-9]*: left out, as no_access wins in xinetd: 10.1.2.3/32' '... and is told'
kept "1000;$run;deny = 0.0.0.0/0 ::/0" 'IPv4 clients as IPv6 shows them are refused too' \
	'only_from = 10.0.0.1' 'no_access = ::ffff:10.0.0.0/104'
kept "1000;$run;allow = 11.0.0.0/8;deny = 10.0.0.0/8" '... all of them' \
	'only_from = 10.0.0.1 ::ffff:11.0.0.0/104' 'no_access = ::ffff:10.0.0.0/104'
kept "1000;$run;deny = ::/80 0.0.0.0/0" '... by what is around them' \
	'no_access = ::/80'
kept "1000;$run;deny = 0.0.0.0/0 ::/0" 'nobody' 'only_from ='
kept "1000;$run;deny = 0.0.0.0/0 ::/0" 'nobody is left' 'only_from = 10.1.2.3' 'no_access = 10.0.0.0'
kept "1000;$run;allow = 0.0.0.0/0" 'all of IPv4' 'only_from = 0.0.0.0'
kept "1000;$run;allow = ::/0 0.0.0.0/0" 'all' 'only_from = ::'
kept "1000;$run;access_times = 08:00-09:30 12:15-13:00" 'times' 'access_times = 8:00-9:30 12:15-13:00'
kept "1000;$run" 'at all times' 'access_times = 0:00-23:59'

# Defaults; those of lists hold for what stands behind them.
cat >original <<-'EOF'
	defaults
	{
		instances = 60
		per_source = 5
		cps = 25 30
		only_from = 10.0.0.0
		only_from = 11.0.0.0
		no_access = 10.1.0.0
		groups = yes
		umask = 027
		bind = 127.0.0.1
		passenv = TZ
		log_type = SYSLOG authpriv info
		log_on_success = HOST PID DURATION EXIT
		log_on_failure = HOST
		disabled = b
	}
	service a
	{
		type = UNLISTED
		port = 1000
		socket_type = stream
		protocol = tcp
		wait = no
		user = alice
		server = /bin/cat
	}
	service b
	{
		type = UNLISTED
		port = 1001
		socket_type = stream
		protocol = tcp
		wait = no
		user = alice
		server = /bin/cat
		instances = 1
		per_source = UNLIMITED
		cps = 0 0
		only_from += 12.0.0.0
		no_access =
		groups = no
		umask = 0
		bind = 127.0.0.2
		passenv -= TZ
	}
EOF
convert original
is "$status $(cat err)" '0 ' 'defaults are kept'
is "$(section a)" "listen = 127.0.0.1:1000;$run;groups = initgroups;allow = 10.0.0.0/8 11.0.0.0/8;deny = 10.1.0.0/16;max_connections = 60;when_full = refuse;max_per_source = 5;rate = 25/1s;pass_environment = TZ;umask = 027" \
	'a service has them'
is "$(section b)" "listen = 127.0.0.2:1001;$run;allow = 10.0.0.0/8 11.0.0.0/8 12.0.0.0/8;max_connections = 1;when_full = refuse;pass_environment = \"\";umask = 0;enabled = no" \
	'... or changes them, and is switched off by its id'
like "$(cat out)" '^syslog_facility = authpriv$' 'the log goes where it went'
like "$(cat out)" '^log = syslog$' '... to syslog'
sed -i 's/SYSLOG .*/FILE \/var\/log\/x/; s/disabled = b/enabled = b/' original
convert original
like "$(cat out)" '^log = file:/var/log/x$' '... or to a file'
like "$(section a)" ';enabled = no$' 'what is not in a list of what is enabled is not'
unlike "$(section b)" 'enabled' '... but the one in it'

# What of the defaults is lost is told once, and is no more than a warning where all that
# have it are switched off.
{
	printf 'defaults\n{\nbanner = /etc/issue\nlog_on_failure = HOST USERID\n'
	printf 'only_from = .example.com 10.0.0.0\nmax_load = 3\n}\n'
	entry 'user = alice' 'server = /bin/cat' 'disable = yes'
	entry 'user = bob' 'server = /bin/cat' 'banner = /etc/motd' 'id = y'
	entry 'user = grace' 'server = /bin/cat' 'port = 1001' 'id = z' | sed '/port = 1000/d'
} >original
convert original
is "$status $(cat err)" '1 original:3: not kept, banner: no file is sent; the command must do it
original:4: not kept, USERID: no ident server is asked
original:5: not kept, only_from has a name, ".example.com"; write its addresses as allow
original:6: not kept, max_load: see max_connections
original:30: y: not kept, banner: no file is sent; the command must do it' 'a loss of all is told once'
is "$(grep -c '^# original:[3-6]: not kept' out)" 4 '... and written once'
sed -i 's/^banner.*/umask = x/; s/.*id = [yz]$/&\n\tdisable = yes/' original
convert original
is "$status $(sed 's/: not kept,.*//' err | paste -s -d ' ')" \
	'0 original: warning: no service is switched on, and spawnd serves none original:3: warning: umask is not kept: not an octal number of up to four digits: "x" original:4: warning original:5: warning original:6: warning original:30: warning: y' \
	'... as a warning where nobody was served'
{
	printf 'defaults\n{\nbind = localhost\n}\n'
	entry 'user = alice' 'server = /bin/cat'
	entry 'user = alice' 'server = /bin/cat' 'id = y'
} >original
convert original
is "$status $(sed 's/: not served.*//' err | paste -s -d ' ')" '1 original:3: x original:3: y' \
	'... but services that are lost by them are told each'

# xinetd's own files.
mkdir xinetd.d
for i in echo discard daytime time chargen; do
	cat >xinetd.d/$i <<-EOF
		# This is the tcp version.
		service $i
		{
			disable		= yes
			type		= INTERNAL
			id		= $i-stream
			socket_type	= stream
			protocol	= tcp
			user		= root
			wait		= no
		}                                                                               

		# This is the udp version.
		service $i
		{
			disable		= yes
			type		= INTERNAL
			id		= $i-dgram
			socket_type	= dgram
			protocol	= udp
			user		= root
			wait		= yes
		}
	EOF
done
for i in servers services; do
	printf 'service %s\n{\ntype = INTERNAL UNLISTED\nport = 9099\nsocket_type = stream\nprotocol = tcp\nwait = no\ndisable = yes\nonly_from = 127.0.0.1\n}\n' \
		$i >xinetd.d/$i
done
echo garbage | tee xinetd.d/x.dpkg-old xinetd.d/.x >xinetd.d/x~
printf '# Simple configuration file for xinetd\ndefaults\n{\n\n}\n\nincludedir %s\n' "$tmp/xinetd.d" >xinetd.conf
convert xinetd.conf
is "$status $(grep -c '^xinetd.conf: warning: no service is switched on' err)" '0 1' \
	"Debian's files, where all is switched off: nothing is lost"
is "$(grep -c 'warning: [a-z]*-dgram: not kept: a datagram service' err)" 5 '... and what has no counterpart told'
is "$(grep -c 'warning: serv[a-z]*: not kept: an internal service' err) $(wc -l <err)" '2 8' \
	'... with its lists'
is "$(sed -n 's/^\[\(.*\)\]/\1/p' out | paste -s -d ' ')" \
	'global chargen-stream daytime-stream discard-stream echo-stream time-stream' \
	'... in the order of the names of the files'
sed -i '/disable/d' xinetd.d/*
convert xinetd.conf
is "$status $(grep -c '^enabled = no' out)" '1 0' 'switched on they are served, and losses are'
like "$(section echo-stream)" '^listen = echo;command = /bin/cat;user = nobody;rate = 50/1s$' \
	'... by commands'
like "$(cat err)" "^$tmp/xinetd.d/time:[0-9]*: time-dgram: not kept" '... each with its file'

# Losses: a service that is served without something ...
lost "listen = 1000;$run" 'not kept, banner:' 'banner = /etc/issue'
lost "listen = 1000;$run" 'not kept, banner_success:' 'banner_success = /etc/issue'
lost "listen = 1000;$run" 'not kept, banner_fail:' 'banner_fail = /etc/issue'
loses "$(entry 'user = alice' 'group = sound' 'groups = yes' 'server = /bin/cat')" x \
	'listen = 1000;command = /bin/cat;argv0 = cat;user = alice:sound;groups = initgroups' \
	"not kept, the user's own group"
lost "listen = 1000;$run" 'not kept, max_load:' 'max_load = 2.5'
lost "listen = 1000;$run" 'not kept, libwrap:' 'libwrap = y'
lost "listen = 1000;$run" 'not kept, log_type' 'log_type = SYSLOG daemon'
lost "listen = 1000;$run" 'not kept, USERID' 'log_on_success += USERID'
lost "listen = 1000;$run" 'no attribute "bogus"' 'bogus = 1'
lost "listen = 1000;$run" 'nice takes 1 values, not 2' 'nice = 1 2'
lost "listen = 1000;$run" 'nice is not kept: .*"fast"' 'nice = fast'
lost "listen = 1000;$run" 'limit_as is not kept' 'rlimit_as = much'
lost "listen = 1000;$run;environment = A=1" 'environment is not kept: .*REMOTE_HOST' \
	'env = REMOTE_HOST=x A=1'
lost "listen = 1000;$run;pass_environment = A" 'pass_environment is not kept: .*TCPX' 'passenv = TCPX A'
lost "listen = 1000;$run;allow = 10.0.0.0/8" 'only_from has a name, ".example.com"' \
	'only_from = .example.com 10.0.0.0'
# ... and one that is not, because it would be served to more.
lost '' 'no_access has a name, "localhost"' 'no_access = localhost'
like "$(outline x)" "^listen = 1000;$run\$" '... but shown'
lost '' 'only_from names what is no address: "10.0.0.0,"' 'only_from = 10.0.0.0, 11.0.0.0'
lost '' 'no_access names what is no address' 'no_access = 10.0.0.0/255.0.0.0'
lost '' 'ident server' 'flags = IDONLY' 'log_on_failure = USERID'
lost '' 'SELinux' 'flags = LABELED'
lost '' 'sensor' 'flags = SENSOR'
lost '' 'no flag "BOGUS"' 'flags = BOGUS'
lost '' '"localhost" is no address' 'bind = localhost'
lost '' 'instances is 0' 'instances = 0'
lost '' 'per_source is no number' 'per_source = few'
lost '' 'not a time of the day: "8:00-24:00"' 'access_times = 8:00-24:00'
lost '' 'not a time of the day: "9:00-8:00"' 'access_times = 9:00-8:00'
lost '' 'redirection' 'redirect = 1.2.3.4 80'
lost '' 'blank before the operator in "nice=5"' 'nice=5'
lost '' 'no operator behind' 'nice 5'
for i in root 0; do
	loses "$(entry "user = $i" 'server = /bin/cat')" x '' 'runs as root'
done
is "$(outline x)" 'listen = 1000;command = /bin/cat;argv0 = cat;user = 0:0' '... which can be mended'
loses "$(entry 'user = alice' 'group = root' 'server = /bin/cat')" x '' 'runs as group root'
loses "$(entry 'user = alice' 'server = cat')" x '' 'no absolute path'
loses "$(entry 'user = alice' 'server = /usr/sbin/tcpd' 'flags = NAMEINARGS')" x '' 'NAMEINARGS without'
loses "$(entry 'server = /bin/cat')" x '' 'has no user'
loses "$(entry 'user = alice')" x '' 'has no server'
for i in 'type = RPC:RPC service' 'type = TCPMUX:TCPMUX' 'socket_type = dgram:datagram' \
	'protocol = udp:datagram' 'wait = yes:"wait"' 'socket_type = raw:not a stream' \
	'protocol = sctp:protocol .*"sctp"' 'type = BOGUS:no type "BOGUS"' \
	'wait = no:has no wait' 'port = 1000:has no port'; do
	line=${i%:*}
	case $i in *'has no'*) replacement= ;; *) replacement=$line ;; esac
	loses "$(entry 'user = alice' 'server = /bin/cat' | sed "s/${line%%=*}=.*/$replacement/")" \
		x '' "${i##*:}"
done
loses 'service no-such-service
{
	socket_type = stream
	wait = no
	user = alice
	server = /bin/cat
}' no-such-service '' 'services\(5\) has no'

# What is read in another way than it looks.
entry 'user = alice' 'server = /bin/cat' 'no_access = 10.1 10.2.0.0' >original
convert original
is "$status $(section x)" "0 listen = 1000;$run;deny = 10.0.0.1/32 10.2.0.0/16" \
	'half an address is taken as inet_aton(3) does'
is "$(cat err)" 'original:11: warning: x: "10.1" is taken for 10.0.0.1/32, as by xinetd' \
	'... and is told'
like "$(cat out)" '^# original:11: "10.1" is taken for 10.0.0.1/32' '... here too'

# What xinetd leaves out is left out.
kept "1000;$run;nice = 3" 'what is given twice' 'nice = 3' 'nice = 4' 'user = root'
like "$(cat out)" '^# original:[0-9]*: left out, as by xinetd: user is given twice' '... is told'
kept "1000;$run" 'what does nothing' 'mdns = yes' 'deny_time = 60' 'rlimit_rss = 1M'
{
	entry 'user = alice' 'server = /bin/one'
	entry 'user = alice' 'server = /bin/two'
} >original
convert original
is "$status $(sed -n 's/^command = //p' out)" '0 /bin/one' 'the first has the address'
like "$(cat out)" '^# original:12: not served, as by xinetd: "x" at original:1 has its address' '... as is told'
done_testing
