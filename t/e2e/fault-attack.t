#!/bin/sh
# SPDX-License-Identifier: MIT
# A command that goes for the daemon that started it: no signal, no tracing, no look
# into its memory or at its descriptors reaches it, and killing everybody kills who
# is of the same account.
. "$(dirname "$0")/../lib.sh"

cp "$tools/attack" .
# An account that nobody else has: the attack hits all that it has.
uid=$((30000 + $$ % 20000))
cat >spawnd.conf <<EOF
[attack]
listen = 127.0.0.1:0
command = $tmp/attack
user = $uid:$uid
[cat]
listen = 127.0.0.1:0
command = /bin/cat
user = alice
[victim]
listen = 127.0.0.1:0
command = /bin/cat
user = $uid:$uid
EOF
# What it would have changed.
limits() { cat "/proc/$pid/limits" && ps -o ni=,cls= -p "$pid"; }

denied='kill-9 EPERM
kill-19 EPERM
kill-15 EPERM
kill-1 EPERM
kill-11 EPERM
kill-0 EPERM
group EPERM
ptrace-attach EPERM
ptrace-seize EPERM
read-memory EPERM
write-memory EPERM
take-descriptor EPERM
limit EPERM
nice EPERM
scheduler EPERM
mem EACCES
environ EACCES
fd EACCES
oom_score_adj EACCES
everybody'

attacked() { # BY
	before=$(descriptors)
	: >victim.out
	limits >limits.before
	for i in cat victim; do
		mkfifo "$i"
		"$tools/client" idle "$(port_of $i)" 1 <"$i" >"$i.out" &
	done
	exec 3>cat 4>victim
	await '[ "$(ps -o pid= --ppid "$pid" | wc -l)" = 2 ]'
	said=$("$tools/client" end "$(port_of attack)" | sed '/^eof$/d; s/^everybody .*/everybody/')
	is "$said" "$denied" "$1: nothing of what it tries reaches the daemon"
	await 'grep -q "victim: end .* signal=KILL" spawnd.log'
	ok 0 'a process of its own account, it can kill'
	is "$(limits)" "$(cat limits.before)" 'the daemon is what it was'
	is "$(ps -o comm= --ppid "$pid")" cat 'the command of another account lives'
	is "$(echo hello | ask "$(port_of cat)")" hello 'and others are served'
	exec 3>&- 4>&-
	rm cat victim
	await '[ "$(grep -c "cat: end .* exit=0" spawnd.log)" = 2 ]'
	calm "$before"
	stop
	is "$status" 0 'it stops with status 0'
}

start
attacked root
: >spawnd.log

# Not root, but an account of its own with the capabilities that it takes.
cp "$spawnd" daemon
start_as setpriv --reuid=2100 --regid=2100 --clear-groups \
	--inh-caps=-all,+setuid,+setgid,+kill --ambient-caps=-all,+setuid,+setgid,+kill \
	"$tmp/daemon" -c "$tmp/spawnd.conf"
attacked capabilities
done_testing
