#!/bin/sh
# SPDX-License-Identifier: MIT
# The package of make deb: installed it starts nothing; an upgrade replaces what runs
# without a client refused, and keeps what the administrator changed; removed and purged it
# leaves no trace.  What is not its own it leaves alone: one of make install, accounts.
. "$(dirname "$0")/lib.sh"
for i in dpkg-deb dpkg-shlibdeps; do
	command -v "$i" >/dev/null 2>&1 || {
		echo "1..0 # SKIP needs $i (Debian: dpkg-dev)"
		exit 0
	}
done
boot bare

# Two of them, of which the second one is newer.
mkdir "$root/opt/test"
cp "$tools/loop" "$root/opt/test"
build() { # NAME [VERSION]
	(
		unset MAKEFLAGS MFLAGS MAKELEVEL
		make -s -C "$repo" deb ${san:+SAN="$san"} DEB_DIR="$tmp/$1" DEB_VERSION="${2:-}"
	) >build.log 2>&1 || {
		note <build.log
		bail 'make deb failed'
	}
	cp "$1"/spawnd_*.deb "$root/opt/test/$1.deb"
	dpkg-deb -f "$1"/spawnd_*.deb Version
}
old=$(build old)
new=$(build new "$old+new")

# dpkg's own files, and others' that it has made anew, aside.
list() {
	inside find /etc /usr /var /srv /run/spawnd* \
		\( -path /var/lib/dpkg -o -path /var/log -o -path /var/cache/man -o -name '*-' \
		-o -path /var/lib/systemd -o -name .pwd.lock -o -name ld.so.cache \) -prune \
		-o -printf '%p %y %m %U %G %l\n' 2>/dev/null | sort
	inside cat /etc/passwd /etc/group /etc/shadow /etc/gshadow
	inside ls -A /var/lib/systemd/deb-systemd-helper-enabled 2>/dev/null
}
run_dpkg() { # OPTION ARGUMENT
	inside env DEBIAN_FRONTEND=noninteractive dpkg "$@" >dpkg.log 2>&1 </dev/null
	status=$?
	[ "$status" = 0 ] || note <dpkg.log
	return "$status"
}
told() { grep -c -e "$1" dpkg.log; } # EXPRESSION
main() { property spawnd.service MainPID; }
states() {
	for i in spawnd.service spawnd.socket; do
		inside systemctl is-enabled "$i" 2>&1
		property "$i" ActiveState
	done | tr '\n' ' '
}
installed() { inside dpkg-query -W -f '${Version} ${Status}' spawnd 2>/dev/null; }
# A machine that only makes images has one that forbids all.
rm -f "$root/usr/sbin/policy-rc.d"
# Nobody reads the manuals by index in there.
rm -f "$root/var/lib/man-db/auto-update"
list >before

# Installed.
run_dpkg -i /opt/test/old.deb
ok $? 'dpkg -i'
is "$(installed)" "$old install ok installed" 'it is installed, with all that it depends on'
is "$(told '^spawnd: warning')" 0 'there is nothing to warn of'
is "$(inside spawnd -V)" "$("$spawnd" -V)" 'and the program runs'
is "$(states)" 'disabled inactive disabled inactive ' \
	'nothing is enabled, and nothing is started'
inside systemctl preset -q spawnd.service spawnd.socket
is "$(states)" 'disabled inactive disabled inactive ' 'nor is it by the first boot of an image'
is "$(inside stat -c '%a %U:%G' /etc/spawnd/spawnd.conf /run/spawnd)" '640 root:spawnd
755 spawnd:spawnd' 'spawnd can read its configuration, and make sockets'
is "$(inside setpriv --reuid=spawnd --regid=spawnd --clear-groups spawnd -n 2>&1)" '' \
	'which is good'
is "$(inside cut -d : -f 1 /etc/passwd | grep ^spawnd | sort | tr '\n' ' ')" \
	'spawnd spawnd-daytime spawnd-upper ' 'with the accounts of it, and no others'
like "$(inside journalctl --no-pager --dump-catalog)" '^Defined-By: spawnd' \
	'journalctl -x knows the messages'
