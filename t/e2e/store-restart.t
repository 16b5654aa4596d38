#!/bin/sh
# SPDX-License-Identifier: MIT
# Listeners are kept by the service manager for the next start: no client is refused and
# none lost while spawnd is stopped, killed or fails to start, whatever they wait in.
. "$(dirname "$0")/../reload.sh"
. "$(dirname "$0")/../store.sh"
. "$(dirname "$0")/../lib.sh"

a=$(free_ports 3)
b=$((a + 1)) c=$((a + 2))
cat >spawnd.conf <<EOT
[global]
user = alice
[plain]
command = cat
listen = 127.0.0.1:$a [::1]:$a *:$b 127.0.0.1:0
[local]
command = cat
listen = $tmp/a.sock seqpacket:$tmp/b.sock @spawnd-test-$$
EOT
chmod 644 spawnd.conf
manage
serve
is "$(names | wc -l)" 6 'all listeners are kept but the one whose port the kernel chose'
is "$(names | sed 's:/[0-9]*:/N:' | sort | uniq -c | sed 's/^ *//;s:/[0-9]*/[0-9]*/0$:/DEVICE/INODE/GID:')" \
	"$(printf '4 spawnd/N\n1 spawnd/N/DEVICE/INODE/GID\n1 spawnd/N/DEVICE/INODE/GID')" \
	'under a name of its own each, which tells a path by its file'
is "$(grep -n . notify.log | sed -n 's/:.*READY=1.*//p')" 7 'before it says that it is ready'
kill -USR1 "$pid"
await 'grep -q "report: .*, stored=6$" spawnd.log'
ok 0 'the report counts them'
inode=$(socket_of $a)
path=$(stat -c %i a.sock)

end
[ -S a.sock ] && [ -S b.sock ]
ok $? 'stopped, the paths are there'
echo one | nc -N 127.0.0.1 $a >one.out &
echo two | nc -N ::1 $a >two.out &
echo three | nc -N 127.0.0.1 $b >three.out &
echo four | nc -NU a.sock >four.out &
echo five | "$tools/dial" -i "@spawnd-test-$$" >five.out &
echo six | "$tools/dial" -i "seqpacket:$tmp/b.sock" >six.out &
await '[ "$(ss -Hltn "sport = :$b" | awk "{ print \$2 }")" = 1 ]'
: >spawnd.log
serve
await '[ "$(cat one.out two.out three.out four.out five.out six.out | xargs)" = \
	"one two three four five six" ]'
ok $? 'who came when nothing ran is served by the next one'
is "$(socket_of $a) $(stat -c %i a.sock)" "$inode $path" 'on the same sockets'
is "$(echo "$(names)" | wc -l)" 6 'which are still kept, and none twice'
like "$(cat spawnd.log)" 'the service manager has kept 6 sockets, and the clients who wait' \
	'the log has it in one line'
is "$(grep -c ': \(plain\|local\): takes over' spawnd.log) $(grep -c 'listens on' spawnd.log)" '6 1' \
	'and each address that was taken over'

# Under load: five restarts, and killed twice.
for i in $a 6:$a "$tmp/a.sock"; do
	"$tools/loop" "$i" 3 >"load.$(basename "$i")" 2>"load.err.$(basename "$i")" &
	loops="${loops:-} $!"
done
for i in 1 2 3 4 5; do
	more 'exit=0'
	end
	serve
done
more 'exit=0'
kill -TERM $loops
for i in $loops; do wait "$i"; done
like "$(cat load.*)" '^[1-9][0-9]* 0 0$' 'under load'
is "$(grep -hvc '^[1-9][0-9]* 0 0$' load.$a "load.6:$a" load.a.sock | sort -u)" 0 \
	'restarted five times, no client is refused and all are served'
is "$(cat load.err.*)" '' 'nor met anything else'
"$tools/loop" $a 4 >load 2>/dev/null &
loops=$!
for i in 1 2; do
	more 'exit=0'
	kill -KILL "$pid"
	wait "$pid" 2>/dev/null
	serve
done
more 'exit=0'
kill -TERM "$loops"
wait "$loops"
like "$(cat load)" '^[1-9][0-9]* [0-9]+ 0$' 'killed twice, nobody is refused'

# While commands finish nobody is accepted, and all wait for the next one.
mkdir held && chmod 777 held
cp spawnd.conf good.conf
sed -i "s:^command = cat:command = $tools/hold $tmp/held:" spawnd.conf
kill -HUP "$pid"
await 'grep -q "reloaded 2 services" spawnd.log'
echo first | ask $a >first &
await '[ -e held/first.on ]'
kill "$pid"
await 'grep -q "stopping; 1 commands" spawnd.log'
echo late | nc -N 127.0.0.1 $a >late.out &
late=$!
await '[ "$(ss -Hltn "sport = :$a" "src = 127.0.0.1" | awk "{ print \$2 }")" = 1 ]'
touch held/first.go
wait "$pid"
is $? 0 'it ends when its commands have, with a client in the backlog'
pid=

# A start that fails leaves them as they are, whatever it fails of.
cp good.conf spawnd.conf
echo 'nonsense = 1' >>spawnd.conf
timeout 20 "$tools/store" -x "$tmp/notify" "$spawnd" -c "$tmp/spawnd.conf" 2>>spawnd.log
is $? 1 'an error in the configuration'
cp good.conf spawnd.conf
sed -i "s/^listen = 127.0.0.1:$a/& 192.0.2.1:$c/" spawnd.conf
timeout 20 "$tools/store" -x "$tmp/notify" "$spawnd" -c "$tmp/spawnd.conf" 2>>spawnd.log
is $? 3 'and an address that is not here'
is "$(names | wc -l)" 6 'change nothing of what is kept'
cp good.conf spawnd.conf
serve
wait "$late"
is "$(cat late.out)" late 'who waits through all of that is served'

# One that detaches takes what was kept, and gives nothing: it is not its manager's.
end
before=$(names)
sed -i "s/^listen = 127.0.0.1:$a/& 127.0.0.1:$c/" spawnd.conf
"$tools/store" -x "$tmp/notify" "$spawnd" -d -s pid_file="$tmp/pid" -c "$tmp/spawnd.conf" 2>>spawnd.log
is $? 0 'detached'
is "$(echo a | ask "$a") $(echo c | ask "$c") $(names)" "a c $before" \
	'... what was kept is served, and nothing else given'
detached=$(cat pid)
kill "$detached"
await '! kill -0 "$detached" 2>/dev/null'
cp good.conf spawnd.conf
serve

# Without a store that is told of, all is as ever.
end
unset FDSTORE
kill "$manager"
wait "$manager" 2>/dev/null
manager=
rm -f a.sock b.sock
start
stop
[ ! -e a.sock ] && [ ! -e b.sock ]
ok $? 'where the manager has no store the paths are gone'
nc -z 127.0.0.1 $a
is $? 1 'and the ports'
done_testing
