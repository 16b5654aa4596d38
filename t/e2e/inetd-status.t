#!/bin/sh
# SPDX-License-Identifier: MIT
# spawnd -i serves the connection on descriptor 0, writes its record to standard
# error, and exits as its command did.
[ -n "${REAPED:-}" ] || REAPED=1 exec "${TOOLS:?}/reaper" "$0"
. "$(dirname "$0")/../lib.sh"

cat >does <<'EOF'
#!/bin/sh
read -r what
echo "$what" | tr a-z A-Z
case $what in
exit*) exit "${what#exit}" ;;
env) env | sort ;;
id) id -u ;;
sleep) exec sleep 1000 ;;
deaf) trap '' TERM; while :; do sleep 0.02; done ;;
log) yes 'last words, which are many, and stand in the pipe when the end comes' | head -n 800 >&2 ;;
*) kill -"$what" $$ ;;
esac
EOF
chmod 755 does
mkdir work
cat >spawnd.conf <<EOF
[does]
user = alice
listen = 127.0.0.1:1
command = $tmp/does
time_limit = 400ms
kill_after = 100ms
[log]
user = alice
listen = 127.0.0.1:2
command = $tmp/does
stderr = log
[off]
enabled = no
user = alice
listen = 127.0.0.1:3
command = /bin/cat
[fails]
user = alice
listen = 127.0.0.1:4
command = /bin/cat
working_directory = $tmp/work
EOF

inetd() { # KIND SERVICE WHAT; leaves $answer and $status
	answer=$(echo "$3" | "$tools/on-socket" "$1" "$spawnd" -c "$tmp/spawnd.conf" -i "$2" \
		2>spawnd.log)
	status=$?
}

for i in 0 1 44 255; do
	inetd tcp does "exit$i"
	is "$status $answer" "$i EXIT$i" "exit $i"
	like "$(grep 'does: end' spawnd.log)" \
		"does: end id=1 peer=127\\.0\\.0\\.1:[0-9]+ pid=[0-9]+ exit=$i run=" 'and its record'
done
inetd tcp does SEGV
is "$status" 139 'a signal is 128 and its number'
like "$(cat spawnd.log)" 'signal=SEGV' 'and its record'
inetd tcp does sleep
is "$status" 124 'a time-out is 124'
like "$(cat spawnd.log)" 'timeout=TERM' 'and its record'
inetd tcp does deaf
is "$status" 124 'also if it takes KILL'
like "$(cat spawnd.log)" 'timeout=KILL' 'and its record'
inetd tcp does id
is "$answer" 'ID
2001' 'the command runs as its account'
inetd tcp does env
like "$answer" '^TCPREMOTEPORT=[0-9]+$' 'it knows its client'
like "$answer" '^SPAWND_SERVICE=does$' 'and its service'
inetd unix does env
is "$status" 0 'a Unix socket is served as well'
like "$answer" '^PROTO=UNIX$' 'and known as one'
inetd tcp off hello
is "$status $answer" '0 hello' 'and a service with enabled = no'
inetd seqpacket off hello
is "$status $answer" '0 hello' 'and a Unix socket of packets'
inetd gone off hello
like "$(cat spawnd.log)" 'off: end id=1 peer=' \
	'a client that is gone is no trouble, and in the record'

rmdir work
inetd tcp fails hello
is "$status $answer" '125 ' 'what cannot be started is 125, and not one byte'
like "$(cat spawnd.log)" 'fails: end id=1 .*failed="cannot change to directory' \
	'and its record'
inetd tcp log log
is "$status $answer" '0 LOG' 'stderr = log: the answer alone'
is "$(grep -c 'log: stderr: last words' spawnd.log)" 800 'and all of the last words in the log'

# Closed or strange descriptors of the starter are no obstacle.
answer=$(echo bye | "$tools/on-socket" tcp sh -c 'exec "$@" 1>&-' sh \
	"$spawnd" -c "$tmp/spawnd.conf" -i off 2>spawnd.log)
is "$answer" bye 'descriptor 1 may be closed'
done_testing
