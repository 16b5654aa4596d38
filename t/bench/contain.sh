#!/bin/sh
# SPDX-License-Identifier: MIT
#
# contain.sh BUILD - what a cgroup for each connection costs it, beside a process group, as
# ratios to the floor.

. "$(dirname "$0")/lib.sh"
port=17900
uid=$(id -u nobody)

mount=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts)
cgroup=$mount$(sed -n 's/^0:://p' /proc/self/cgroup | sed 's,/$,,')/spawnd-bench.$$
mkdir "$cgroup" || exit 1
# shellcheck disable=SC2086,SC2154 # a list of numbers, set in lib.sh
trap 'kill $pids 2>/dev/null; wait 2>/dev/null; rm -rf "$tmp"; rmdir "$cgroup"' EXIT
"$build/t/tools/in-cgroup" -m "$cgroup" || exit 1

cat >"$tmp/contain.conf" <<END
[global]
user = nobody
max_connections = 1000
time_limit = 60s
[group]
listen = 127.0.0.1:$((port + 1))
command = $tmp/hello
contain = process-group
[cgroup]
listen = 127.0.0.1:$((port + 2))
command = $tmp/hello
contain = cgroup
END

servers='floor group cgroup'
serve floor_hello "$bench/floor" "$port" "$uid" "$tmp/hello"
serve spawnd "$build/t/tools/in-cgroup" "$cgroup" "$build/spawnd" -c "$tmp/contain.conf"
# shellcheck disable=SC2034,SC2154 # set by serve, and read by measure
pid_group_hello=$pid_spawnd pid_cgroup_hello=$pid_spawnd
for n in 0 1 2; do
	answers $((port + n))
done
head_of_table
for clients in 1 32 256; do
	measure hello "$clients"
done
