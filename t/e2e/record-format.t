#!/bin/sh
# SPDX-License-Identifier: MIT
# One record per command, at the level of how it ended; the log's level is what
# log_level, -v and -q make of it.
. "$(dirname "$0")/../lib.sh"

cat >ends <<'EOF'
#!/bin/sh
read -r how
exit "$how"
EOF
chmod 755 ends
cat >spawnd.conf <<EOF
[ends]
user = nobody
listen = 127.0.0.1:0
command = $tmp/ends
retry_delay = 1ms
retry_delay_max = 1ms
# Found without the log, which tells no port when it is quiet.
[path]
user = nobody
listen = $tmp/path.sock
command = $tmp/ends
retry_delay = 1ms
retry_delay_max = 1ms
EOF

# An exit 0, an exit 1 and a failure, and which of them is told.
levels() { # NAME EXPECTED OPTION...
	name=$1 expected=$2
	shift 2
	: >spawnd.log
	start -c "$tmp/spawnd.conf" "$@"
	echo 0 | ask_unix path.sock
	echo 1 | ask_unix path.sock
	await '[ -z "$(ps -o pid= --ppid "$pid")" ]' # so that the records keep the order
	mv ends away
	"$tools/client" end "$tmp/path.sock" >/dev/null
	mv away ends
	await '[ -z "$(ps -o pid= --ppid "$pid")" ]'
	stop
	is "$(sed -n 's/.*path: end .* \(exit=[01]\|failed\).*/\1/p' spawnd.log | tr '\n' ' ')" \
		"$expected" "$name"
}

levels 'as it is, all is told' 'exit=0 exit=1 failed '
levels '-q: exit 0 is not' 'exit=1 failed ' -q
levels '-q -q: failures alone' 'failed ' -q -q
levels 'never less than that' 'failed ' -q -q -q -q -q
levels 'log_level = notice' 'exit=1 failed ' -s log_level=notice
levels 'log_level = error' 'failed ' -s log_level=error
levels '-v makes up for it' 'exit=0 exit=1 failed ' -s log_level=notice -v
levels 'record = failures: those and exit 1' 'exit=1 failed ' -s record=failures
levels 'record = none: nothing' '' -s record=none

: >spawnd.log
start
port=$(port_of ends)
before=$(descriptors)
# An address of its own: the one port may still wait for the end of another run.
source=127.1.$(($$ / 250 % 250 + 1)).$(($$ % 250 + 1))
echo 3 | nc -N -p 45678 -s "$source" 127.0.0.1 "$port"
await 'grep -q "ends: end" spawnd.log'
stamp='[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}[+-][0-9]{4}'
like "$(grep 'ends: end' spawnd.log)" \
	"^$stamp spawnd\\[$pid\\]: ends: end id=1 peer=$source:45678 pid=[0-9]+ exit=3 run=[0-9]+\\.[0-9]{3}s cpu=[0-9]+\\.[0-9]{3}s\$" \
	'a record: the time, who, from where, how, how long'
echo 0 | ask_unix path.sock
await 'grep -q "path: end" spawnd.log'
like "$(grep 'path: end' spawnd.log)" 'path: end id=2 peer=uid:0 pid=' \
	'over a Unix socket the peer is its account'
unlike "$(cat spawnd.log)" '[^[:print:]]' 'every line is plain text'
calm "$before"
done_testing
