#!/bin/sh
# SPDX-License-Identifier: MIT
# A Unix socket has its rights before anybody can connect, whatever the starter's
# umask; at the end it is removed only while the path is still ours.
. "$(dirname "$0")/../lib.sh"

path=$tmp/path.sock
for mask in 000 022 077 777; do
	start_as sh -c "umask $mask; exec \"\$@\"" sh "$spawnd" -l "$path" -u nobody -- cat
	is "$(stat -c %a "$path")" 666 "umask $mask: 666"
	stop
done

# The order of the calls shows that there is no moment before.
start_as env ASAN_OPTIONS=detect_leaks=0 strace -f -o trace \
	-e trace=umask,bind,listen,chmod,fchmod,fchmodat,chown,fchown,fchownat \
	"$spawnd" -l "$path" -u nobody -- cat
await 'grep -q "listen(" trace'
is "$(sed -n 's/^[0-9]* *\(umask(0111)\|bind(\|listen(\).*/\1/p; s/.*\(f\?ch\(mod\|own\)[a-z]*(\).*/\1/p' \
	trace | tr '\n' ' ')" 'umask(0111) bind( listen( ' \
	'the umask is set before bind, and nothing is changed after it'
kill "$(ps -o pid= --ppid "$pid")"
stop CONT

# Replaced meanwhile.
start -l "$path" -u nobody -- cat
rm "$path"
nc -lkU "$path" >/dev/null &
other=$!
await '[ -S "$path" ]'
stop
is "$status" 0 'its socket was replaced: it stops'
[ -S "$path" ]
ok $? "and leaves the other's"
kill "$other"
wait "$other" 2>/dev/null
rm -f "$path"

start -l "$path" -u nobody -- cat
rm "$path"
echo precious >"$path"
stop
is "$(cat "$path")" precious 'a file at its place stays as well'
rm "$path"

start -l "$path" -u nobody -- cat
mv "$path" elsewhere.sock
stop
[ -S elsewhere.sock ]
ok $? 'its own socket at another place: none of its business'
rm elsewhere.sock

start -l "$path" -u nobody -- cat
rm "$path"
stop
is "$status" 0 'removed by somebody else: it stops'
done_testing
