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
rounds=${ROUNDS:-9}
msec=${MSEC:-700}
port=17700
uid=$(id -u nobody)

cpu() { awk '{ print $1 }' "/proc/$1/schedstat"; } # ns
status() { awk -v k="$2:" '$1 == k { print $2 }' "/proc/$1/status"; } # KiB

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

measure() { # LOAD CLIENTS [LOAD-OPTION]...
	load=$1
	clients=$2
	shift 2
	round=0
	while [ "$round" -lt "$rounds" ]; do
		n=0
		for server in $servers; do
			eval "p=\$pid_${server}_$load"
			before=$(cpu "$p")
			result=$("$bench/load" -c "$clients" -t "$msec" "$@" $((port + n)))
			echo "$server $result $(($(cpu "$p") - before))"
			n=$((n + 1))
		done
		round=$((round + 1))
	done >"$tmp/results"
	awk -v load="$load" -v clients="$clients" -v msec="$msec" '
		function median(list, n,    i, j, t) {
			for (i = 2; i <= n; i++)
				for (j = i; j > 1 && list[j - 1] > list[j]; j--) {
					t = list[j]; list[j] = list[j - 1]; list[j - 1] = t
				}
			return n % 2 ? list[(n + 1) / 2] : (list[n / 2] + list[n / 2 + 1]) / 2
		}
		!($1 in n) { order[++servers] = $1 }
		{
			i = ++n[$1]
			rate[$1, i] = $2; p50[$1] += $3; p99[$1, i] = $4; failed[$1] += $5
			cpu[$1] += $6 / ($2 * msec / 1000)
		}
		END {
			for (s = 1; s <= servers; s++) {
				name = order[s]
				for (i = 1; i <= n[name]; i++) {
					a[i] = rate[name, i]; b[i] = p99[name, i]
					# side by side: each turn against the floor of its round
					c[i] = rate[name, i] / rate["floor", i]
					d[i] = p99[name, i] / p99["floor", i]
				}
				k = n[name]
				printf "%-7s %4d  %-10s %7.0f %9.0f %9.0f  %5.2f %5.2f  %7.1f %5d\n",
					load, clients, name, median(a, k), p50[name] / k, median(b, k),
					median(c, k), median(d, k), cpu[name] / k / 1000, failed[name]
			}
		}' "$tmp/results"
}

echo "$rounds rounds of $msec ms each; times in us; ratios to the floor (medians of the rounds)"
echo 'load clients server     conns/s       p50       p99  ratio   p99  cpu/conn failed'
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
sh t/bench/reload.sh "${build#"$PWD/"}"
