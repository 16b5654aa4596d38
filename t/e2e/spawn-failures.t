#!/bin/sh
# SPDX-License-Identifier: MIT
# A command that cannot be started is told with the step and the reason; its client
# gets the end and not one byte, the record has no exit status, and the slot is free.
. "$(dirname "$0")/../lib.sh"

mkdir folder closed
touch file plain
printf 'echo hello\n' >text
: >empty
printf '\177ELF' >elf
printf '#!/nonexistent/interpreter\n' >interpreter
printf '#! /nonexistent/interpreter -x\n' >argument
printf '#!/bin/sh\r\necho hello\r\n' >return
printf '#!%s/plain\n' "$tmp" >forbidden
printf '#!%s/loop\n' "$tmp" >loop
printf '#!/bin/sh\necho hello\n' >closed/command
chmod 755 text empty elf interpreter argument return forbidden loop closed/command
chmod 700 closed
ln -s circle circle
# A program of no machine that there is, and one whose loader is not there.
program=/bin/true
cp "$program" foreign
printf '\167\167' | dd of=foreign bs=1 seek=18 conv=notrunc 2>/dev/null
sed 's,/ld-,/no-,' "$program" >no-loader
cp "$program" busy
mkdir noexec
mount -t tmpfs -o noexec tmpfs noexec
cp "$program" noexec/command
chmod 755 foreign no-loader busy noexec/command

services=
service() { # NAME COMMAND FAILURE [LINE]
	services="$services $1"
	printf '%s\n' "$3" >"$1.failure"
	cat >>spawnd.conf <<-EOT
	[$1]
	listen = $tmp/$1.socket
	command = $2
	user = alice
	max_connections = 1
	retry_delay = 1ms
	retry_delay_max = 1ms
	${4:-}
	EOT
}

fails() { # NAME PATH ERROR
	service "$1" "$tmp/$2" "cannot execute $tmp/$2: $3"
}

absent='No such file or directory'
fails missing nonexistent "$absent"
fails below-a-file file/command 'Not a directory'
fails folder folder 'Permission denied'
fails not-executable plain 'Permission denied'
fails no-way closed/command 'Permission denied'
fails no-format empty 'Exec format error'
fails no-script text 'Exec format error'
fails half-a-program elf 'Exec format error'
fails no-interpreter interpreter \
	"its interpreter /nonexistent/interpreter does not exist: $absent"
fails interpreter-with-argument argument \
	"its interpreter /nonexistent/interpreter does not exist: $absent"
fails carriage-return return "its interpreter /bin/sh\\x0d does not exist: $absent"
fails forbidden-interpreter forbidden 'Permission denied'
fails itself-its-interpreter loop 'Too many levels of symbolic links'
fails circle circle 'Too many levels of symbolic links'
fails foreign foreign 'Exec format error'
fails no-loader no-loader \
	"its loader (dynamic linker) does not exist: $absent"
fails noexec noexec/command 'Permission denied'
# It is being written (some kernels, 6.11 and 6.12, do not mind).
exec 8>>busy
! ./busy 2>/dev/null && fails busy busy 'Text file busy'
service no-directory /bin/cat "cannot change to directory $tmp/nonexistent: $absent" \
	"working_directory = $tmp/nonexistent"
service forbidden-directory /bin/cat \
	"cannot change to directory $tmp/closed: Permission denied" \
	"working_directory = $tmp/closed"

start
before=$(descriptors)
for name in $services; do
	# Twice, with room for one: the first must have given its place back.
	for i in 1 2; do
		timeout 20 nc -NU "$name.socket" </dev/null >out 2>&1
		is "$? $(wc -c <out)" '0 0' "$name: client $i gets the end and not one byte"
	done
	await "[ \"\$(grep -c '$name: end' spawnd.log)\" = 2 ]"
	is "$(grep "$name: end" spawnd.log |
		sed -E 's/.*: end id=[0-9]+ peer=uid:0( pid=[0-9]+)? //' | sort -u)" \
		"failed=\"$(cat "$name.failure")\"" "$name: the records tell why"
done
calm "$before"
umount noexec

# It is a matter of the service, not of the daemon.
unlike "$(cat spawnd.log)" 'end .*exit=' 'no record has an exit status'
is "$(grep -c 'cannot be served\|cannot start' spawnd.log)" 0 'and spawnd had no trouble'
done_testing
