#!/bin/sh
# SPDX-License-Identifier: MIT
# A command has exactly the uid, the gid and the supplementary groups that were
# configured, no capability, and no_new_privs unless allow_setuid_programs is set;
# what spawnd was started with is not in it.
. "$(dirname "$0")/../lib.sh"

cp "$tools/context" .

service() { # NAME LINE...
	printf '[%s]\nlisten = %s/%s.socket\ncommand = %s/context\n' "$1" "$tmp" "$1" "$tmp"
	shift
	printf '%s\n' "$@"
}

{
	service plain 'user = alice'
	service group 'user = alice:bob'
	service number 'user = 2002'
	service numbers 'user = 2001:2002'
	service unknown 'user = 2999:2998'
	service groups 'user = alice' 'groups = video sound 2999'
	service memberships 'user = erin' 'groups = initgroups'
	service more 'user = erin' 'groups = initgroups 2007'
	service member 'user = dave'
	service nobody 'user = nobody'
	service setuid 'user = alice' 'allow_setuid_programs = yes'
} >spawnd.conf

start_as setpriv --groups=4,24,27 --inh-caps=+chown,+kill \
	env UID=0 GID=0 USER=root LOGNAME=root HOME=/root "$spawnd" -c "$tmp/spawnd.conf"
before=$(descriptors)

account() { # SERVICE UID GID GROUPS NO-NEW-PRIVS
	seen=$(ask_unix "$1.socket" </dev/null)
	is "$(printf '%s\n' "$seen" | grep -E '^(Uid|Gid|Groups|NoNewPrivs|Cap...):')" \
		"Uid: $2 $2 $2 $2
Gid: $3 $3 $3 $3
Groups:${4:+ }$4
CapInh: 0000000000000000
CapPrm: 0000000000000000
CapEff: 0000000000000000
CapAmb: 0000000000000000
NoNewPrivs: $5" "the account of $1"
}

names() { printf '%s\n' "$seen" | grep -E '^env (USER|LOGNAME|HOME|SHELL)=' | sort; }

account plain 2001 2001 '' 1
is "$(names)" 'env HOME=/home/alice
env LOGNAME=alice
env SHELL=/bin/sh
env USER=alice' "its name is the account's own"
account group 2001 2002 '' 1
account number 2002 2002 '' 1
account numbers 2001 2002 '' 1
account unknown 2999 2998 '' 1
is "$(names)" '' 'a uid without an entry has no name and no home'
account groups 2001 2001 '2999 3001 3002' 1
account memberships 2005 2005 '2005 3001 3002' 1
account more 2005 2005 '2005 2007 3001 3002' 1
account member 2004 2004 '' 1
account nobody 65534 65534 '' 1
account setuid 2001 2001 '' 0
like "$("$spawnd" -c spawnd.conf -T 2>/dev/null | grep -A 2 'may gain privileges')" \
	'^\[setuid\]$' 'a command that may gain privileges is shown so'
is "$("$spawnd" -c spawnd.conf -T 2>/dev/null | grep -c 'may gain privileges')" 1 \
	'and no other'

# Who started spawnd may have made sure that nothing below gains any.
no_effect='setuid: allow_setuid_programs: has no effect: spawnd itself was started with no_new_privs'
unlike "$(cat spawnd.log)" 'has no effect' 'a key that has its effect is not warned of'
calm "$before"
stop
start_as setpriv --no-new-privs "$spawnd" -c "$tmp/spawnd.conf"
before=$(descriptors)
like "$(cat spawnd.log)" "spawnd\.conf:[0-9]+: warning: $no_effect" \
	'one that has none, for spawnd has no_new_privs itself, is'
is "$(grep -c 'has no effect' spawnd.log)" 1 'and no other service'
account setuid 2001 2001 '' 1
is "$(setpriv --no-new-privs "$spawnd" -c spawnd.conf -n 2>&1 | grep 'has no effect')" '' \
	'-n says what root would be told'

# The account was found at load; what happens to its entry later is no matter.
sed '/^alice:/d' passwd >passwd.new
cat passwd.new >passwd
is "$(id -u alice 2>/dev/null)" '' 'the account has no entry any more'
account plain 2001 2001 '' 1
is "$(names | grep USER)" 'env USER=alice' 'and is served as before'
said=$("$spawnd" -c spawnd.conf -n 2>&1)
like "$? $said" '^1 .*plain: user: no such account "alice"' 'a new start would refuse it'
calm "$before"
done_testing
