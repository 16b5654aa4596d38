#!/bin/sh
# SPDX-License-Identifier: MIT
# max_per_source: of each source so many at once.  What a source is, for IPv4, IPv6 and
# Unix sockets; and that each kind of end gives back what was counted.
. "$(dirname "$0")/../reload.sh"
. "$(dirname "$0")/../lib.sh"

mkdir held && chmod 777 held
cat >ends <<'EOT'
#!/bin/sh
read -r how
echo "$how" >"$1/$how.on"
case $how in
exit) exit 3 ;;
signal) kill -KILL $$ ;;
left) sleep 1000 & exit ;;
*) exec sleep 1000 ;;
esac
EOT
chmod 755 ends
free=$(free_port)
cat >spawnd.conf <<EOT
[global]
max_per_source = 2
[hold]
listen = $free $tmp/hold.sock
command = $tools/hold $tmp/held
user = alice
[wide]
listen = 127.0.0.1:0
command = $tools/hold $tmp/held
user = bob
max_per_source = 1
source_prefix = 25 64
[ends]
listen = $tmp/ends.sock
command = $tmp/ends $tmp/held
user = grace
max_per_source = 1
time_limit = 100ms
kill_after = 10ms
[absent]
listen = $tmp/absent.sock
command = $tmp/absent
user = erin
max_per_source = 1
retry_delay = 1ms
retry_delay_max = 1ms
[never]
listen = $tmp/never.sock
command = $tools/hold $tmp/held
user = frank:sound
max_per_source = 3
max_connections = 2
EOT
start
before=$(descriptors)

# Each begins in the background, and its command is awaited.
served() { # NAME COMMAND...: a client
	name=$1
	shift
	echo "$name" | "$@" >"$name.out" &
	eval "client_$name=$!"
	await "[ -e 'held/$name.on' ]"
}
release() { # NAME...
	for name; do
		touch "held/$name.go"
		eval "wait \"\$client_$name\""
	done
}
# It says nothing, so that it sees the end and no reset; and no command is started.
refused() { # NAME COMMAND...
	name=$1
	shift
	is "$("$@" </dev/null 2>&1)" '' "$name is refused"
}
ended() { # SERVICE N: so many of it are over
	await "[ \"\$(grep -c ': $1: end id=' spawnd.log)\" = $2 ]"
}
from() { echo "nc -N -s $1 127.0.0.1 $free"; }
as() { echo "setpriv --reuid $1 --regid 2001 --clear-groups nc -NU hold.sock"; }

# shellcheck disable=SC2046 # words of a command
{
	served a1 $(from 127.0.0.1)
	served a2 $(from 127.0.0.1)
	refused 'a third of one address' $(from 127.0.0.1)
	served b1 $(from 127.0.0.2)
	served six1 nc -N ::1 "$free"
	served six2 nc -N ::1 "$free"
	refused 'a third over IPv6' nc -N ::1 "$free"
	served u1 $(as alice)
	served u2 $(as alice)
	refused 'a third of one user' $(as alice)
	served v1 $(as bob)
	refused 'the first, still' $(from 127.0.0.1)
	release a1
	ended hold 1
	served a3 $(from 127.0.0.1)
	refused 'after one has ended, more than one more' $(from 127.0.0.1)
}
is "$(grep ' hold: refused ' spawnd.log | sed 's/.* hold: //; s/:[0-9]*: /:N: /')" \
	'refused 127.0.0.1:N: max_per_source = 2 reached' 'that is told once, with the limit'
report
is "$(sed -n 's/.* hold: \(state=.*\)/\1/p' report)" \
	'state="serving" live=8 accepted=14 refused=5 (max_per_source=5) failed=0' 'and counted'

# IPv4 that an IPv6 socket shows is IPv4, and the prefix of IPv4 is for it.
wide=$(port_of wide)
served w1 nc -N -s 127.0.0.1 127.0.0.1 "$wide"
refused 'the last of its network' nc -N -s 127.0.0.127 127.0.0.1 "$wide"
served w2 nc -N -s 127.0.0.128 127.0.0.1 "$wide"
refused 'the other half' nc -N -s 127.0.0.255 127.0.0.1 "$wide"

# A limit beyond max_connections is never reached: clients wait for that.
served n1 ask_unix never.sock
served n2 ask_unix never.sock
echo n3 | ask_unix never.sock >n3.out &
client_n3=$!
await '[ "$(backlog_unix "$tmp/never.sock")" = 1 ]'
release n1
await '[ -e held/n3.on ]'
release n2 n3
release a2 a3 b1 six1 six2 u1 u2 v1 w1 w2
is "$(cat ./*.out | sort | tr '\n' ' ')" 'a1 a2 a3 b1 n1 n2 n3 six1 six2 u1 u2 v1 w1 w2 ' \
	'all have their answer'
ended hold 9

# Every end gives it back: only then is the next one served.
n=0
for how in exit signal time left exit time exit; do
	rm -f "held/$how.on"
	echo "$how" | ask_unix ends.sock >/dev/null
	n=$((n + 1))
	ended ends "$n"
	[ -e "held/$how.on" ]
	ok $? "after all that was before: $how"
done
for i in 1 2 3; do
	ask_unix absent.sock </dev/null
	ended absent "$i"
done
ok 0 'a command that cannot be started gives it back'
calm "$before"

# One who is kept for want of a process is counted once.
strace -p "$pid" -o trace -e trace=clone -e inject=clone:error=EAGAIN:when=1..3 2>strace.log &
tracer=$!
await '! grep -q "^TracerPid:.0$" "/proc/$pid/status"'
served k1 ask_unix hold.sock
kill "$tracer"
wait "$tracer" 2>/dev/null
like "$(grep ' hold: ' spawnd.log | tail -n 2)" 'cannot start a command: Resource temporarily' \
	'one was kept'
served k2 ask_unix hold.sock
refused 'a third' ask_unix hold.sock
release k1 k2
ended hold 11
served k3 ask_unix hold.sock
served k4 ask_unix hold.sock
refused 'a third, again' ask_unix hold.sock
release k3 k4
done_testing
