#!/bin/sh
# SPDX-License-Identifier: MIT
# An address that is none, or that is listened on already in whatever disguise, is
# an error that names both places.
. "$(dirname "$0")/../lib.sh"

two() { # ADDRESS ADDRESS: a service each; the second is at line 6
	printf '[a]\nlisten = %s\ncommand = cat\nuser = alice\n[b]\nlisten = %s\ncommand = cat\nuser = bob\n' \
		"$1" "$2" >x.conf
	said=$("$spawnd" -c x.conf -n 2>&1)
	said="$? $said"
}

clash() { # ADDRESS ADDRESS SHOWN SHOWN
	two "$1" "$2"
	is "$said" "1 x.conf:6: b: listen: $4 is also listened on as $3 by a, at x.conf:2" \
		"$1 and $2"
	two "$2" "$1"
	is "$said" "1 x.conf:6: b: listen: $3 is also listened on as $4 by a, at x.conf:2" \
		'... in the other order'
}

apart() { # ADDRESS ADDRESS
	two "$1" "$2"
	is "$said" '0 ' "$1 and $2 are two"
}

clash 1080 1080 '*:1080' '*:1080'
clash 1080 '*:1080' '*:1080' '*:1080'
clash 1080 127.0.0.1:1080 '*:1080' 127.0.0.1:1080
clash 1080 '[::1]:1080' '*:1080' '[::1]:1080'
clash 1080 0.0.0.0:1080 '*:1080' 0.0.0.0:1080
clash '[::]:1080' 0.0.0.0:1080 '[::]:1080' 0.0.0.0:1080
clash '[::]:1080' 127.0.0.1:1080 '[::]:1080' 127.0.0.1:1080
clash 0.0.0.0:1080 127.0.0.1:1080 0.0.0.0:1080 127.0.0.1:1080
clash 127.0.0.1:1080 '[::ffff:127.0.0.1]:1080' 127.0.0.1:1080 127.0.0.1:1080
clash '[::1]:1080' '[0:0::0:1]:1080' '[::1]:1080' '[::1]:1080'
clash /run/x //run/./x /run/x /run/x
apart 127.0.0.1:1080 127.0.0.1:1081
apart 127.0.0.1:1080 127.0.0.2:1080
apart 127.0.0.1:1080 '[::1]:1080'
apart 0.0.0.0:1080 '[::1]:1080'
apart 0 0
apart 127.0.0.1:0 127.0.0.1:0
apart /run/x /run/y

# Within one service
two '127.0.0.1:1080 1080' 0
is "$said" '1 x.conf:2: a: listen: *:1080 is also listened on as 127.0.0.1:1080 by a, at x.conf:2' \
	'twice in one list'
two '127.0.0.1:1080 127.0.0.1:1080' 0
is "$said" '1 x.conf:2: a: listen: 127.0.0.1:1080 is also listened on as 127.0.0.1:1080 by a, at x.conf:2' \
	'twice the same word'
two '127.0.0.1:1080
	[::1]:1080
	/run/x' '+ 1081'
is "$said" '0 ' 'a list over several lines'
two + 0
like "$said" '^1 x\.conf:[12]: a: ' 'a list of nothing is an error'

# A service that is not served is in nobody's way.
printf '[a]\nlisten = 1080\ncommand = cat\nuser = alice\nenabled = no\n[b]\nlisten = 1080\ncommand = cat\nuser = bob\n' >x.conf
"$spawnd" -c x.conf -n
is $? 0 'a disabled service has no address'

bad() { # ADDRESS REASON
	two "$1" 0
	is "$said" "1 x.conf:2: a: listen: \"$1\": $2" "$1"
}

forms='not a port, ADDRESS:PORT, /path, @name, vsock:PORT or seqpacket:/path'
bad 70000 'a port is 0 to 65535'
bad 127.0.0.1:65536 'a port is 0 to 65535'
bad 127.0.0.1:-1 "$forms"
bad 080 "$forms"
for address in 127.0.0.1 127.0.0.1: '[::1]' '[fe80::1%eth0]' '*' '*:'; do
	bad "$address" 'the port is missing'
done
bad localhost:80 'not an address; host names are not looked up'
bad 127.0.0.256:80 'not an IPv4 address'
bad ::1:80 'an IPv6 address stands in brackets, [::1]:80'
bad '[127.0.0.1]:80' 'brackets are for IPv6 addresses'
bad run/x "$forms"
bad /run/ 'names a directory'
bad '[fe80::1%none]:80' 'no such network interface'
two '[fe80::1]:80' 0
is "$said" '1 x.conf:2: a: listen: [fe80::1]:80 needs a zone, such as %eth0, or bind_device' \
	'an address that needs a zone'
printf '[a]\nlisten = [fe80::1]:80\nbind_device = lo\ncommand = cat\nuser = alice\n' >x.conf
"$spawnd" -c x.conf -n
is $? 0 '... or an interface'
two '80, 81' 0
is "$said" '1 x.conf:2: a: listen: "80,": blanks separate words, not commas' 'commas'

# sun_path holds 107 bytes and a NUL.
path=/tmp/$(printf '%0102d' 0)
apart "$path" 0
bad "${path}1" "a socket's path has at most 107 bytes, not 108"

# The longest is whole.
dir=$tmp/$(printf "%0$((107 - ${#tmp} - 5))d" 0)
mkdir "$dir"
printf '[a]\nlisten = %s/abc\ncommand = cat\nuser = alice\n' "$dir" >spawnd.conf
start
is "$(find "$dir" -type s)" "$dir/abc" 'a socket with a path of 107 bytes'
is "$(echo hi | ask_unix "$dir/abc")" hi '... is served'
done_testing
