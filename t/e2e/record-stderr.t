#!/bin/sh
# SPDX-License-Identifier: MIT
# stderr = log: what commands say there is in the log, escaped, cut and with the
# service's name, and not on the wire; null: nowhere; socket: on the wire.
. "$(dirname "$0")/../lib.sh"

cat >says <<'EOF'
#!/bin/sh
echo answer
echo 'a word' >&2
printf 'esc \033[31m cr \r nul \000 high \377 quote " end\n' >&2
printf '%03000d\n' 7 >&2
printf '\n\nno newline' >&2
EOF
chmod 755 says
for to in socket log null; do
	cat <<-EOF
	[$to]
	user = nobody
	listen = 127.0.0.1:0
	stderr = $to
	command = $tmp/says
	EOF
done >spawnd.conf
start
before=$(descriptors)
is "$("$tools/client" end "$(port_of null)")" 'answer
eof' 'null: the answer alone'
is "$("$tools/client" end "$(port_of log)")" 'answer
eof' 'log: the answer alone'
await 'grep -q "log: end" spawnd.log && grep -q "null: end" spawnd.log'
await 'grep -q "log: stderr: .*7$" spawnd.log'
lines=$(sed -n 's/.*\]: log: stderr: //p' spawnd.log)
is "$(echo "$lines" | sed -n 1p)" 'a word' 'log: a line'
is "$(echo "$lines" | sed -n 2p)" \
	'esc \x1b[31m cr \x0d nul \x00 high \xff quote \" end' 'what is no text is escaped'
is "$(echo "$lines" | sed -n 3,5p | tr -d '\n' | wc -c)" 3000 'a long line comes in pieces, whole'
is "$(echo "$lines" | wc -l)" 5 'empty lines are left out, one without its end waits for it'
unlike "$(cat spawnd.log)" '[^[:print:]]' 'every line is plain text'
unlike "$(cat spawnd.log)" '(null|socket): stderr' 'null and socket say nothing in the log'
like "$("$tools/client" end "$(port_of socket)" | tr -d '\000\r\033\377')" 'a word' \
	'socket: the client sees it'
await 'grep -q "socket: end" spawnd.log'
calm "$before"
stop
is "$status" 0 'it stops'
like "$(cat spawnd.log)" 'log: stderr: no newline$' 'and tells what had no end'
done_testing
