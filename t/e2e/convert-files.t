#!/bin/sh
# SPDX-License-Identifier: MIT
# Whatever the file is: what comes out is a configuration or nothing, no text of it gets
# out of a comment, and nothing takes long.
. "$(dirname "$0")/../convert.sh"
. "$(dirname "$0")/../lib.sh"

# The command line.
usage() { # MESSAGE OPTION...
	message=$1
	shift
	"$spawnd" "$@" >out 2>err </dev/null
	is "$? $(head -n 1 err)" "2 spawnd: $message" "$*"
	is "$(cat out)" '' '... writes nothing'
}
echo '80 stream tcp nowait alice /bin/cat' >good
usage 'needs an argument: --convert' --convert
for i in -d -v '-c good' '-s nice=1' '-l 80' '-u alice' word; do
	# shellcheck disable=SC2086 # several words
	usage '--convert takes one file and no other option' --convert good $i
done
usage '--convert takes one file and no other option' -v --convert good
usage '-i, -n, -T and --convert exclude each other' --convert good --convert=good
for i in -n -T '-i x'; do
	# shellcheck disable=SC2086
	usage '-i, -n, -T and --convert exclude each other' --convert good $i
	# shellcheck disable=SC2086
	usage '-i, -n, -T and --convert exclude each other' $i --convert good
done
"$spawnd" --convert=good >out 2>err
is "$?" 0 '--convert=FILE'
for i in - /dev/fd/0; do
	[ "$i" = - ] || continue
	"$spawnd" --convert $i <good >out 2>err
	is "$? $(section 80)" '0 listen = 80;command = /bin/cat;argv0 = cat;user = alice;groups = initgroups' \
		'standard input'
	printf 'x\n' | "$spawnd" --convert $i >out 2>err
	is "$? $(grep -c '^-:1: no line' err)" '1 1' '... has places too'
done
"$spawnd" --convert good >/dev/full 2>err
is "$? $(cat err)" '1 spawnd: cannot write: No space left on device' 'a full disk'

# Files that cannot be read: nothing is written.
cannot() { # FILE MESSAGE
	convert "$1"
	is "$status $(cat out)" '1 ' "$1 cannot be converted"
	like "$(cat err)" "^spawnd: $1: $2" '... for a reason'
}
cannot missing 'cannot open: No such file'
mkdir directory
cannot directory 'is a directory'
mkfifo fifo
cannot fifo 'is not a regular file'
cannot /dev/zero 'is not a regular file'
printf '80 stream tcp nowait alice /bin/cat\0' >binary
cannot binary 'is not text'
cannot "$spawnd" '(is larger than 1 MiB|is not text)'
head -c 1048577 /dev/zero | tr '\0' '#' >large
cannot large 'is larger than 1 MiB'
"$spawnd" --convert - <large >out 2>err
is "$? $(cat err)" '1 spawnd: -: is larger than 1 MiB' 'nor what is too large on standard input'

# It may belong to anybody, since nothing in it is run.
cp good theirs
chown alice theirs
chmod 666 theirs
convert theirs
is "$status" 0 'a file of somebody else is converted'

# Odd ones.
printf '\357\273\27780 stream tcp nowait alice /bin/cat\r\n\r\n' >odd
convert odd
is "$status $(section 80)" '0 listen = 80;command = /bin/cat;argv0 = cat;user = alice;groups = initgroups' \
	'a byte order mark and lines as in DOS'

# Nothing to convert.
nothing() { # TEXT MESSAGE NAME
	printf "$1" >odd
	convert odd
	is "$status $(cat out err)" "1 spawnd: odd: $2" "$3"
}
nothing '' 'there is no service in it' 'an empty file'
nothing '# a comment' 'there is no service in it' 'a comment alone'
nothing 'defaults\n{\n}\n' 'there is no service in it' 'defaults alone'
for i in '[global]\ntime_limit = 5m\n' '; a comment\n\n[x]\nlisten=80\n' 'listen = 80\n' 'user=alice\n'; do
	nothing "$i" 'this looks like a configuration of spawnd itself' "$(echo "$i" | head -n 1): one of spawnd"
