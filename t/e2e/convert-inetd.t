#!/bin/sh
# SPDX-License-Identifier: MIT
# inetd.conf in all its dialects becomes services that behave as before, line by line:
# what is kept, what is lost and why, and nothing half.
. "$(dirname "$0")/../convert.sh"
. "$(dirname "$0")/../lib.sh"

# Fields.
as='user = alice;groups = initgroups'
keeps '1234 stream tcp nowait alice /bin/cat' 1234 \
	"listen = 1234;command = /bin/cat;argv0 = cat;$as" 'a port'
like "$(cat out)" '^time_limit = infinity$' 'there is no time limit, as before'
like "$(cat out)" '^leftovers = keep$' 'nor are leftovers ended'
like "$(cat out)" '^max_connections = infinity$' 'nor is there a limit of commands'
is_written_well
keeps 'http	stream	tcp	nowait	alice	/bin/cat	cat	-u	x' http \
	"listen = http;command = /bin/cat -u x;argv0 = cat;$as" 'a name, and arguments'
keeps '127.0.0.1:80 stream tcp nowait alice /bin/cat' 80 \
	"listen = 127.0.0.1:80;command = /bin/cat;argv0 = cat;$as" 'an address'
keeps '[::1]:80 stream tcp6 nowait alice /bin/cat' 80 \
	"listen = [::1]:80;ipv6_only = yes;command = /bin/cat;argv0 = cat;$as" 'one of IPv6'
keeps '127.0.0.1,10.0.0.1,[::1]:http stream tcp nowait alice /bin/cat' http \
	"listen = 127.0.0.1:http 10.0.0.1:http [::1]:http;command = /bin/cat;argv0 = cat;$as" \
	'a list of addresses'
keeps '*,127.0.0.1:80 stream tcp nowait alice /bin/cat' 80 \
	"listen = 80;command = /bin/cat;argv0 = cat;$as" 'an address that another contains'
keeps '80 stream tcp4 nowait alice /bin/cat' 80 \
	"listen = 0.0.0.0:80;command = /bin/cat;argv0 = cat;$as" tcp4
keeps '80 stream tcp6 nowait alice /bin/cat' 80 \
	"listen = [::]:80;ipv6_only = yes;command = /bin/cat;argv0 = cat;$as" tcp6
keeps '80 stream tcp46 nowait alice /bin/cat' 80 \
	"listen = 80;command = /bin/cat;argv0 = cat;$as" tcp46
keeps '80 stream tcp,sndbuf=12k,rcvbuf=1m nowait alice /bin/cat' 80 \
	"listen = 80;send_buffer = 12K;receive_buffer = 1M;command = /bin/cat;argv0 = cat;$as" \
	'sizes of buffers'
keeps '80 stream tcp/sndbuf=5000 nowait alice /bin/cat' 80 \
	"listen = 0.0.0.0:80;send_buffer = 5000;command = /bin/cat;argv0 = cat;$as" \
	'... behind a slash'
keeps '80 stream tcp nowait.20 alice /bin/cat' 80 \
	"listen = 80;rate = 20/1min;command = /bin/cat;argv0 = cat;$as" nowait.20
keeps '80 stream tcp nowait:20 alice /bin/cat' 80 \
	"listen = 0.0.0.0:80;rate = 20/1min;command = /bin/cat;argv0 = cat;$as" \
	'nowait:20 of NetBSD, where tcp is IPv4'
keeps '80 stream,5 tcp nowait alice /bin/cat' 80 \
	"listen = 0.0.0.0:80;max_connections = 5;command = /bin/cat;argv0 = cat;$as" \
	'its limit of clients'
keeps '80 stream tcp nowait/10 alice /bin/cat' 80 \
	"listen = 0.0.0.0:80;max_connections = 10;command = /bin/cat;argv0 = cat;$as" \
	'nowait/10 of FreeBSD, where tcp is IPv4'
keeps '80 stream tcp nowait/10/20/3 alice /bin/cat' 80 \
	"listen = 0.0.0.0:80;max_connections = 10;rate_per_source = 20/1min;max_per_source = 3;command = /bin/cat;argv0 = cat;$as" \
	'all its limits'
