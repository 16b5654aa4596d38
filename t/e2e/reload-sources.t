#!/bin/sh
# SPDX-License-Identifier: MIT
# What is known of sources goes on over a reload: who lives, and the tokens that are left.
# A limit that is new counts those who live already, and one that is lower waits for them.
. "$(dirname "$0")/../reload.sh"
. "$(dirname "$0")/../lib.sh"

mkdir held && chmod 777 held
write() { # [SETTING]...
	{
		printf '[other]\nlisten = %s/other.sock\ncommand = cat\nuser = bob\n' "$tmp"
		printf '[%s]\nlisten = 127.0.0.1:0\ncommand = %s\nuser = alice\n' \
			"${service:-hold}" "$tools/hold $tmp/held"
		[ $# = 0 ] || printf '%s\n' "$@"
	} >spawnd.conf
}
write
start
before=$(descriptors)
port=$(port_of hold)

client() { # NAME FROM
	echo "$1" | nc -N -s "$2" 127.0.0.1 "$port" >"$1.out" 2>&1 &
	eval "client_$1=$!"
}
served() { # NAME FROM
	client "$1" "$2"
	await "[ -e 'held/$1.on' ]"
}
refused() { # FROM NAME
	is "$(nc -N -s "$1" 127.0.0.1 "$port" </dev/null 2>&1)" '' "$2: refused"
}
end() { # NAME
	ended=$(grep -c ': end id=' spawnd.log)
	touch "held/$1.go"
	eval "wait \"\$client_$1\""
	await '[ "$(grep -c ": end id=" spawnd.log)" = '"$((ended + 1))"' ]'
}
refusals() { report && sed -n "s/.* ${service:-hold}: state=.* refused=\([0-9]*\).*/\1/p" report; }

# Three live, of one network; a limit is new.
served a1 127.0.0.1
served a2 127.0.0.1
served b1 127.0.0.2
write 'max_per_source = 2'
reloaded 'max_per_source = 2'
refused 127.0.0.1 'those who lived count'
served b2 127.0.0.2
refused 127.0.0.2 'and those who came after'

# Lower than what lives: it waits until it holds.
write 'max_per_source = 1'
reloaded 'max_per_source = 1'
end a1
refused 127.0.0.1 'one is left, and one is the limit'
end a2
served a3 127.0.0.1
refused 127.0.0.1 'one again'

# Another prefix: three of this network.
write 'max_per_source = 4' 'source_prefix = 24 64'
reloaded 'source_prefix = 24 64'
served c1 127.0.0.3
refused 127.0.0.4 'all four of the network count'
served d1 127.0.1.1
write 'max_per_source = 2' 'source_prefix = 32 64'
reloaded 'source_prefix = 32 64'
refused 127.0.0.2 'two'
served c2 127.0.0.3
refused 127.0.0.3 'two'

# Without a limit and with it again, some of whom came between.
write
reloaded 'no limit'
served c3 127.0.0.3
write 'max_per_source = 3'
reloaded 'max_per_source = 3'
refused 127.0.0.3 'all three'
is "$(refusals)" 8 'refusals are counted on'
reloaded 'nothing new'
refused 127.0.0.3 'all three, still'

# Removed and back while they run.
service=elsewhere write 'max_per_source = 1'
reloaded 'under another name'
service=elsewhere
served e1 127.0.0.3
refused 127.0.0.3 'a service of another name has its own'
service=hold
write 'max_per_source = 3'
reloaded 'and back'
refused 127.0.0.3 'those who ran meanwhile count'
end c1
served c4 127.0.0.3
refused 127.0.0.3 'three'
for i in a3 b1 b2 c2 c3 c4 d1 e1; do
	end "$i"
done
served f1 127.0.0.3
served f2 127.0.0.3
served f3 127.0.0.3
refused 127.0.0.3 'all was given back, and counts anew'
end f1
end f2
end f3

# Tokens.
taken=0
take() { # N FROM: so many are served
	for i in $(seq "$1"); do
		taken=$((taken + 1))
		touch "held/t$taken.go"
		is "$(echo "t$taken" | nc -N -s "$2" 127.0.0.1 "$port")" "t$taken" "a token of $2: $i"
	done
}
write 'rate_per_source = 5/1h'
reloaded 'rate_per_source = 5/1h'
take 3 127.0.0.1
take 5 127.0.0.2
reloaded 'the same'
refused 127.0.0.2 'it has none'
write 'rate_per_source = 10/1h'
reloaded 'rate_per_source = 10/1h'
refused 127.0.0.2 'it still has none'
take 2 127.0.0.1
refused 127.0.0.1 'of five, three were taken before'
take 10 127.0.0.3
write 'rate_per_source = 10/1h burst 2'
reloaded 'burst 2'
take 2 127.0.0.4
refused 127.0.0.4 'the new burst'
refused 127.0.0.3 'and no more for who had none'
write 'rate_per_source = 1000/1s burst 2'
reloaded 'rate_per_source = 1000/1s'
take 1 127.0.0.3
ok 0 'a faster rate fills at its pace'
write 'rate_per_source = 1/1h'
reloaded 'rate_per_source = 1/1h'
take 1 127.0.0.6
refused 127.0.0.6 'it has one'
write 'rate_per_source = 1/1h' 'source_prefix = 31 64'
reloaded 'source_prefix = 31 64'
take 1 127.0.0.6
refused 127.0.0.7 'the same source now, which began anew'
service=elsewhere write 'rate_per_source = 1/1h' 'source_prefix = 31 64'
reloaded 'renamed'
take 1 127.0.0.6
refused 127.0.0.6 'under another name it had a token'
service=hold
write 'rate_per_source = 1/1h' 'source_prefix = 31 64'
reloaded 'and back'
take 1 127.0.0.6
ok 0 'who was forgotten is new'
write
reloaded 'no limits at all'
take 3 127.0.0.6
calm "$before"
done_testing
