# SPDX-License-Identifier: MIT
#
# lib.sh - what the benchmarks begin with: a scratch folder, servers in the background and
# loads for them, idle connections.  The folder of the build is their first argument.

set -u
cd "$(dirname "$0")/../.." || exit 1
build=$PWD/${1:?the build folder}
bench=$build/t/bench
[ "$(id -u)" = 0 ] || { echo 'bench: needs root, to run commands as others' >&2; exit 1; }
rounds=${ROUNDS:-9}
msec=${MSEC:-700}
tmp=$(mktemp -d)
chmod 755 "$tmp"
pids=
# shellcheck disable=SC2086 # a list of numbers
trap 'kill $pids 2>/dev/null; wait 2>/dev/null; rm -rf "$tmp"' EXIT
trap 'exit 1' INT TERM

ulimit -n "$(ulimit -Hn)"
cp "$bench/hello" "$bench/pause" "$tmp/" # where nobody can execute them
chmod 755 "$tmp/hello" "$tmp/pause"

serve() { # NAME COMMAND...: in the background, pid into pid_NAME
	name=$1
	shift
	"$@" >"$tmp/$name.log" 2>&1 &
	pids="$pids $!"
	eval "pid_$name=$!"
}

answers() { # PORT: does it listen?
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		nc -z 127.0.0.1 "$1" && return
		sleep 0.1
	done
	echo "bench: nobody listens on port $1" >&2
	exit 1
}

live() { # N PORT PID COMMAND...: with so many idle connections to that server
	port_live=$2
	pid_live=$3
	mkfifo "$tmp/stdin"
	"$bench/hang" "$1" "$port_live" <"$tmp/stdin" >"$tmp/ready" &
	hang=$!
	exec 9>"$tmp/stdin"
	until grep -q ready "$tmp/ready" 2>/dev/null &&
		[ "$(pgrep -c -P "$pid_live")" -ge "$1" ]; do
		kill -0 "$hang" || exit 1
		sleep 0.1
	done
	shift 3
	"$@"
	exec 9>&-
	wait "$hang"
	rm -f "$tmp/stdin" "$tmp/ready"
	while pgrep -P "$pid_live" >/dev/null; do sleep 0.1; done
}

cpu() { awk '{ print $1 }' "/proc/$1/schedstat"; } # ns
status() { awk -v k="$2:" '$1 == k { print $2 }' "/proc/$1/status"; } # KiB

head_of_table() {
	echo "$rounds rounds of $msec ms each; times in us; ratios to the floor (medians of the rounds)"
	echo 'load clients server     conns/s       p50       p99  ratio   p99  cpu/conn failed'
}

# Servers are named in $servers, listen on ports from $port on, and have their pid in
# pid_SERVER_LOAD.  They are loaded in turn, round after round, so that what else the
# machine does meets all of them.
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
