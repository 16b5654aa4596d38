#!/bin/sh
# SPDX-License-Identifier: MIT
# However a command is started, it is in its cgroup: with clone3(2) and without, with a
# copy of our memory, with many descriptors open, for -i, and it can do nothing about it.
. "$(dirname "$0")/../cgroup.sh"
. "$(dirname "$0")/../lib.sh"
make_cgroup
delegate

mkdir out && chmod 777 out
cat >place <<EOF
#!/bin/sh
sed -n 's/^0:://p' /proc/self/cgroup
EOF
# It is there before it has the account that others may signal.
cat >escapes <<EOF
#!/bin/sh
{
	cd "$cgroup\$1" || exit
	for i in cgroup.procs ../../cgroup.procs ../../spawnd/cgroup.procs; do
		echo \$\$ >\$i && echo "moved to \$i"
	done
	echo 1 >cgroup.freeze && echo frozen
	mkdir below && echo made
	sed -n 's/^0:://p' /proc/self/cgroup
} 2>/dev/null
EOF
chmod 755 place escapes
cat >spawnd.conf <<EOF
[global]
user = nobody
max_connections = 400
[place]
listen = 127.0.0.1:0
command = $tmp/place
[fds]
listen = 127.0.0.1:0
command = /bin/ls /proc/self/fd
[score]
listen = 127.0.0.1:0
oom_score_adjust = 500
command = $tmp/place
[cat]
listen = 127.0.0.1:0
command = /bin/cat
[escapes]
listen = 127.0.0.1:0
command = $tmp/escapes /connections/1
[no]
listen = 127.0.0.1:0
command = /bin/no-such-command
retry_delay = 1ms
EOF
place() { ask "$(port_of "$1")" </dev/null | sed "s,^.*/spawnd-test\.$$,,"; }
mkfifo hold

check() { # NAME
	before=$(descriptors)
	like "$(place place)" '^/connections/[0-9]+$' "$1"
	like "$(place score)" '^/connections/[0-9]+$' '... with an oom score of its own'
	is "$(ask "$(port_of fds)" </dev/null | tr '\n' ' ')" '0 1 2 3 ' \
		'... and none of our descriptors, but the one of ls'
	"$tools/client" idle "$(port_of cat)" 290 <hold >/dev/null &
	client=$!
	exec 4>hold
	await '[ "$(ps -o args= --ppid "$pid" | grep -c /cat)" = 290 ]'
	like "$(place place)" '^/connections/[0-9]+$' '... with many descriptors open'
	like "$(place score)" '^/connections/[0-9]+$' '... with both'
	is "$(find "$cgroup/connections" -mindepth 2 -name cgroup.procs -exec wc -l {} + |
		awk '$1 > 1 && $2 != "total"')" '' '... and one process in each'
	exec 4>&-
	wait "$client"
	ask "$(port_of no)" </dev/null
	await 'grep -q "no: end" spawnd.log'
	like "$(grep 'no: end' spawnd.log)" 'failed="cannot execute' '... one that does not exist is told as such'
	calm "$before"
	stop
	is "$status $(find "$cgroup" -mindepth 1 -type d)" '0 ' '... and nothing is left'
	: >spawnd.log
}

start_in "$cgroup"
is "$(ask "$(port_of escapes)" </dev/null | sed "s,^.*/spawnd-test\.$$,,")" /connections/1 \
	'a command cannot leave its cgroup, nor change it'
check 'born there'
for error in 38 1; do # ENOSYS, EPERM
	start_as "$tools/in-cgroup" "$cgroup" "$tools/in-cgroup" -f "$error" "$spawnd" -c "$tmp/spawnd.conf"
	check "without clone3, error $error"
done

# -i: the same, for one connection
cat >serve <<EOF
#!/bin/sh
exec "$spawnd" -c "$tmp/spawnd.conf" -i place 2>$tmp/inetd.log
EOF
chmod 755 serve
tcpserver -q -1 127.0.0.1 0 "$tools/in-cgroup" "$cgroup" "$tmp/serve" >port 2>/dev/null &
server=$!
await '[ -s port ]'
like "$(ask "$(cat port)" </dev/null | sed "s,^.*/spawnd-test\.$$,,")" '^/connections/1$' '-i'
await '[ -z "$(find "$cgroup" -mindepth 1 -type d)" ]'
ok 0 'leaves nothing either'
like "$(cat inetd.log)" 'place: end id=1 .* exit=0 ' 'but its record'
kill "$server"
wait "$server"

# No room for another cgroup
start_in "$cgroup"
echo 2 >"$cgroup/cgroup.max.descendants"
ask "$(port_of place)" </dev/null >place.out &
client=$!
await 'grep -q "place: cannot start a command: Resource temporarily unavailable" spawnd.log'
ok 0 'where no cgroup can be made the client waits'
echo max >"$cgroup/cgroup.max.descendants"
wait "$client"
like "$(cat place.out)" '/connections/[0-9]+$' 'and is served when one can'
done_testing