is "$(inside dpkg --verify spawnd | grep -v '^missing .*/usr/share/')" '' 'all files are as dpkg knows them'

# As the service listens.
inside systemctl enable -q --now spawnd.service
is "$? $(echo hi | talk 7777)" '0 HI' 'it serves'
first=$(main)
printf '#!/bin/sh\nexit 101\n' | put /usr/sbin/policy-rc.d
chmod 755 "$root/usr/sbin/policy-rc.d"
run_dpkg -i /opt/test/new.deb
is "$? $(installed)" "0 $new install ok installed" 'an upgrade'
is "$(main) $(echo hi | talk 7777)" "$first HI" 'restarts nothing where policy-rc.d says so'
rm "$root/usr/sbin/policy-rc.d"
run_dpkg -i /opt/test/new.deb
is "$? $(echo hi | talk 7777)" '0 HI' 'another one serves'
unlike " $(main) " " $first " 'as a new process'
is "$(inside readlink "/proc/$(main)/exe")" /usr/sbin/spawnd 'of the new program'
is "$(states)" 'enabled active disabled inactive ' 'and it is enabled as before'

# The new program is asked first.
cp -p "$root/etc/spawnd/spawnd.conf" good
first=$(main)
echo 'nonsense = 1' >>"$root/etc/spawnd/spawnd.conf"
run_dpkg -i /opt/test/old.deb
is "$? $(installed)" "0 $old install ok installed" 'an upgrade, where the configuration has errors'
# Who would wait for one that cannot start waits for ever.
is "$(main) $(echo hi | inside timeout 10 nc -N 127.0.0.1 7777)" "$first HI" '... does not restart what serves'
like "$(tr '\n' ' ' <dpkg.log)" 'nonsense.*warning: spawnd.service is NOT restarted' \
	'... and says why'
d=/etc/systemd/system/spawnd.service.d
printf '[Service]\nExecStart=\nExecStart=/usr/sbin/spawnd -l 7778 -u nobody -- tr i o\n' |
	put $d/one.conf
run_dpkg -i /opt/test/new.deb
is "$? $(echo hi | talk 7778)" '0 ho' '... nor is a unit stopped that does not read it'
rm "$root$d/one.conf"
cat good >"$root/etc/spawnd/spawnd.conf"
inside systemctl daemon-reload
inside systemctl restart spawnd.service
first=$(main)
printf '[Service]\nUser=nobody\n' | put $d/user.conf
inside chown nobody: /etc/spawnd/spawnd.conf
chmod 600 "$root/etc/spawnd/spawnd.conf"
run_dpkg -i /opt/test/old.deb
is "$? $(told '^spawnd: warning') $(echo hi | talk 7777)" '0 0 HI' \
	'the configuration is read as the user of the unit'
unlike " $(main) " " $first " '... which restarts'
first=$(main)
inside chown daemon: /etc/spawnd/spawnd.conf
run_dpkg -i /opt/test/new.deb
is "$? $(told '^spawnd: warning: spawnd.service is NOT') $(main)" "0 1 $first" \
	'... and does not where that cannot read it'
rm "$root$d/user.conf"
rmdir --ignore-fail-on-non-empty "$root$d" # a build with sanitizers has one of its own
cp -p good "$root/etc/spawnd/spawnd.conf"
inside systemctl daemon-reload
inside systemctl restart spawnd.service

inside systemctl stop spawnd.service
run_dpkg -i /opt/test/old.deb
is "$? $(states)" '0 enabled inactive disabled inactive ' 'what is stopped stays so'
inside systemctl disable -q spawnd.service

