#!/bin/sh
# SPDX-License-Identifier: MIT
# What speaks against a command is told before it is ever started: a warning where
# it can be mended while spawnd runs, an error where it would be a danger.
. "$(dirname "$0")/../lib.sh"

mkdir -m 755 bin
cp /bin/cat bin/cat

# Verdict on a command of alice.
check() { # COMMAND [LINE]...
	printf '[s]\nlisten = 127.0.0.1:0\nuser = alice\ncommand = %s\n' "$1" >x.conf
	shift
	[ $# = 0 ] || printf '%s\n' "$@" >>x.conf
	said=$("$spawnd" -c x.conf -n 2>&1)
	said="$? $said"
}

good() { # NAME COMMAND [LINE]...
	name=$1
	shift
	check "$@"
	is "$said" '0 ' "$name"
}

warned() { # NAME WARNING COMMAND [LINE]...
	name=$1 warning=$2
	shift 2
	check "$@"
	is "$said" "0 x.conf:4: warning: s: command: $warning" "$name"
}

refused() { # NAME ERROR COMMAND [LINE]...
	name=$1 error=$2
	shift 2
	check "$@"
	is "$said" "1 x.conf:4: s: command: $error" "$name"
}

broken=': whoever breaks into it can change it'

good 'a path' "$tmp/bin/cat"
good 'a name in the default PATH' cat
good 'a quoted path' "\"$tmp/bin/cat\""
PATH=$tmp/bin:$PATH
cp bin/cat bin/only-here
refused 'a name in the PATH of the starter' \
	'there is no "only-here" in /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' \
	only-here

warned 'no such file' "there is no \"$tmp/bin/none\"" "$tmp/bin/none"
warned 'a directory' "not a file that can be executed: \"$tmp/bin\"" "$tmp/bin"
mkfifo -m 755 bin/fifo
warned 'a FIFO' "not a file that can be executed: \"$tmp/bin/fifo\"" "$tmp/bin/fifo"
chmod 644 bin/cat
warned 'not executable' "its user cannot execute \"$tmp/bin/cat\": Permission denied" \
	"$tmp/bin/cat"
chmod 700 bin/cat
warned 'executable by root alone' \
	"its user cannot execute \"$tmp/bin/cat\": Permission denied" "$tmp/bin/cat"
chmod 750 bin/cat
chgrp sound bin/cat
warned 'executable by a group that the command has not' \
	"its user cannot execute \"$tmp/bin/cat\": Permission denied" "$tmp/bin/cat"
good 'executable by a group that the command has' "$tmp/bin/cat" 'groups = sound'
chmod 755 bin/cat
chmod 711 bin
good 'in a directory that cannot be listed' "$tmp/bin/cat"
chmod 700 bin
warned 'in a directory that its user cannot enter' \
	"its user cannot execute \"$tmp/bin/cat\": Permission denied" "$tmp/bin/cat"
chmod 755 bin

chown alice bin/cat
warned 'writable by its user' "its own user can write \"$tmp/bin/cat\"$broken" "$tmp/bin/cat"
chown bob bin/cat
good "another one's" "$tmp/bin/cat"
chown 0 bin/cat
chgrp 0 bin/cat
chmod 757 bin/cat
warned 'writable by all' "its own user can write \"$tmp/bin/cat\"$broken" "$tmp/bin/cat"
chmod 755 bin/cat
chown alice bin
warned "in a directory of its user" "its own user can write \"$tmp/bin\"$broken" "$tmp/bin/cat"
chown 0 bin
chmod 1777 bin
good "in a sticky directory, another one's" "$tmp/bin/cat"
chmod 755 bin
mkdir -p up/per
cp bin/cat up/per
chmod 777 up
warned 'a directory further up' "its own user can write \"$tmp/up\"$broken" "$tmp/up/per/cat"
chmod 755 up

printf '#!/nonexistent/interpreter -x\n' >bin/script
chmod 755 bin/script
warned 'a script without its interpreter' \
	'its interpreter does not exist: "/nonexistent/interpreter"' "$tmp/bin/script"
printf '#! /bin/sh\n' >bin/script
good 'a script' "$tmp/bin/script"

set_uid='is set-uid, set-gid or has capabilities of its own; allow_setuid_programs = yes would let it use them'
allowed='allow_setuid_programs = yes'
chmod 4755 bin/cat
refused 'set-uid' "$set_uid" "$tmp/bin/cat"
good 'set-uid, allowed' "$tmp/bin/cat" "$allowed"
chmod 2755 bin/cat
refused 'set-gid' "$set_uid" "$tmp/bin/cat"
good 'set-gid, allowed' "$tmp/bin/cat" "$allowed"
chmod 2745 bin/cat
good 'a set-gid bit without the right to execute is none' "$tmp/bin/cat"
chmod 755 bin/cat
ln -s cat bin/link
good 'a link' "$tmp/bin/link"
chmod 4755 bin/cat
refused 'a link to a set-uid file' "$set_uid" "$tmp/bin/link"
chmod 755 bin/cat
if setcap cap_net_raw+ep bin/cat 2>/dev/null; then
	refused 'with capabilities' "$set_uid" "$tmp/bin/cat"
	good 'with capabilities, allowed' "$tmp/bin/cat" "$allowed"
	setcap -r bin/cat
else
	ok 0 'with capabilities # SKIP setcap cannot set them here'
fi

# tcpd would execute itself for ever.
cp bin/cat bin/tcpd
hint='tcpd executes what its argv[0] names; set argv0 to the program that it is to execute'
refused 'tcpd without argv0' "$hint" "$tmp/bin/tcpd"
refused 'tcpd with words' "$hint" "\"$tmp/bin/tcpd\" /usr/sbin/in.fingerd"
good 'tcpd with argv0' "$tmp/bin/tcpd" 'argv0 = /usr/sbin/in.fingerd'

# A relative path is one from where spawnd was started, not from the command's own
# directory.
cat >bin/here <<'EOT'
#!/bin/sh
echo here
EOT
chmod 755 bin/here
start -l 127.0.0.1:0 -u alice -- bin/here
is "$(ask "$(port_of here)" </dev/null)" here 'a relative path on the command line'
done_testing
