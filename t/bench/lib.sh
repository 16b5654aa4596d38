# SPDX-License-Identifier: MIT
#
# lib.sh - what the benchmarks begin with: a scratch folder, servers in the background,
# idle connections.  The folder of the build is their first argument.

set -u
cd "$(dirname "$0")/../.." || exit 1
build=$PWD/${1:?the build folder}
bench=$build/t/bench
[ "$(id -u)" = 0 ] || { echo 'bench: needs root, to run commands as others' >&2; exit 1; }
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
