#!/bin/sh
# SPDX-License-Identifier: MIT
# A command that closes its stdio and works on: the client has its end at once, the
# record and the slot wait for the command.
. "$(dirname "$0")/../lib.sh"

mkdir told && chmod 777 told
cat >works <<EOF
#!/bin/sh
echo accepted
exec <&- >&- 2>&-
until [ -e $tmp/told/go ]; do sleep 0.02; done
exit 44
EOF
chmod 755 works
cat >spawnd.conf <<EOF
[global]
user = nobody
[works]
listen = 127.0.0.1:0
max_connections = 1
command = $tmp/works
[other]
listen = 127.0.0.1:0
command = /bin/cat
EOF
start
before=$(descriptors)
is "$("$tools/client" end "$(port_of works)")" "accepted
eof" 'the client has its answer and its end'
is "$(echo x | ask "$(port_of other)")" x 'another service answers'
await 'grep -q "other: end" spawnd.log'
unlike "$(cat spawnd.log)" 'works: end' 'there is no record yet'
is "$(ps -o comm= --ppid "$pid")" works 'the command runs'
touch told/go
await 'grep -q "works: end" spawnd.log'
like "$(grep 'works: end' spawnd.log)" ' exit=44 ' 'its record comes with its end'
calm "$before"
done_testing
