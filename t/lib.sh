# SPDX-License-Identifier: MIT
#
# lib.sh - what every end-to-end test begins with: a scratch folder, accounts of
# its own, spawnd started and stopped, TAP.
#
#	. "$(dirname "$0")/../lib.sh"
#
# The test runs in a mount namespace of its own, in which /etc/passwd and
# /etc/group are the ones below: no account is ever made on the machine.  Without
# root it is skipped, unless it says "unprivileged_ok=1" before it includes this.
#
# Nothing here sleeps for a fixed time to let something happen: await polls for
# it.  What must not happen is shown by a round trip behind it.

set -u

if [ "$(id -u)" != 0 ] && [ -z "${unprivileged_ok:-}" ]; then
	echo '1..0 # SKIP needs root'
	exit 0
fi
if [ "$(id -u)" = 0 ] && [ -z "${SPAWND_TEST_NAMESPACE:-}" ]; then
	SPAWND_TEST_NAMESPACE=1 exec unshare --mount --propagation private -- "$0" "$@"
fi

spawnd=${SPAWND:?names the spawnd to test}
tools=${TOOLS:?names the folder of the test programs}
tmp=$(mktemp -d "${TMPDIR:-/tmp}/spawnd-test.XXXXXX")
# Commands of any account reach what lies here; only root writes.
chmod 755 "$tmp"
cd "$tmp" || exit 1

export ASAN_OPTIONS="detect_leaks=1:abort_on_error=0:${ASAN_OPTIONS:-}"
unset TZ LANG LC_ALL NOTIFY_SOCKET JOURNAL_STREAM LISTEN_FDS LISTEN_PID LISTEN_FDNAMES

if [ "$(id -u)" = 0 ]; then
	cat >passwd <<-'EOF'
	root:x:0:0:root:/root:/bin/sh
	toor:x:0:0:second root:/root:/bin/sh
	nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
	alice:x:2001:2001:Alice:/home/alice:/bin/sh
	bob:x:2002:2002:Bob:/home/bob:/bin/sh
	carol:x:2003:0:has the primary group root:/:/bin/sh
	dave:x:2004:2004:is a member of the group root:/:/bin/sh
	erin:x:2005:2005:is in two groups:/home/erin:/bin/sh
	frank:x:2006:2006:is in the group of spawnd:/:/bin/sh
	grace:x:2007:2007:Grace:/home/grace:/bin/sh
	4711:x:2010:2010:a name of digits:/:/bin/sh
	spawnd:x:2100:2100:reserved by default:/:/usr/sbin/nologin
	EOF
	cat >group <<-'EOF'
	root:x:0:dave
	nogroup:x:65534:
	alice:x:2001:
	bob:x:2002:
	dave:x:2004:
	erin:x:2005:
	frank:x:2006:
	grace:x:2007:
	sound:x:3001:erin
	video:x:3002:erin
	spawnd:x:2100:frank
	EOF
	# The accounts of the samples in conf/, which are made where they are installed.
	id=2200
	for i in echo discard daytime chargen git web tang sane upper smtp; do
		id=$((id + 1))
		echo "spawnd-$i:x:$id:$id:sample:/nonexistent:/usr/sbin/nologin" >>passwd
		echo "spawnd-$i:x:$id:" >>group
	done
	chmod 644 passwd group
	mount --bind passwd /etc/passwd
	mount --bind group /etc/group
fi

# TAP

count=0
failed=0

note() { sed 's/^/# /'; }

ok() { # STATUS NAME
	count=$((count + 1))
	if [ "$1" = 0 ]; then
		echo "ok $count - $2"
	else
		failed=$((failed + 1))
		echo "not ok $count - $2"
		[ ! -f spawnd.log ] || tail -n 30 spawnd.log | sed 's/^/# log: /'
	fi
}

is() { # GOT EXPECTED NAME
	if [ "$1" = "$2" ]; then
		ok 0 "$3"
	else
		ok 1 "$3"
		printf '     got: %s\nexpected: %s\n' "$1" "$2" | note
	fi
}

like() { # TEXT EXTENDED-REGEX NAME
	if printf '%s\n' "$1" | grep -Eq -e "$2"; then
		ok 0 "$3"
	else
		ok 1 "$3"
		printf '    text: %s\nshould match: %s\n' "$1" "$2" | note
	fi
}

