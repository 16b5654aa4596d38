#!/bin/sh
# SPDX-License-Identifier: MIT
# A disk that is full costs lines of the log, which are counted and told when there
# is room again, and nothing else.
. "$(dirname "$0")/../lib.sh"

mkdir disk
mount -t tmpfs -o size=64k none disk
start_as sh -c 'log=$1; shift; exec "$@" 2>>"$log"' sh "$tmp/disk/log" "$spawnd" \
	-l "$tmp/path.sock" -u nobody -- cat
before=$(descriptors)
head -c 1m /dev/zero >disk/filler 2>/dev/null
i=0
while [ "$i" -lt 60 ]; do
	echo x | ask_unix path.sock
	i=$((i + 1))
done >answers
is "$(sort -u answers) $(wc -l <answers)" 'x 60' 'the disk is full: clients are served on'
await '[ -z "$(ps -o pid= --ppid "$pid")" ]'
: >disk/filler
echo last | ask_unix path.sock >/dev/null
await 'grep -q "end id=61 " disk/log'
like "$(cat disk/log)" 'log: dropped [0-9]+ lines that could not be written' \
	'when there is room again, what was lost is told'
told=$(sed -n 's/.*log: dropped \([0-9]*\) lines.*/\1/p' disk/log |
	awk '{ n += $1 } END { print n + 0 }')
is "$(($(grep -c 'cat: end id=[0-9]* .* cpu=[0-9.]*s$' disk/log) + told))" 61 'and all of it is counted'
calm "$before"
stop
is "$status" 0 'it stops'
umount disk
done_testing
