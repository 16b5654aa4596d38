#!/bin/sh
# SPDX-License-Identifier: MIT
#
# valgrind.sh TEST - runs a unit test under valgrind, for prove: what it finds in
# memory, and a descriptor left open that the test has not inherited, are failures.
set -u

log=$(mktemp) || exit 1
trap 'rm -f "$log"' EXIT

# Children speak for themselves: they leave by _exit() in the middle of something.
valgrind --quiet --leak-check=full --show-leak-kinds=all --errors-for-leak-kinds=all \
	--track-fds=yes --child-silent-after-fork=yes --error-exitcode=99 \
	--log-file="$log" "$1"
status=$?

# Each descriptor has a line, and the next one says where it was opened, or that it was
# inherited; valgrind tells of them and leaves the status as it is.
left=$(awk '
	{ sub(/^==[0-9]+== ?/, "") }
	/^Open .*(descriptor|socket) [0-9]+:/ { one = $0; next }
	one != "" && /inherited from parent/ { one = ""; next }
	one != "" { print one; one = "" }' "$log")
[ -z "$left" ] || status=98
[ "$status" = 0 ] || sed 's/^/# /' "$log"
exit "$status"
