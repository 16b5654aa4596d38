#!/bin/sh
# SPDX-License-Identifier: MIT
# make install puts down a known list of files, and keeps a configuration that is
# there; make uninstall removes exactly those files, and keeps the configuration.
unprivileged_ok=1
repo=$(cd "$(dirname "$0")/../.." && pwd)
. "$(dirname "$0")/../lib.sh"

# The tree that this spawnd was built in, so that nothing is built anew.
flavour=$(basename "$(dirname "$spawnd")")
case $flavour in
build-*) san=$(printf '%s\n' "${flavour#build-}" | tr - ,) ;;
*) san= ;;
esac
unset MAKEFLAGS MFLAGS MAKELEVEL PREFIX SBINDIR MANDIR CONFDIR DOCDIR \
	UNITDIR CATALOGDIR SYSUSERSDIR TMPFILESDIR COMPLETIONDIR
run() { # TARGET [VARIABLE=VALUE]...
	make -s -C "$repo" "$@" ${san:+SAN="$san"} DESTDIR="$tmp/dest" >make.log 2>&1
	made=$?
	[ "$made" = 0 ] || note <make.log
	[ "$made" = 0 ]
}
files() { (cd dest && find . ! -type d | sort); }

examples=$(cd "$repo/conf/examples" && ls ./*.conf | sed 's/^\.//')
expected() { # PREFIX
	{
		echo ./etc/spawnd/spawnd.conf
		echo ".$1/sbin/spawnd"
		echo ".$1/share/man/man5/spawnd.conf.5"
		echo ".$1/share/man/man8/spawnd.8"
		echo ".$1/share/doc/spawnd/README.md"
		echo ".$1/share/doc/spawnd/LICENSE"
		echo ".$1/share/doc/spawnd/examples/spawnd.service.d/setuid.conf"
		echo ".$1/share/doc/spawnd/examples/spawnd.service.d/sockets.conf"
		echo ".$1/share/doc/spawnd/examples/spawnd.socket.d/port.conf"
		for i in spawnd.service spawnd.socket spawnd@.service spawnd@.socket; do
			echo ".$1/lib/systemd/system/$i"
		done
		echo ".$1/lib/systemd/catalog/spawnd.catalog"
		echo ".$1/lib/sysusers.d/spawnd.conf"
		echo ".$1/lib/tmpfiles.d/spawnd.conf"
		echo ".$1/share/bash-completion/completions/spawnd"
		printf '%s\n' "$examples" | sed "s#^#.$1/share/doc/spawnd/examples#"
	} | sort
}

run install
ok $? 'make install'
is "$(files)" "$(expected /usr/local)" '... puts down these files and no others'
is "$(stat -c %a dest/usr/local/sbin/spawnd)" 755 '... the program can be executed'
is "$(stat -c %a dest/usr/local/share/man/man8/spawnd.8)" 644 '... the manual can be read'
is "$(stat -c %a dest/etc/spawnd/spawnd.conf)" 640 '... the configuration not by all'
cmp -s dest/etc/spawnd/spawnd.conf "$repo/conf/spawnd.conf"
ok $? '... and is the sample'
is "$(find dest -type f ! -name spawnd.conf ! -name spawnd ! -perm 644)" '' \
	'... all else can be read'
is "$(stat -c %a dest/usr/local/lib/tmpfiles.d/spawnd.conf)" 644 \
	'... so can what has the name of the configuration'
is "$(stat -c %a dest/usr/local/share/bash-completion/completions/spawnd)" 644 \
	'... and what has that of the program'
like "$(cat make.log)" 'systemd-sysusers spawnd.conf' '... and it says how to go on'
is "$(grep -rn '@[A-Z]*DIR@' dest)" '' '... no path is left open'
is "$(grep -h ^ExecStart= dest/usr/local/lib/systemd/system/*.service)" \
	'ExecStart=/usr/local/sbin/spawnd -c /etc/spawnd/spawnd.conf
ExecStart=-/usr/local/sbin/spawnd -c /etc/spawnd/spawnd.conf -i %J' \
	'... and the units start what is installed'
is "$(dest/usr/local/sbin/spawnd -V)" "$("$spawnd" -V)" '... and the program runs'

echo '# mine' >dest/etc/spawnd/spawnd.conf
chmod 600 dest/etc/spawnd/spawnd.conf
run install
ok $? 'make install once more'
is "$(cat dest/etc/spawnd/spawnd.conf)" '# mine' '... keeps the configuration'
is "$(stat -c %a dest/etc/spawnd/spawnd.conf)" 600 '... and its mode'

touch dest/usr/local/share/doc/spawnd/notes
run uninstall
ok $? 'make uninstall'
is "$(files)" './etc/spawnd/spawnd.conf
./usr/local/share/doc/spawnd/notes' '... removes them, but nothing else'
rm -r dest

run install PREFIX=/usr CONFDIR=/etc/elsewhere UNITDIR=/lib/systemd/system
ok $? 'make install with folders of ones own'
is "$(cd dest/lib/systemd/system && ls)" 'spawnd.service
spawnd.socket
spawnd@.service
spawnd@.socket' '... puts the units there'
is "$(grep -h ^ExecStart= dest/lib/systemd/system/spawnd.service)" \
	'ExecStart=/usr/sbin/spawnd -c /etc/elsewhere/spawnd.conf' '... with those in them'
rm -r dest

run install PREFIX=/usr
ok $? 'make install PREFIX=/usr'
is "$(files)" "$(expected /usr)" '... goes there'
is "$(grep -o '/usr/local/[a-z/]*' dest/usr/share/man/man8/spawnd.8 | sort -u)" \
	"$(printf '%s\n' /usr/local/bin /usr/local/sbin)" \
	'... the manual says so, and /usr/local only where it tells a PATH'
run uninstall PREFIX=/usr
ok $? '... and make uninstall'
is "$(files)" ./etc/spawnd/spawnd.conf '... keeps the configuration alone'
[ ! -e dest/usr/share/doc/spawnd ]
ok $? '... and leaves no empty folder of its own'
done_testing
