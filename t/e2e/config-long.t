#!/bin/sh
# SPDX-License-Identifier: MIT
# A line is one line, however long: no value is cut, and the tail of no value and of
# no comment becomes a key of its own.
. "$(dirname "$0")/../lib.sh"

repeat() { head -c "$1" /dev/zero | tr '\0' "${2:-x}"; } # COUNT [CHARACTER]

# A line of so many bytes: BEGINNING, filler, and what must not be read alone.
line() { # SIZE BEGINNING TAIL
	printf '%s%s%s\n' "$2" "$(repeat $(($1 - ${#2} - ${#3})))" "$3"
}

shown() { # KEY: its value, as -T shows it, on one line and without quotes
	"$spawnd" -c x.conf -T 2>err | awk -v key="$1" '
		/^\t/ { if (on) printf " %s", substr($0, 2); next }
		{ on = $1 == key && $2 == "=" }
		on { printf "%s", substr($0, length(key) + 4) }' | tr -d '"'
}

for size in 150 197 198 199 200 201 399 400 401 60000 65536; do
	{
		echo '[s]'
		echo 'listen = 127.0.0.1:0'
		line "$size" 'command = /bin/cat ' 'user=root'
		echo 'user = alice'
	} >x.conf
	is "$(shown command | tr -d x):$(shown command | wc -c)" \
		"/bin/cat user=root:$((size - 10))" "a command in a line of $size bytes is whole"
	is "$(shown user)" alice '... and its tail no key'
	for mark in '#' ';' '  # '; do
		{
			echo '[s]'
			line "$size" "$mark" 'user=root'
			echo 'listen = 127.0.0.1:0'
			echo 'command = /bin/cat'
			echo 'usr = alice'
		} >x.conf
		is "$("$spawnd" -c x.conf -n 2>&1)" 'x.conf:1: s: needs the key "user": no command runs as root
x.conf:5: s: unknown key "usr"; did you mean "user"?' \
			"a comment ($mark) of $size bytes is one comment, line 2"
	done
done

# The tail stands where each of the lengths, and of the buffers, ends.
{
	echo '[s]'
	for size in 197 198 199 200 201; do
		line "$size" '#' ''
		printf '#%s\tuser=root\n' "$(repeat "$size")"
		printf '#%s\n' "$(repeat "$size" ' ')user=root"
	done
	printf 'listen = 127.0.0.1:0\ncommand = /bin/cat\nuser = alice'
} >x.conf
is "$(shown user)" alice 'no tail of any comment is a key'

# What is longer than a line goes on in the next.
{
	printf '[s]\nlisten = 127.0.0.1:0\nuser = alice\ncommand = /bin/echo\n'
	for i in 1 2 3; do
		printf '\t%s%s\n' $i "$(repeat 40000)"
	done
} >x.conf
"$spawnd" -c x.conf -T >first 2>err
is "$(tr -d 'x"\n\t ' <first | sed -n 's/.*command=//; s/#.*//p')" /bin/echo123 \
	'a command over three lines of 40,000 bytes is whole'
"$spawnd" -c first -T >second 2>err
is "$(grep -v '^#' second | md5sum)" "$(grep -v '^#' first | md5sum)" \
	'... and is whole again when what is shown is read'

# It is executed as it was written.
cat >x.conf <<EOT
[s]
listen = 127.0.0.1:0
command = /bin/sh -c 'echo \${#1}' sh $(repeat 60000)
user = alice
EOT
start -c "$tmp/x.conf"
is "$(ask "$(port_of s)" </dev/null)" 60000 'a word of 60,000 bytes reaches the command'
done_testing