keeps '80 stream tcp nowait/0/0/7 alice /bin/cat' 80 \
	"listen = 0.0.0.0:80;max_per_source = 7;command = /bin/cat;argv0 = cat;$as" \
	'where 0 is none'
keeps '80 stream tcp6only nowait alice /bin/cat' 80 \
	"listen = [::]:80;ipv6_only = yes;command = /bin/cat;argv0 = cat;$as" \
	'tcp6only of inetutils'
for i in alice.sound alice:sound; do
	keeps "80 stream tcp nowait $i /bin/cat" 80 \
		'listen = 80;command = /bin/cat;argv0 = cat;user = alice:sound;groups = initgroups' "$i"
done
for i in nowait nowait/0 nowait:; do
	echo "80 stream tcp $i alice.sound /bin/cat" >original
	convert original
	is "$status $(sed -n 's/^user = //p' out)" '0 alice:sound' "user.group with $i"
done
echo 'first.last:x:3100:3100::/:/bin/sh' >>passwd
echo 'alice.last:x:3099:3100::/:/bin/sh' >>passwd
echo 'last:x:3100:' >>group
keeps '80 stream tcp nowait first.last /bin/cat' 80 \
	'listen = 80;command = /bin/cat;argv0 = cat;user = first.last;groups = initgroups' 'a name with a dot'
echo '80 stream tcp nowait alice.last /bin/cat' >original
convert original
is "$status $(sed -n 's/^user = //p' out) $(cat err)" \
	'0 alice.last original:1: warning: 80: taken for the account "alice.last", not for a user with a group' \
	'what could be both is told'
loses '80 stream tcp nowait ghost.sound /bin/cat' 80 '' 'no such account "ghost.sound"'
keeps '/run/x.sock stream unix nowait alice /bin/cat' x.sock \
	"listen = /run/x.sock;command = /bin/cat;argv0 = cat;$as" 'a Unix socket'
keeps '79 stream tcp nowait alice /usr/sbin/tcpd in.fingerd -w' 79 \
	"listen = 79;command = /usr/sbin/tcpd -w;argv0 = in.fingerd;$as" 'tcpd and its argv0'
keeps '79 stream tcp nowait alice /usr/sbin/tcpd /usr/sbin/in.fingerd' 79 \
	"listen = 79;command = /usr/sbin/tcpd;argv0 = /usr/sbin/in.fingerd;$as" '... as a path'
# Quotes: in openbsd-inetd there are none.
quoted="/bin/sh sh -c 'echo \"a\" ; id' \"x y\" it''s \"\" a\"b c\"d"
echo "80 stream tcp nowait alice $quoted" >original
convert original
is "$status $(section 80)" \
	"0 listen = 80;command = /bin/sh -c \"'echo\" \"\\\"a\\\"\" \";\" \"id'\" \"\\\"x\" \"y\\\"\" \"it''s\" \"\\\"\\\"\" \"a\\\"b\" \"c\\\"d\";argv0 = sh;$as" \
	'quotes are parts of words'
like "$(cat err)" '^original:1: warning: 80: its quotes are parts of words' '... which is told'
keeps "80 stream tcp nowait/0 alice $quoted" 80 \
	"listen = 0.0.0.0:80;command = /bin/sh -c \"echo \\\"a\\\" ; id\" \"x y\" \"it''s\" \"\" \"a\\\"b\" \"c\\\"d\";argv0 = sh;$as" \
	'... but quote whole ones in FreeBSD'
keeps "80 stream tcp nowait: alice $quoted" 80 \
	"listen = 0.0.0.0:80;command = /bin/sh -c \"echo \\\"a\\\" ; id\" \"x y\" its \"\" \"ab cd\";argv0 = sh;$as" \
	'... and any in NetBSD'
keeps '80 stream tcp nowait alice /bin/echo echo #x \ + ;y $HOME `id`' 80 \
	"listen = 80;command = /bin/echo \"#x\" \"\\\\\" \"+\" \";y\" \$HOME \`id\`;argv0 = echo;$as" \
	'words that mean something here are quoted'
