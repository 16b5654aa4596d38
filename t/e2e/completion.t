#!/bin/sh
# SPDX-License-Identifier: MIT
# What bash offers behind spawnd is what spawnd takes: every option, every key, every
# value that has a name, the services of the configuration.  And TAB completes it, with
# and without the package bash-completion.
unprivileged_ok=1
repo=$(cd "$(dirname "$0")/../.." && pwd)
. "$(dirname "$0")/../lib.sh"
completion=$repo/units/spawnd.bash-completion

# Asked as bash asks it, but for the lookups that readline does itself, which are shown
# as (NAME).
cat >ask.bash <<'EOF'
set -u
. "$1"
compopt() { shown+=" ($2)"; }
while IFS= read -r line; do
	# In the pieces that COMP_WORDBREAKS makes of it.
	mapfile -t COMP_WORDS < <(grep -oE '[=:@]+|([^=:@[:blank:]\\]|\\.)+' <<<"$line")
	[[ $line != *' ' ]] || COMP_WORDS+=('')
	COMP_LINE=$line COMP_POINT=${#line} COMP_CWORD=$((${#COMP_WORDS[@]} - 1)) shown=
	typed=${COMP_WORDS[COMP_CWORD]}
	_spawnd spawnd "${typed##[=:]*}" ''
	echo "${COMPREPLY[*]}$shown"
done
EOF
offers() { # LINE
	printf '%s\n' "$1" | timeout 10 bash ask.bash "$completion" 2>>errors
}
offered() { # LINE EXPECTED
	is "$(offers "$1")" "$2" "$1"
}
listed() { tr ' ' '\n' | sed '/^(/d; /^$/d' | sort -u; }

# Options, as -h tells them.
"$spawnd" -h >help
sed -n 's/^  \(-.\), \(--[a-z-]*\).*/\1\n\2/p; s/^ *\(--[a-z-]*\) .*/\1/p' help | sort -u >options
is "$(offers 'spawnd ' | listed)" "$(cat options)" 'all options are offered, and no others'
is "$(offers 'spawnd -' | listed)" "$(cat options)" '... also behind a -'
[ "$(wc -l <options)" -ge 20 ]
ok $? 'all options were looked for'
sed -n 's/^ *\(-., \)\{0,1\}\(--[a-z-]*\) [A-Z].*/\2/p' help | sort >with
sed -n 's/^_spawnd_options=.//; s/^[^ ]* \(--[a-z-]*\) @.*/\1/p' "$completion" | sort >documented
is "$(cat documented)" "$(cat with)" 'those with a value are known'
like "$(sed -n 's/.*read FILE, not //p' help)" \
	"^$(sed -n 's/.*local config=\([^ ]*\) .*/\1/p' "$completion")\$" 'and the default of -c'

# Keys, as -T shows them.
"$spawnd" -l 127.0.0.1:0 -u nobody -T -- cat |
	sed -n 's/^\([a-z][a-z0-9_]*\) = .*/\1=/p; s/^# .*: \([a-z0-9_]*\) is not set$/\1=/p' |
	sort | grep -v -x -e listen= -e command= >keys
is "$(offers 'spawnd -l 1 -s ' | listed)" "$(cat keys)" 'all keys are offered, and no others'
is "$(offers 'spawnd --set=' | listed)" "$(grep -v argv0= keys)" '... with -c those of [global]'
[ "$(wc -l <keys)" -ge 20 ]
ok $? 'all keys were looked for'

# Values with a name: what is offered is taken, and what spawnd names is offered.
said() { # KEY=VALUE...: what spawnd says of them
	for i; do
		shift
		set -- "$@" -s "$i"
	done
	"$spawnd" -n -l 127.0.0.1:0 -l '[::1]:0' -l "$tmp/path.sock" "$@" -- cat 2>&1 |
		sed -n 's/^command line: [a-z]*: \([a-z0-9_]*: .*\)/\1/p'
}
said_of_all() { # VALUE
	# shellcheck disable=SC2046 # words
	said $(sed "s/\$/$1/" keys)
}
sed -n "/^_spawnd_keys='/,/^'/p" "$completion" | sed '1d; $d' >table
# A word of each key at a time, the next of each, and so on.
n=2
while words=$(awk -v n=$n '$n ~ /^[^@].*[^:]$/ { print $1 "=" $n }' table) && [ -n "$words" ]; do
	case $words in
	*user=*) ;;
	*) words="$words user=nobody" ;;
	esac
	# shellcheck disable=SC2086 # words
	is "$(said $words)" '' "what is offered is taken, word $((n - 1)) of each key"
	n=$((n + 1))
done
[ "$n" -ge 6 ]
ok $? 'all words were tried'
said_of_all '?' >nonsense
said_of_all infinity >infinity
sed -n 's/, not "?"$//; s/ or a text in .*//; s/ or file:PATH/ file:/
	s/^\([a-z0-9_]*\): takes \([a-z, :_]*\)$/\1 \2/p' nonsense |
	sed 's/,//g; s/ or / /' >choices
