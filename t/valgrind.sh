#!/bin/sh
# SPDX-License-Identifier: MIT
#
# valgrind.sh TEST - runs a unit test under valgrind, for prove: what it finds in
# memory, and a descriptor left open that the test has not inherited, are failures.
set -u

logs=$(mktemp -d) || exit 1
trap 'rm -rf "$logs"' EXIT

# A log for each process, whose names are their numbers; main is that of the test.  The
# status is the test's own: a child's may have a meaning.  Freeing what the C library
# holds would write what a child has of its parent's output once more.
# shellcheck disable=SC2016 # expanded by that shell
sh -c 'ln -s $$ "$0/main" && exec valgrind --log-file="$0/%p" "$@"' "$logs" \
	--quiet --leak-check=full --show-leak-kinds=definite,indirect,possible \
	--track-fds=yes --run-libc-freeres=no "$1"
status=$?

# Paragraphs.  Those of descriptors say where they were opened, or that they were
# inherited.  A child leaves by _exit() in the middle of something: what it has not
# freed and not closed is its parent's.
main=$(readlink "$logs/main")
found=$(for log in "$logs"/[0-9]*; do
	sed 's/^==[0-9]*== \{0,1\}//' "$log" | awk -v RS= -v ORS='\n\n' \
		-v is_main="$([ "${log##*/}" != "$main" ] || echo 1)" '
		{ sub(/^FILE DESCRIPTORS:[^\n]*\n*/, "") }
		$0 == "" || /inherited from parent/ { next }
		!is_main && (/ in loss record / || /^Open .*(descriptor|socket) [0-9]+:/) { next }
		{ print }'
done)
[ -z "$found" ] || {
	printf '%s\n' "$found" | sed 's/^/# /'
	status=98
}
exit "$status"
