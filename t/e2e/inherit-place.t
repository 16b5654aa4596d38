#!/bin/sh
# SPDX-License-Identifier: MIT
# The umask, the current folder and the limit of open files of a command are those of
# the configuration, or the default, or the starter's own limit: never what spawnd
# happens to have.
. "$(dirname "$0")/../lib.sh"

cp "$tools/context" .
mkdir place
cat >spawnd.conf <<EOT
[default]
listen = 127.0.0.1:0
command = $tmp/context
user = alice
[set]
listen = 127.0.0.1:0
command = $tmp/context
user = bob
umask = 007
working_directory = $tmp/place
EOT

seen_by() { ask "$(port_of "$1")" </dev/null | grep -E "^$2 "; } # SERVICE WHAT

for mask in 000 022 077 777; do
	: >spawnd.log
	chmod 666 spawnd.log
	start_as sh -c "umask $mask; exec \"\$@\"" sh "$spawnd" -c "$tmp/spawnd.conf"
	is "$(seen_by default umask)" 'umask 022' "umask $mask of the starter: the default"
	is "$(seen_by set umask)" 'umask 007' "umask $mask of the starter: the setting"
	stop
done

: >spawnd.log
mkdir gone
start_as sh -c 'cd gone && rmdir ../gone && exec "$@"' sh "$spawnd" -c "$tmp/spawnd.conf"
is "$(seen_by default cwd)" 'cwd /' 'started in a folder that is gone: the default'
is "$(seen_by set cwd)" "cwd $tmp/place" 'started in a folder that is gone: the setting'
stop
is "$status" 0 'the daemon stops with status 0'

: >spawnd.log
start_as prlimit --nofile=200:5000 "$spawnd" -c "$tmp/spawnd.conf"
before=$(descriptors)
is "$(awk '/^Max open files/ { print $4, $5 }' "/proc/$pid/limits")" '5000 5000' \
	'spawnd raises its own limit of open files'
is "$(seen_by default nofile)" 'nofile 200 5000' "the command has the starter's"
calm "$before"
stop

: >spawnd.log
start_as prlimit --nofile=64:64 "$spawnd" -c "$tmp/spawnd.conf"
is "$(seen_by default nofile)" 'nofile 64 64' 'a low one too'
done_testing