while read -r key words; do
	is "$(offers "spawnd -l 1 -s $key=" | listed)" "$(echo "$words" | listed)" "$key: $words"
done <choices
[ "$(wc -l <choices)" -ge 14 ]
ok $? 'all choices were looked for'
for i in nonsense infinity; do
	sed 's/:.*//' $i | sort -u >refused.$i
done
is "$(sed -n 's/ infinity$//p' table | sort)" \
	"$(comm -23 refused.nonsense refused.infinity | grep -v pass_environment)" \
	'infinity is offered where it is taken'

# Pieces of a word.
offered 'spawnd --conv' '--convert --convert'
offered 'spawnd -s time_l' 'time_limit= (nospace)'
offered 'spawnd -stime_l' '-stime_limit= (nospace)'
offered 'spawnd -vs time_l' 'time_limit= (nospace)'
offered 'spawnd --set=time_l' 'time_limit= (nospace)'
offered 'spawnd --se time_l' 'time_limit= (nospace)'
offered 'spawnd -s leftovers=' 'terminate keep'
offered 'spawnd -sleftovers=k' 'keep'
offered 'spawnd --set=leftovers=k' 'keep'
offered 'spawnd -s unknown=' ''
offered 'spawnd -s time_limit=' ''
offered 'spawnd -s rate=inf' 'infinity'
offered 'spawnd -s time_limit=1s -s time_l' ''
offered 'spawnd -l 1 -u alice -s use' 'user_timeout= (nospace)'
offered 'spawnd -s syslog_facility=local' 'local0 local1 local2 local3 local4 local5 local6 local7'
offered 'spawnd -s log=f' 'file: (nospace)'
offered 'spawnd -s log=file:/v' ' (default)'
offered 'spawnd -s root_directory=/v' ' (dirnames)'
offered 'spawnd -l sys' 'systemd: (nospace)'
offered 'spawnd -l systemd:' ' (nospace)'
offered 'spawnd -s log=file:' ' (nospace)'
offered 'spawnd -l seqpacket:/r' ' (default)'
offered 'spawnd -l [:' ':1]: (nospace)'
offered 'spawnd -c x' ' (default)'
offered 'spawnd --config=x' ' (default)'
offered 'spawnd --convert x' ' (default)'
offered 'spawnd -T >x' ' (default)'
offered 'spawnd word ' ''
offered 'spawnd -l 1 word w' ' (default)'
offered 'spawnd -l 1 -- /bin/w' ' (default)'
like " $(offers 'spawnd -l 1 -- ca') " ' cat ' 'spawnd -l 1 -- ca'
like " $(offers 'spawnd -l 1 ca') " ' cat ' 'spawnd -l 1 ca'
# As /bin/sh has them: words of the shell and functions of bash's start are no programs.
for i in ca ech tim typ the _spawnd; do
	is "$(offers "spawnd -l 1 $i" | listed)" "$(
		IFS=:
		for dir in $PATH; do
			find -L "$dir/" -maxdepth 1 -type f -perm -u+x -name "$i*" -printf '%f\n' 2>/dev/null
		done | sort -u
	)" "spawnd -l 1 $i: programs"
done
like " $(offers 'spawnd -l 1 -u ') " ' nobody ' 'spawnd -l 1 -u'
like " $(offers 'spawnd -l 1 -u nobody:') " ' video ' 'spawnd -l 1 -u nobody:'
like " $(offers 'spawnd -l 1 -s groups=') " ' initgroups .*video ' 'spawnd -l 1 -s groups='
for i in '-u ' '-u nobody:' '-s user=' '-s user=nobody:' '-s groups='; do
	unlike " $(offers "spawnd -l 1 $i") " ' (root|spawnd) ' "... and not what is refused: $i"
done
like " $(offers 'spawnd -s reserved_users=') " ' root ' 'spawnd -s reserved_users='
like " $(offers 'spawnd -s allow=uid:roo') " ' root ' 'spawnd -s allow=uid:roo'
like " $(offers 'spawnd -s bind_device=') " ' lo ' 'spawnd -s bind_device='