unlike() { # TEXT EXTENDED-REGEX NAME
	if printf '%s\n' "$1" | grep -Eq -e "$2"; then
		ok 1 "$3"
		printf '    text: %s\nshould not match: %s\n' "$1" "$2" | note
	else
		ok 0 "$3"
	fi
}

bail() {
	echo "Bail out! $1"
	[ ! -f spawnd.log ] || tail -n 50 spawnd.log | note
	exit 1
}

# Poll a condition for up to 20 seconds; say which one was missed.
await() {
	tries=1000
	until eval "$1"; do
		tries=$((tries - 1))
		[ "$tries" -gt 0 ] || bail "waited in vain for: $1"
		sleep 0.02
	done
}

# The daemon: pid in $pid, its log in spawnd.log.  READY comes over NOTIFY_SOCKET.

pid=
ear=

start() { # [OPTION]... (default: -c spawnd.conf)
	[ $# -gt 0 ] || set -- -c "$tmp/spawnd.conf"
	start_as env "$spawnd" "$@"
}

start_as() { # COMMAND... that executes spawnd in the end
	rm -f notify notify.log
	nc -lkuU notify >notify.log 2>/dev/null &
	ear=$!
	await '[ -S notify ]'
	chmod 666 notify
	NOTIFY_SOCKET=$tmp/notify "$@" 2>>spawnd.log &
	pid=$!
	await 'grep -q READY=1 notify.log || ! kill -0 "$pid" 2>/dev/null'
	grep -q READY=1 notify.log || bail "spawnd did not start: $*"
}

# Stop it; its exit status is left in $status.
stop() { # [SIGNAL]
	[ -n "$pid" ] || return 0
	kill "-${1:-TERM}" "$pid" 2>/dev/null
	wait "$pid"
	status=$?
	pid=
	kill "$ear" 2>/dev/null
	wait "$ear" 2>/dev/null
	ear=
}

# How many descriptors the daemon has open; it does not change when idle.
descriptors() { find "/proc/$pid/fd" -mindepth 1 -maxdepth 1 2>/dev/null | wc -l; }

# The processor time that it has used, in ticks.
ticks() { awk '{ print $14 + $15 }' "/proc/$pid/stat"; }

# The port that a service with port 0 was given.
port_of() { # SERVICE
	sed -n "s/^.*\]: $1: listens on .*:\([0-9]*\)\$/\1/p" spawnd.log | tail -n 1
}

# One exchange over TCP or a Unix socket: standard input goes out, and what comes
# back is shown.
ask() { nc -N 127.0.0.1 "$1"; }
ask_unix() { nc -NU "$1"; }

# What must hold after any test: the daemon lives, has no more descriptors than
# before, no zombie, and no process of a command.
calm() { # DESCRIPTORS-BEFORE
	await "[ \"\$(descriptors)\" = \"$1\" ]"
	[ -z "$(ps -o stat= --ppid "$pid" 2>/dev/null)" ]
	ok $? 'no child is left, alive or dead'
}

done_testing() {
	if [ -n "$pid" ]; then
		stop
		is "$status" 0 'the daemon stops with status 0'
	fi
	if grep -q 'ERROR: .*Sanitizer\|runtime error:' ./*.log 2>/dev/null; then
		ok 1 'no sanitizer found anything'
		grep -h -A 20 'ERROR: .*Sanitizer\|runtime error:' ./*.log | note
	fi
	echo "1..$count"
	[ "$failed" = 0 ]
	exit
}

leave() {
	status=$?
	trap - EXIT
	[ -z "$pid" ] || kill -KILL "$pid" 2>/dev/null
	[ -z "$ear" ] || kill "$ear" 2>/dev/null
	# Whatever the test left in the background.  "jobs" has also what has ended, and whose
	# number may be another's by now.
	for job in $(ps -o pid= --ppid $$); do
		# shellcheck disable=SC2046 # a list of numbers
		kill $(ps -o pid= --ppid "$job") "$job" 2>/dev/null
	done
	cd / && umount /etc/passwd /etc/group 2>/dev/null
	rm -rf --one-file-system "$tmp"
	exit "$status"
}
trap leave EXIT
trap 'exit 1' INT TERM HUP
