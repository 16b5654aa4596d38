#!/bin/sh
# SPDX-License-Identifier: MIT
#
# access.sh BUILD - what a decision of allow and deny takes, by how many networks they
# have, and how long it takes to load a file of 100,000.

. "$(dirname "$0")/lib.sh"

"$bench/access"
awk 'BEGIN {
	for (i = 0; i < 50000; i++) {
		printf "10.%d.%d.%d/31\n", i / 32768, i / 128 % 256, i % 128 * 2
		printf "2001:db8:%x:%x::/64\n", i / 65536, i % 65536
	}
}' >"$tmp/networks"
printf '[hello]\nuser = nobody\nlisten = 127.0.0.1:17900\ncommand = %s\nallow = 127.0.0.0/8\n' \
	"$tmp/hello" >"$tmp/none.conf"
{
	cat "$tmp/none.conf"
	echo "deny = @$tmp/networks"
} >"$tmp/many.conf"
check() { # CONFIGURATION NAME
	for _ in 1 2 3 4 5; do
		from=$(date +%s%N)
		"$build/spawnd" -n -c "$tmp/$1.conf" || exit 1
		echo $((($(date +%s%N) - from) / 1000))
	done | sort -n | awk -v name="$2" 'NR == 3 { printf "spawnd -n, %s: %.1f ms\n", name, $1 / 1000 }'
}
check none 'without a file'
check many 'with a file of 100,000 networks'
serve spawnd "$build/spawnd" -c "$tmp/many.conf"
answers 17900
# shellcheck disable=SC2154 # set by serve
for n in 1 2 3 4 5; do
	kill -HUP "$pid_spawnd"
	until [ "$(grep -c ' reloaded ' "$tmp/spawnd.log")" = "$n" ]; do sleep 0.02; done
done
sed -n 's/.* reloaded .* in \([0-9.]*\)s; clients waited \([0-9.]*\)s.*/\1 \2/p' \
	"$tmp/spawnd.log" | sort -n | awk 'NR == 3 {
		printf "a reload with it: %.0f ms, of which clients wait %.0f ms\n",
			$1 * 1000, $2 * 1000 }'