# Services, those of included files among them.
mkdir more
cat >spawnd.conf <<EOF
; [comment]
[first]
listen = 127.0.0.1:0
command = cat
include = $tmp/none.conf
[global]
include = $tmp/more/*.conf

	# $tmp/none.conf
	"$tmp/x.conf"
user = nobody
[second-2.x@y]
listen = 127.0.0.1:0
command = cat
	[none]
EOF
service() { printf '[%s]\nlisten = 127.0.0.1:0\ncommand = cat\n' "$1"; }
service third >more/3.conf
service fourth | sed 's/$/\r/' >more/4.conf
service fifth >x.conf
service none >none.conf
offered "spawnd -c $tmp/spawnd.conf -i " 'first second-2.x@y third fourth fifth'
sed -i '/\[none\]/d; /none\.conf$/d' spawnd.conf
is "$("$spawnd" -c spawnd.conf -T 2>/dev/null | sed -n 's/^\[\(.*\)\]$/\1/p' | tail -n +2 | tr '\n' ' ')" \
	'first second-2.x@y third fourth fifth ' '... which are those of -T'
offered "spawnd --config=$tmp/spawnd.conf --inetd=f" 'first fourth fifth'
offered "spawnd -vc $tmp/spawnd.conf -if" '-ifirst -ifourth -ififth'
offered "spawnd -c $tmp/spawnd.conf -i second-2.x@" '@y'
cp spawnd.conf 'a b.conf'
offered "spawnd -c $tmp/a\\ b.conf -i s" 'second-2.x@y'
# What is not to be read, and what never ends.
printf '[%s]\n' 'a$(touch ran)' 'b`touch ran`' 'c d' 'é' good @group '' >odd.conf
offered "spawnd -c $tmp/odd.conf -i " 'good @group'
offered 'spawnd -c $(touch${IFS}ran) -i ' ''
[ ! -e ran ]
ok $? 'nothing was executed'
mkfifo fifo
for i in fifo missing more /dev/zero; do
	offered "spawnd -c $i -i " ''
done
head -c 3000000 /dev/zero | tr '\0' '\n' >large.conf
echo '[late]' >>large.conf
offered 'spawnd -c large.conf -i ' ''
is "$(cat errors)" '' 'no word of an error'

# TAB, in a shell that somebody types to.  What the line is then shows when it is said.
export XDG_DATA_DIRS=$tmp/share HOME=$tmp
mkdir -p share/bash-completion/completions folder bin
printf '#!/bin/sh\n' >bin/only_here && chmod 755 bin/only_here
cp "$completion" share/bash-completion/completions/spawnd
cat >said.bash <<'EOF'
PS1= PATH=$PWD/bin:$PATH
alias only_help=true
said() { printf '<%s>' "$@" >>said && echo >>said; }
touch ready
EOF
shell() { # LINE: what bash reads at its start
	(cat said.bash && echo "$1") >rc
	rm -f ready said keys
	mkfifo keys
	INPUTRC=/dev/null TERM=dumb timeout 60 script -qec 'bash --noprofile --rcfile rc -i' \
		typescript <keys >/dev/null 2>&1 &
	exec 9>keys
	await '[ -e ready ]'
	touch said
	lines=0
}
tab() { # LINE WORDS
	lines=$((lines + 1))
	printf '%s\t\001said \n' "$1" >&9
	await '[ "$(wc -l <said)" = $lines ]'
	is "$(tail -n 1 said)" "$2" "TAB: $1"
}
tabs() { # what both do
	tab 'spawnd --sh' '<spawnd><--show-config>'
	tab "spawnd -c $tmp/spawnd.conf -i se" "<spawnd><-c><$tmp/spawnd.conf><-i><second-2.x@y>"
	tab "spawnd -c $tmp/spawnd.conf -i second-2.x@" "<spawnd><-c><$tmp/spawnd.conf><-i><second-2.x@y>"
	tab 'spawnd -s time_l' '<spawnd><-s><time_limit=>'
	tab 'spawnd -s time_limit=	5s' '<spawnd><-s><time_limit=5s>'
	tab 'spawnd -l systemd:	x' '<spawnd><-l><systemd:x>'
	tab 'spawnd -s time_limit=i' '<spawnd><-s><time_limit=infinity>'
	tab 'spawnd --set=leftovers=k' '<spawnd><--set=leftovers=keep>'
	tab 'spawnd -s "leftovers=k' '<spawnd><-s><leftovers=keep>'
	tab 'spawnd -s log=sy' '<spawnd><-s><log=syslog>'
	tab "spawnd -s log=file:$tmp/fol" "<spawnd><-s><log=file:$tmp/folder/>"
	tab 'spawnd -s allow=uid:roo' '<spawnd><-s><allow=uid:root>'
	tab 'spawnd -c spawnd.c' '<spawnd><-c><spawnd.conf>'
	tab 'spawnd --config=a\ ' '<spawnd><--config=a b.conf>'
	tab 'spawnd -s root_directory=fol' '<spawnd><-s><root_directory=folder/>'
	tab 'spawnd -l 1 -u nobody printen' '<spawnd><-l><1><-u><nobody><printenv>'
	tab 'spawnd -l 1 -u nobody only_he' '<spawnd><-l><1><-u><nobody><only_here>'
	tab 'spawnd -l 1 -- cat spawnd.c' '<spawnd><-l><1><--><cat><spawnd.conf>'
}
leave_shell() {
	echo exit >&9
	exec 9>&-
	wait $!
}

# By itself, where somebody is strict with variables.
shell "set -u; . '$completion'"
tabs
leave_shell

# By the loader of the package.
if [ -e /usr/share/bash-completion/bash_completion ]; then
	shell '. /usr/share/bash-completion/bash_completion'
	tabs
	tab 'spawnd -l 1 chmod --ref' '<spawnd><-l><1><chmod><--reference=>'
	leave_shell
else
	ok 0 'loaded by bash-completion # SKIP it is not here'
fi
done_testing
