# SPDX-License-Identifier: MIT
#
# store.sh - a service manager that keeps descriptors, for end-to-end tests.
# To be included before lib.sh, which changes the folder.

manager=

manage() {
	"$tools/store" "$tmp/notify" >notify.log &
	manager=$!
	await '[ -S notify ]'
	chmod 666 notify notify.ask
}

# What it has, by name.
names() { "$tools/store" -l "$tmp/notify"; }

# The daemon, with all that the manager has; its pid in $pid.  It is executed by the words
# of $through, if there are some.
through=
serve() { # [OPTION of the manager]...
	ready=$(grep -c READY=1 notify.log)
	# shellcheck disable=SC2086 # words of a command line
	"$tools/store" "$@" -x "$tmp/notify" $through "$spawnd" -c "$tmp/spawnd.conf" 2>>spawnd.log &
	pid=$!
	await '[ "$(grep -c READY=1 notify.log)" -gt "$ready" ] || ! kill -0 "$pid" 2>/dev/null'
	[ "$(grep -c READY=1 notify.log)" -gt "$ready" ] || bail 'spawnd did not start'
}

# And stopped.
end() {
	kill "$pid"
	wait "$pid"
	status=$?
	pid=
	[ "$status" = 0 ] || bail "spawnd ended with status $status"
}

# Five more lines of the log like that.
more() { # REGEX
	seen=$(grep -c "$1" spawnd.log)
	await '[ "$(grep -c "$1" spawnd.log)" -ge "$((seen + 5))" ]'
}

# The inode of what is listened on at a port of IPv4.
socket_of() { ss -H4ltne "sport = :$1" | sed -n 's/.* ino:\([0-9]*\) .*/\1/p'; }
