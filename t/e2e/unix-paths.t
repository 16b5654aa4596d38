#!/bin/sh
# SPDX-License-Identifier: MIT
# A Unix socket that nobody listens on is replaced; anything else that stands at
# its path is an error and stays as it is.
. "$(dirname "$0")/../lib.sh"

path=$tmp/path.sock

# A stale socket: made by a daemon that was killed.
start -l "$path" -u nobody -- cat
stop KILL 2>/dev/null
[ -S "$path" ]
ok $? 'a daemon that was killed leaves its socket'
start -l "$path" -u nobody -- cat
is "$(echo hi | ask_unix "$path")" hi 'the next one replaces it'
stop
is "$status" 0 'it stops'
[ ! -e "$path" ]
ok $? 'and removes it'

# refused NAME MESSAGE: what stands there is as it was before.
refused() {
	before=$(ls -lidn --time-style=full-iso "$path")
	"$spawnd" -l "$path" -u nobody -- cat 2>said
	is "$?" 3 "$1: exit 3"
	like "$(cat said)" "cat: cannot listen on $path: $2" 'and says why'
	is "$(ls -lidn --time-style=full-iso "$path")" "$before" 'it is as it was'
}

start -l "$path" -u nobody -- sh -c 'cat; echo "$SPAWND_ID"'
refused 'a live socket' 'Address already in use'
is "$(echo hi | ask_unix "$path")" 'hi
1' 'its daemon serves on, and has run nothing for who asked'
stop

nc -lkuU "$path" >/dev/null 2>&1 &
other=$!
await '[ -S "$path" ]'
refused 'a live socket of another type' 'Address already in use'
kill "$other"
wait "$other" 2>/dev/null
rm -f "$path"

echo precious >"$path"
refused 'a file' 'something that is no socket stands there'
is "$(cat "$path")" precious 'and so is what it holds'
rm "$path"
: >"$path"
refused 'an empty file' 'something that is no socket stands there'
rm "$path"
mkdir "$path"
refused 'a directory' 'something that is no socket stands there'
rmdir "$path"
mkfifo "$path"
refused 'a FIFO' 'something that is no socket stands there'
rm "$path"
echo precious >target
ln -s target "$path"
refused 'a symlink to a file' 'something that is no socket stands there'
is "$(cat target)" precious 'and so is what it points to'
rm "$path" target
ln -s nowhere "$path"
refused 'a dangling symlink' 'something that is no socket stands there'
[ ! -e nowhere ]
ok $? 'and nothing was made there'
rm "$path"

"$spawnd" -l "$tmp/no/such.sock" -u nobody -- cat 2>said
is "$?" 3 'no directory: exit 3'
like "$(cat said)" 'cannot listen on .*/no/such\.sock: No such file or directory' 'and why'

# What was opened before the failure is taken away again.
echo precious >"$path"
"$spawnd" -l "$tmp/first.sock" -l "$path" -u nobody -- cat 2>said
is "$?" 3 'one of two fails: exit 3'
[ ! -e first.sock ]
ok $? 'and the other is removed'
done_testing
