#!/bin/sh
# SPDX-License-Identifier: MIT
# However a command ends, and however often: the record says how, and the service
# goes on without a pause.
. "$(dirname "$0")/../lib.sh"

mkdir pids && chmod 777 pids
cat >ends <<EOF
#!/bin/sh
read -r how
case \$how in
wait) echo \$\$ >$tmp/pids/wait; exec sleep 1000 ;;
[0-9]*) exit "\$how" ;;
*) kill -"\$how" \$\$ ;;
esac
EOF
chmod 755 ends
start -l 127.0.0.1:0 -u nobody -- "$tmp/ends"
port=$(port_of ends)
before=$(descriptors)
id=0

record_of() { # ID
	await "grep -q 'ends: end id=$1 ' spawnd.log"
	grep "ends: end id=$1 " spawnd.log
}

for how in 0 1 44 111 127 255; do
	echo "$how" | ask "$port"
	id=$((id + 1))
	like "$(record_of "$id")" " exit=$how run=[0-9]+\.[0-9]{3}s cpu=" "exit $how"
done
for how in SEGV KILL TERM HUP PIPE ALRM ABRT; do
	echo "$how" | ask "$port"
	id=$((id + 1))
	like "$(record_of "$id")" " signal=$how run=[0-9]+\.[0-9]{3}s cpu=" "signal $how"
done
echo wait | ask "$port" &
await '[ -s pids/wait ]'
kill -KILL "$(cat pids/wait)"
id=$((id + 1))
like "$(record_of "$id")" " signal=KILL run=" 'killed by somebody else'

n=0
while [ "$n" -lt 50 ]; do
	echo 1 | ask "$port"
	n=$((n + 1))
done
await '[ "$(grep -c " exit=1 " spawnd.log)" = 51 ]'
ok 0 'fifty failures in a row have a record each'
while [ "$n" -lt 70 ]; do
	echo SEGV | ask "$port"
	n=$((n + 1))
done
await '[ "$(grep -c " signal=SEGV " spawnd.log)" = 21 ]'
ok 0 'and so have twenty crashes'
unlike "$(cat spawnd.log)" 'pausing|looping|cannot' 'none of it is a reason to pause'
calm "$before"
done_testing
