#!/bin/sh
# SPDX-License-Identifier: MIT
# pass = listen_fds: the connection is descriptor 3 of the command, announced as systemd
# announces one, and its stdio is not the client's unless stderr says so.
. "$(dirname "$0")/../lib.sh"

cp "$tools/context" .
cat >talk <<'EOT'
#!/bin/sh
exec >&3
"$1" | grep -E '^(fd|env LISTEN_|pid)'
echo "shell $$"
echo "aside" >&2
read -r line <&3
echo "got $line"
if read -r line; then echo "has an input"; else echo "has none"; fi
EOT
chmod 755 talk
{
	for i in plain=alice socket=bob null=erin copies=grace; do
		printf '[%s]\nuser = %s\nlisten = 127.0.0.1:0\n' "${i%=*}" "${i#*=}"
		printf 'command = %s/talk %s/context\npass = listen_fds\n' "$tmp" "$tmp"
		case $i in
		socket* | null*) echo "stderr = ${i%=*}" ;;
		copies*) echo 'oom_score_adjust = 700' ;;
		esac
	done
	printf '[stdio]\nuser = frank\nlisten = 127.0.0.1:0\ncommand = %s/context\n' "$tmp"
} >spawnd.conf
chmod 644 spawnd.conf

audit() { # WHEN
	for i in plain socket null copies; do
		seen=$(echo hello | ask "$(port_of $i)")
		like "$seen" '^got hello$' "$1, $i: descriptor 3 is the connection"
		like "$seen" '^has none$' '... and the input is not'
		is "$(printf '%s\n' "$seen" | sed -n 's/^env LISTEN_PID=//p')" \
			"$(printf '%s\n' "$seen" | sed -n 's/^shell //p')" \
			'... LISTEN_PID is the pid of the command'
		is "$(printf '%s\n' "$seen" | sed -n 's/^env \(LISTEN_F.*\)/\1/p' | sort | tr '\n' ' ')" \
			'LISTEN_FDNAMES=connection LISTEN_FDS=1 ' '... as systemd says it'
		case $i in
		socket) two='socket' ;;
		null) two='/dev/null' ;;
		*) two='pipe' ;;
		esac
		# The shell's pipe to grep is 1 of context; what it inherits is 0, 2 and 3.
		like "$(printf '%s\n' "$seen" | sed -n 's/^fd 0 //p')" '^blocking /dev/null$' \
			'... descriptor 0 is /dev/null'
		like "$(printf '%s\n' "$seen" | sed -n 's/^fd 2 //p')" "^blocking $two" \
			"... descriptor 2 is as stderr says: $two"
		like "$(printf '%s\n' "$seen" | sed -n 's/^fd 3 //p')" '^blocking socket' \
			'... descriptor 3 blocks'
		is "$(printf '%s\n' "$seen" | grep -c '^fd ')" 4 '... and there is no other'
		is "$(printf '%s\n' "$seen" | grep -c '^aside')" "$([ $i = socket ] && echo 1 || echo 0)" \
			'... what it says aside reaches the client only where that is asked for'
	done
	await 'grep -q "copies: stderr: aside" spawnd.log'
	like "$(cat spawnd.log)" 'plain: stderr: aside$' '... else it is in the log'
	unlike "$(cat spawnd.log)" '(socket|null): stderr' '... or nowhere'
	seen=$(ask "$(port_of stdio)" </dev/null)
	unlike "$seen" '^env LISTEN_|^fd 3' "$1: another service knows nothing of that"
}
start
before=$(descriptors)
audit 'with few descriptors'
calm "$before"
stop

# So many that the command begins with the table of spawnd.
: >spawnd.log
free=$("$tools/pass" -f ports tcp -- cat ports)
printf '[many]\nuser = spawnd-echo\ncommand = cat\nlisten = 127.0.0.1:0' >>spawnd.conf
for i in $(seq 300); do printf '\n @spawnd-%s-%s' "$free" "$i"; done >>spawnd.conf
echo >>spawnd.conf
start
before=$(descriptors)
[ "$before" -gt 300 ]
ok $? 'many descriptors are open'
audit 'with many'
calm "$before"
stop

# Its own output goes nowhere, and the client sees its end.
: >spawnd.log
cat >spawnd.conf <<EOT
[lost]
user = alice
listen = 127.0.0.1:0
command = /bin/sh -c "echo lost; echo sent >&3"
pass = listen_fds
EOT
start
is "$(ask "$(port_of lost)" </dev/null)" sent 'the output is not the connection either'
is "$("$spawnd" -l 127.0.0.1:0 -u alice -s pass=listen_fds -T -- cat | grep -B 1 '^stderr')" '# default
stderr = log' 'stderr is the log then, unless it is set'
is "$("$spawnd" -l 127.0.0.1:0 -u alice -s pass=listen_fds -s stderr=socket -T -- cat | grep '^stderr')" \
	'stderr = socket' '... to something else'
done_testing