keeps '80 stream tcp nowait alice /bin/echo
	echo one
   two' 80 "listen = 80;command = /bin/echo one two;argv0 = echo;$as" 'continued lines'
keeps '80 stream tcp nowait alice /bin/cat' 80 \
	"listen = 80;command = /bin/cat;argv0 = cat;$as" 'lines that end as in DOS'

# What inetd did itself.
for i in echo discard daytime time chargen; do
	echo "$i stream tcp nowait root internal" >original
	convert original
	is "$status $(cat err)" '0 ' "internal $i is kept"
	like "$(section $i)" "^listen = $i;command = /[^;]* .*;user = nobody\$|cat;user = nobody\$" \
		'... as a command of nobody'
done
keeps 'echo stream tcp nowait alice internal' echo \
	'listen = echo;command = /bin/cat;user = alice' '... or of the user that is named'

# Addresses alone on a line.
convert <<-'EOF'
	127.0.0.1,10.0.0.1:
	80 stream tcp nowait alice /bin/cat
	10.0.0.2:81 stream tcp nowait alice /bin/cat
	*:
	82 stream tcp nowait alice /bin/cat
EOF
is "$status $(sed -n 's/^listen = //p' out | paste -s -d ';')" \
	'0 127.0.0.1:80 10.0.0.1:80;10.0.0.2:81;82' 'an address alone is for the lines below'

# What update-inetd(8) switched off; other comments are none.
convert <<-'EOF'
	#:INFO: Info services
	#<off># finger stream tcp nowait nobody /usr/sbin/tcpd /usr/sbin/in.fingerd
	#<off>#	http	stream	tcp	nowait	alice	/bin/cat
	#<off># ftp stream tcp nowait root /usr/sbin/tcpd /usr/sbin/in.ftpd
	#<off># tftp dgram udp wait root /usr/sbin/tcpd /usr/sbin/in.tftpd /srv/tftp
	#<off># is no line
	# 80 stream tcp nowait alice /bin/cat
EOF
like "$(section finger)" ';enabled = no$' 'a line that is switched off stays so'
like "$(section http)" ';enabled = no$' '... with or without a blank'
is "$status" 0 'what was switched off is no loss'
like "$(cat err)" '^original:4: warning: ftp: .*root' '... but told'
like "$(cat err)" '^original:5: warning: tftp: .*datagram' '... with its line'
unlike "$(cat out)" 'is no line' '... and a comment is a comment'

# Losses.
loses 'daytime dgram udp wait root internal' daytime '' 'datagram service'
loses 'x/1-3 stream rpc/tcp nowait alice /bin/x' 3 '' 'RPC service'
loses 'tcpmux/x stream tcp nowait alice /bin/x' x '' 'TCPMUX'
loses '80 stream tcp wait alice /bin/x' 80 '' '"wait"'
loses '80 stream tcp wait.60 alice /bin/x' 80 '' '"wait"'
loses '80 raw tcp nowait alice /bin/x' 80 '' 'not a stream'
loses '80 stream sctp nowait alice /bin/x' 80 '' 'not a protocol .*"sctp"'
loses '80 stream udp nowait alice /bin/x' 80 '' 'not a protocol .*"udp"'
loses 'ftp stream tcp nowait root /usr/sbin/in.ftpd ftpd -l' ftp '' 'runs as root'
is "$(outline ftp)" \
	'listen = ftp;command = /usr/sbin/in.ftpd -l;argv0 = ftpd;user = root;groups = initgroups' \
	'... and its section can be taken from the comment'
for i in root.root root:sound 0 alice.root alice:0; do
	loses "80 stream tcp nowait $i /bin/x" 80 '' 'runs as (group )?root'
done
loses '80 stream tcp nowait alice/daemon /bin/x' 80 \
	'listen = 0.0.0.0:80;command = /bin/x;argv0 = x;user = alice;groups = initgroups' \
	'login class .*"daemon"'
is "$(section 80)" 'listen = 0.0.0.0:80;command = /bin/x;argv0 = x;user = alice;groups = initgroups' \
	'... and no more'
