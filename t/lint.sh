#!/bin/sh
# SPDX-License-Identifier: MIT
#
# lint.sh - looks at the code, the manuals and the layers; says nothing when all is
# well.  make lint calls it from the top folder:
#
#	t/lint.sh LANGUAGE-FLAGS SOURCES...
set -u

language=$1
shift
# What fails, fails at the end of a pipe, in a shell of its own: hence a file.
failed=$(mktemp) || exit 1
trap 'rm -f "$failed"' EXIT

fail() { # WHAT, and standard input
	found=$(cat)
	[ -z "$found" ] && return
	printf '%s:\n%s\n' "$1" "$found" >&2
	echo "$1" >>"$failed"
}

# A tool that is missing is a failure: else nobody would notice.
have() {
	command -v "$1" >/dev/null 2>&1 && return
	echo 'is missing' | fail "$1"
	return 1
}

c=$(find lib t spawnd.c -name '*.[ch]' | sort)
shell="$(find t units/debian -name '*.sh' -o -name '*.t' -o -name 'post*' -o -name prerm | sort)"
manuals=$(find man -name '*.[58]' | sort)
samples=$(find conf units -type f | sort)

# Each file says first under which licence it is.
for i in $c $shell $manuals $samples .ci/run; do
	head -n 2 "$i" | grep -q 'SPDX-License-Identifier: MIT' || echo "$i"
done | fail 'without an SPDX line'

# Includes point one way: serve, then conf net run report, then base.
for i in $(find lib -name '*.[ch]' | sort); do
	layer=${i#lib/}
	layer=${layer%%/*}
	sed -n 's/^#include "\([a-z]*\)\/.*/\1/p' "$i" | sort -u | while read -r other; do
		case $layer:$other in
		"$layer:$layer" | serve:* | *:base) ;;
		*) echo "$i includes $other/" ;;
		esac
	done
	grep -Hn '^#include "[^/]*"' "$i"
	# Ours in angle brackets would escape this; <net/if.h> is the system's.
	sed -n 's/^#include <\([^>]*\)>.*/\1/p' "$i" | while read -r header; do
		[ ! -e "lib/$header" ] || echo "$i includes <$header>"
	done
done | fail 'against the order of the layers'

# Libraries have doors: elsewhere nobody knows them.
door() { # HEADER LAYER...
	header=$1
	shift
	layers=$(echo "$*" | tr ' ' '|')
	grep -Hn "^#include <$header>" $c | grep -E '^(lib/|spawnd\.c)' |
		grep -Ev "^lib/($layers)/"
}
{
	door ini.h conf
	door systemd/sd-event.h serve
	door systemd/sd-daemon.h serve net # to notify; for descriptors
	door systemd/sd-journal.h report
	grep -Hn '^#include <systemd/' $c | grep -Ev '/sd-(event|daemon|journal)\.h>'
} | fail 'a library behind the wrong door'

# A tool that fails and says nothing that is known here has failed all the same.
run() { "$@" 2>&1 || echo "error: $1 ended with status $?"; }

have clang-format && run "${CLANG_FORMAT:-clang-format}" --dry-run -Werror $c |
	sed -n 's/^\(error: .*\)/\1/p; s/^\([^:]*\):.*error: .*/\1/p' | sort -u |
	fail 'clang-format -i changes'

# memleak, resourceLeak: it does not know the cleanup attribute; the tests run with
# a leak checker.
have cppcheck && run cppcheck --quiet --enable=warning,performance,portability \
	--std=c11 -D_GNU_SOURCE -Ilib -It --inline-suppr \
	--suppress=memleak --suppress=resourceLeak \
	-j "$(nproc)" $c | fail cppcheck

have clang-tidy && printf '%s\n' "$@" | run xargs -P "$(nproc)" -n 4 sh -c '
	language=$1
	shift
	"${CLANG_TIDY:-clang-tidy}" --quiet "$@" -- $language 2>&1' tidy "$language" |
	grep -E '(error|warning): ' | sort -u | fail clang-tidy

have shellcheck && {
	printf '%s\n' $shell |
		run xargs -P "$(nproc)" -n 8 shellcheck -s sh -S warning
	run shellcheck -s bash -S warning .ci/run units/spawnd.bash-completion
} | fail shellcheck

have mandoc && mandoc -T lint -W warning $manuals 2>&1 |
	grep -v 'outdated mandoc.db' | fail mandoc
have groff && groff -mdoc -ww -z $manuals 2>&1 | fail groff

[ ! -s "$failed" ]
