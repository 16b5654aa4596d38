#!/bin/sh
# SPDX-License-Identifier: MIT
# An environment of thousands of variables reaches the command; one that the kernel
# does not take is reported as a failed start, and the slot is free again.
. "$(dirname "$0")/../lib.sh"

cp "$tools/context" .
many=$(seq 2000 | sed 's/.*/VARIABLE_&=&/')
{
	printf '[many]\nlisten = 127.0.0.1:0\ncommand = %s/context\nuser = alice\n' "$tmp"
	printf '%s\n' "$many" | sed '1s/^/environment = /; 2,$s/^/	/'
	cat <<-EOT
	[large]
	listen = 127.0.0.1:0
	command = $tmp/context
	user = bob
	max_connections = 1
	retry_delay = 1ms
	retry_delay_max = 1ms
	environment = FIRST=1
	EOT
	# More than a quarter of the stack, which is what the kernel takes.
	value=$(head -c 60000 /dev/zero | tr '\0' x)
	for i in $(seq 10); do
		printf '\tLARGE_%s=%s\n' "$i" "$value"
	done
} >spawnd.conf
start_as prlimit --stack=1048576 "$spawnd" -c "$tmp/spawnd.conf"
before=$(descriptors)
is "$(ask "$(port_of many)" </dev/null | sed -n 's/^env \(VARIABLE_\)/\1/p' | sort)" \
	"$(printf '%s\n' "$many" | sort)" 'two thousand variables are all there'
for i in 1 2 3; do
	is "$(ask "$(port_of large)" </dev/null)" '' "too large, $i: the client gets nothing"
	await "[ \"\$(grep -c 'large: end' spawnd.log)\" = $i ]"
done
is "$(grep 'large: end' spawnd.log | sed 's/.*failed=/failed=/' | sort -u)" \
	"failed=\"cannot execute $tmp/context: Argument list too long\"" 'the record tells why'
calm "$before"
done_testing