loses 'no-such-service stream tcp nowait alice /bin/x' no-such-service '' 'services\(5\) has no'
loses '0 stream tcp nowait alice /bin/x' 0 '' 'services\(5\) has no'
loses 'localhost,127.0.0.1:80 stream tcp nowait alice /bin/x' 80 \
	'listen = 127.0.0.1:80;command = /bin/x;argv0 = x;user = alice;groups = initgroups' \
	'"localhost" is no address'
loses 'localhost:80 stream tcp nowait alice /bin/x' 80 '' 'no address is left'
loses '127.0.0.1:80 stream tcp6 nowait alice /bin/x' 80 '' 'not of its protocol'
loses '80 stream tcp,window=3 nowait alice /bin/x' 80 \
	'listen = 80;command = /bin/x;argv0 = x;user = alice;groups = initgroups' 'option .*"window"'
loses '80 stream:dataready tcp nowait alice /bin/x' 80 \
	'listen = 0.0.0.0:80;command = /bin/x;argv0 = x;user = alice;groups = initgroups' \
	'accept filter .*"dataready"'
loses '80 stream,5 tcp nowait/7 alice /bin/x' 80 \
	'listen = 0.0.0.0:80;max_connections = 5;command = /bin/x;argv0 = x;user = alice;groups = initgroups' \
	'max_connections is kept once'
loses '80 stream tcp nowait.many alice /bin/x' 80 \
	'listen = 80;command = /bin/x;argv0 = x;user = alice;groups = initgroups' 'not a number: "many"'
loses '80 stream tcp maybe alice /bin/x' 80 \
	'listen = 80;command = /bin/x;argv0 = x;user = alice;groups = initgroups' 'taken for nowait: "maybe"'
loses '80 stream tcp nowait alice x' 80 '' 'no absolute path'
loses '80 stream tcp nowait alice /usr/sbin/tcpd' 80 '' 'tcpd is not told'
loses '80 stream tcp nowait alice /usr/sbin/tcpd tcpd' 80 '' 'tcpd is not told'
loses 'x.sock stream unix nowait alice /bin/x' x.sock '' 'not an absolute path'
loses 'systat stream tcp nowait root internal' systat '' 'for which there is no command'
loses '#@ ipsec ah/require' x '' 'IPsec policy'
loses '.include /etc/inetd.d' x '' 'directive of NetBSD'
loses '80 on protocol = tcp, socktype = stream,
  exec = /bin/x, user = alice;' 80 '' "NetBSD's notation"
loses '80 on
protocol = tcp,
exec = /bin/x, user = alice;
81 stream tcp nowait alice /bin/x' 80 '' "NetBSD's notation"
is "$(grep -c . err) $(section 81)" \
	'1 listen = 81;command = /bin/x;argv0 = x;user = alice;groups = initgroups' \
	'... up to its semicolon'
loses '80 stream tcp nowait alice' 80 '' 'six words or more'

# One address is served by one, as before: the last of two lines that say the same, the
# first of others.
convert <<-'EOF'
	http stream tcp nowait alice /bin/one
	http stream tcp nowait alice /bin/two
	80 stream tcp nowait alice /bin/three
	127.0.0.1:80 stream tcp nowait alice /bin/four
	81 stream tcp4 nowait alice /bin/five
	81 stream tcp6 nowait alice /bin/six
EOF
is "$status $(sed -n 's/^command = //p' out | paste -s -d ' ')" '0 /bin/two /bin/five /bin/six' \
	'who had an address has it'
is "$(grep -c '^#.*not served, as by inetd: "http" at original:2' out)" 3 '... and why is told'
is "$(sed -n 's/^\[\(.*\)\]/\1/p' out | paste -s -d ' ')" 'global http 81 81-2' \
	'names are not taken twice'
keeps '8080 stream tcp nowait alice /bin/x
#<off># 8080 stream tcp nowait alice /bin/y' 8080 \
	'listen = 8080;command = /bin/x;argv0 = x;user = alice;groups = initgroups' \
	'what is switched off takes no address'

# The lines of packages, and of augeas' test.
id=3100
for i in telnetd identd news fred mary wilma; do
	echo "$i:x:$((id += 1)):$id::/:/bin/sh" >>passwd
	echo "$i:x:$id:" >>group