done
for i in '[global]\nworkgroup = x\n' '[x]\n' 'a = b\n[x]\nc = d\n' 'a=b\n' '[Unit]\nlisten\n'; do
	nothing "$i" 'is no inetd.conf and no xinetd.conf' "$(echo "$i" | head -n 1): one of neither"
done
printf '[::1]:80 stream tcp6 nowait alice /bin/cat cat\n' >odd
convert odd
is "$status $(section 80)" '0 listen = [::1]:80;ipv6_only = yes;command = /bin/cat;argv0 = cat;user = alice;groups = initgroups' \
	'an address is no section'
{
	head -c 20000 /dev/zero | tr '\0' x
	echo
	cat good
	printf '81 stream tcp nowait alice /bin/echo '
	head -c 16000 /dev/zero | tr '\0' '\\'
	echo
} >odd
convert odd
is "$status $(grep -c 'odd:1: not kept: the line is over 16 KiB' err) $(grep -c '^\[8' out)" '1 1 2' \
	'a line that is too long is told, and others are kept'
is_written_well
i=0
while [ $((i += 1)) -le 4500 ]; do
	echo "$i stream tcp nowait alice /bin/cat"
done >odd
convert odd
is "$status $(grep -c '^\[' out)" '1 4097' 'as many services as can be'
like "$(cat err)" 'odd:4097: not kept: more than 4096 services' '... and which are too many'
yes garbage | head -n 20000 >odd
convert odd
is "$status $(wc -l <err) $(tail -n 1 err)" '1 201 spawnd: and 19800 more' 'what is told is bounded'
[ "$(wc -l <out)" -lt 100 ]
ok $? '... and written'

# No text gets out of its comment, or into a key.
printf '%s\n' '80 stream tcp nowait alice /bin/x x \033]0;x\a' >odd
printf 'x\033[2Jy\nq\001 stream tcp nowait alice /bin/x\n' >>odd
printf '82 stream tcp nowait al\001ice /bin/x\n83 stream tcp nowait alice /bin/x x \177\n' >>odd
printf '/run/\002 stream unix nowait alice /bin/x\n' >>odd
printf '84 stream tcp nowait alice]\n[root] stream tcp nowait alice /bin/x\n' >>odd
printf '[85]:x stream tcp nowait [global] /bin/x x [x]\n86 stream tcp nowait user=root /bin/x\n' >>odd
convert odd
is "$status" 1 'control characters and brackets'
is_written_well
is "$(grep -c -e '^user = ' out) $(sed -n 's/^\[\(.*\)\]/\1/p' out | paste -s -d ' ')" '1 global 80' \
	'... make no service'
printf 'service x\033\n{\nuser = \001\nserver = /bin/x\033y\nsocket_type = stream\nwait = no\nport = 80\ntype = UNLISTED\nprotocol = tcp\nenv = A=\001\nid = ]\033[\n}\n' >odd
printf 'defaults\n{\nlog_type = FILE /x\001\nbo\001gus = 1\n}\ninclude /x\033[2J\n' >>odd
convert odd
is "$status" 1 'the same for xinetd'
is_written_well

# Entries without an end, or a beginning.
unbalanced() { # TEXT REASON
	printf '%b' "service http\n{\n}\n$1" >odd
	convert odd
	like "$status $(cat err)" "$2" "$2"
}
unbalanced 'service x\n{\nwait = no\n' 'no "\}" before the end of the file'
unbalanced 'service x {\nwait = no\n}\nbogus\n' 'odd:7: .*neither service nor defaults'
unbalanced 'service x\n' 'no line that is "\{" alone'
unbalanced '}\n}\n' 'odd:5: .*neither service'
unbalanced '{\n' 'odd:4: .*neither service'
unbalanced 'service\n{\n}\n' 'odd:4: .*neither service'
unbalanced 'defaults\n{\nonly_from = 10.0.0.0\n' 'no "\}" before the end'
unbalanced 'service x\n}\nservice y\n{\n}\n' 'y: not kept: it has no wait'

