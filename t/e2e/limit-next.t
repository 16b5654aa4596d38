#!/bin/sh
# SPDX-License-Identifier: MIT
# What a command leaves behind holds its own slot and no other: the next client is
# served while the leftovers still live.
. "$(dirname "$0")/../lib.sh"

cat >leave <<EOF
#!/bin/sh
read -r what
if [ "\$what" = leave ]; then
	(
		trap '' TERM
		until [ -e $tmp/go ]; do sleep 0.02; done
	) </dev/null >/dev/null 2>&1 &
fi
echo done
EOF
chmod 755 leave
start -l 127.0.0.1:0 -u nobody -s kill_after=1h -s max_connections=3 -- "$tmp/leave"
before=$(descriptors)
port=$(port_of leave)
is "$(echo leave | timeout 20 nc -N 127.0.0.1 "$port")" 'done' 'the first leaves something behind'
is "$(echo x | timeout 20 nc -N 127.0.0.1 "$port")" 'done' 'the second is served meanwhile'
is "$(echo x | timeout 20 nc -N 127.0.0.1 "$port")" 'done' 'and so is the third'
unlike "$(cat spawnd.log)" 'end id=1 ' 'the first has no record yet'
touch go
await 'grep -q "end id=1 .* exit=0 " spawnd.log'
calm "$before"
done_testing
