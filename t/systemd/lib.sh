# SPDX-License-Identifier: MIT
#
# lib.sh - boots a systemd for a test, with spawnd installed in it ("boot bare": without).
#
#	. "$(dirname "$0")/lib.sh"
#	boot
#	inside systemctl start spawnd.service
#	finish
#
# It is this machine once more: an overlay on a tmpfs in front of /, with none of its
# services, a network that is its loopback alone, and no trace left behind.  $root is
# where its files are seen from here.  All of lib.sh of t/ can be used beside it.
#
# One boot takes a second: a file boots once, for all of its checks.

. "$(dirname "$0")/../lib.sh"

command -v systemd-nspawn >/dev/null 2>&1 || {
	echo '1..0 # SKIP needs systemd-nspawn (systemd-container)'
	exit 0
}

repo=$(cd "$OLDPWD" && cd "$(dirname "$0")/../.." && pwd)
root=$tmp/machine/root
init= # its process 1, as seen from here
nspawn=
cgroup=

# The tree that this spawnd was built in, so that nothing is built anew.
case $(basename "$(dirname "$spawnd")") in
build-*) san=$(basename "$(dirname "$spawnd")" | sed 's/^build-//' | tr - ,) ;;
*) san= ;;
esac

put() { # FILE, and standard input
	mkdir -p "$root$(dirname "$1")" && cat >"$root$1" || bail "cannot write $1"
}

# Files as on this machine, but what would start or mount something.
make_root() {
	mkdir machine
	mount -t tmpfs -o mode=755 tmpfs machine || bail 'cannot mount a tmpfs'
	mkdir machine/upper machine/work machine/root
	mount -t overlay -o lowerdir=/,upperdir=machine/upper,workdir=machine/work \
		overlay machine/root || bail 'cannot mount an overlay'
	rm -rf "$root/etc/systemd/system" "$root/etc/machine-id" "$root/etc/spawnd" \
		"$root/etc/init.d" "$root"/etc/rc*.d "$root/etc/fstab" "$root/var/log/journal"
	mkdir -p "$root/etc/systemd/system"
	tr -d - </proc/sys/kernel/random/uuid >"$root/etc/machine-id"
	for i in "$root"/lib/systemd/system/multi-user.target.wants/* dbus.socket; do
		ln -s /dev/null "$root/etc/systemd/system/$(basename "$i")"
	done
}

# What it says that is to be done next is left in the file "next".
install_spawnd() {
	(
		unset MAKEFLAGS MFLAGS MAKELEVEL PREFIX SBINDIR MANDIR CONFDIR DOCDIR \
			UNITDIR CATALOGDIR SYSUSERSDIR TMPFILESDIR COMPLETIONDIR
		make -s -C "$repo" install ${san:+SAN="$san"} DESTDIR="$root"
	) >install.log 2>&1 || {
		note <install.log
		bail 'make install failed'
	}
	sed -n 's/^  //p' install.log >next
}

# A leak is looked for by a process that traces the one that ends.
allow_tracing() {
	[ -z "$san" ] || for i in spawnd.service spawnd@.service; do
		printf '[Service]\nSystemCallFilter=ptrace\n' |
			put "/etc/systemd/system/$i.d/sanitizer.conf"
	done
}

# Two containers in one cgroup would take each other's processes for their own.
start_container() {
	mount -t cgroup2 cgroup2 /sys/fs/cgroup || bail 'cannot mount the cgroups'
	# systemd-nspawn leaves locks and folders there.
	mount -t tmpfs -o mode=755 tmpfs /run || bail 'cannot mount a tmpfs'
	cgroup=/sys/fs/cgroup$(sed -n 's/^0:://p' /proc/self/cgroup)/spawnd-test-$$
	mkdir "$cgroup" || bail "cannot make $cgroup"
	nc -lkuU ready >ready.log 2>/dev/null &
	ear=$!
	await '[ -S ready ]'
	# shellcheck disable=SC2016 # for the inner shell
	NOTIFY_SOCKET=$tmp/ready SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1 \
		sh -c 'echo $$ >"$0/cgroup.procs" && exec systemd-nspawn "$@"' "$cgroup" \
		--boot --register=no --keep-unit --notify-ready=yes --private-network \
		--link-journal=no --resolv-conf=off --timezone=off --settings=no \
		--console=pipe --machine="spawnd-test-$$" --directory="$root" \
		>console 2>&1 </dev/null &
	nspawn=$!
	await 'grep -q READY=1 ready.log || ! kill -0 "$nspawn" 2>/dev/null'
	grep -q READY=1 ready.log || {
		note <console
		bail 'systemd does not boot'
	}
	init=$(sed -n 's/.*X_NSPAWN_LEADER_PID=\([0-9]*\).*/\1/p' ready.log)
}

boot() { # [bare]
	make_root
	: >next
	[ "${1:-}" = bare ] || install_spawnd
	allow_tracing
	start_container
	while read -r i; do
		# shellcheck disable=SC2086 # words of a command line
		inside $i </dev/null || bail "failed: $i"
	done <next
}

# Run a command in it, as root ("in" is a word of the shell's own).
inside() { # COMMAND [ARGUMENT]...
	nsenter --target "$init" --all --root --wd env -i \
		PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@"
}

# A property of a unit.
property() { # UNIT NAME
	inside systemctl show --value -p "$2" "$1"
}

# Standard input goes to a port, and what comes back is shown.
talk() { # PORT
	inside nc -N 127.0.0.1 "$1"
}

# The whole journal, with what matters of each entry: all that was sent to it until now.
journal() { # [MATCH|OPTION]...
	inside timeout 20 journalctl --sync 2>/dev/null
	inside journalctl --no-pager -o cat "$@"
}

processes() { find "$cgroup" -name cgroup.procs -exec cat {} + 2>/dev/null; }

halt() {
	# Its process 1 takes all others along, and systemd-nspawn ends then; where only
	# half of it came up, each by itself.
	if [ -n "$init" ]; then
		kill -KILL "$init"
	elif [ -n "$cgroup" ]; then
		processes | xargs -r kill -KILL
	fi
	init=
	[ -z "$nspawn" ] || wait "$nspawn" 2>/dev/null
	nspawn=
	if [ -n "$cgroup" ]; then
		tries=250
		while processes | grep -q . && [ "$tries" -gt 0 ]; do
			tries=$((tries - 1))
			sleep 0.02
		done
		find "$cgroup" -depth -type d -exec rmdir {} +
	fi
	cgroup=
	umount -R -l "$tmp/machine" 2>/dev/null
}

# At the end of a file, in place of done_testing.
finish() {
	journal >journal.log
	[ "$failed" = 0 ] || tail -n 60 journal.log | note
	halt
	kill "$ear" 2>/dev/null
	ear=
	done_testing
}

leave_machine() {
	status=$?
	if [ -n "$init" ]; then
		journal -n 60 | note
	fi
	halt
	(exit "$status")
	leave
}
trap leave_machine EXIT
