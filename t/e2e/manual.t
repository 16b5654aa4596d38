#!/bin/sh
# SPDX-License-Identifier: MIT
# What the manuals, the samples and the README show is what spawnd takes: every
# configuration in them, every option, every key.
repo=$(cd "$(dirname "$0")/../.." && pwd)
. "$(dirname "$0")/../lib.sh"
page5=$repo/man/spawnd.conf.5
page8=$repo/man/spawnd.8

accepts() { # FILE NAME
	chmod 644 "$1"
	said=$("$spawnd" -c "$1" -n 2>&1)
	ok $? "$2 is accepted"
	# A machine without git or tangd is warned of, and no more.
	said=$(printf '%s\n' "$said" | grep -v 'there is no "\(/[^"]*\)"$')
	is "$said" '' "... without a word"
}

# An example begins behind its name and .Bd, and ends with .Ed.  What one includes is
# here, not there.
n=0
mkdir conf.d
printf '[included]\nlisten = 127.0.0.1:0\ncommand = cat\nuser = alice\n' >conf.d/x.conf
for i in $(sed -n 's/^\.\\" example: //p' "$page5"); do
	sed -n "/^\.\\\\\" example: $i\$/,/^\.Ed/p" "$page5" |
		sed '/^\./d; s/\\e/\\/g; s/\\&//g; s:/etc/spawnd/conf\.d:'"$tmp"'/conf.d:' >example.conf
	like "$(head -n 1 example.conf)" '^\[' "example $i begins with a section"
	accepts example.conf "example $i of spawnd.conf(5)"
	n=$((n + 1))
done
[ "$n" -ge 5 ]
ok $? 'all examples were looked at'

for i in "$repo"/conf/*.conf "$repo"/conf/examples/*.conf; do
	cp "$i" sample.conf
	accepts sample.conf "${i#"$repo"/}"
	grep '^user = ' sample.conf | sed 's/^user = //' | while read -r user; do
		grep -q "^#.*useradd --system --no-create-home .* $user\$" sample.conf || echo "$user"
	done >unmade
	is "$(cat unmade)" '' '... and says how to make its account'
done

# The README shows one, between ```ini and ```.
sed -n '/^```ini$/,/^```$/p' "$repo/README.md" | sed '/^```/d' >readme.conf
like "$(cat readme.conf)" '^command = ' 'the README shows a configuration'
accepts readme.conf 'the one in the README'

# Options, as -h tells them.
"$spawnd" -h >help
n=0
sed -n 's/^  -\([A-Za-z]\), --\([a-z-]*\).*/\1 \2/p' help >options
while read -r short long; do
	grep -q "^\.It Fl $short .*Fl -$long" "$page8"
	ok $? "-$short, --$long is in spawnd(8)"
	n=$((n + 1))
done <options
[ "$n" -ge 10 ]
ok $? 'all options were looked for'

grep -q '^ *--convert FILE' help && grep -q '^\.It Fl -convert Ar file' "$page8"
ok $? '--convert, which has no letter, is in both'

# Keys, as -T shows them: set or not.
"$spawnd" -l 127.0.0.1:0 -u nobody -T -- cat |
	sed -n 's/^\([a-z][a-z0-9_]*\) = .*/\1/p; s/^# .*: \([a-z0-9_]*\) is not set$/\1/p' |
	sort >keys
sed -n 's/^\.It Ic \([a-z][a-z0-9_]*\) .*/\1/p' "$page5" | sort >documented
is "$(cat documented)" "$(cat keys)" 'spawnd.conf(5) has every key, once, and no other'
[ "$(wc -l <keys)" -ge 20 ]
ok $? 'all keys were looked for'

# What the journal is told: each kind of message that is ever sent, each field.
sed -n 's/.*\[\(EVENT_[A-Z_]*\)\] = "\([0-9a-f]*\)".*/\1 \2/p' "$repo/lib/report/event.c" |
	while read -r kind id; do
		grep -rqw "$kind" --include='*.c' --exclude=event.c "$repo/lib" && echo "$id"
	done | sort >ids
sed -n 's/^\.It Li \([0-9a-f]\{32\}\) Ta .*/\1/p' "$page8" | sort >documented
is "$(cat documented)" "$(cat ids)" 'spawnd(8) has the MESSAGE_ID of every kind, and no other'
[ "$(wc -l <ids)" -ge 15 ]
ok $? 'all kinds were looked for'
grep -rhow '"SPAWND_[A-Z_]*"' --include='*.c' "$repo/lib/report" "$repo/lib/serve" |
	tr -d '"' | sort -u >fields
sed -n 's/^\.It Li \(SPAWND_[A-Z_]*\) Ta .*/\1/p' "$page8" | sort >documented
is "$(cat documented)" "$(cat fields)" 'spawnd(8) has every field, and no other'

# The default that most surprises stands on the first screen.
like "$(head -n 25 "$repo/README.md")" '1000 seconds' 'the README tells the time limit at once'
is "$("$spawnd" -l 127.0.0.1:0 -u nobody -T -- cat | grep '^time_limit')" \
	'time_limit = 16min 40s' '... as it is'
done_testing
