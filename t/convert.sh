# SPDX-License-Identifier: MIT
#
# convert.sh - what tests of --convert have in common; read before lib.sh.

# Convert standard input; the results are left in out and err, and in $status.
convert() { # [FILE]
	if [ $# = 0 ]; then
		cat >original
		set -- original
	fi
	"$spawnd" --convert "$@" >out 2>err </dev/null
	status=$?
}

# The keys of a section that is served, and of one that is shown as a comment, on a line.
section() { sed -n "/^\[$1\]\$/,/^\$/p" out | sed '1d; /^$/d' | paste -s -d ';'; }
outline() { sed -n "/^#\[$1\]\$/,/^\$/p" out | sed '1d; /^$/d; s/^#//' | paste -s -d ';'; }

# What -n finds wrong with what came out, but that it serves nothing.
refused() {
	"$spawnd" -n -c out 2>&1 |
		grep -a -v -e ': warning: ' -e 'no service is enabled$' -e 'there is no service in it$'
}

# Nothing but sections, keys, comments and empty lines; each a line of its own.
is_written_well() {
	is "$(grep -a -v -e '^#' -e '^$' -e '^\[[A-Za-z0-9._@+-]*\]$' -e '^[a-z0-9_]* = .' \
		-e '^	"' out)" '' 'all that is written is a section, a key or a comment'
	is "$(LC_ALL=C grep -a -c '[^ -~	]' out)" 0 '... and printable'
}

# One line (or entry) alone.
keeps() { # TEXT SECTION KEYS NAME
	printf '%s\n' "$1" >original
	convert original
	is "$(section "$2")" "$3" "$4"
	is "$status $(cat err)$(refused)" '0 ' '... and nothing is lost'
}

# TEXT is the second line here: the place is told.
loses() { # TEXT SECTION KEYS REASON
	printf '# first line\n%s\n' "$1" >original
	convert original
	is "$status $(section "$2")$(refused)" "1 $3" "loss: $4"
	like "$(cat err)" "^original:[0-9]*: .*$4" '... is told'
	like "$(cat out)" "^# original:[0-9]*: .*$4" '... and a comment'
}
