#!/bin/sh
# SPDX-License-Identifier: MIT
# nice and oom_score_adjust: a command has what is set and never what protects
# spawnd; spawnd itself stays as it is.
. "$(dirname "$0")/../lib.sh"

cp "$spawnd" daemon
cp "$tools/context" .
spawnd=$tmp/daemon

own=$(cat /proc/self/oom_score_adj)

seen() { ask "$(port_of "$1")" </dev/null | grep "^$2 "; }

# SETTING...: a service each, called s1, s2, ...
config() {
	: >spawnd.log
	: >spawnd.conf
	n=0
	for i in "$@"; do
		n=$((n + 1))
		printf '[s%d]\nlisten = 127.0.0.1:0\ncommand = %s/context\nuser = alice\n%s\n' \
			$n "$tmp" "$i" >>spawnd.conf
	done
}

of_daemon() { echo "$(ps -o ni= -p "$pid" | tr -d ' ') $(cat "/proc/$pid/oom_score_adj")"; }

config '' 'nice = 5' 'nice = 19' 'oom_score_adjust = 950' 'oom_score_adjust = 1000' \
	"oom_score_adjust = $own"
start
before=$(descriptors)
is "$(seen s1 nice) $(seen s1 oom)" "nice 0 oom $own" 'nothing set'
is "$(seen s2 nice)" 'nice 5' 'nice 5'
is "$(seen s3 nice)" 'nice 19' 'nice 19'
is "$(seen s4 oom)" 'oom 950' 'an oom score'
is "$(seen s5 oom)" 'oom 1000' 'another'
is "$(seen s6 oom)" "oom $own" "spawnd's own"
is "$(of_daemon)" "0 $own" 'spawnd has what it had'
calm "$before"
stop
is "$status" 0 'it stops with status 0'

# What is told of a command whose memory is a copy is told all the same.
config 'oom_score_adjust = 950' 'oom_score_adjust = 950'
sed -i "/s2/,\$s|^command = .*|command = $tmp/script|" spawnd.conf
printf '#!/nonexistent/interpreter\n' >script
chmod 755 script
start
before=$(descriptors)
is "$(ask "$(port_of s2)" </dev/null)" '' 'a command that does not start'
await 'grep -q "s2: end" spawnd.log'
like "$(grep 's2: end' spawnd.log)" \
	"failed=\"cannot execute $tmp/script: its interpreter /nonexistent/interpreter does not exist: No such file or directory\"\$" \
	'... is told of'
is "$(seen s1 oom)" 'oom 950' 'and one that does starts'
await '[ "$(grep -c "s1: end .*exit=0" spawnd.log)" = 1 ]'
calm "$before"
stop

# A spawnd that is nice, or has a score of its own.  Back to less is for who may.
config '' 'nice = 12' 'oom_score_adjust = 900' 'oom_score_adjust = 920'
start_as choom -n 900 -- nice -n 10 setpriv --bounding-set=-sys_nice,-sys_resource \
	--inh-caps=-sys_nice,-sys_resource "$spawnd" -c "$tmp/spawnd.conf"
is "$(seen s1 nice) $(seen s1 oom)" 'nice 10 oom 900' 'without a capability both stay'
is "$(seen s2 nice)" 'nice 12' '... but more is possible'
is "$(seen s3 oom)" 'oom 900' '... and the same'
is "$(seen s4 oom)" 'oom 920' '... and more'
is "$(of_daemon)" '10 900' 'spawnd has what it had'
stop

# A spawnd that is protected.  What is written over what it reads of itself stands for
# that, since lowering the real one takes more than every root has.
config '' 'nice = -1'
echo -900 >score
# shellcheck disable=SC2016 # $$ and the rest are for that shell
start_as choom -n 400 -- nice -n -2 sh -c \
	'mount --bind score /proc/$$/oom_score_adj && exec "$@"' - "$spawnd" -c "$tmp/spawnd.conf"
is "$(seen s1 nice) $(seen s1 oom)" 'nice 0 oom 0' 'a command has nothing of the protection'
is "$(seen s2 nice)" 'nice -1' 'or as much as is set'
is "$(cat score)" -900 'and that of spawnd stays'
umount "/proc/$pid/oom_score_adj"
is "$(of_daemon)" '-2 400' '... really'
stop

# An ordinary user with capabilities, whose files in /proc are root's after the drop.
config '' 'oom_score_adjust = 950'
start_as setpriv --reuid=2007 --regid=2007 --clear-groups \
	--inh-caps=-all,+setuid,+setgid,+kill --ambient-caps=-all,+setuid,+setgid,+kill \
	"$spawnd" -c "$tmp/spawnd.conf"
is "$(seen s1 oom)" "oom $own" 'a first command'
is "$(seen s2 oom)" 'oom 950' 'a score from an ordinary user'
stop

# Errors.
less() { # COMMAND...
	setpriv --bounding-set=-sys_nice,-sys_resource --inh-caps=-sys_nice,-sys_resource "$@"
}

refused() { # LINE EXPECTED NAME
	config "$1"
	is "$(less timeout 20 "$spawnd" -c spawnd.conf 2>&1)" "spawnd.conf:5: s1: $2" "$3"
	is "$(less timeout 20 "$spawnd" -c spawnd.conf -n 2>&1)" '' "$3: -n is as privileged"
}

refused 'nice = -1' 'nice: -1 needs the capability CAP_SYS_NICE' 'nice -1'
refused 'oom_score_adjust = -1' 'oom_score_adjust: -1 needs the capability CAP_SYS_RESOURCE' \
	'an oom score of -1'
config 'nice = 0'
is "$(nice -n 3 setpriv --bounding-set=-sys_nice --inh-caps=-sys_nice \
	timeout 20 "$spawnd" -c spawnd.conf 2>&1)" \
	'spawnd.conf:5: s1: nice: 0 needs the capability CAP_SYS_NICE' 'nice 0 that is asked for'
config 'nice = -21' 'oom_score_adjust = 1001'
is "$("$spawnd" -c spawnd.conf -n 2>&1 | grep -v warning)" 'spawnd.conf:5: s1: nice: out of range, -20 to 19: "-21"
spawnd.conf:10: s2: oom_score_adjust: out of range, -1000 to 1000: "1001"' 'out of range'
config '' 'nice = -3'
is "$("$spawnd" -c spawnd.conf -T 2>/dev/null | grep 'nice\|oom')" 'nice = 0
# default: oom_score_adjust is not set
nice = -3
# default: oom_score_adjust is not set' '-T shows them'
done_testing
