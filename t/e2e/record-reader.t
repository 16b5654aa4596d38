#!/bin/sh
# SPDX-License-Identifier: MIT
# Whoever should read the log and does not, or is gone: clients are served on, and
# what was lost is counted and told.
. "$(dirname "$0")/../lib.sh"

served() { # COUNT
	i=0
	while [ "$i" -lt "$1" ]; do
		echo x | ask_unix path.sock >>answers
		i=$((i + 1))
	done
}

run() { # COMMAND...: with its log on descriptor 9
	rm -f notify notify.log answers
	nc -lkuU notify >notify.log 2>/dev/null &
	ear=$!
	await '[ -S notify ]'
	NOTIFY_SOCKET=$tmp/notify "$@" "$spawnd" -c "$tmp/spawnd.conf" 2>&9 8<&- 9>&- &
	pid=$!
	await 'grep -q READY=1 notify.log'
}

cat >says <<'EOF'
#!/bin/sh
cat
yes "$(printf '%0900d' 7)" | head -n 500 >&2
EOF
chmod 755 says
cat >spawnd.conf <<EOF
[cat]
user = nobody
listen = $tmp/path.sock
command = /bin/cat
[says]
user = bob
listen = $tmp/says.sock
command = $tmp/says
stderr = log
EOF

# A pipe that nobody reads.
mkfifo fifo
exec 8<>fifo
exec 9>fifo
run env
before=$(descriptors)
# More than it and our own buffer hold together.
is "$(echo x | ask_unix says.sock)" x 'who says a lot has an answer'
served 20
is "$(sort -u answers) $(wc -l <answers)" 'x 20' 'a full pipe: clients are served on'
used=$(ticks)
served 5
used=$(($(ticks) - used))
[ "$used" -lt 10 ]
ok $? "without spinning ($used ticks)"
# Now somebody reads, and the next line has the news.
: >read.log
cat <&8 >>read.log &
reader=$!
await 'grep -q "says: stderr: 0*7$" read.log'
served 1
await 'grep -q "cat: end id=27 " read.log'
like "$(cat read.log)" 'log: dropped [0-9]+ lines' \
	'when it is read again, what was dropped is told'
dropped=$(sed -n 's/.*log: dropped \([0-9]*\) lines.*/\1/p' read.log |
	awk '{ n += $1 } END { print n + 0 }')
is "$(($(grep -c 'says: stderr: 0*7$' read.log) + $(grep -c ': end id=' read.log) + dropped))" \
	527 'to the last line'
calm "$before"
stop
is "$status" 0 'it stops'
kill "$reader"
exec 8<&- 9>&-

# A pipe whose reader is gone.
mkfifo gone
cat gone >/dev/null &
reader=$!
exec 9>gone
kill "$reader"
wait "$reader" 2>/dev/null
run env
before=$(descriptors)
served 20
is "$(sort -u answers) $(wc -l <answers)" 'x 20' 'a reader that is gone: clients are served on'
calm "$before"
stop
is "$status" 0 'it stops'
exec 9>&-

# No standard error at all.
exec 9>/dev/null
run sh -c 'exec "$@" 2>&-' sh
before=$(descriptors)
served 20
is "$(sort -u answers) $(wc -l <answers)" 'x 20' 'no standard error: clients are served'
calm "$before"
stop
is "$status" 0 'it stops'
done_testing
