#!/bin/sh
# SPDX-License-Identifier: MIT
# log = journal: an entry for each thing that is told, with the fields of the manual,
# its own MESSAGE_ID for each kind, and the text that a file would have.
. "$(dirname "$0")/../log.sh"
. "$(dirname "$0")/../lib.sh"
own_places

mkdir held && chmod 777 held
cat >ends <<'EOT'
#!/bin/sh
read -r how
case $how in
exit) exit 3 ;;
signal) kill -SEGV $$ ;;
*) exec sleep 1000 ;;
esac
EOT
chmod 755 ends
cat >spawnd.conf <<EOT
[global]
log = journal
syslog_name = doorman
syslog_facility = local3
user = nobody
[cat]
user = alice
listen = 127.0.0.1:0 [::1]:0 $tmp/cat.sock
command = cat
[ends]
listen = 127.0.0.1:0
command = $tmp/ends
time_limit = 100ms
[absent]
listen = $tmp/absent.sock
command = $tmp/absent
retry_delay = 10ms
retry_delay_max = 10ms
[one]
listen = $tmp/one.sock
command = $tools/hold $tmp/held
max_connections = 1
when_full = refuse
[says]
listen = $tmp/says.sock
command = sh -c "echo aside >&2"
stderr = log
EOT
receive journal.out "$journal"
start
before=$(descriptors)

# The first entry of a kind, in $entry.
entry_of() { # FIELD=VALUE
	entry=$(entries journal.out "$1" | sed '/^$/q')
}
get() { printf '%s\n' "$entry" | field "$1"; }
port() { # SERVICE ADDRESS
	messages journal.out | sed -n "s/^$1: listens on $2:\([0-9]*\)\$/\1/p"
}
has() { # NAME FIELD=VALUE...
	name=$1
	shift
	for wanted; do
		is "$(get "${wanted%%=*}")" "${wanted#*=}" "$name: $wanted"
	done
}

# Whoever reads the journal tells our kinds by these for ever.
id_started=26f18af8adac48ca83497ea08333cba7
id_listens=8831edff63b247c58b0c608fe9312197
id_ended=ffe6da4afbda424a9f2fd396e35b93b2
id_killed=90a10aad25f945689f37901d877e2de1
id_timed_out=224187413c0f4403ab3f7d8692657851
id_failed=c625d56a43684c17aa8e82cd1db4fe8e
id_paused=e5242992ec294a50ba0917d27c4e3777
id_resumed=234713b595f44e4897d8f564dc99e7c0
id_limit_reached=9beb4f22251c401f91d614eb48572207
id_reloaded=e5eab9bf5dce455e8de8bc1bbe0f95cf
id_reload_failed=c38098ba8724492883716caa57956714
id_stopping=0f0f9791a6a0438c9e37ca2f1f569f02
id_stopped=b9a561bdebf7447f9c82de0cd92d40a1

await 'grep -q "MESSAGE=serves 5 services" journal.out'
entry_of "MESSAGE_ID=$id_started"
has 'it serves' PRIORITY=6 SYSLOG_IDENTIFIER=doorman "SYSLOG_PID=$pid" \
	SYSLOG_FACILITY=19 SPAWND_SERVICE=
like "$(get MESSAGE)" '^serves 5 services, at most [0-9]+ commands$' 'it serves: the message'
entry_of "MESSAGE_ID=$id_listens"
has 'it listens' PRIORITY=6 SPAWND_SERVICE=cat
is "$(entries journal.out "MESSAGE_ID=$id_listens" | messages | grep -c '^.*: listens on ')" 7 \
	'an entry for each address'

# An exit, over each family.
cat=$(port cat 127.0.0.1)
ends=$(port ends 127.0.0.1)
source=127.1.$(($$ / 250 % 250 + 1)).$(($$ % 250 + 1))
echo x | nc -N -p 45678 -s "$source" 127.0.0.1 "$cat" >/dev/null
await 'grep -q "MESSAGE=cat: end id=1 " journal.out'
entry_of SPAWND_ID=1
like "$(get MESSAGE)" \
	"^cat: end id=1 peer=$source:45678 pid=[1-9][0-9]* exit=0 run=[0-9]+\\.[0-9]{3}s cpu=[0-9]+\\.[0-9]{3}s\$" \
	'exit: the message is the record'
has exit "MESSAGE_ID=$id_ended" PRIORITY=6 SYSLOG_IDENTIFIER=doorman SYSLOG_FACILITY=19 \
	SPAWND_SERVICE=cat "SPAWND_PEER=$source:45678" "SPAWND_LOCAL=127.0.0.1:$cat" \
	SPAWND_UID=2001 SPAWND_OUTCOME=exit SPAWND_STATUS=0
is "$(get SPAWND_PID)" "$(get MESSAGE | sed 's/.* pid=\([0-9]*\) .*/\1/')" \
	'exit: the pid is that of the message'
run=$(get SPAWND_RUN_USEC) cpu=$(get SPAWND_CPU_USEC)
is "$((run / 1000)) $((cpu / 1000))" "$(get MESSAGE | sed 's/.* run=\([0-9]*\)\.\([0-9]*\)s.* cpu=\([0-9]*\)\.\([0-9]*\)s$/\1\2 \3\4/' |
	awk '{ print $1 + 0, $2 + 0 }')" 'exit: so are its times, in microseconds'
is "$(printf '%s\n' "$entry" | grep -Evc '^(SYSLOG_(IDENTIFIER|FACILITY|PID)|PRIORITY|MESSAGE|MESSAGE_ID|SPAWND_(SERVICE|ID|PEER|LOCAL|PID|UID|OUTCOME|STATUS|RUN_USEC|CPU_USEC))=')" \
	0 'exit: there is no other field'