done
convert <<-'EOF'
	# /etc/inetd.conf:  see inetd(8) for further informations.
	#:INTERNAL: Internal services
	#discard		stream	tcp	nowait	root	internal
	discard		stream	tcp6	nowait	root	internal
	#:STANDARD: These are standard services.
	telnet		stream	tcp	nowait	telnetd	/usr/sbin/tcpd	/usr/sbin/telnetd
	#:BSD: Shell, login, exec and talk are BSD protocols.
	talk		dgram	udp	wait	nobody.tty	/usr/sbin/in.talkd	in.talkd
	#:INFO: Info services
	finger		stream	tcp	nowait	nobody	/usr/sbin/tcpd	/usr/sbin/in.fingerd
	ident		stream	tcp	wait	identd	/usr/sbin/identd	identd
	#:BOOT: TFTP service is provided primarily for booting.
	tftp		dgram	udp	wait	nobody	/usr/sbin/tcpd	/usr/sbin/in.tftpd --tftpd-timeout 300 /srv/tftp
	#:OTHER: Other services
	cvspserver	stream	tcp	nowait.400	root	/usr/sbin/tcpd /usr/sbin/cvs-pserver
	git		stream	tcp	nowait	nobody	/usr/bin/git	git daemon --inetd --verbose --export-all /var/lib/git
	nntp		stream	tcp	nowait	news	/usr/sbin/tcpd	/usr/sbin/leafnode
	swat		stream	tcp	nowait.400	root	/usr/sbin/tcpd	/usr/sbin/swat
	127.0.0.1:http	stream	tcp	nowait	nobody	/usr/sbin/micro-httpd micro-httpd /srv/www
EOF
is "$status" 1 "Debian's lines: some are lost"
is "$(sed -n 's/^\[\(.*\)\]/\1/p' out | paste -s -d ' ')" \
	'global discard telnet finger git nntp http' '... these are kept'
is "$(sed 's/^original:\([0-9]*\): \([a-z]*\): .*/\1:\2/' err | uniq | paste -s -d ' ')" \
	'8:talk 11:ident 13:tftp 15:cvspserver 18:swat' '... and these are told'
is "$(section git)" 'listen = git;command = /usr/bin/git daemon --inetd --verbose --export-all /var/lib/git;argv0 = git;user = nobody;groups = initgroups' \
	'git-daemon is what it was'
convert <<-'EOF'
	# Blah di blah comment

	simplesrv	stream	tcp	nowait	fred	/usr/bin/simplesrv
	arguserve	dgram	udp	wait	mary	/usr/bin/usenet		foo bar wombat

	1234		stream	tcp	nowait	fred	/usr/bin/numbersrv

	127.0.0.1:1235	stream	tcp	nowait	fred	/usr/bin/addrsrv
	127.0.0.1,10.0.0.1:1236	stream tcp nowait fred /usr/bin/multiaddrsrv
	faff.fred.com:
	127.0.0.1,faff.fred.com:
	*:

	1237	stream	tcp,sndbuf=12k	nowait	fred	/usr/bin/sndbufsrv
	1238	stream	tcp,rcvbuf=24k	nowait	fred	/usr/bin/rcvbufsrv
	1239	stream	tcp,sndbuf=1m,rcvbuf=24k	nowait	fred /usr/bin/allbufsrv

	1240	stream	tcp	nowait	fred.wilma	/usr/bin/dotgroupsrv
	1241	stream	tcp	nowait	fred:wilma	/usr/bin/colongroupsrv

	1242		stream	tcp	nowait.20	fred	/usr/bin/maxsrv
EOF
is "$(sed -n 's/^command = .usr.bin.//p' out | paste -s -d ' ')" \
	'numbersrv addrsrv multiaddrsrv sndbufsrv rcvbufsrv allbufsrv dotgroupsrv colongroupsrv maxsrv' \
	"augeas' lines are kept"
is "$(sed 's/^original:\([0-9]*\): \([a-z]*\): .*/\1:\2/' err | uniq | paste -s -d ' ')" \
	'3:simplesrv 4:arguserve' '... or told'
is_written_well
done_testing
