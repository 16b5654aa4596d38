#!/bin/sh
# SPDX-License-Identifier: MIT
# log = file, rotated under load as logrotate(8) does: each connection has its record,
# once, whatever becomes of the reload; and a log that cannot be opened anew goes on.
. "$(dirname "$0")/../log.sh"
. "$(dirname "$0")/../reload.sh"
. "$(dirname "$0")/../lib.sh"

mkdir log
cat >spawnd.conf <<EOT
[global]
log = file:$tmp/log/x.log
[cat]
user = nobody
listen = $tmp/cat.sock
max_connections = 8
command = cat
EOT
served() { # COUNT
	for i in $(seq "$1"); do
		echo x | timeout 10 nc -NU cat.sock
	done | grep -c x
}
inode_of() { stat -c %i "$1"; }
idle() { await '[ -z "$(ps -o pid= --ppid "$pid")" ]'; }
# The one that the daemon has open is the one of this name.
holds() { [ -n "$(find "/proc/$pid/fd" -lname "$tmp/$1" 2>/dev/null)" ]; } # FILE
tells_all() { # NAME FILE...
	name=$1
	shift
	await "[ \"\$(ids $* | wc -l)\" -ge $made ]"
	is "$(ids "$@" | wc -l)" "$made" "$name: as many records as connections"
	is "$(twice "$@")" '' '... none is there twice'
	is "$(ids "$@" | tail -n 1)" "$made" '... and none is missing'
	is "$(grep -hEvc '^[0-9T:.+-]+ spawnd\[[0-9]+\]: .' "$@" | sort -u)" 0 '... no line is cut'
}

start
before=$(descriptors)
is "$(stat -c '%a %U' log/x.log)" '640 root' 'a new file has the mode 0640'

# mv and HUP, ten times, while clients come back all the time.
loop_start "$tmp/cat.sock" 4
for i in $(seq 10); do
	records=$(ids log/x.log | wc -l)
	await '[ "$(ids log/x.log | wc -l)" -gt "$((records + 20))" ]'
	mv log/x.log "log/x.log.$i"
	kill -HUP "$pid"
	await 'holds log/x.log'
done
loop_stop 'ten times mv and HUP: all clients are served'
idle
made=$loop_good
tells_all 'mv and HUP' log/x.log*
is "$(find log -name 'x.log.*' -size +0 | wc -l)" 10 'mv and HUP: each file has its part'
await '[ "$(cat log/x.log* | grep -c "reloaded 1 services")" -ge 1 ]'
calm "$before"

# The reload itself fails, which does not keep the log from being opened anew.
cp spawnd.conf good.conf
echo 'nonsense = 1' >>spawnd.conf
loop_start "$tmp/cat.sock" 4
for i in $(seq 10); do
	mv log/x.log "log/x.log.1$i"
	kill -HUP "$pid"
	await 'grep -q "reload failed" log/x.log 2>/dev/null'
	await '[ "$(ids log/x.log | wc -l)" -gt 5 ]'
done
loop_stop 'a configuration that is broken: all clients are served'
idle
made=$((made + loop_good))
tells_all 'broken' log/x.log*
like "$(cat log/x.log)" 'reload failed; the configuration before stays in force' \
	'broken: the new file says so'
cp good.conf spawnd.conf

# copytruncate, without a signal: the next line stands at the beginning.
cp log/x.log log/x.log.copy
: >log/x.log
is "$(served 5)" 5 'copytruncate: clients are served'
made=$((made + 5))
tells_all copytruncate log/x.log*
is "$(head -c 4 log/x.log)" "$(date +%Y)" 'copytruncate: the file has no hole'

# logrotate's "create": an empty file is there before the signal.
mv log/x.log log/x.log.moved
(umask 077 && : >log/x.log)
kill -HUP "$pid"
await 'grep -q "reloaded" log/x.log'
is "$(served 5)" 5 'create: clients are served'
made=$((made + 5))
tells_all create log/x.log*
is "$(stat -c %a log/x.log)" 600 'create: its mode stays'

# logrotate(8) itself, with and without an empty file in advance.
for how in nocreate 'create 640 root root'; do
	if ! command -v logrotate >/dev/null; then
		ok 0 "logrotate, $how # SKIP it is not here"
		continue
	fi
	cat >rotate.conf <<-EOT
	$tmp/log/x.log {
		rotate 100
		$how
		postrotate
			kill -HUP $pid
		endscript
	}
	EOT
	loop_start "$tmp/cat.sock" 4
	for i in $(seq 5); do
		before_it=$(inode_of log/x.log)
		timeout 20 logrotate -f -s "$tmp/rotate.state" rotate.conf
		is $? 0 "logrotate, $how"
		await 'holds log/x.log && [ "$(inode_of log/x.log)" != "$before_it" ]'
		await '[ "$(ids log/x.log | wc -l)" -gt 5 ]'
	done
	loop_stop "logrotate, $how: all clients are served"
	idle
	made=$((made + loop_good))
	tells_all "logrotate, $how" log/x.log*
done

# A link in a directory of root's is root's own.
mkdir other
mv log/x.log log/x.log.linked
ln -s ../other/real.log log/x.log
kill -HUP "$pid"
await 'grep -q reloaded other/real.log 2>/dev/null'
is "$(served 5)" 5 'a link: clients are served'
made=$((made + 5))
tells_all 'a link' log/x.log.* other/real.log
rm log/x.log
mv other/real.log log/x.log
kill -HUP "$pid"
await '[ "$(grep -c reloaded log/x.log)" = 2 ]'

# It cannot be opened anew: the old file goes on, and says why.
goes_on() { # NAME REASON FILE: which is the old file now
	kill -HUP "$pid"
	await "grep -q 'cannot open the log anew, .*$2; goes on with the one that is open' $3"
	ok 0 "$1: the old file has the reason"
	is "$(served 5)" 5 "$1: clients are served"
	made=$((made + 5))
	# shellcheck disable=SC2046 # several files
	tells_all "$1" $(find log* -type f)
}
mv log log-away
goes_on 'no directory' "$tmp/log/x.log: No such file or directory" log-away/x.log
mkdir log
kill -HUP "$pid"
await 'holds log/x.log'
is "$(served 2)" 2 'it is there again: clients are served'
made=$((made + 2))
await '[ "$(ids log/x.log | wc -l)" = 2 ]'
ok 0 '... and a new file is made'
tells_all 'it is there again' log*/x.log*
mv log/x.log log/x.log.before
mkfifo log/x.log
goes_on 'a FIFO' "$tmp/log/x.log: is not a regular file" log/x.log.before
rm log/x.log
mkdir log/x.log
goes_on 'a directory' "$tmp/log/x.log: Is a directory" log/x.log.before
rmdir log/x.log
kill -HUP "$pid"
await 'holds log/x.log'
calm "$before"
kill -TERM "$pid"
wait "$pid"
is $? 0 'the daemon stops with status 0'
pid=
like "$(tail -n 1 log/x.log)" 'stopped$' '... and says so in the file'
is "$(cat spawnd.log)" '' 'standard error has nothing'
done_testing
