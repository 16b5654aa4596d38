#!/bin/sh
# SPDX-License-Identifier: MIT
#
# demo.sh SPAWND - shows spawnd with real clients, on localhost, on ports that the
# kernel chooses, and leaves nothing behind.  As root commands get numbers as
# accounts, so none is made; anybody else's run as that user.
set -eu

case $1 in
/*) spawnd=$1 ;;
*) spawnd=$PWD/$1 ;;
esac
if ! nc -h 2>&1 | grep -q -e '-N'; then
	echo 'demo: needs the nc of OpenBSD; see make deps' >&2
	exit 1
fi

tmp=$(mktemp -d "${TMPDIR:-/tmp}/spawnd-demo.XXXXXX")
cd "$tmp"
pid=
leave() {
	status=$?
	trap - EXIT
	[ -z "$pid" ] || kill "$pid" 2>/dev/null || :
	cd /
	rm -rf "$tmp"
	exit "$status"
}
trap leave EXIT
trap 'exit 1' INT TERM HUP

# Poll a condition for ten seconds.
await() {
	tries=500
	until eval "$1"; do
		tries=$((tries - 1))
		if [ "$tries" = 0 ]; then
			echo "demo: waited in vain for: $1" >&2
			cat log >&2
			exit 1
		fi
		sleep 0.02
	done
}

service() { # NUMBER NAME, and its other keys
	printf '\n[%s]\nlisten = 127.0.0.1:0\n' "$2"
	[ "$(id -u)" != 0 ] || printf 'user = 6100%s:6100%s\n' "$1" "$1"
	cat
}
{
	printf '[global]\ntime_limit = 30s\n'
	service 1 upper <<-'END'
		command = tr a-z A-Z
	END
	service 2 daytime <<-'END'
		command = /bin/sh -c "date; echo \"for $REMOTE_ADDR, by uid $(id -u)\""
	END
	service 3 slow <<-'END'
		command = /bin/sh -c "echo this takes a while; sleep 600"
		time_limit = 1s
	END
} >spawnd.conf
chmod 644 spawnd.conf

say() { printf '\n--- %s\n\n' "$1"; }

say 'A configuration'
cat spawnd.conf

say 'is checked and served: spawnd -c spawnd.conf'
: >log
"$spawnd" -c spawnd.conf 2>>log &
pid=$!
await 'grep -q "serves 3 services" log || ! kill -0 "$pid" 2>/dev/null'
cat log
kill -0 "$pid"

port() { sed -n "s/^.*: $1: listens on .*:\([0-9]*\)\$/\1/p" log; }
show() { # COMMAND
	printf '$ %s\n' "$1"
	eval "$1"
	echo
}

say 'to its clients'
show "echo 'hello from a client' | nc -N 127.0.0.1 $(port upper)"
show "printf 'one\\ntwo\\n' | nc -N 127.0.0.1 $(port upper)"
show "nc -d 127.0.0.1 $(port daytime)"
show "nc -d 127.0.0.1 $(port slow)"

say 'with one record for each, the last one cut short by its time limit'
await 'grep -q timeout= log'
grep ': end id=' log

say 'and stopped by SIGTERM'
kill "$pid"
wait "$pid"
pid=
tail -n 2 log
