#!/bin/sh
# SPDX-License-Identifier: MIT
# When the drop to the account fails, or says that it worked and did nothing, the
# command is never executed: the client gets the end and not one byte, the record
# tells the step, and the next client is served.
. "$(dirname "$0")/../lib.sh"

if ! strace -o /dev/null true 2>/dev/null; then
	echo '1..0 # SKIP cannot trace processes'
	exit 0
fi

mkdir ran
chmod 777 ran
cat >command <<'EOT'
#!/bin/sh
echo "$(id -u) $(id -g)" >>ran/who
echo served
EOT
chmod 755 command

service() { # NAME USER GROUPS
	cat <<-EOT
	[$1]
	listen = 127.0.0.1:0
	command = $tmp/command
	working_directory = $tmp
	user = $2
	${3:+groups = $3}
	max_connections = 1
	retry_delay = 1ms
	retry_delay_max = 1ms
	EOT
}

# Let the daemon and its children get this from the kernel.
tampered() { # INJECTION COMMAND...
	# shellcheck disable=SC2086 # several words
	strace -f -p "$pid" -o strace.out -e trace="${1%%:*}" -e inject="$1" 2>strace.err &
	tracer=$!
	await 'grep -q "^TracerPid:.[1-9]" "/proc/$pid/status"'
	shift
	"$@"
	kill "$tracer"
	wait "$tracer" 2>/dev/null
	await 'grep -q "^TracerPid:.0" "/proc/$pid/status"'
}

record() { grep "$service: end" spawnd.log | tail -n 1; }

fails() { # SERVICE INJECTION EXTENDED-REGEX
	service=$1
	records=$(grep -c "$service: end" spawnd.log)
	rm -f ran/who
	tampered "$2" eval 'said=$(echo hi | ask "$(port_of "$service")" 2>&1)
		await "[ \"\$(grep -c \"\$service: end\" spawnd.log)\" -gt \"\$records\" ]"'
	is "$said" '' "$1: $2: the client gets nothing"
	like "$(record)" "end id=[0-9]+ peer=[0-9.:]+( pid=[0-9]+)? failed=\"account: $3\"\$" \
		'the record tells why'
	[ ! -e ran/who ]
	is $? 0 'the command did not run'
	is "$(ask "$(port_of "$service")" </dev/null)" served 'the next client is served'
	is "$(cat ran/who)" "$expected" 'as the account'
	await '[ "$(grep -c "$service: end" spawnd.log)" = $((records + 2)) ]'
}

lied='is not what it was to be after the drop'
denied='Operation not permitted'

# Root, with a group and a capability to inherit.
{
	service none alice ''
	service some bob 'sound video'
} >spawnd.conf
start_as setpriv --groups=3001 --inh-caps=+kill "$spawnd" -c "$tmp/spawnd.conf"
before=$(descriptors)
expected='2001 2001'
fails none setgroups:error=EPERM "cannot set the supplementary groups: $denied"
fails none setgroups:retval=0 "$lied"
fails none setresgid:error=EPERM "cannot set the group: $denied"
fails none setresgid:retval=0 "$lied"
fails none setresuid:error=EPERM "cannot set the user: $denied"
fails none setresuid:error=EAGAIN 'cannot set the user: Resource temporarily unavailable'
fails none setresuid:retval=0 "$lied"
fails none capset:error=EPERM "cannot drop the capabilities: $denied"
fails none capset:retval=0 "$lied"
fails none prctl:error=EINVAL 'cannot set no_new_privs: Invalid argument'
expected='2002 2002'
fails some setgroups:error=EPERM "cannot set the supplementary groups: $denied"
fails some setgroups:retval=0 "$lied"
calm "$before"
stop
is "$status" 0 'the daemon stops with status 0'

# An ordinary user with capabilities, which a change of the uid does not take away.
cp "$spawnd" daemon
start_as setpriv --reuid=2007 --regid=2007 --groups=3001,3003 \
	--inh-caps=-all,+setuid,+setgid,+kill --ambient-caps=-all,+setuid,+setgid,+kill \
	"$tmp/daemon" -c "$tmp/spawnd.conf"
before=$(descriptors)
expected='2001 2001'
fails none setresuid:retval=0 "$lied"
fails none setresgid:retval=0 "$lied"
fails none capset:retval=0 "$lied"
fails none setgroups:retval=0 "$lied"
expected='2002 2002'
fails some setgroups:retval=0 "$lied"
calm "$before"
done_testing