is "$(printf '%s\n' "$entry" | cut -d = -f 1 | sort | uniq -d)" '' 'exit: none is there twice'

echo x | nc -N ::1 "$(port cat '\[::1\]')" >/dev/null
await 'grep -q "MESSAGE=cat: end id=2 " journal.out'
entry_of SPAWND_ID=2
has IPv6 "SPAWND_LOCAL=[::1]:$(port cat '\[::1\]')"
like "$(get SPAWND_PEER)" '^\[::1\]:[1-9][0-9]*$' 'IPv6: the peer'
echo x | ask_unix cat.sock >/dev/null
await 'grep -q "MESSAGE=cat: end id=3 " journal.out'
entry_of SPAWND_ID=3
has Unix SPAWND_PEER=uid:0 "SPAWND_LOCAL=$tmp/cat.sock"

# The other ends.
echo exit | ask "$ends" >/dev/null
await 'grep -q "MESSAGE=ends: end id=4 " journal.out'
entry_of SPAWND_ID=4
has 'exit 3' "MESSAGE_ID=$id_ended" PRIORITY=5 SPAWND_SERVICE=ends SPAWND_OUTCOME=exit SPAWND_STATUS=3
echo signal | ask "$ends" >/dev/null
await 'grep -q "MESSAGE=ends: end id=5 " journal.out'
entry_of SPAWND_ID=5
has signal "MESSAGE_ID=$id_killed" PRIORITY=5 SPAWND_OUTCOME=signal SPAWND_STATUS=SEGV
like "$(get MESSAGE)" ' signal=SEGV ' 'signal: so says the message'
echo time | ask "$ends" >/dev/null
await 'grep -q "MESSAGE=ends: end id=6 " journal.out'
entry_of SPAWND_ID=6
has timeout "MESSAGE_ID=$id_timed_out" PRIORITY=5 SPAWND_OUTCOME=timeout SPAWND_STATUS=TERM
like "$(get MESSAGE)" ' timeout=TERM .*\(time_limit = 100ms; ' 'timeout: the message has the hint'
[ "$(get SPAWND_RUN_USEC)" -ge 100000 ]
ok $? 'timeout: it ran as long'

# A command that cannot be started, and can again.
"$tools/client" end "$tmp/absent.sock" >/dev/null
await 'grep -q "^MESSAGE=absent: .*pausing" journal.out'
entry_of SPAWND_ID=7
has failed "MESSAGE_ID=$id_failed" PRIORITY=3 SPAWND_SERVICE=absent SPAWND_PEER=uid:0 \
	SPAWND_OUTCOME=failed "SPAWND_STATUS=cannot execute $tmp/absent: No such file or directory" \
	SPAWND_RUN_USEC= SPAWND_CPU_USEC=
entry_of "MESSAGE_ID=$id_paused"
has pause PRIORITY=4 SPAWND_SERVICE=absent \
	'MESSAGE=absent: its command could not be started; pausing for 10ms'
cp /bin/true absent
"$tools/client" end "$tmp/absent.sock" >/dev/null
await 'grep -q "^MESSAGE=absent: end .* exit=0" journal.out'
entry_of "MESSAGE_ID=$id_resumed"
has 'the end of a pause' PRIORITY=5 SPAWND_SERVICE=absent \
	'MESSAGE=absent: commands can be started again'

# A limit.
echo one | ask_unix one.sock >/dev/null &
one=$!
await '[ -e held/one.on ]'
for i in 1 2 3; do
	"$tools/client" end "$tmp/one.sock" >/dev/null
done
await 'grep -q "^MESSAGE=one: max_connections" journal.out'
entry_of "MESSAGE_ID=$id_limit_reached"
has limit PRIORITY=5 SPAWND_SERVICE=one SPAWND_STATUS=max_connections \
	'MESSAGE=one: max_connections = 1 reached; clients are refused'
touch held/one.go
wait "$one"

ask_unix says.sock </dev/null
await 'grep -q "^MESSAGE=says: stderr: " journal.out'
entry_of 'MESSAGE=says: stderr: aside'
has 'stderr = log' PRIORITY=6 SPAWND_SERVICE=says SYSLOG_IDENTIFIER=doorman MESSAGE_ID=

# Reloads.
kill -HUP "$pid"
await 'grep -q "^MESSAGE=reloaded " journal.out'
entry_of "MESSAGE_ID=$id_reloaded"
has reload PRIORITY=6 SPAWND_SERVICE=
like "$(get MESSAGE)" '^reloaded 5 services in ' 'reload: the message'
cp spawnd.conf good.conf
echo 'nonsense = 1' >>spawnd.conf
kill -HUP "$pid"
await 'grep -q "^MESSAGE=reload failed" journal.out'
entry_of "MESSAGE_ID=$id_reload_failed"
has 'a reload that fails' PRIORITY=3 \
	'MESSAGE=reload failed; the configuration before stays in force'
like "$(messages journal.out)" "^$tmp/spawnd.conf:[0-9]+: says: .*nonsense" '... with what was wrong'
cp good.conf spawnd.conf
calm "$before"

kill -TERM "$pid"
await 'grep -q "^MESSAGE=stopped" journal.out'
entry_of "MESSAGE_ID=$id_stopping"
has 'it stops' PRIORITY=6
entry_of "MESSAGE_ID=$id_stopped"
has 'it has stopped' PRIORITY=6 MESSAGE=stopped
wait "$pid"
is $? 0 'the daemon stops with status 0'
pid=
is "$(entries journal.out "SYSLOG_IDENTIFIER=doorman" | grep -c '^MESSAGE=')" \
	"$(grep -c '^MESSAGE=' journal.out)" 'every entry has our name'
is "$(grep -v ': warning: ' spawnd.log)" '' 'and standard error has nothing'
done_testing
