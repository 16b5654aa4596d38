#!/bin/sh
# SPDX-License-Identifier: MIT
# The program, the configuration, the folder that it was started in and the folder of
# its Unix socket are deleted while it runs: it serves on, and TERM ends it.
. "$(dirname "$0")/../lib.sh"

mkdir home
cp "$spawnd" home/daemon
cat >home/spawnd.conf <<EOF
[cat]
user = nobody
listen = 127.0.0.1:0 $tmp/home/cat.sock
command = /bin/cat
EOF
# Both names are relative to what will be gone.
start_as sh -c 'cd home && exec ./daemon -c spawnd.conf'
before=$(descriptors)
is "$(echo before | ask "$(port_of cat)")$(echo before | ask_unix "$tmp/home/cat.sock")" \
	beforebefore 'it serves'

mkfifo held
"$tools/client" idle "$tmp/home/cat.sock" 1 <held >held.out &
exec 3>held
await 'grep -q ready held.out'
rm -r home
like "$(readlink "/proc/$pid/exe") $(readlink "/proc/$pid/cwd")" \
	'/home/daemon \(deleted\) (/|.*\(deleted\))$' 'all that is deleted'
for i in 1 2 3; do
	is "$(echo "$i" | ask "$(port_of cat)")" "$i" "client $i is served"
done
is "$(ps -o pid= --ppid "$pid" | wc -l)" 1 'and who came before is still there'
exec 3>&-
await '[ "$(grep -c "cat: end .* exit=0 " spawnd.log)" = 6 ]'
unlike "$(cat spawnd.log)" 'cannot|failed=' 'nothing is amiss'
calm "$before"
stop
is "$status" 0 'TERM ends it, with status 0'
done_testing
