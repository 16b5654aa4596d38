#!/bin/sh
# SPDX-License-Identifier: MIT
# A setting is the same whether it stands in the service, in [global], or behind
# -s; the command line is stronger than [global], and the service than both.
. "$(dirname "$0")/../lib.sh"

base='[s]
listen = 127.0.0.1:0
command = cat
'

# What is in force, without the places.
show() { "$spawnd" -T "$@" 2>err | grep -v '^#'; }

same() { # KEY VALUE
	printf '%suser = alice\n%s = %s\n' "$base" "$1" "$2" >service.conf
	printf '[global]\n%s = %s\n%suser = alice\n' "$1" "$2" "$base" >global.conf
	printf '%suser = alice\n' "$base" >plain.conf
	expected=$(show -c service.conf)
	like "$expected" "^$1 = " "$1 = $2"
	is "$(show -c global.conf)" "$expected" '... in [global]'
	is "$(show -c plain.conf -s "$1=$2")" "$expected" '... as -s'
	is "$(show -c plain.conf --set="$1=$2")" "$expected" '... as --set'
	is "$(show -l 127.0.0.1:0 -s "$1=$2" -u alice -- cat | sed 's/^\[cat\]/[s]/')" \
		"$expected" '... with -l'
}

same time_limit '1min 30s'
same max_connections infinity
same environment '+ A=1 "B=x y"'
same pass_environment '+ LC_ALL'
same groups 'sound video'
same refuse '"421 \"busy\" # x"'
same working_directory '"/tmp/a b"'
same umask 7
same kill_signal SIGHUP
same stderr null
same allow_setuid_programs yes

# A bad value is the same error, but for its place.
bad() { # KEY VALUE
	printf '%suser = alice\n%s = %s\n' "$base" "$1" "$2" >service.conf
	printf '[global]\n%s = %s\n%suser = alice\n' "$1" "$2" "$base" >global.conf
	printf '%suser = alice\n' "$base" >plain.conf
	expected=$("$spawnd" -c service.conf -n 2>&1 | sed 's/^service.conf:5: s: //')
	like "$expected" "^$1: " "$1 = $2 is refused: $expected"
	is "$("$spawnd" -c global.conf -n 2>&1)" "global.conf:2: global: $expected" \
		'... in [global]'
	is "$("$spawnd" -c plain.conf -s "$1=$2" -n 2>&1)" \
		"command line: global: $expected" '... as -s'
	is "$("$spawnd" -l 127.0.0.1:0 -s "$1=$2" -u alice -n cat 2>&1)" \
		"command line: cat: $expected" '... with -l'
}

bad time_limit 0
bad max_connections 0
bad environment PROTO=x
bad umask 999
bad stderr client
bad refuse '"x'

# Which one is stronger
printf '[global]\nuser = alice\ntime_limit = 1s\n%s[t]\nlisten = 127.0.0.1:0\ncommand = cat\nuser = bob\ntime_limit = 2s\n' \
	"$base" >x.conf
limits() { show "$@" | sed -n 's/^time_limit = //p' | tr '\n' ' '; }
is "$(limits -c x.conf)" '1s 2s ' 'a service is stronger than [global]'
is "$(limits -c x.conf -s time_limit=3s)" '3s 2s ' '-s stands in the place of [global]'
is "$(show -c x.conf -s log_level=error | grep log_level)" 'log_level = error' \
	'-s sets what is of the daemon too'
is "$(show -c x.conf -s user=bob | grep ^user)" 'user = bob
user = bob' '-s user'

# What -s does not take
refused() { # REASON NAME OPTION...
	reason=$1 name=$2
	shift 2
	said=$("$spawnd" -n "$@" 2>&1)
	is "$? $said" "1 command line: $reason" "$name"
}
refused 'global: unknown key "timelimit"; did you mean "time_limit"?' 'an unknown key' \
	-c x.conf -s timelimit=5s
refused 'global: listen: belongs into a service, not into [global]' 'a key of one service' \
	-c x.conf -s listen=1080
refused '-s takes KEY=VALUE, not "time_limit"' 'no =' -c x.conf -s time_limit
refused '-s takes KEY=VALUE, not "time_limit="' 'no value' -c x.conf -s time_limit=
refused '-s takes KEY=VALUE, not ""' 'nothing' -c x.conf -s ''
refused 'global: time_limit: given twice, first at command line' 'a key twice' \
	-c x.conf -s time_limit=1s -s time_limit=2s
refused 'cat: user: given twice, first at command line' 'a user twice' \
	-l 127.0.0.1:0 -u alice -s user=bob cat
done_testing
