#!/bin/sh
# SPDX-License-Identifier: MIT
# A command that floods its stderr = log is bounded, which is told; other services
# do not notice, and nothing that was said before the end is lost untold.
. "$(dirname "$0")/../lib.sh"

# Twenty thousand short lines, then one that is not like them.
cat >floods <<'EOF'
#!/bin/sh
yes flood | head -n 20000 >&2
echo done
EOF
cat >endless <<'EOF'
#!/bin/sh
exec yes flood >&2
EOF
mkfifo go && chmod 666 go
# All of it fits into the pipe.
cat >burst <<EOF
#!/bin/sh
read -r go <$tmp/go
yes 0123456789012345678901234567890123456789012345678901234567890123456789 |
	head -n 800 >&2
EOF
chmod 755 floods endless burst
cat >spawnd.conf <<EOF
[global]
user = nobody
[floods]
listen = 127.0.0.1:0
stderr = log
command = $tmp/floods
[endless]
listen = 127.0.0.1:0
stderr = log
time_limit = 3s
command = $tmp/endless
[burst]
listen = 127.0.0.1:0
stderr = log
command = $tmp/burst
[other]
listen = 127.0.0.1:0
command = /bin/cat
EOF
start
before=$(descriptors)

is "$("$tools/client" end "$(port_of floods)")" 'done
eof' 'the command is not held up for ever'
await 'grep -q "floods: end" spawnd.log'
await '[ "$(grep -c "floods: stderr: flood" spawnd.log)" -ge 1000 ]'

"$tools/client" end "$(port_of endless)" >endless.out &
endless=$!
await 'grep -q "endless: stderr: flood" spawnd.log'
is "$(echo x | ask "$(port_of other)")" x 'another service answers meanwhile'
await 'grep -q "endless: stderr: left out [0-9]* lines" spawnd.log'
ok 0 'what is left out is told'
pids=$(ps -o pid= --ppid "$pid")
kill -KILL $pids
wait "$endless"
await 'grep -q "endless: end" spawnd.log'
unlike "$(cat spawnd.log)" 'log: dropped' 'the log itself lost nothing'
calm "$before"

# What stands in the pipe when all is over: it was written while nobody could read.
"$tools/client" end "$(port_of burst)" >burst.out &
burst=$!
exec 3>go
kill -STOP "$pid"
echo >&3
exec 3>&-
await '[ "$(ps -o stat= --ppid "$pid" | cut -c 1)" = Z ]'
kill -TERM "$pid"
kill -CONT "$pid"
wait "$burst"
stop
is "$status" 0 'it stops'
is "$(grep -c 'burst: stderr: 0123456789' spawnd.log)" 800 'every line of it is in the log'
told=$(sed -n 's/.*floods: stderr: left out \([0-9]*\) lines.*/\1/p' spawnd.log |
	awk '{ n += $1 } END { print n + 0 }')
is "$(($(grep -c 'floods: stderr: flood' spawnd.log) + told))" 20000 \
	'each line of the flood is shown, or counted'
done_testing
