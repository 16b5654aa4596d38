#!/bin/sh
# SPDX-License-Identifier: MIT
#
# run.sh BUILD - measures spawnd side by side with the floor (nothing can start a
# command per connection with less) and with tcpserver where it is installed.
#
# All servers run all the time and are loaded in turn, round after round, so that
# what else the machine does meets all of them.  ROUNDS and MSEC (of one turn) can
# be set.  Records are written, to a file, and all limits are on.

. "$(dirname "$0")/lib.sh"
port=17700
uid=$(id -u nobody)

servers='floor spawnd'
command -v tcpserver >/dev/null && servers="$servers tcpserver"

start_servers() { # LOAD COMMAND...
	load=$1
	shift
	serve "floor_$load" "$bench/floor" $((port + 0)) "$uid" "$@"
	serve "spawnd_$load" "$build/spawnd" -l 127.0.0.1:$((port + 1)) -u nobody \
		-s max_connections=1000 -s time_limit=60s -- "$@"
	case $servers in
	*tcpserver*)
		serve "tcpserver_$load" tcpserver -RHl0 -b 4096 -c 1000 -u "$uid" \
			-g "$(id -g nobody)" 127.0.0.1 $((port + 2)) "$@"
		;;
	esac
	n=0
	for server in $servers; do
		answers $((port + n))
		n=$((n + 1))
	done
}

head_of_table
for load in hello cat; do
	if [ "$load" = hello ]; then
		start_servers hello "$tmp/hello"
		set --
	else
		start_servers cat /bin/cat
		set -- -b 1024
	fi
	for clients in 1 32 256; do
		measure "$load" "$clients" "$@"
	done
	port=$((port + 10))
done
# shellcheck disable=SC2154 # set by serve, as those below
echo "peak memory of spawnd: $(status "$pid_spawnd_hello" VmHWM) KiB"

# Memory of live connections, and what their number costs a new one.

cat >"$tmp/many.conf" <<EOF
[global]
user = nobody
max_connections = infinity
time_limit = infinity
record = failures
[hello]
listen = 127.0.0.1:$port
command = $tmp/hello
record = all
[pause]
listen = 127.0.0.1:$((port + 1))
command = $tmp/pause
EOF
serve many "$build/spawnd" -c "$tmp/many.conf"
answers "$port"
# shellcheck disable=SC2154
p=$pid_many

cpu_per_connection() { # ns for each of the connections that one client makes
	before=$(cpu "$p")
	done=$("$bench/load" -c 1 -t 3000 "$port" | awk '{ print $1 * 3 }')
	awk -v used="$(($(cpu "$p") - before))" -v n="$done" 'BEGIN { print used / n }'
}

idle=$(status "$p" VmRSS)
echo "idle: $idle KiB resident"
show_memory() {
	echo "2,000 live: $(((($(status "$p" VmRSS) - idle) * 1024) / 2000)) bytes more a connection"
}
live 2000 $((port + 1)) "$p" show_memory
few=$(live 10 $((port + 1)) "$p" cpu_per_connection)
many=$(live 10000 $((port + 1)) "$p" cpu_per_connection)
awk -v few="$few" -v many="$many" 'BEGIN {
	printf "own processor time a connection: %.1f us with 10 live, %.1f us with 10,000: %.2f times\n",
		few / 1000, many / 1000, many / few }'

# Growth: 20,000 in a row.
memory=$(status "$p" VmRSS)
files=$(find "/proc/$p/fd" | wc -l)
made=0
while [ "$made" -lt 20000 ]; do
	made=$((made + $("$bench/load" -c 32 -t 2000 "$port" | awk '{ print int($1 * 2) }')))
done
echo "after $made more connections: $(($(status "$p" VmRSS) - memory)) KiB and" \
	"$(($(find "/proc/$p/fd" | wc -l) - files)) descriptors more"

echo
sh t/bench/rules.sh "${build#"$PWD/"}"
echo
sh t/bench/access.sh "${build#"$PWD/"}"
echo
sh t/bench/reload.sh "${build#"$PWD/"}"
echo
t/bench/systemd.sh "${build#"$PWD/"}"