# Where a brace is missing nothing vanishes without a word.
whole='socket_type = stream\nwait = no\nuser = alice\nserver = /bin/cat\nprotocol = tcp\ntype = UNLISTED\ncps = 0 0\n'
unclosed() { # TEXT SERVED LOST
	printf "$1" >odd
	convert odd
	is "$status $(sed -n 's/^\[\(.*\)\]/\1/p' out | paste -s -d ' ')" "1 $2" 'a missing brace'
	is "$(cat err)" "$3" '... is told, with who is lost by it'
}
unclosed "service a\n{\nport = 81\n$whole}\nservice b\n{\nport = 82\n${whole}service c\n{\nport = 83\n$whole}\nservice d\n{\nport = 84\n$whole}\n" \
	'global a d' 'odd:22: b: not kept, as by xinetd: the "}" of b is missing before this line
odd:22: c: not served, as by xinetd: it stands in b, whose "}" is missing'
is "$(outline c)" 'listen = 83;command = /bin/cat;argv0 = cat;user = alice' '... which can be mended'
unclosed "service b\n{\nport 82\nservice c\n{\nport = 83\n$whole}\nservice d\n{\nport = 84\n$whole}\n" \
	'global d' 'odd:3: b: not served, as by xinetd: there is no operator behind the attribute in "port"
odd:4: c: not served, as by xinetd: it stands in b, whose "}" is missing'
unclosed "service b\nservice c\n{\nport = 83\n$whole}\nservice d\n{\nport = 84\n$whole}\n" \
	'global d' 'odd:2: b: not kept, as by xinetd: no line that is "{" alone
odd:2: c: not served, as by xinetd: it stands in b, whose "}" is missing'
unclosed "defaults\n{\ninstances = 5\nservice c\n{\nport = 83\n$whole}\nservice b\n{\ndefaults\n{\numask = 077\n}\nservice d\n{\nport = 84\n${whole}includedir /x\n" \
	'global' 'odd:4: not kept, as by xinetd: the "}" of defaults is missing before this line
odd:4: c: not served, as by xinetd: it stands in defaults, whose "}" is missing
odd:17: b: not kept, as by xinetd: the "}" of b is missing before this line
odd:17: "defaults" is not kept, as by xinetd: it stands in b, whose "}" is missing
odd:31: d: not kept, as by xinetd: the "}" of d is missing before this line
odd:31: "includedir" is not kept, as by xinetd: it stands in d, whose "}" is missing'

# What is included: loops end, and nothing but files of the right name is read.
printf 'include %s/b\n' "$tmp" >a
printf 'include %s/a\nincludedir %s\nservice http\n{\n}\n' "$tmp" "$tmp/directory" >b
ln -s ../a directory/a
mkfifo directory/fifo
printf 'service https\n{\n}\n' | tee directory/c.bak directory/c~ directory/.c >directory/c
mkdir directory/d
convert a
is "$status $(grep -c 'is read already' err)" '1 2' 'a file that includes itself is read once'
like "$(cat err)" 'not included: .*fifo.*is not a regular file' 'a FIFO is not waited for'
is "$(grep -c '^# .*: https*, not served' out)" 2 '... and the others are read, but for copies'
printf 'include /nowhere\nincludedir /nowhere\n' >a
convert a
is "$status $(wc -l <err)" '1 2' 'what is not there is told'
i=0
while [ $((i += 1)) -le 40 ]; do
	printf 'include %s/deep%d\n' "$tmp" $((i + 1)) >deep$i
done
convert deep1
like "$status $(cat err)" '^1 .*deep17:1: not included: .*too deep' 'files that include files end somewhere'
mkdir many
i=0
while [ $((i += 1)) -le 1100 ]; do
	echo '# nothing' >many/$i
done
printf 'includedir %s/many\n' "$tmp" >a
convert a
like "$status $(cat err)" '^1 .*too many files' 'as does a directory'
done_testing
