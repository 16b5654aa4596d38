#!/bin/sh
# SPDX-License-Identifier: MIT
# Which way it is, cgroup or process group: decided by what was delegated, not by what
# may be written; shown by -T, told by the log, and an error where it cannot be.
. "$(dirname "$0")/../cgroup.sh"
. "$(dirname "$0")/../lib.sh"
make_cgroup

config() { # LINE...
	printf '[cat]\nlisten = 127.0.0.1:0\ncommand = cat\nuser = nobody\n' >spawnd.conf
	[ $# = 0 ] || printf '%s\n' "$@" >>spawnd.conf
}
starts() { timeout 10 "$tools/in-cgroup" "$1" "$spawnd" -c spawnd.conf 2>&1; } # not
shows() { "$tools/in-cgroup" "$1" "$spawnd" -c spawnd.conf -T 2>&1; }
where() { # of a command
	place_of "$(ps -o pid= --ppid "$pid" | tr -d ' ')"
}
contained() { # CGROUP EXPECTED-PLACE NAME
	start_in "$1"
	"$tools/client" idle "$(port_of cat)" 1 <hold >/dev/null &
	exec 4>hold
	await 'ps -o args= --ppid "$pid" | grep -q cat'
	like "$(where)" "^$2\$" "$3"
	exec 4>&-
	stop
}
mkfifo hold

# Not delegated: root may write there, and does not.
config
like "$(shows "$cgroup")" '^# contain = auto is process-group: the cgroup .*/spawnd-test\.[0-9]* was not delegated to spawnd$' \
	'not delegated: -T says process-group'
like "$(shows "$cgroup")" '^# its time limit reaches its process group' 'and of the service'
contained "$cgroup" '' 'and so it is'
unlike "$(cat spawnd.log)" 'cgroup' 'without a word in the log'
is "$(find "$cgroup" -mindepth 1 -type d)" '' 'nothing is made there'
config 'contain = cgroup'
like "$(starts "$cgroup")" 'spawnd.conf:5: cat: contain: there is no cgroup for it: the cgroup .* was not delegated' \
	'contain = cgroup is an error then'
shows "$cgroup" >shown
is "$? $(grep '^# it' shown)" '0 # it needs a cgroup for each connection, which there is not here' \
	'-T shows it, and says so'
like "$(cat shown)" '^contain = cgroup' '... with all settings'
"$spawnd" -c spawnd.conf -n 2>err
is "$? $(cat err)" '0 ' '-n accepts it: it will be started elsewhere'
for i in 'memory_max = 64M' 'tasks_max = 10' 'cpu_weight = 50'; do
	config "$i"
	like "$(starts "$cgroup")" "spawnd.conf:5: cat: ${i%% *}: needs a cgroup for each connection: the cgroup" \
		"$i is one too"
	config "$i" 'contain = process-group'
	like "$("$spawnd" -c spawnd.conf -n 2>&1)" \
		"spawnd.conf:5: cat: ${i%% *}: needs a cgroup for each connection, and contain = process-group" \
		'and with process-group for -n as well'
done
config 'memory_max = infinity' 'tasks_max = infinity' 'cpu_weight = infinity'
shows "$cgroup" >shown
is "$? $(grep -cE '^(memory_max|tasks_max|cpu_weight) = infinity' shown)" '0 3' 'infinity is shown'
contained "$cgroup" '' '... and needs nothing'

# Delegated
delegate
config
like "$(shows "$cgroup")" '^# contain = auto is cgroup, below .*/spawnd-test\.[0-9]*$' \
	'delegated: -T says cgroup'
like "$(shows "$cgroup")" '^# its time limit reaches the cgroup of the connection' \
	'and of the service'
shows "$cgroup" >shown.conf
"$tools/in-cgroup" "$cgroup" "$spawnd" -c shown.conf -n 2>err
is "$?" 0 'what -T shows is a configuration'
is "$(find "$cgroup" -mindepth 1 -type d)" '' 'and nothing was made there'
contained "$cgroup" '/connections/[0-9]*' 'and so it is'
like "$(cat spawnd.log)" 'each connection has a cgroup of its own below .*/spawnd-test' \
	'which the log says'
is "$(find "$cgroup" -mindepth 1 -type d)" '' 'all is gone at the end'
config 'contain = process-group'
contained "$cgroup" '' 'contain = process-group stays where it is'
config 'contain = cgroup'
contained "$cgroup" '/connections/[0-9]*' 'contain = cgroup'

# What the controllers are here differs; one that is missing is an error.
for i in memory_max:64M:memory tasks_max:10:pids cpu_weight:50:cpu; do
	key=${i%%:*} controller=${i##*:} value=${i#*:}
	grep -qw "$controller" "$cgroup/cgroup.controllers" && continue
	config "$key = ${value%:*}"
	like "$(shows "$cgroup")" "spawnd.conf:5: cat: $key: the cgroup .* has no controller \"$controller\"" \
		"$key without its controller is an error"
	"$tools/in-cgroup" "$cgroup" "$spawnd" -c spawnd.conf -n 2>err
	is "$? $(grep -c "no controller" err)" '1 1' '... for -n, too, where it can know'
done

# The one above is marked.
mkdir "$cgroup/below"
config
contained "$cgroup/below" '/connections/[0-9]*' 'DelegateSubgroup='
is "$(find "$cgroup" -mindepth 1 -type d)" "$cgroup/below" 'which stays where it is'
mkdir "$cgroup/below/far"
like "$(shows "$cgroup/below/far")" 'is process-group: the cgroup .*/far was not delegated' \
	'two below is none'
rmdir "$cgroup/below/far" "$cgroup/below"

# A second one
config
start_in "$cgroup"
printf '[cat]\nlisten = 127.0.0.1:0\ncommand = cat\nuser = nobody\n' >second.conf
"$tools/in-cgroup" "$cgroup" "$spawnd" -c second.conf 2>second.log &
second=$!
await 'grep -q "serves 1" second.log'
like "$(cat second.log)" 'contain: commands are ended by process group: another spawnd has the cgroup' \
	'a second one in the same cgroup has process groups'
kill "$second"
wait "$second"
is "$?" 0 'and stops'
printf 'contain = cgroup\n' >>second.conf
timeout 10 "$tools/in-cgroup" "$cgroup" "$spawnd" -c second.conf 2>second.log
is "$?" 3 'or does not start, with contain = cgroup'
like "$(cat second.log)" 'contain: another spawnd has the cgroup' 'and says why'
timeout 10 "$tools/in-cgroup" "$cgroup" "$spawnd" -d -c second.conf 2>second.log
is "$?" 3 'nor detached'
like "$(cat second.log)" 'contain: another spawnd has the cgroup' 'and says why'
is "$(place_of "$pid")" /spawnd 'the first one has it still'
stop

# Detached
config 'contain = cgroup'
printf '[global]\npid_file = %s/pid\n' "$tmp" >>spawnd.conf
"$tools/in-cgroup" "$cgroup" "$spawnd" -d -c spawnd.conf -s log="file:$tmp/spawnd.log" 2>err
is "$?" 0 'detached'
is "$(place_of "$(cat pid)")" /spawnd 'it is in its place'
kill "$(cat pid)"
await '[ ! -e pid ] && [ ! -d "$cgroup/spawnd" ]'
ok 0 'and leaves it at the end'

# Another account's: by its owner
cp "$spawnd" daemon && chmod 755 daemon
mkdir "$cgroup/alice"
chown 2001 "$cgroup/alice" "$cgroup/alice/cgroup.procs"
chmod 755 .
printf '[cat]\nlisten = 127.0.0.1:0\ncommand = cat\n' >spawnd.conf
start_as "$tools/in-cgroup" "$cgroup/alice" setpriv --reuid=2001 --regid=2001 --clear-groups \
	"$tmp/daemon" -c "$tmp/spawnd.conf"
"$tools/client" idle "$(port_of cat)" 1 <hold >/dev/null &
exec 4>hold
await 'ps -o args= --ppid "$pid" | grep -q cat'
like "$(where)" '^/alice/connections/1$' 'a cgroup of an ordinary user'
exec 4>&-
await 'grep -q "cat: end" spawnd.log'
await '[ -z "$(find "$cgroup/alice/connections" -mindepth 1 -type d)" ]'
ok 0 'is not used again where commands may write'
stop
is "$(find "$cgroup/alice" -mindepth 1 -type d)" '' 'and left as it was'
mkdir "$cgroup/alice/session"
chown 2001 "$cgroup/alice/session" "$cgroup/alice/session/cgroup.procs"
like "$("$tools/in-cgroup" "$cgroup/alice/session" setpriv --reuid=2001 --regid=2001 --clear-groups \
	"$tmp/daemon" -c "$tmp/spawnd.conf" -T 2>&1)" 'is process-group: the cgroup .*/session was not delegated' \
	'one below a cgroup of the same user is that of a session'
chown 0 "$cgroup/alice/cgroup.procs"
start_as "$tools/in-cgroup" "$cgroup/alice" setpriv --reuid=2001 --regid=2001 --clear-groups \
	"$tmp/daemon" -c "$tmp/spawnd.conf"
like "$(cat spawnd.log)" \
	'contain: commands are ended by process group: cannot write in the cgroup .*: Permission denied$' \
	'one that was delegated and cannot be used is told of'
stop

# A lock of somebody else on what all may open
mkdir "$cgroup/spawnd"
setpriv --reuid=2002 --regid=2002 --clear-groups \
	sh -c 'exec 9<"$0" && flock -x 9 && echo locked && exec sleep 1000' "$cgroup/spawnd" >locks &
locker=$!
await 'grep -q locked locks'
config 'contain = cgroup'
contained "$cgroup" '/connections/[0-9]*' 'is in the way of nobody'
kill "$locker"
done_testing
