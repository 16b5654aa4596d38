#!/bin/sh
# SPDX-License-Identifier: MIT
# memory_max, tasks_max and cpu_weight bound each connection, and no other; the record has
# the memory.
. "$(dirname "$0")/../cgroup.sh"
. "$(dirname "$0")/../reload.sh"
. "$(dirname "$0")/../lib.sh"
make_cgroup
delegate
for i in memory pids cpu; do
	grep -qw "$i" "$cgroup/cgroup.controllers" && continue
	echo "1..0 # SKIP cgroup2 has no controller \"$i\" here; what is told then is in contain-which.t"
	exit 0
done

cat >limits <<EOF
#!/bin/sh
at=$cgroup\$(sed -n 's,^0::.*/spawnd-test\.$$,,p' /proc/self/cgroup)
echo "\${at#"$cgroup"}"
for i in memory.max pids.max cpu.weight; do
	[ ! -e "\$at/\$i" ] || echo "\$i \$(cat "\$at/\$i")"
done
EOF
# A shell that holds all of it.
cat >eats <<EOF
#!/bin/sh
exec awk 'BEGIN { s = "x"; for (i = 0; i < '\$1'; i++) s = s s; print length(s) }'
EOF
cat >forks <<EOF
#!/bin/sh
for i in 1 2 3 4 5 6; do sleep 1000 & done 2>&1
echo all
EOF
chmod 755 limits eats forks
cat >spawnd.conf <<EOF
[global]
user = nobody
[plain]
listen = 127.0.0.1:0
command = $tmp/limits
[all]
listen = 127.0.0.1:0
memory_max = 64M
tasks_max = 20
cpu_weight = 50
command = $tmp/limits
[some]
listen = 127.0.0.1:0
tasks_max = 30
command = $tmp/limits
[eats]
listen = 127.0.0.1:0
memory_max = 24M
command = $tmp/eats 27
[tastes]
listen = 127.0.0.1:0
memory_max = 24M
command = $tmp/eats 20
[forks]
listen = 127.0.0.1:0
tasks_max = 4
command = $tmp/forks
EOF
before=$(cat "$cgroup/cgroup.subtree_control")
start_in "$cgroup"
like "$(ask "$(port_of plain)" </dev/null | head -n 1)" '^/connections/[0-9]+$' 'a service without limits'
await 'grep -q "plain: end" spawnd.log'
unlike "$(grep 'plain: end' spawnd.log)" 'memory=' 'has none in its record'
[ ! -e "$cgroup/connections/1/memory.max" ]
ok $? 'and its cgroups have no controller'
is "$(ask "$(port_of all)" </dev/null | sed '1s/[0-9]*$/N/')" "/limited/N
memory.max 67108864
pids.max 20
cpu.weight 50" 'all three limits'
is "$(ask "$(port_of some)" </dev/null | sed '1s/[0-9]*$/N/')" "/limited/N
memory.max max
pids.max 30
cpu.weight 100" 'one of them'
first=$(ask "$(port_of all)" </dev/null | head -n 1)
await '[ "$(grep -c "all: end" spawnd.log)" = 2 ]'
[ "$(ask "$(port_of all)" </dev/null | head -n 1)" != "$first" ]
ok $? 'which is not used again'
await '[ "$(grep -c "all: end" spawnd.log)" = 3 ]'
[ ! -d "$cgroup$first" ]
ok $? 'but removed'

is "$(ask "$(port_of tastes)" </dev/null)" 1048576 'less than memory_max'
await 'grep -q "tastes: end" spawnd.log'
peak=$(sed -n 's/.*tastes: end .* exit=0 .* memory=\([0-9]*\)$/\1/p' spawnd.log)
[ "${peak:-0}" -gt 1048576 ] && [ "$peak" -lt 25165824 ]
ok $? "the record has what it had, $peak"
is "$(ask "$(port_of eats)" </dev/null)" '' 'more than memory_max'
await 'grep -q "eats: end" spawnd.log'
like "$(grep 'eats: end' spawnd.log)" ' signal=KILL .* memory=[0-9]+ \(out of memory: memory_max = 25165824; set it higher' \
	'is killed, and the record says for what'
is "$(ask "$(port_of plain)" </dev/null | wc -l)" 1 'others go on'

unlike "$(ask "$(port_of forks)" </dev/null)" '^all$' 'more than tasks_max processes cannot be'
await 'grep -q "forks: end" spawnd.log'
[ -z "$(pgrep -u nobody)" ]
ok $? 'and those that could are ended'

# A reload
sed -i '/^\[plain\]/a tasks_max = 7' spawnd.conf
reloaded 'a reload'
is "$(ask "$(port_of plain)" </dev/null | grep pids)" 'pids.max 7' 'gives limits to those that come'
stop
is "$status $(find "$cgroup" -mindepth 1 -type d)" '0 ' 'nothing is left at the end'
is "$(cat "$cgroup/cgroup.subtree_control")" "$before" 'no controller either'

# Somebody else in there
sleep 1000 &
sleeper=$!
echo "$sleeper" >"$cgroup/cgroup.procs"
timeout 10 "$tools/in-cgroup" "$cgroup" "$spawnd" -c spawnd.conf 2>err
is "$?" 3 'with another process in the cgroup it does not start'
like "$(cat err)" 'contain: cannot enable the controller "[a-z]*" in the cgroup .*: other processes are in it' \
	'and says why'
kill "$sleeper"
wait "$sleeper" 2>/dev/null

# The starter is one as well, and out of the way.
"$tools/in-cgroup" "$cgroup" "$spawnd" -d -c spawnd.conf -s pid_file="$tmp/pid" \
	-s log="file:$tmp/spawnd.log" 2>err
is "$?" 0 'detached'
is "$(ask "$(port_of some)" </dev/null | grep pids)" 'pids.max 30' 'the limits hold'
kill "$(cat pid)"
await '[ ! -e pid ]'
done_testing
