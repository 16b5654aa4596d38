#!/bin/sh
# SPDX-License-Identifier: MIT
# A service whose command cannot be started pauses, each time twice as long up to
# retry_delay_max, says so once a pause, serves its clients by itself when the command
# is there, and holds up nobody else.
. "$(dirname "$0")/../lib.sh"

cat >spawnd.conf <<EOT
[absent]
listen = $tmp/absent.socket
command = $tmp/command
user = alice
retry_delay = 20ms
retry_delay_max = 80ms
[long]
listen = $tmp/long.socket
command = $tmp/command
user = bob
retry_delay = 1h
retry_delay_max = 1h
[other]
listen = $tmp/other.socket
command = cat
user = grace
EOT

client() { timeout 20 nc -NU "$1.socket" </dev/null; }
pauses() { sed -n 's/.*absent: its command could not be started; pausing for //p' spawnd.log; }

start
before=$(descriptors)
for i in 1 2 3 4 5; do
	is "$(client absent)" '' "client $i gets the end"
done
await '[ "$(pauses | wc -l)" = 5 ]'
is "$(pauses | tr '\n' ' ')" '20ms 40ms 80ms 80ms 80ms ' 'the pauses grow to their limit'
is "$(grep -c 'absent: end .*failed=' spawnd.log)" 5 'with a record of each client'
unlike "$(cat spawnd.log)" 'absent: commands can be started again' 'that is all so far'

# A pause of an hour: clients are let in by the kernel, and wait.
is "$(client long)" '' 'the first client gets the end'
await 'grep -q "long: .*pausing for 1h$" spawnd.log'
client long >long.out &
nc -zU long.socket
is $? 0 'in the pause, clients can connect'
is "$(echo hello | ask_unix other.socket)" hello 'another service is served meanwhile'
is "$(wc -c <long.out) $(grep -c 'long: end' spawnd.log)" '0 1' 'the second one waits'

cat >command.new <<'EOT'
#!/bin/sh
echo served
EOT
chmod 755 command.new
mv command.new command
is "$(client absent)" served 'when the command is there, clients are served'
await 'grep -q "absent: end .*exit=0" spawnd.log'
is "$(grep -c 'absent: commands can be started again' spawnd.log)" 1 'which is told'
is "$(client absent)$(client absent)" servedserved 'and is so from then on'
await '[ "$(grep -c "absent: end .*exit=0" spawnd.log)" = 3 ]'
is "$(grep -c 'absent: commands can be started again' spawnd.log)" 1 'and told once'

rm command
is "$(client absent)" '' 'when it is gone again'
await '[ "$(pauses | wc -l)" = 6 ]'
is "$(pauses | tail -n 1)" 20ms 'pauses begin anew'

# Clients that come in the pauses find the command as soon as it is there.
for i in $(seq 30); do
	client absent >"out.$i" &
done
await '[ "$(pauses | wc -l)" -ge 9 ]'
printf '#!/bin/sh\necho served\n' >command.new
chmod 755 command.new
mv command.new command
await '[ "$(grep -c "absent: end" spawnd.log)" = 39 ]'
served=$(grep -c 'absent: end .*exit=0' spawnd.log)
[ "$served" -gt 3 ]
ok $? 'some of those who came in the pauses are served'
await '[ "$(cat out.* | grep -c served)" = "$((served - 3))" ]'
ok $? 'and nobody else gets a byte'
is "$(grep -c 'absent: commands can be started again' spawnd.log)" 2 'which is told'

# The daemon that is told to end does not wait for a pause.
stop
is "$status" 0 'the daemon stops in the pause'
wait
is "$(wc -c <long.out)" 0 'and who waited gets the end'
done_testing
