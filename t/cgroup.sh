# SPDX-License-Identifier: MIT
#
# cgroup.sh - for tests of containment: a cgroup in $cgroup, to be delegated to a spawnd
# that is started there.  To be included before lib.sh, which changes the folder;
# make_cgroup comes after it.

# The hierarchy is mounted where nobody else sees it, and what is below our own place
# in it is the test's.
make_cgroup() {
	mkdir cgroups
	if ! mount -t cgroup2 cgroup2 cgroups 2>mount.err; then
		echo "1..0 # SKIP no cgroup2 can be mounted: $(cat mount.err)"
		exit 0
	fi
	cgroup=$tmp/cgroups$(cgroup_of self | sed 's,/$,,')/spawnd-test.$$
	if ! mkdir "$cgroup" 2>mkdir.err || [ ! -e "$cgroup/cgroup.kill" ]; then
		echo "1..0 # SKIP no cgroup can be made that can be killed: $(cat mkdir.err)"
		rmdir "$cgroup" 2>/dev/null
		exit 0
	fi
	trap remove_cgroup EXIT
}

remove_cgroup() {
	status=$?
	trap - EXIT
	echo 1 >"$cgroup/cgroup.kill"
	await '! grep -q "populated 1" "$cgroup/cgroup.events"'
	find "$cgroup" -depth -type d -exec rmdir {} +
	umount cgroups 2>/dev/null || umount -l cgroups # somebody has a file of it open
	(exit "$status")
	leave
}

delegate() { "$tools/in-cgroup" -m "${1:-$cgroup}"; }
start_in() { # CGROUP [OPTION]...
	where=$1
	shift
	[ $# -gt 0 ] || set -- -c "$tmp/spawnd.conf"
	start_as "$tools/in-cgroup" "$where" "$spawnd" "$@"
}

cgroup_of() { sed -n 's/^0:://p' "/proc/$1/cgroup"; }
# The same below $cgroup, "/connections/1".
place_of() { cgroup_of "$1" | sed "s,^.*/spawnd-test\.$$,,"; }
# How many there are for connections.
cgroups_made() { find "$cgroup/connections" "$cgroup/limited" -mindepth 1 -type d 2>/dev/null | wc -l; }