# Clients all the time, while another package is installed.
served() { journal SPAWND_SERVICE=upper SPAWND_OUTCOME=exit --since "@$since" | wc -l; }
more() { # than now
	seen=$(served)
	await '[ "$(served)" -gt "$((seen + 20))" ]'
}
upgrade_under_load() { # PACKAGE HOW
	since=$(inside date +%s.%N)
	inside /opt/test/loop 7777 4 >load.out 2>load.err &
	load=$!
	more
	first=$(main)
	run_dpkg -i "/opt/test/$1.deb"
	ok $? "an upgrade under load, where $2"
	unlike " $(main) " " $first " '... starts another process'
	more
	inside pkill -TERM -o -x loop
	wait "$load"
	like "$(cat load.out)" '^[1-9][0-9]* 0 0$' '... no client is refused, and all are served'
	is "$(cat load.err)" '' '... nor met anything else'
}
# The sample, with a command that gives back what it got.
sed 's/^command = .*/command = cat/' "$repo/conf/spawnd.conf" >conf
cat conf >"$root/etc/spawnd/spawnd.conf"
inside systemctl start spawnd.service
upgrade_under_load new 'spawnd listens'
inside systemctl stop spawnd.service
run_dpkg -i /opt/test/old.deb
sed -i 's/^listen = .*7777/listen = systemd:upper/' conf
cat conf >"$root/etc/spawnd/spawnd.conf"
chmod 600 "$root/etc/spawnd/spawnd.conf"
inside chown spawnd: /etc/spawnd/spawnd.conf
inside systemctl enable -q --now spawnd.socket
upgrade_under_load new 'systemd listens'
is "$(inside cat /etc/spawnd/spawnd.conf)" "$(cat conf)" '... a changed configuration is kept'
is "$(inside stat -c '%a %U:%G' /etc/spawnd/spawnd.conf)" '600 spawnd:spawnd' '... with its rights'

# Removed.
run_dpkg -r spawnd
is "$? $(property spawnd.service ActiveState) $(property spawnd.socket ActiveState)" \
	'0 inactive inactive' 'dpkg -r stops both'
is "$(inside ss -Hltn 'sport = :7777')" '' 'nobody listens'
is "$(property spawnd.service LoadState) $(property spawnd.socket LoadState)" \
	'not-found not-found' 'the units are gone'
is "$(inside cat /etc/spawnd/spawnd.conf)" "$(cat conf)" 'the configuration is not'
inside dpkg-statoverride --update --add root root 644 /etc/spawnd/spawnd.conf
run_dpkg -i /opt/test/new.deb
is "$? $(states)" '0 disabled inactive disabled inactive ' 'installed again, it is not enabled'
is "$(inside stat -c '%a %U:%G' /etc/spawnd/spawnd.conf)" '644 root:root' \
	'and what dpkg-statoverride says holds'
inside dpkg-statoverride --remove /etc/spawnd/spawnd.conf
is "$(inside ls -A /etc/spawnd) $(inside dpkg-divert --list '*spawnd*')" 'spawnd.conf ' \
	'the configuration is where it was'

# Purged.
inside systemctl enable -q --now spawnd.socket
inside systemctl mask -q spawnd.service
inside mkdir /etc/spawnd/conf.d
inside touch /etc/spawnd/conf.d/mine.conf /run/spawnd/sock
run_dpkg -P spawnd
is "$? $(installed)" '0 ' 'dpkg -P'
is "$(inside ss -Hltn 'sport = :7777')" '' 'stops what is not masked'
list >after
is "$(diff before after)" '' 'leaves no file and no account'
unlike "$(inside journalctl --no-pager --dump-catalog)" '^Defined-By: spawnd' \
	'and nothing in the catalog'

# Beside one of make install.
install_spawnd
while read -r i; do
	# shellcheck disable=SC2086 # words of a command line
	inside $i </dev/null || bail "failed: $i"
done <next
inside systemctl enable -q --now spawnd.service
first=$(main)
like "$(inside readlink "/proc/$first/exe")" ^/usr/local/sbin/spawnd 'make install, and it serves'
for i in old new; do
	run_dpkg -i "/opt/test/$i.deb"
	is "$? $(told '^spawnd: warning: /usr/local/.* is used in place of')" '0 2' \
		"dpkg -i says what is used, $i"
done
is "$(main)" "$first" 'an upgrade of what is not used restarts nothing'
run_dpkg -r spawnd
is "$? $(main) $(states)" "0 $first enabled active disabled inactive " \
	'dpkg -r does not stop it, and it stays enabled'
