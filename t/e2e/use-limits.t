#!/bin/sh
# SPDX-License-Identifier: MIT
# A command has the limits that are set, else those of spawnd's starter; no start
# fails of them, and what spawnd may not give is an error when it is loaded.
. "$(dirname "$0")/../lib.sh"

cp "$spawnd" daemon
cp "$tools/context" "$tools/hold" .
spawnd=$tmp/daemon
mkdir held
chown bob held

limits_of() { ask "$(port_of "$1")" </dev/null | sed -n 's/^limit //p'; }

# All of them at once, the starter's, and a file that grows too large.
cat >spawnd.conf <<EOT
[global]
user = alice
[all]
limit_as = 1G
limit_cpu = 90:2min
limit_core = 0:4K
limit_data = 512M:600M
limit_fsize = 1M
limit_memlock = 0:64K
limit_nofile = 64:128
limit_nproc = 400:500
limit_stack = 1M:2M
listen = 127.0.0.1:0
command = $tmp/context
[starter]
listen = 127.0.0.1:0
command = $tmp/context
[file]
listen = 127.0.0.1:0
command = /bin/sh -c "exec head -c 100000 /dev/zero >$tmp/held/file"
limit_fsize = 64K
user = bob
[time]
listen = 127.0.0.1:0
command = /bin/sh -c "while :; do :; done"
limit_cpu = 1:10
[memory]
listen = 127.0.0.1:0
command = $tmp/context
limit_as = 4K
EOT
start_as prlimit --core=8192:8192 --nofile=500:600 --nproc=600:700 --stack=4194304:8388608 \
	--memlock=65536:65536 "$spawnd" -c "$tmp/spawnd.conf"
before=$(descriptors)
cp "/proc/$pid/limits" limits.before
is "$(limits_of all)" 'as 1073741824 1073741824
cpu 90 120
core 0 4096
data 536870912 629145600
fsize 1048576 1048576
memlock 0 65536
nofile 64 128
nproc 400 500
stack 1048576 2097152' 'all limits are as they are set'
is "$(limits_of starter)" 'as infinity infinity
cpu infinity infinity
core 0 0
data infinity infinity
fsize infinity infinity
memlock 65536 65536
nofile 500 600
nproc 600 700
stack 4194304 8388608' "without a setting they are the starter's, but for core"
: | ask "$(port_of file)" >/dev/null
await 'grep -q "file: end" spawnd.log'
like "$(grep 'file: end' spawnd.log)" ' signal=XFSZ ' 'a file that grows too large'
is "$(wc -c <held/file)" 65536 '... is cut there'
: | ask "$(port_of time)" >/dev/null
await 'grep -q "time: end" spawnd.log'
like "$(grep 'time: end' spawnd.log)" ' signal=XCPU ' 'a command that uses too much time'
is "$(ask "$(port_of memory)" </dev/null)" '' 'a command that may have no memory'
await 'grep -q "memory: end" spawnd.log'
like "$(grep 'memory: end' spawnd.log)" ' (signal=(SEGV|KILL)|failed="cannot execute .*) ?' \
	'... ends, and is told of'
is "$(cat "/proc/$pid/limits")" "$(cat limits.before)" "the daemon's own limits are what they were"
calm "$before"
stop
is "$status" 0 'it stops with status 0'

# An account with more processes than the limit: its commands start, and cannot fork.
: >spawnd.log
cat >spawnd.conf <<EOT
[hold]
listen = 127.0.0.1:0
command = $tmp/hold held
working_directory = $tmp
user = bob
[fork]
listen = 127.0.0.1:0
command = /bin/sh -c "echo begun; /bin/true && echo forked"
limit_nproc = 2
user = bob
EOT
start_as prlimit --nproc=2:700 "$spawnd" -c "$tmp/spawnd.conf"
held=
for i in 1 2 3; do
	echo $i | nc -N 127.0.0.1 "$(port_of hold)" >/dev/null &
	held="$held $!"
