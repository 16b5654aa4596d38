#!/bin/sh
# SPDX-License-Identifier: MIT
# 1,500 listeners and as many live connections, past what select(2) could watch: each
# is served, the last as well as the first.
. "$(dirname "$0")/../lib.sh"

n=1500
# Not on a disk, which takes longer for each of them than all else here.
mkdir s
mount -t tmpfs tmpfs s
{
	for i in $(seq 0 14); do
		echo "[crowd-$i]"
		echo "user = nobody"
		echo "max_connections = infinity"
		echo "command = /bin/cat"
		seq $((i * 100)) $((i * 100 + 99)) | sed "s,.*,	$tmp/s/&,; 1s/^/listen =/"
	done
	echo "[other]"
	echo "user = nobody"
	echo "listen = 127.0.0.1:0"
	echo "command = /bin/cat"
} >spawnd.conf
start
before=$(descriptors)
[ "$before" -gt $n ]
ok $? "it listens $n times"

mkfifo hold
"$tools/rude" each "$tmp/s/" $n <hold >crowd.out &
crowd=$!
exec 3>hold
await '[ -s crowd.out ]'
is "$(cat crowd.out)" $n "$n live connections give their bytes back, all at once"
[ "$(descriptors)" -ge $((2 * n)) ]
ok $? 'that is past FD_SETSIZE'
is "$(ps -o pid= --ppid "$pid" | wc -l)" $n 'with a command each'
is "$(echo hello | ask "$(port_of other)")" hello 'beside them another one is served'
is "$(echo hello | ask_unix s/0)$(echo hello | ask_unix s/$((n - 1)))" hellohello \
	'and so is one more at the first and at the last listener'
exec 3>&-
wait "$crowd"
await "[ \"\$(grep -c 'crowd-.*: end .* exit=0 ' spawnd.log)\" = $((n + 2)) ]"
ok 0 'all have a record'
unlike "$(cat spawnd.log)" 'cannot|pausing|failed=' 'nothing was in want of anything'
calm "$before"
stop
is "$status" 0 'it stops with status 0'
umount s
done_testing