is "$(told 'wants/spawnd.service enables a unit that is not of this package')" 1 'which it says'
sed 's/^command = .*/command = cat/' "$root/etc/spawnd/spawnd.conf" >"$root/etc/spawnd/x"
inside chgrp spawnd /etc/spawnd/x
chmod 640 "$root/etc/spawnd/x"
mv "$root/etc/spawnd/x" "$root/etc/spawnd/spawnd.conf"
inside ls -Al /etc/spawnd >there
inside grep ^spawnd /etc/passwd >>there
run_dpkg -P spawnd
is "$? $(installed)" '0 ' 'dpkg -P'
is "$(told '^spawnd: /etc/spawnd and the accounts stay, for the spawnd below /usr/local')" 1 \
	'says what it leaves'
is "$(inside ls -Al /etc/spawnd && inside grep ^spawnd /etc/passwd)" "$(cat there)" \
	'which is the configuration and its accounts'
inside systemctl reload spawnd.service
is "$? $(main) $(echo hi | talk 7777)" "0 $first hi" 'and is read by what still serves'
is "$(inside dpkg-divert --list '*spawnd*')$(inside ls -A /var/lib/spawnd 2>/dev/null)" '' \
	'nothing of the package is left'
# As a package that takes its place, with accounts that were there.
inside systemctl disable -q --now spawnd.service
(
	unset MAKEFLAGS MFLAGS MAKELEVEL
	make -s -C "$repo" uninstall DESTDIR="$root"
) >make.log 2>&1
rm -r "$root/etc/spawnd"
run_dpkg -i /opt/test/new.deb
is "$? $(told '^spawnd: warning')" '0 0' 'after make uninstall there is nothing to warn of'
run_dpkg -P spawnd
is "$? $(inside grep ^spawnd /etc/passwd) $(inside ls -d /etc/spawnd 2>/dev/null)" \
	"0 $(grep ^spawnd there) " 'and the accounts stay, that it has not made'
cut -d : -f 1 there | grep ^spawnd | while read -r i; do
	inside userdel "$i" </dev/null
done
is "$(inside grep -c ^spawnd /etc/passwd /etc/group)" '/etc/passwd:0
/etc/group:0' 'none of them is left'

# What is somebody's, or has become that.
inside useradd -r -M -d / -s /usr/sbin/nologin -c 'not ours' spawnd
run_dpkg -i /opt/test/new.deb
inside usermod -d /srv spawnd-upper
inside usermod -aG games spawnd-daytime
run_dpkg -P spawnd
is "$? $(inside cut -d : -f 1 /etc/passwd | grep ^spawnd | sort | tr '\n' ' ')" \
	'0 spawnd spawnd-daytime spawnd-upper ' 'accounts that are not as it made them stay'
is "$(told '^spawnd: the account .* was there before or is in use, and stays$')" 3 'which it says'
for i in spawnd spawnd-daytime spawnd-upper; do
	inside userdel "$i"
done
inside groupadd -g 5556 spawnd-upper
run_dpkg -i /opt/test/new.deb
is "$? $(told '^spawnd: warning')" '0 0' 'a group is there before'
run_dpkg -P spawnd
is "$? $(inside getent group spawnd-upper)" '0 spawnd-upper:x:5556:' 'it stays'
is "$(inside cut -d : -f 1 /etc/passwd | grep ^spawnd)" spawnd-upper 'with the account that has it'

# The name is that of a person.
for i in '-u 1500 -M -s /bin/sh' '-o -u 0 -M -s /usr/sbin/nologin'; do
	# shellcheck disable=SC2086 # options
	inside useradd $i spawnd
	run_dpkg -i /opt/test/new.deb
	is "$? $(told '^spawnd: warning: the account spawnd ')" '0 1' \
		"dpkg -i warns of an account spawnd that is there, with $i"
	run_dpkg -P spawnd
	inside getent passwd spawnd >/dev/null
	ok $? '... which stays'
	inside userdel -f spawnd
done
finish