done
await '[ -e held/1.on ] && [ -e held/2.on ] && [ -e held/3.on ]'
is "$(ask "$(port_of fork)" </dev/null | head -n 1)" begun 'a command above limit_nproc starts'
await 'grep -q "fork: end" spawnd.log'
unlike "$(grep 'fork: end' spawnd.log)" 'failed=| exit=0 ' '... and cannot fork'
touch held/1.go held/2.go held/3.go
# shellcheck disable=SC2086 # a list of numbers
wait $held
stop
is "$status" 0 'it stops with status 0'

# A hard limit that is lowered while spawnd runs: the starter's is no more to be had.
: >spawnd.log
printf '[s]\nlisten = 127.0.0.1:0\ncommand = %s/context\n' "$tmp" >spawnd.conf
start_as prlimit --nofile=500:600 setpriv --reuid=2001 --regid=2001 --clear-groups \
	"$spawnd" -c "$tmp/spawnd.conf"
setpriv --reuid=2001 --regid=2001 --clear-groups prlimit --pid "$pid" --nofile=200:300
is "$(limits_of s | grep nofile)" 'nofile 300 300' 'then it is as much as there is'
stop

# Errors.
config() { # LINE...
	printf '[s]\nlisten = 127.0.0.1:0\ncommand = /bin/true\nuser = alice\n' >x.conf
	printf '%s\n' "$@" >>x.conf
}

less() { # COMMAND...: without CAP_SYS_RESOURCE, and with less than there was
	prlimit --nofile=500:600 --core=0:0 --nproc=600:700 \
		setpriv --bounding-set=-sys_resource --inh-caps=-sys_resource "$@"
}

refused() { # LINE EXPECTED NAME
	config "$1"
	is "$(less timeout 20 "$spawnd" -c x.conf 2>&1)" "x.conf:5: s: $2" "$3"
}

needs='needs the capability CAP_SYS_RESOURCE'
refused 'limit_nofile = 100:601' \
	"limit_nofile: more than spawnd's own hard limit, 600 $needs" 'more descriptors'
refused 'limit_nofile = infinity' \
	"limit_nofile: more than spawnd's own hard limit, 600 $needs" 'all descriptors'
refused 'limit_core = 1K' "limit_core: more than spawnd's own hard limit, 0 $needs" 'a core'
refused 'limit_nproc = 1:infinity' \
	"limit_nproc: more than spawnd's own hard limit, 700 $needs" 'more processes'
refused 'limit_nofile = 5:2147483647' \
	"limit_nofile: more than the kernel gives any process, fs.nr_open = $(cat /proc/sys/fs/nr_open)" \
	'more descriptors than there can be'
refused 'limit_as = 2G:1G' 'limit_as: the soft limit is above the hard one: "2G:1G"' 'soft over hard'
config 'limit_nofile = 600' 'limit_core = 0' 'limit_nproc = 0:700'
is "$(less timeout 20 "$spawnd" -c x.conf -T 2>&1 | grep '^limit')" 'limit_core = 0
limit_nofile = 600
limit_nproc = 0:700' 'what needs no capability is good'
config 'limit_nofile = 100:601'
is "$(less timeout 20 "$spawnd" -c x.conf -n 2>&1)" '' '-n checks as if it had the capability'
config 'limit_nofile = 100:601' 'enabled = no' '[t]' 'listen = 127.0.0.1:0' \
	'command = /bin/true' 'user = bob'
is "$(less timeout 20 "$spawnd" -c x.conf -T 2>&1 >/dev/null)" '' \
	'what is not enabled needs no capability'

# With the capability, where there is one.
if prlimit --nofile=500:600 prlimit --nofile=500:601 true 2>/dev/null; then
	: >spawnd.log
	printf '[s]\nlisten = 127.0.0.1:0\ncommand = %s/context\nuser = alice\n' "$tmp" >spawnd.conf
	printf 'limit_nofile = 100:700\nlimit_nproc = 1000\n' >>spawnd.conf
	start_as prlimit --nofile=500:600 --nproc=600:700 "$spawnd" -c "$tmp/spawnd.conf"
	is "$(limits_of s | grep 'nofile\|nproc')" 'nofile 100 700
nproc 1000 1000' 'with the capability they are raised'
fi
done_testing
