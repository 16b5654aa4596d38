#!/bin/sh
# SPDX-License-Identifier: MIT
# A file that is not what it seems (NUL, CR, UTF-16, a program, lines without end)
# never starts anything: each is told with its file and line, and nothing of it
# reaches the terminal raw.
. "$(dirname "$0")/../lib.sh"

head='[global]\nuser = alice\n[s]\nlisten = 127.0.0.1:0\ncommand = /bin/cat\n'

check() {
	timeout -s KILL 20 "$spawnd" -c x.conf -n >said 2>&1
	said="$? $(cat said)"
}

accepted() { # FORMAT NAME
	# shellcheck disable=SC2059 # it is a format
	printf "$1" >x.conf
	check
	is "$said" '0 ' "$2"
}

refused() { # FORMAT LINE:REASON NAME
	# shellcheck disable=SC2059 # it is a format
	printf "$1" >x.conf
	check
	is "$said" "1 x.conf:$2" "$3"
}

accepted "$head" 'as it should be'
accepted "${head}umask = 022" 'without a last newline'
accepted "$(printf '%s' "$head" | sed 's/\\n/\\r\\n/g')" 'CRLF'
accepted "\357\273\277$head" 'one byte order mark'
accepted "# \001\033[2J\r\377\n$head" 'a comment holds anything'
# shellcheck disable=SC2059 # it is a format
printf "\357\273\277\357\273\277$head" >x.conf
check
like "$said" '^1 x\.conf:1: stands before the first section$' 'two byte order marks'
refused "\357\273\277" ' there is no service in it' 'a byte order mark alone'
refused '' ' there is no service in it' 'nothing'
refused '# x\n\n; y\n' ' there is no service in it' 'only comments'
refused '[global]\nuser = alice\n' ' there is no service in it' 'no service'
refused "$(printf '%s' "$head" | sed 's/\\n/\\r/g')" '1: a carriage return within the line' \
	'CR alone'
refused "${head}umask = 022\ruser = root\n" '6: s: a carriage return within the line' \
	'CR within a line'
refused "${head}user = bob\033[2J\n" '6: s: a control character within the line' \
	'an escape sequence'
refused "${head}user = bob\000 evil\n" '6: is not text: it holds a NUL byte' 'a NUL'
refused "${head}# \000" '6: is not text: it holds a NUL byte' 'a NUL in a comment'
refused "${head}umask = \000$(printf %0400d 0)user = root\n" \
	'6: is not text: it holds a NUL byte' 'a NUL early in a long line'

# Not text at all: one message.
iconv -f ASCII -t UTF-16 >x.conf <<'EOT'
[s]
listen = 127.0.0.1:0
command = /bin/cat
user = alice
EOT
check
is "$said" '1 x.conf:1: is not text: it holds a NUL byte' 'UTF-16'
head -c 1000000 "$spawnd" >x.conf
check
like "$said" '^1 x\.conf:1: is not text: it holds a NUL byte$' 'the program itself'
is "$(wc -l <said)" 1 'is told in one line'
LC_ALL=C tr -d '\000' <"$spawnd" | head -c 500000 >x.conf
check
like "$said" '^1 x\.conf:1: ' 'a program without its NUL bytes'
is "$(LC_ALL=C tr -d '\n\040-\176' <said | wc -c)" 0 'is told in printable ASCII'
ok "$([ "$(wc -l <said)" -le 201 ]; echo $?)" 'and in no more than 200 lines'

# A line over 64 KiB; one of 64 KiB is whole (config-long.t).
{
	# shellcheck disable=SC2059 # it is a format
	printf "$head"
	printf '# %065536d\n' 0
} >x.conf
check
is "$said" '1 x.conf:6: s: the line is over 64 KiB' 'a line over 64 KiB'
{
	# shellcheck disable=SC2059 # it is a format
	printf "$head"
	printf 'umask = %0900000d' 0
} >x.conf
check
is "$said" '1 x.conf:6: s: the line is over 64 KiB' 'a line almost as long as a file'

# So many errors that only some are told.
{
	echo '[s]'
	yes x | head -n 100000
} >x.conf
check
is "$(wc -l <said)" 201 '100,000 errors are told in 201 lines'
is "$(tail -n 1 said)" 'spawnd: and 99803 more' 'the last one tells how many there are'
like "$(head -n 1 said)" '^x\.conf:2: s: neither ' 'the first ones are told'
done_testing
