#!/bin/sh
# SPDX-License-Identifier: MIT
# A reload never touches a command that runs: it keeps its limit, its signal, its
# environment, its account and its name; what is new is for those who come then.
. "$(dirname "$0")/../reload.sh"
. "$(dirname "$0")/../lib.sh"

mkdir held && chmod 777 held
cat >command <<EOT
#!/bin/sh
trap 'echo got HUP >$tmp/held/signal; exit 3' HUP
trap 'echo got TERM >$tmp/held/signal; exit 4' TERM
read -r name
: >"$tmp/held/\$name.on"
until [ -e "$tmp/held/\$name.go" ]; do sleep 0.02; done
echo "\$name \$USER \$VERSION"
EOT
chmod 755 command

write() { # USER [SETTING]...
	cat >spawnd.conf <<-EOT
	[hold]
	listen = $tmp/hold.sock
	command = $tmp/command
	user = $1
	[other]
	listen = $tmp/other.sock
	command = cat
	user = grace
	EOT
	shift
	for setting; do
		sed -i "/command$/a $setting" spawnd.conf
	done
}

client() { # NAME: is served
	echo "$1" | ask_unix hold.sock >"$1.out" &
	eval "client_$1=$!"
	await "[ -e held/$1.on ]"
}
end() { # NAME
	touch "held/$1.go"
	eval "wait \"\$client_$1\""
}
record() { # ID: what its record says
	await "grep -q ' end id=$1 ' spawnd.log"
	grep " end id=$1 " spawnd.log
}

write alice 'environment = VERSION=1'
start
before=$(descriptors)
client a
write bob 'environment = VERSION=2'
reloaded 'another account, another environment'
client b
end a
end b
is "$(cat a.out)" 'a alice 1' 'who ran goes on as it was begun'
is "$(cat b.out)" 'b bob 2' 'who came then is served anew'

# The limit made shorter: not for who runs.  Then longer: not for who runs.
client c
write bob 'time_limit = 100ms' 'kill_signal = HUP'
reloaded 'a shorter limit'
client d
wait "$client_d"
like "$(record 4)" 'hold: .* timeout' 'it holds for who came then'
await '[ -e held/signal ]'
is "$(cat held/signal)" 'got HUP' '... with the new signal'
rm held/signal
end c
is "$(cat c.out)" 'c bob 2' 'and not for who ran'
like "$(record 3)" ' exit=0 ' '... which its record says'

write bob 'time_limit = 1s' 'kill_signal = TERM'
reloaded 'a limit of a second'
client e
write bob 'time_limit = 1h' 'kill_signal = HUP' 'record = none'
reloaded 'and one of an hour'
wait "$client_e"
is "$(cat held/signal)" 'got TERM' 'who ran is ended by the one before, and its signal'
like "$(record 5)" 'hold: .* timeout' '... and recorded as it was'

# "record" is of the connection too.
client f
write bob
reloaded 'record = all'
end f
client g
end g
like "$(record 7)" ' exit=0 ' 'recorded'
unlike "$(cat spawnd.log)" ' end id=6 ' 'not recorded'

# Removed, renamed, disabled under a command that runs: the record has the name that it
# had, and the account.
client h
sed -i '/\[hold\]/,/user/d' spawnd.conf
reloaded 'removed'
like "$(cat spawnd.log)" 'hold: removed; 1 commands may finish$' 'which is told'
[ ! -e hold.sock ]
ok $? 'nobody listens there any more'
end h
is "$(cat h.out)" 'h bob ' 'its command ends as it likes'
like "$(record 8)" ' hold: end id=8 .* exit=0 ' 'and is recorded under its name'

write alice
reloaded 'there again'
client i
sed -i 's/\[hold\]/[renamed]/' spawnd.conf
reloaded 'renamed'
client j
end i
end j
like "$(record 9)" ' hold: end id=9 .* exit=0 ' 'who ran has the old name'
like "$(record 10)" ' renamed: end id=10 .* exit=0 ' 'who came then the new one'

client k
sed -i '/command$/a enabled = no' spawnd.conf
reloaded 'disabled'
[ ! -e hold.sock ]
ok $? 'nobody listens there any more'
end k
is "$(cat k.out)" 'k alice ' 'its command ends as it likes'
like "$(record 11)" ' renamed: end id=11 .* exit=0 ' 'and is recorded'

# removed_services = terminate
write alice
reloaded 'there again'
client l
cp spawnd.conf with
sed -i -e '1i [global]\nremoved_services = terminate' -e '/\[hold\]/,/user/d' spawnd.conf
rm -f held/signal
reloaded 'removed, with removed_services = terminate'
wait "$client_l"
is "$(cat held/signal)" 'got TERM' 'its command is ended'
like "$(record 12)" ' hold: end id=12 .* exit=4 ' '... and recorded'
is "$(echo hello | ask_unix other.sock)" hello 'the other service never minds'

# What was removed to finish is not ended by a later reload.
cp with spawnd.conf
reloaded 'there again'
client m
sed -i '/\[hold\]/,/user/d' spawnd.conf
reloaded 'removed, to finish'
sed -i '1i [global]\nremoved_services = terminate' spawnd.conf
reloaded 'removed_services = terminate comes later'
end m
is "$(cat m.out)" 'm alice ' 'its command ends as it likes'
calm $((before - 1))
done_testing
