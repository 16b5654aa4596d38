#!/bin/sh
# SPDX-License-Identifier: MIT
# Where standard error is the client's socket, as inetd leaves it, not one byte of
# ours reaches the client, whatever happens.
. "$(dirname "$0")/../lib.sh"

mkdir work
cat >spawnd.conf <<EOF
[cat]
user = nobody
listen = 127.0.0.1:1
command = /bin/cat
[twin]
user = nobody
listen = 127.0.0.1:2
command = /bin/cat
[slow]
user = nobody
listen = 127.0.0.1:3
command = /bin/sleep 1000
time_limit = 200ms
[log]
user = nobody
listen = 127.0.0.1:4
command = /bin/sh -c "echo hidden >&2; cat"
stderr = log
[fails]
user = nobody
listen = 127.0.0.1:5
command = /bin/cat
working_directory = $tmp/work
EOF
echo 'nonsense' >bad.conf
rmdir work

for kind in tcp unix; do
	got=$(echo hello | "$tools/on-socket" -2 "$kind" "$spawnd" -c spawnd.conf -v -v -i cat)
	is "$? $got" '0 hello' "$kind: a good end"
	for i in "124 -c spawnd.conf -i slow" "125 -c spawnd.conf -i fails" \
		"1 -c spawnd.conf -i none" "1 -c bad.conf -i cat" "1 -c nowhere.conf -i cat" \
		"2 -c spawnd.conf -i" "2 -c spawnd.conf -i cat -n" "2 --nonsense" \
		"2 -c spawnd.conf -i cat stray"; do
		# shellcheck disable=SC2086 # the words
		got=$("$tools/on-socket" -2 "$kind" "$spawnd" ${i#* } </dev/null)
		is "$? $got" "${i%% *} " "$kind: ${i#* }"
	done
	got=$(echo hello | "$tools/on-socket" -2 "$kind" "$spawnd" -c spawnd.conf -i log)
	is "$? $got" '0 hello' "$kind: stderr = log"
done
done_testing
