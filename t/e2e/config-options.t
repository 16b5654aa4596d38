#!/bin/sh
# SPDX-License-Identifier: MIT
# The exit status tells what was wrong: 0 nothing, 1 the configuration, 2 the
# options, 3 the machine; what was asked for is on standard output, all else on
# standard error.
. "$(dirname "$0")/../lib.sh"

printf '[s]\nlisten = 127.0.0.1:0\ncommand = cat\nuser = alice\n' >x.conf

run() { # OPTION...
	timeout -s KILL 20 "$spawnd" "$@" >out 2>err </dev/null
	status=$?
}

usage() { # REASON OPTION...
	reason=$1
	shift
	run "$@"
	is "$status $(head -n 1 err)" "2 spawnd: $reason" "spawnd $*"
	like "$(cat err)" '^usage: spawnd ' '... shows the usage'
	is "$(cat out)" '' '... and nothing on standard output'
}

usage 'unknown option: -x' -x
usage 'unknown option: -x' -dx
usage 'unknown option: --no-such-option' --no-such-option
usage 'needs an argument: -c' -c
usage 'needs an argument: --config' --config
usage 'needs an argument: -l' -l
usage 'takes no argument: --check=yes' --check=yes
exclude='-i, -n, -T and --convert exclude each other'
usage "$exclude" -n -T
usage "$exclude" -n -n
usage "$exclude" -T -i s
usage "$exclude" -i s -c x.conf -n
for i in -n -T '-i s'; do
	# shellcheck disable=SC2086 # several words
	usage '-d does not go with -i, -n or -T' -d $i
done
usage 'a command needs an address to listen on, -l' cat
usage 'a command needs an address to listen on, -l' -c x.conf cat
usage '-u goes with -l; in a configuration it is the key "user"' -c x.conf -u alice
usage '-l needs a command' -l 1080
usage '-l needs a command' -l 1080 -u alice --
usage '-l does not go with -c or -i' -l 1080 -c x.conf cat
usage '-l does not go with -c or -i' -l 1080 -i s cat

says() { # STATUS OUT ERR OPTION...
	expected="$1
$2
$3"
	shift 3
	run "$@"
	is "$status
$(head -n 1 out)
$(head -n 1 err)" "$expected" "spawnd $*"
}

for i in -V --version; do
	run $i
	like "$status $(cat out)" '^0 spawnd [0-9]+\.[0-9]+\.[0-9]+$' "spawnd $i"
done
for i in -h --help; do
	says 0 'usage: spawnd [-d] [-c FILE]                   run the services of a configuration' '' $i
done
for i in c,config l,listen u,user s,set i,inetd n,check T,show-config v,verbose q,quiet \
	V,version h,help d,daemon; do
	like "$(cat out)" "^  -${i%,*}, --${i#*,} " "the usage has -${i%,*}"
done
run -V >/dev/full
"$spawnd" -V >/dev/full 2>err
is $? 3 'what cannot be written is no success'

says 0 '' '' -c x.conf -n
says 0 '' '' --config=x.conf --check
says 0 '' '' --config x.conf -n -v -v -q
says 0 '# x.conf, as it is in force' '' -c x.conf -T
says 0 '# x.conf, as it is in force' '' -c x.conf --show-config
says 1 '' 'none.conf: cannot open: No such file or directory' -c none.conf -n
says 1 '' 'none.conf: cannot open: No such file or directory' -c none.conf -T
says 1 '' 'none.conf: cannot open: No such file or directory' -c none.conf
says 0 '' '' -n -l 127.0.0.1:0 -u alice cat
says 0 '' '' -n --listen 127.0.0.1:0 --listen '[::1]:0' --user alice -- cat -n -x
says 0 '' '' -n -l 127.0.0.1:0 -u alice cat --no-such-option
says 1 '' 'command line: cat: needs the key "user": no command runs as root' \
	-n -l 127.0.0.1:0 cat
says 1 '' 'command line: cat: listen: "localhost:80": not an address; host names are not looked up' \
	-l localhost:80 -u alice cat
says 1 '' 'command line: no-such-program: command: there is no "no-such-program" in /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' \
	-l 127.0.0.1:0 -u alice no-such-program
if [ ! -e /etc/spawnd/spawnd.conf ]; then
	says 1 '' '/etc/spawnd/spawnd.conf: cannot open: No such file or directory' -n
fi

# A service from the command line has the name of its file, where that can be one.
name() { # COMMAND...
	"$spawnd" -T -l 127.0.0.1:0 -u alice -- "$@" 2>err | sed -n '/global/d; s/^\[\(.*\)\]$/\1/p'
}
mkdir bin
for i in plain 'a b' global "$(printf %060d 0)"; do
	cp /bin/true "bin/$i"
done
is "$(name "$tmp/bin/plain")" plain 'the name of a file'
is "$(name "$tmp/bin/a b")" command 'of a file whose name has a blank'
is "$("$spawnd" -T -l 127.0.0.1:0 -u alice "$tmp/bin/global" | grep -c '^\[global\]$')" 1 \
	'of a file that is called global'
is "$(name "$tmp/bin/$(printf %060d 0)")" command 'of a file with a long name'

# All words reach the command as they were given, odd ones too.
# shellcheck disable=SC1003 # it is a backslash
start -l 127.0.0.1:0 -u alice -- /bin/sh -c 'for i; do printf "<%s>" "$i"; done' - \
	'' ' a  b ' '"' "'" '\' '+' '#' ';' '$HOME' '*' 'user=root' '[t]' -n é
is "$(ask "$(port_of sh)" </dev/null)" \
	"<>< a  b ><\"><'><\\><+><#><;><\$HOME><*><user=root><[t]><-n><é>" \
	'odd words on the command line'
stop
run -n -l 127.0.0.1:0 -u alice -- /bin/sh -c 'echo one
echo two'
like "$status $(head -n 1 err)" '^[12] .*line end' 'a word that no configuration can hold'

# What cannot be bound
start -l 127.0.0.1:0 -u alice -- cat
port=$(port_of cat)
run -l "127.0.0.1:$port" -u alice -- cat
is "$status" 3 'a port in use'
like "$(cat err)" "cat: .*127\.0\.0\.1:$port" '... is named'
run -l "$port" -u alice -- cat
is "$status" 3 'a port in use on one of all addresses'
run -l 127.0.0.1:0 -l "127.0.0.1:$port" -u alice -- cat
is "$status" 3 'one of two ports in use'
is "$(echo hi | ask "$port")" hi 'and the first one serves on'
run -n -l "127.0.0.1:$port" -u alice -- cat
is "$status" 0 'a check binds nothing'
run -l 192.0.2.1:0 -u alice -- cat
is "$status" 3 'an address that this machine has not'
run -l /nonexistent/socket -u alice -- cat
is "$status" 3 'a socket in a directory that is not there'
: >file
run -l "$tmp/file" -u alice -- cat
is "$status $(find file -type f)" '3 file' 'a socket where a file stands, which stays'
done_testing
