#!/bin/sh
# SPDX-License-Identifier: MIT
# A slot comes back after every kind of end.
. "$(dirname "$0")/../lib.sh"

mkdir pids work && chmod 777 pids
cat >does <<EOF
#!/bin/sh
read -r what
case \$what in
ok) echo fine ;;
wait) echo \$\$ >$tmp/pids/wait; exec sleep 1000 ;;
sleep) exec sleep 1000 ;;
exit*) exit "\${what#exit}" ;;
[A-Z]*) kill -"\$what" \$\$ ;;
esac
EOF
chmod 755 does
cat >spawnd.conf <<EOF
[does]
user = nobody
listen = 127.0.0.1:0
command = $tmp/does
working_directory = $tmp/work
max_connections = 1
time_limit = 500ms
retry_delay = 50ms
retry_delay_max = 50ms
EOF
start
port=$(port_of does)
before=$(descriptors)

# Twice: the second one shows that the first gave the slot back.
served() { # AFTER-WHAT
	is "$(echo ok | ask "$port") $(echo ok | ask "$port")" 'fine fine' "$1"
}

served 'at first'
echo exit0 | ask "$port"
served 'after exit 0'
echo exit1 | ask "$port"
served 'after exit 1'
echo SEGV | ask "$port"
served 'after a signal'
echo KILL | ask "$port"
served 'after KILL'
echo sleep | ask "$port"
await 'grep -q timeout=TERM spawnd.log'
served 'after a time-out'
echo wait | ask "$port" &
await '[ -s pids/wait ]'
kill -KILL "$(cat pids/wait)"
served 'after KILL from outside'

mv does away
"$tools/client" end "$port" >failed.out
is "$(cat failed.out)" eof 'a command that is not there: the end, and not one byte'
mv away does
served 'after a command that could not be executed'
like "$(cat spawnd.log)" "does: end id=.* failed=\"cannot execute $tmp/does: No such file" \
	'which is in the record'

rmdir work
"$tools/client" end "$port" >failed.out
is "$(cat failed.out)" eof 'no working_directory: the end, and not one byte'
mkdir work
served 'after a failed working_directory'
like "$(cat spawnd.log)" \
	"failed=\"cannot change to directory $tmp/work: No such file or directory\"" \
	'which is in the record'

kill -STOP "$pid"
is "$("$tools/client" reset "$port" 20)" 20 'twenty clients come and are gone again'
kill -CONT "$pid"
served 'after clients that are gone before they are served'

is "$(grep -c 'max_connections = 1 reached' spawnd.log)" 1 'the limit is announced once'
unlike "$(cat spawnd.log)" 'accept a client' 'and there was no trouble with accept'
calm "$before"
done_testing
